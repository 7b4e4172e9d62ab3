"""Answers as a WARC archive (ISO 28500:2017): a response record each, with its HTTP headers.

Belongs here: writing, whole or not at all. Does not: reading (`pipeline.intake.warc`).
"""

from __future__ import annotations

import gzip
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

from pipeline.intake.polling.web import Answer


class Archive:
    """A new archive in a folder, named by the time when it was finished.

    It appears there when it is closed, if it holds a record and nothing went wrong. One that a crash left half-written
    is hidden, and the next one takes its place.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = folder / ".fetching.warc.gz"
        self._stream: BinaryIO | None = None
        self.path: Path | None = None
        """Where the archive stands; None while it is written, and if there was nothing to keep."""

    def __enter__(self) -> Self:
        return self

    def add(self, answer: Answer) -> None:
        """Adds an answer as a record of its own gzip member, as is usual for archives that are read by place."""
        if self._stream is None:
            self._stream = self._part.open("wb")
        self._stream.write(gzip.compress(_record(answer), mtime=0))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is None:
            return
        with self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())
        if kind is None:
            self.path = _free(self._folder)
            self._part.rename(self.path)
        else:
            self._part.unlink()


def _record(answer: Answer) -> bytes:
    from fastwarc.warc import WarcRecord, WarcRecordType

    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    record = WarcRecord()
    record.init_headers(record_type=WarcRecordType.response, record_urn=uuid4().urn.removeprefix("urn:").encode())
    record.headers["WARC-Target-URI"] = answer.url
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.set_bytes_content("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + answer.body)
    written = io.BytesIO()
    record.write(written)
    return written.getvalue()


def _free(folder: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (folder / f"{stamp}{suffix}.warc.gz" for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in names if not path.exists())
