"""Whether a folder of articles has changed, at a glance: by names, sizes and times, without reading an article.

Belongs here: what a watcher compares. Does not: what a build takes for unchanged, which is the content.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import OnRecordError
from pipeline.intake.folder import ELSEWHERE, LOOSE, batches
from pipeline.intake.manifest import NAME as MANIFEST
from pipeline.intake.polling.sources import NAME as SOURCES


def state(*folders: Path) -> str:
    """A hash over the files of these folders; 64 hexadecimal digits. It changes whenever one is added, gone or written.

    Hidden files do not count, and a folder that is not there counts as empty. Raises OnRecordError if one cannot be
    read.
    """
    return _digest(fact for folder in folders for fact in (("", 0, 0), *sorted(_files(folder))))


def states(folder: Path) -> dict[str, str]:
    """The state of each intake batch of a folder of articles, by its name: of its files and of the manifest."""
    shared = sorted(fact for fact in _files(folder, deep=False) if fact[0] in (MANIFEST, SOURCES))
    return {batch: _digest([*shared, *_batch(folder, batch)]) for batch in batches(folder)}


def _batch(folder: Path, batch: str) -> list[tuple[str, int, int]]:
    if batch == ELSEWHERE:
        return []  # the manifest says what lies there
    return sorted(_files(folder, deep=False) if batch == LOOSE else _files(folder / batch))


def _digest(facts: Iterable[tuple[str, int, int]]) -> str:
    return hashlib.sha256(repr(list(facts)).encode("utf-8", "surrogateescape")).hexdigest()


def _files(folder: Path, *, deep: bool = True) -> Iterator[tuple[str, int, int]]:
    """Path within the folder, size in bytes, time of the last change in nanoseconds; of its folders' files, too."""
    waiting = [folder] if folder.is_dir() else []
    while waiting:
        here = waiting.pop()
        for entry in _entries(here):
            if entry.is_dir(follow_symlinks=False):
                waiting += [Path(entry.path)] if deep else []
            else:
                facts = entry.stat(follow_symlinks=False)
                yield os.path.relpath(entry.path, folder), facts.st_size, facts.st_mtime_ns


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What a folder holds, but for hidden files."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        way_out = "give yourself the right to read it"
        raise OnRecordError(f"{folder} cannot be read ({error.strerror}); {way_out}") from error
