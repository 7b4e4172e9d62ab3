"""WARC archives: a page a response record (ISO 28500:2017).

Belongs here: records, their HTTP headers and codings. Does not: what stands on a page (`pipeline.cleaning`).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pyarrow as pa

from pipeline.intake.dates import from_value
from pipeline.intake.origin import Origin, characters, refused, snapshot, too_large
from pipeline.intake.snapshot import MediaType, Snapshot
from pipeline.intake.source import Readable, Source, read_bounded
from pipeline.intake.unpack import Unpacked

_MEDIA_TYPES: dict[str, MediaType] = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
}

_GOOD = (200, 203)
"""The statuses of an answer that holds the page (RFC 9110, section 15.3); 203 is 200 by way of a proxy."""

_OPENING = b"WARC/"

_ARROW_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}
_MAX_CODINGS = 3


def read(source: Source) -> Iterator[Snapshot]:
    """A snapshot for each record that holds a page: response, resource (a page without HTTP), conversion (its text).

    The others (request, metadata, warcinfo, revisit …) hold no article. Where records are packed one by one, a broken
    stretch is a refusal, and reading goes on after it. Raises OSError where the archive cannot be read on.
    """
    number = 0
    with source.open() as stream:
        packed = stream.raw if isinstance(stream.raw, Unpacked) else None
        while True:
            try:
                for found in _stretch(stream, packed, source, number):
                    number += 1
                    yield found
            except OSError as error:
                broken = packed.start if packed else 0
                if packed is None or not packed.resume(_OPENING):
                    raise
                number += 1
                detail = f"bytes {broken} to {packed.start} of the file are left out: {error}"
                yield refused(f"{source.name}#{number}", "unreadable", detail, origin=source.shared)
            else:
                return


def _stretch(stream: io.BufferedReader, packed: Unpacked | None, source: Source, number: int) -> Iterator[Snapshot]:
    """The pages from here to the end, or to the first break, which is raised as OSError.

    Each is given only once it is known that the member which holds it is whole.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    pages = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    watched, waiting, member = _Watched(stream), list[Snapshot](), 0
    archive = ArchiveIterator(cast("BinaryIO", watched), record_types=WarcRecordType.any_type, auto_decode="none")
    try:
        for record in archive:
            yield from waiting
            waiting.clear()
            raw = read_bounded(record.reader, source.limit)
            if len(raw) < min(_length(record), source.limit + 1):
                raise OSError(watched.error or "the archive ends inside a record")  # noqa: TRY301
            if record.record_type & pages:
                number += 1
                member = packed.start if packed else 0
                waiting.append(_read_record(f"{source.name}#{number}", record, raw, source))
        if watched.error:
            raise OSError(watched.error)  # noqa: TRY301
    except Exception:
        if packed is None or not packed.broken or packed.start != member:
            yield from waiting
        raise
    yield from waiting


def _length(record: Any) -> int:
    """Bytes that the record holds after its headers. Raises OSError if its header does not say: then it is cut off."""
    if not record.headers.get("Content-Length", "").strip().isdigit():
        raise OSError("a record's header is cut off")
    return int(record.content_length)


class _Watched:
    """A stream that ends where it cannot be read on, and tells why afterwards.

    fastwarc takes a position from its stream and cannot bear an exception in the middle of a record.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._position = 0
        self.error: str | None = None

    def read(self, size: int, /) -> bytes:
        try:
            data = b"" if self.error else self._stream.read1(size)
        except OSError as error:
            self.error, data = str(error), b""
        self._position += len(data)
        return data

    def tell(self) -> int:
        return self._position


def _read_record(name: str, record: Any, raw: bytes, source: Source) -> Snapshot:
    address = (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    captured = from_value(record.headers.get("WARC-Date"))
    origin = Origin(url=characters(address) or None, captured=captured).or_else(source.shared)
    if len(raw) > source.limit:
        return too_large(name, raw, source.limit, origin)
    if problem := _refusal(record):
        return refused(name, *problem, raw, origin)
    return _read_page(name, record, raw, source.limit, origin)


def _refusal(record: Any) -> tuple[str, str] | None:
    """Problem and detail of a record whose headers say that it gives no article."""
    http = record.http_headers
    if record.is_http and (http is None or http.status_code is None):
        return "unreadable", "no HTTP header"
    if http is not None and http.get("tdm-reservation", "").strip() == "1":
        return "no_licence", "HTTP header tdm-reservation: 1"
    if http is not None and http.status_code not in _GOOD:
        return "empty", f"HTTP status {http.status_code}"
    if _content_type(record) not in _MEDIA_TYPES:
        return "unsupported_format", f"content type {_content_type(record) or 'unknown'}"
    return None


def _content_type(record: Any) -> str:
    declared = record.http_content_type if record.is_http else record.headers.get("Content-Type")
    return (declared or "").partition(";")[0].strip().lower()


def _read_page(name: str, record: Any, raw: bytes, limit: int, origin: Origin) -> Snapshot:
    media_type = _MEDIA_TYPES[_content_type(record)]
    try:
        content = _decoded(record.http_headers, raw, limit)
    except (OSError, zlib.error) as error:
        return refused(name, "unreadable", f"content coding: {error}", raw, origin, media_type=media_type)
    if len(content) > limit:
        return too_large(name, content, limit, origin)
    return snapshot(name, content, media_type, origin, record.http_charset)


def _decoded(http: Any, raw: bytes, limit: int) -> bytes:
    """The page out of its transfer and content codings (RFC 9112, section 7; RFC 9110, section 8.4), bounded."""
    if http is None:
        return raw
    content = _unchunked(raw, limit) if "chunked" in http.get("transfer-encoding", "").lower() else raw
    codings = [coding.strip().lower() for coding in http.get("content-encoding", "").split(",") if coding.strip()]
    if len(codings) > _MAX_CODINGS:
        raise OSError(f"{len(codings)} codings on top of each other")
    for coding in reversed(codings):
        content = _uncoded(coding, content, limit)
    return content


def _unchunked(raw: bytes, limit: int) -> bytes:
    """The body out of its chunks; many crawlers take it out of them and leave the header."""
    from fastwarc.stream_io import ChunkedReader

    try:
        return read_bounded(ChunkedReader(io.BytesIO(raw)), limit)
    except OSError:
        return raw


def _uncoded(coding: str, content: bytes, limit: int) -> bytes:
    """The body out of one coding; as with chunks, it may have been taken out already."""
    if coding in _ARROW_CODINGS and not (coding.endswith("gzip") and not content.startswith(b"\x1f\x8b")):
        stream: Readable = pa.CompressedInputStream(io.BytesIO(content), _ARROW_CODINGS[coding])
        return read_bounded(stream, limit)
    if coding == "deflate":
        return _inflated(content, limit)
    return content


def _inflated(content: bytes, limit: int) -> bytes:
    """Deflate with the zlib header that RFC 9110 asks for, or without it, as some servers send it."""
    try:
        return _inflate(content, limit, zlib.MAX_WBITS)
    except zlib.error:
        return _inflate(content, limit, -zlib.MAX_WBITS)


def _inflate(content: bytes, limit: int, window: int) -> bytes:
    stream = zlib.decompressobj(window)
    found = stream.decompress(content, limit + 1)
    if not stream.eof and len(found) <= limit:
        raise zlib.error("the stream is cut off")
    return found
