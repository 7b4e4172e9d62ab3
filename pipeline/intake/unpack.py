"""Compressed files, unpacked while they are read.

Belongs here: gzip (RFC 1952) and Zstandard (RFC 8878). Does not: archives of many files, or limits on what is read.

Neither the standard library nor Arrow or zstandard has a reader that gives everything before a break, tells a cut-off
file from a whole one, and holds little in memory whatever the file claims; this one does.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

import zstandard

_PIECE = 512
"""Bytes unpacked at a time: no more than 0.5 MB come from them in gzip, and 16 MB in Zstandard."""

_MAX_WINDOW = 1 << 27
"""Memory that a Zstandard file may ask for, as the zstd command allows it without being told otherwise."""


class Unpacker(Protocol):
    """What unpacks one member of a file, piece by piece."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


UNPACKERS: dict[str, Callable[[], Unpacker]] = {
    ".gz": lambda: zlib.decompressobj(16 + zlib.MAX_WBITS),
    ".zst": lambda: zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj(),
}
"""By the suffix of the files that they unpack."""


class Unpacked(io.RawIOBase):
    """The bytes of a compressed file of one or more members. Reading raises OSError where it is broken or cut off."""

    def __init__(self, packed: BinaryIO, unpacker: Callable[[], Unpacker]) -> None:
        self._packed = packed
        self._new = unpacker
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
        member = self._member or self._new()
        try:
            self._found = memoryview(member.decompress(piece))
        except (zlib.error, zstandard.ZstdError) as error:
            raise OSError(f"the compressed data is broken: {error}") from error
        self._member = None if member.eof else member
        self._waiting = member.unused_data if member.eof else b""
