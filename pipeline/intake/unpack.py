"""Compressed files, unpacked while they are read.

Belongs here: gzip (RFC 1952) and Zstandard (RFC 8878). Does not: archives of many files, or limits on what is read.

Neither the standard library nor Arrow or zstandard has a reader that gives everything before a break, tells a cut-off
file from a whole one, and holds little in memory whatever the file claims; this one does.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

import zstandard

_PIECE = 512
"""Bytes unpacked at a time: no more than 0.5 MB come from them in gzip, and 16 MB in Zstandard."""

_CHUNK = 1 << 16
_MAX_TRIES = 10_000
"""After a break, so many places of a file are tried that look like the beginning of a member."""

_MAX_WINDOW = 1 << 27
"""Memory that a Zstandard file may ask for, as the zstd command allows it without being told otherwise."""


class Unpacker(Protocol):
    """What unpacks one member of a file, piece by piece."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


class Packing(NamedTuple):
    """A way of packing: how a member begins, and what unpacks one."""

    magic: bytes
    unpacker: Callable[[], Unpacker]


UNPACKERS: dict[str, Packing] = {
    ".gz": Packing(b"\x1f\x8b\x08", lambda: zlib.decompressobj(16 + zlib.MAX_WBITS)),
    ".zst": Packing(
        b"\x28\xb5\x2f\xfd", lambda: zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()
    ),
}
"""By the suffix of the files that they unpack."""


class Unpacked(io.RawIOBase):
    """The bytes of a compressed file of one or more members. Reading raises OSError where it is broken or cut off."""

    def __init__(self, packed: BinaryIO, packing: Packing) -> None:
        self._packed = packed
        self._magic, self._new = packing
        self._tries = _MAX_TRIES
        self.start = 0
        """Where in the file the member begins that was begun last."""
        self.broken = False
        """Whether that member holds something else than what was packed; one that is cut off does not."""
        self._member: Unpacker | None = None
        self._waiting = b""
        self._found = memoryview(b"")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._packed.close()
        super().close()

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self._found and self._advance():
            pass
        size = min(len(self._found), len(buffer))
        buffer[:size] = self._found[:size]
        self._found = self._found[size:]
        return size

    def resume(self, opening: bytes) -> bool:
        """Leaves the member begun last for the next one whose bytes begin with `opening`; False if there is none."""
        for place in self._places(self.start + 1):
            self._packed.seek(place)
            if self._begins(opening):
                self._packed.seek(place)
                self._member, self._waiting, self._found = None, b"", memoryview(b"")
                self.start, self.broken = place, False
                return True
        return False

    def _places(self, start: int) -> Iterator[int]:
        """Where members may begin, from a place on."""
        self._packed.seek(start)
        while self._tries and len(piece := self._packed.read(_CHUNK)) >= len(self._magic):
            found = piece.find(self._magic)
            if found >= 0:
                self._tries -= 1
                yield start + found
            start += found + 1 if found >= 0 else len(piece) - len(self._magic) + 1
            self._packed.seek(start)

    def _begins(self, opening: bytes) -> bool:
        try:
            return self._new().decompress(self._packed.read(_PIECE)).startswith(opening)
        except (zlib.error, zstandard.ZstdError):
            return False

    def _advance(self) -> bool:
        """Unpacks a piece; False at the end of the file."""
        piece = self._waiting or self._packed.read(_PIECE)
        self._waiting = b""
        if not piece and self._member:
            raise OSError("the compressed data is cut off")
        # Between members there may be zero bytes: tapes and disks pad files with them.
        rest = piece if self._member else piece.lstrip(b"\0")
        if rest:
            self._unpack(rest)
        return bool(piece)

    def _unpack(self, piece: bytes) -> None:
        if self._member is None:
            self.start = self._packed.tell() - len(piece)
        member = self._member or self._new()
        try:
            self._found = memoryview(member.decompress(piece))
        except (zlib.error, zstandard.ZstdError) as error:
            self.broken = True
            raise OSError(f"the compressed data is broken: {error}") from error
        self._member = None if member.eof else member
        self._waiting = member.unused_data if member.eof else b""
