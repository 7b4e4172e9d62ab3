"""One builder at a time in one output folder.

Belongs here: the lock, which the operating system gives free even if its holder is killed. Does not: the work under it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OnRecordError


@contextmanager
def output_lock(output: Path, work: str = "build") -> Iterator[None]:
    """Holds the output folder for this kind of work. Raises OnRecordError if another process does that work there."""
    refusal = f"{output}: another {work} is at work here; wait until it ends, or choose another folder with --output"
    with held(output, f".{work}.lock", refusal):
        yield


@contextmanager
def held(folder: Path, name: str, refusal: str) -> Iterator[None]:
    """Holds the file of this name in a folder, both made if missing.

    Raises OnRecordError with the words of `refusal` if another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OnRecordError(refusal) from error
        yield
