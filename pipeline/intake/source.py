"""A file to be read, and reading from it within bounds.

Belongs here: opening, decompression, limits. Does not: any format, or which files are read (`folder`).
"""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol

from pipeline.intake.origin import NOTHING_KNOWN, Origin, snapshot, too_large
from pipeline.intake.snapshot import MediaType, Snapshot
from pipeline.intake.unpack import UNPACKERS, Unpacked

_CHUNK = 1 << 16

Kind = Literal["file", "folder", "other"]


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name in the dataset, its place, what the manifest says of it, and the limit on one input in bytes.

    `fields` maps names of ours (text, html, url …) to those of the file's records.
    """

    name: str
    path: Path
    limit: int
    origin: Origin = NOTHING_KNOWN
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def shared(self) -> Origin:
        """What holds for each record of the file: all but the address, which belongs to one article only."""
        return replace(self.origin, url=None)

    @property
    def compression(self) -> str | None:
        """The suffix that tells how the file is compressed; None for none."""
        suffix = self.path.suffix.lower()
        return suffix if suffix in UNPACKERS else None

    @property
    def suffix(self) -> str:
        """The suffix in lower case, without that of a compression."""
        name = self.path.name.lower()
        return Path(name.removesuffix(self.compression or "")).suffix

    def open(self) -> io.BufferedReader:
        """The bytes of the file, unpacked while they are read. Raises OSError, also while reading."""
        raw = self.path.open("rb")
        if self.compression is None:
            return raw
        return io.BufferedReader(Unpacked(raw, UNPACKERS[self.compression]), _CHUNK)


def read_whole(source: Source, media_type: MediaType) -> Iterator[Snapshot]:
    """The file as one input."""
    with source.open() as stream:
        content = read_bounded(stream, source.limit)
    if len(content) > source.limit:
        yield too_large(source.name, content, source.limit, source.origin)
    else:
        yield snapshot(source.name, content, media_type, source.origin)


def read_bounded(stream: Readable, limit: int) -> bytes:
    """All bytes of the stream, or, where there are more than `limit`, the first `limit` + 1."""
    parts: list[bytes] = []
    wanted = limit + 1
    while wanted and (part := stream.read(min(wanted, _CHUNK))):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def kind_of(path: Path) -> Kind | None:
    """What a path leads to; None if there is nothing, or nothing can be there by that name."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return None
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"
