"""Whether a folder of articles has changed, at a glance: by names, sizes and times, without reading an article.

Belongs here: what a watcher compares. Does not: what a build takes for unchanged, which is the content.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import OnRecordError


def state(*folders: Path) -> str:
    """A hash over the files of these folders; 64 hexadecimal digits. It changes whenever one is added, gone or written.

    Hidden files do not count, and a folder that is not there counts as empty. Raises OnRecordError if one cannot be
    read.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for name, size, changed in sorted(_files(folder)):
            digest.update(repr((name, size, changed)).encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    waiting = [folder] if folder.is_dir() else []
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        facts = entry.stat(follow_symlinks=False)
                        yield os.path.relpath(entry.path, folder), facts.st_size, facts.st_mtime_ns
        except OSError as error:
            raise OnRecordError(
                f"{here} cannot be read ({error.strerror}); give yourself the right to read it"
            ) from error
