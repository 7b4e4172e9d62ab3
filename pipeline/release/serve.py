"""The releases over HTTP on this machine, with byte ranges, so that DuckDB can query a release by its URL.

Belongs here: a server for one's own browser and tools, on the loopback address only. Does not: a server for others.
"""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

from pipeline.errors import OnRecordError

LOOPBACK = "127.0.0.1"
_NAMES = frozenset({LOOPBACK, "localhost"})
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def make_server(releases: Path, port: int) -> ThreadingHTTPServer:
    """A server of this folder at 127.0.0.1:port (0 takes a free one); call serve_forever on it.

    Raises OnRecordError if the folder is missing or the port is taken.
    """
    if not releases.is_dir():
        raise OnRecordError(f"{releases}: there is no release yet; run `onrecord build` first")
    try:
        return ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, directory=str(releases)))
    except OSError as error:
        raise OnRecordError(f"port {port}: {error.strerror}; choose another one with --port") from error


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that a Range header asks for (RFC 9110, one range), or None if it cannot be given."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not any(found.groups()) or not size:
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end else None


class _Part(BufferedReader):
    """A file from which only the bytes up to `end` (inclusive) can be read."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        super().__init__(path.open("rb", buffering=0))
        self.seek(start)
        self._left = end - start + 1

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        content = super().read(wanted)
        self._left -= len(content)
        return content


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        # A page of another site must not reach this server through a name that points to the loopback address.
        if self.headers.get("Host", "").rpartition(":")[0] not in _NAMES:
            self.send_error(HTTPStatus.FORBIDDEN, "Ask for 127.0.0.1 or localhost")
            return None
        path = Path(self.translate_path(self.path))
        header = self.headers.get("Range")
        return self._send_part(path, header) if header and path.is_file() else super().send_head()

    def _send_part(self, path: Path, header: str) -> _Part | BytesIO:
        size = path.stat().st_size
        asked = byte_range(header, size)
        if asked is None:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return BytesIO()
        start, end = asked
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        return _Part(path, start, end)

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Requests are not logged: the terminal belongs to the person."""
