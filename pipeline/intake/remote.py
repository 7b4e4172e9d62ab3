"""Inputs in other file systems, by URL: whatever fsspec knows (object stores, HTTP, SFTP, …).

Belongs here: which files a URL names, and their bytes on this disk while they are read. Does not: any format, or what
is known of the files (`manifest`).
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import OnRecordError
from pipeline.intake.formats import read_source
from pipeline.intake.manifest import Entry
from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source
from pipeline.settings import Settings

COPIES = ".copies"
"""The folder for copies, in the output folder: that for temporary files of a system is often memory."""
_CHUNK = 1 << 20


def read_remote(entries: Mapping[str, Entry], settings: Settings) -> Iterator[Snapshot]:
    """All inputs behind these URLs, which may hold wild cards; in the order of the files' names, each of them once.

    A file is copied to this disk while it is read, so memory holds none of them. Raises OnRecordError where a file
    system cannot be asked, a URL names nothing, or a copy breaks off: what cannot be reached now is no reason to drop
    what was found in it before.
    """
    files = files_behind(entries)
    if not files:
        return
    with _place(settings.output) as place:
        for name, (entry, system, path) in sorted(files.items()):
            suffixes = "".join(PurePosixPath(path).suffixes[-2:])
            with NamedTemporaryFile(dir=place, suffix=suffixes) as copy:
                try:
                    with system.open(path, "rb") as stream:
                        shutil.copyfileobj(stream, copy, _CHUNK)
                except Exception as error:
                    raise _unreachable(name, error) from error
                copy.flush()
                source = Source(name, Path(copy.name), settings.max_input_bytes, entry.origin, entry.fields)
                yield from read_source(source)


@contextmanager
def _place(output: Path) -> Iterator[Path]:
    """A folder for copies. What builds that were killed left there goes, unless another one copies just now."""
    place = output / COPIES
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in place.glob("tmp*"):
                left.unlink()
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield place


def files_behind(entries: Mapping[str, Entry]) -> dict[str, tuple[Entry, Any, str]]:
    """The files by their full names: what is known of each, its file system, and its path there.

    Raises OnRecordError where a file system cannot be asked, or a URL names nothing.
    """
    found: dict[str, tuple[Entry, Any, str]] = {}
    for url, entry in entries.items():
        for name, system, path in _matches(url):
            found.setdefault(name, (entry, system, path))
    return found


def _matches(url: str) -> list[tuple[str, Any, str]]:
    import fsspec

    if urlsplit(url).password is not None:
        raise OnRecordError(f"{urlsplit(url).scheme}://…: a password in a URL; set it up for fsspec instead")
    try:
        system, path = fsspec.core.url_to_fs(url)
        paths = system.glob(path) if any(wild in path for wild in "*?[") else [path]
        files = [one for one in paths if system.isfile(one)]
    except Exception as error:
        raise _unreachable(url, error) from error
    if not files:
        raise OnRecordError(f"{url} names no file; correct the line in manifest.csv, or take it out")
    return [(str(system.unstrip_protocol(one)), system, one) for one in files]


def _unreachable(url: str, error: Exception) -> OnRecordError:
    words = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return OnRecordError(f"{url} cannot be read ({words}); mend the way to it, or take its line out of manifest.csv")
