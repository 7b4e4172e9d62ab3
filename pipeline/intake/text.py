"""Plain text, one article a file.

Belongs here: nothing but its media type. Does not: charsets (`encoding`), or what the text says (`pipeline.cleaning`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source, read_whole


def read(source: Source) -> Iterator[Snapshot]:
    """The file as one snapshot of media type text/plain."""
    return read_whole(source, "text/plain")
