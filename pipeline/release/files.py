"""Files of a release: their checksums, and putting them where they belong so that a kill never leaves half of one.

Belongs here: SHA256SUMS, fsync, atomic replacement. Does not: what the files say.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.settings import TEMPORARY

SUMS = "SHA256SUMS"
"""Checksums of every file whose bytes the input and the code alone decide."""
SUMS_APART = "SHA256SUMS.apart"
"""Checksums of the files that other programs lay out anew each time."""
DATABASE = "onrecord.duckdb"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def is_apart(name: str) -> bool:
    """True for the database and the archive: DuckDB and Zstandard decide on their bytes, version by version."""
    return name == DATABASE or name.endswith(".tar.zst")


HARMLESS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in a folder that somebody looked at; it is no part of a release, and breaks none."""


def listing(release: Path) -> list[str]:
    """The paths of all files of a release but the two lists of checksums, sorted; harmless ones are left out."""
    files = (path for path in release.rglob("*") if not path.is_dir() and path.name not in HARMLESS)
    return sorted({path.relative_to(release).as_posix() for path in files} - {SUMS, SUMS_APART})


def harmless_files(release: Path) -> list[str]:
    """The paths of what file managers have left in a release, sorted."""
    return sorted(path.relative_to(release).as_posix() for path in release.rglob("*") if path.name in HARMLESS)


def empty_folders(release: Path) -> list[str]:
    """The paths of folders in a release that hold nothing of it, sorted."""
    names = listing(release)
    folders = (path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_dir())
    return sorted(folder for folder in folders if not any(name.startswith(f"{folder}/") for name in names))


def write_sums(release: Path) -> None:
    """Writes both lists of checksums, in the form that sha256sum reads."""
    names = listing(release)
    for target, chosen in (
        (SUMS, [n for n in names if not is_apart(n)]),
        (SUMS_APART, [n for n in names if is_apart(n)]),
    ):
        lines = "".join(f"{sha256_of(release / name)}  {name}\n" for name in chosen)
        (release / target).write_text(lines, encoding="utf-8")


def read_sums(path: Path) -> dict[str, str]:
    """The checksum of each file that such a list names; empty if there is no list."""
    if not path.is_file():
        return {}
    lines = (line.partition("  ") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, _, name in lines}


def write_json(path: Path, value: Any) -> None:
    """Writes JSON for people and programs: indented, Unicode as it is, a line break at the end."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@contextmanager
def temporary_folder(output: Path) -> Iterator[Path]:
    """A folder beside the releases, on the same file system; gone afterwards, whatever happens in between."""
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=output))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(output: Path) -> None:
    """Removes what builds that were killed have left; call it under the lock."""
    for path in sorted(output.glob(f"{TEMPORARY}*")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """Waits until every file and folder in it is on the disk."""
    for path in (*folder.rglob("*"), folder):
        _sync_one(path)


def move_in_place(source: Path, target: Path) -> None:
    """Renames a synced folder to its place; before it nothing is there, after it everything."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    _sync_one(target.parent)


def replace_text(path: Path, text: str, output: Path) -> None:
    """Replaces a file at once: a reader sees the old text or the new one."""
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=output)
    with os.fdopen(handle, "w", encoding="utf-8") as temporary:
        temporary.write(text)
        temporary.flush()
        os.fsync(temporary.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(path)


def replace_link(path: Path, target: str, output: Path) -> None:
    """Points a symbolic link to its new target at once; where links cannot be made, a text file names the target."""
    temporary = output / f"{TEMPORARY}link"
    temporary.unlink(missing_ok=True)
    try:
        temporary.symlink_to(target)
        temporary.replace(path)
    except OSError:
        replace_text(path, f"{target}\n", output)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
