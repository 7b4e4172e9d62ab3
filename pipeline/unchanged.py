"""Whether anything that acts on a release has changed since the last build: if not, there is nothing to do.

Belongs here: a hash over all that acts, what a build leaves behind to be compared with, and whether that still stands.
Does not: which rows need work where something did change (`pipeline.engine.kept`).

The hash is over contents, never over times. What stands on the disk is compared by size and time of change, since that
costs nothing; a difference only means that the build goes its whole way.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.code import PACKAGES
from pipeline.engine import kept
from pipeline.engine.batches import Progress, silent
from pipeline.intake.manifest import read_manifest
from pipeline.intake.marks import marks
from pipeline.release.checks import CheckResult
from pipeline.release.files import SUMS, replace_text
from pipeline.release.provenance import Provenance
from pipeline.release.publish import Release
from pipeline.release.verify import checksums
from pipeline.release.version import released
from pipeline.settings import TEMPORARY, Settings

_JUDGES = ("great-expectations", "pandas")
"""Packages that act on the checks of a release, beside those of the stages."""
_SETTINGS = ("max_input_bytes", "seconds_per_document", "worker_bytes", "rows_per_file", "source_date")
"""Settings that act on a release. Workers and engine do not; folders do by what is in them."""

_TOLD = 100
"""Files between two words on how many were looked at: telling of each would take as long as looking at it."""

Facts = dict[str, list[int] | None]
"""Size and time of change of a file by its path, None for one that is missing."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: the release, the results of the checks, and decisions of people that match nothing."""

    release: Release
    checks: tuple[CheckResult, ...]
    unmatched: tuple[str, ...]


def fingerprint(settings: Settings, progress: Progress = silent) -> str | None:
    """A hash over inputs, manifest, decisions, code, reference data, packages and settings; 64 hexadecimal digits.

    None if that cannot be told without a build: the folder cannot be read, or inputs lie in a file system that says
    nothing of them by which a change is sure to be seen. Raises OnRecordError if the manifest is wrong, or that file
    system cannot be asked.
    """
    digest, seen = hashlib.sha256(), 0
    try:
        for seen, (name, content) in enumerate(_contents(settings.documents), 1):
            if not seen % _TOLD:
                progress("look", seen, None)
            digest.update(repr((name, content)).encode("utf-8", "surrogateescape"))
    except OSError:
        return None
    progress("look", seen, seen)
    elsewhere = marks(read_manifest(settings.documents).remote)
    if elsewhere is None:
        return None
    digest.update(repr((elsewhere, _acting(settings))).encode())
    return digest.hexdigest()


def _acting(settings: Settings) -> tuple[object, ...]:
    packages = sorted({*_JUDGES, *(package for packages in PACKAGES.values() for package in packages)})
    return (
        repr(Provenance.of_this_code(settings)),
        platform.python_version(),
        [(package, version(package)) for package in packages],
        [(name, getattr(settings, name)) for name in _SETTINGS],
    )


def _contents(folder: Path) -> Iterator[tuple[str, str]]:
    """What is in a folder, by name: a hash of each file, the target of each link, the kind of anything else."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield entry.name, "folder"
            yield from ((f"{entry.name}/{name}", content) for name, content in _contents(Path(entry.path)))
        else:
            yield entry.name, _content(entry)


def _content(entry: os.DirEntry[str]) -> str:
    target = f"link to {Path(entry.path).readlink()} " if entry.is_symlink() else ""
    if not entry.is_file():
        return f"{target}no file"  # opening a pipe would wait for somebody who writes
    try:
        with Path(entry.path).open("rb") as file:
            return target + hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{target}{error.strerror}"


def remember(settings: Settings, mark: str | None, built: Built) -> None:
    """Leaves behind what the next build compares with.

    Where an article brought a worker down nothing is left: that may be this machine's fault, so the next build tries
    again. An article over which the code itself stumbled would only do so again.
    """
    _record(settings).unlink(missing_ok=True)
    if mark is None or kept.is_to_try_again(settings):
        return
    record = {
        "fingerprint": mark,
        "version": built.release.version,
        "checks": [check.to_dict() for check in built.checks],
        "unmatched": built.unmatched,
        "files": _facts(settings, built.release.version),
    }
    replace_text(_record(settings), json.dumps(record), settings.output)


def recall(settings: Settings, mark: str | None) -> Built | None:
    """What the last build made, if nothing has changed since and all of it still stands; else None."""
    try:
        record: dict[str, Any] = json.loads(_record(settings).read_text(encoding="utf-8"))
        name = record["version"]
        stands = record["fingerprint"] == mark and record["files"] == _facts(settings, name)
        checks = tuple(_check(row) for row in record["checks"])
    except (OSError, ValueError, KeyError, TypeError):  # none yet, or damaged: then the build goes its whole way
        return None
    if not stands or [str(one) for one in released(settings.releases)[-1:]] != [name]:
        return None
    return Built(Release(name, settings.releases / name, is_new=False), checks, tuple(record["unmatched"]))


def take_away_damaged(settings: Settings, mark: str | None) -> None:
    """Takes the last release away if it was damaged since, and this build makes the same bytes in its place."""
    try:
        record: dict[str, Any] = json.loads(_record(settings).read_text(encoding="utf-8"))
        release = settings.releases / record["version"]
        is_ours = record["fingerprint"] == mark and [release.name] == [str(v) for v in released(settings.releases)[-1:]]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if is_ours and _is_damaged(release):
        aside = settings.output / f"{TEMPORARY}{release.name}"
        release.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _is_damaged(release: Path) -> bool:
    try:
        return not (release / SUMS).is_file() or any(checksums(release))
    except ValueError:  # of the list of checksums
        return True


def _record(settings: Settings) -> Path:
    return settings.stages / "built.json"


def _check(row: dict[str, Any]) -> CheckResult:
    return CheckResult(**{**row, "samples": tuple(row["samples"])})


def _facts(settings: Settings, name: str) -> Facts:
    release = settings.releases / name
    latest = settings.releases / "latest" / "SHA256SUMS"
    index = [settings.releases / file for file in ("index.json", "index.html")]
    made: Sequence[Path] = [settings.warehouse, settings.stages / "cleaned.parquet", latest, *index]
    files = sorted({*made, *(path for path in release.rglob("*") if path.is_file())})
    return {path.relative_to(settings.output).as_posix(): _fact(path) for path in files}


def _fact(path: Path) -> list[int] | None:
    if not path.is_file():
        return None
    facts = path.stat()
    return [facts.st_size, facts.st_mtime_ns]
