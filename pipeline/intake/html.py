"""Pages, one a file.

Belongs here: nothing but their media type. Does not: charsets (`encoding`), or what stands on a page, its reservations
of rights included (`pipeline.cleaning`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source, read_whole


def read(source: Source) -> Iterator[Snapshot]:
    """The file as one snapshot of media type text/html."""
    return read_whole(source, "text/html")
