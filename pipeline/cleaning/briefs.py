"""What the steps across documents compare of an article: names, times, and hashes in place of its words.

Belongs here: the brief of one article, which is a function of that article alone, so that it is worked once and kept.
Does not: comparing (`corpus`), or finding copies (`sketches`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

import pyarrow as pa

from pipeline import ids
from pipeline.cleaning.document import PARAGRAPHS
from pipeline.code import code_version
from pipeline.engine.batches import Stage
from pipeline.settings import Settings

DIGEST_BYTES = 16
_MAX_LINE_WORDS = 60
"""A longer line is a paragraph that was printed again, which is what copies are about."""
_TIMES = ("published_at", "modified_at", "captured_at")

SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("source_name", "source_sha256", "problem", "url", "outlet")),
        *(pa.field(name, pa.timestamp("us")) for name in _TIMES),
        pa.field("word_count", pa.int64()),
        *(pa.field(name, pa.binary(DIGEST_BYTES)) for name in ("words", "text")),
        pa.field("lines", pa.list_(pa.struct([pa.field("line", pa.int64()), pa.field("is_body", pa.bool_())]))),
    ]
)
"""A row for each input. `words` and `text` are hashes of the text's words and of the text. `lines` has an entry for
each segment: a hash of the outlet and the line, null for what no outlet repeats, and whether it is part of the body."""
LOOKED_AT = ("source_name", "source_sha256", "problem", "document")
"""The columns of the stage CLEANED that a brief is made of."""


@dataclass(frozen=True, slots=True)
class Brief:
    """An input by its number, and what became of it so far; its words stay on the disk."""

    number: int
    source_name: str
    source_sha256: str
    url: str | None
    published_at: datetime | None
    modified_at: datetime | None
    captured_at: datetime | None
    word_count: int
    words: bytes
    problem: str | None
    detail: str | None = None
    duplicate_of: str | None = None
    """The document_id of the document kept in its place, if the problem is `duplicate` or `earlier_version`."""
    version: int | None = None
    """Which version of the article it is, from 1; None if no other input has its URL."""
    gone: tuple[int, ...] = ()
    """Numbers of the segments that its outlet repeats."""

    @property
    def is_kept(self) -> bool:
        return self.problem is None

    @property
    def document_id(self) -> str:
        """The id that its document has, or would have."""
        return ids.document_id(self.url, self.source_sha256)

    @classmethod
    def from_row(cls, number: int, row: Mapping[str, Any]) -> Self:
        """The brief of a row of SCHEMA, as `to_pylist` gives it; `number` is the row's own."""
        names = ("source_name", "source_sha256", "url", *_TIMES, "problem")
        return cls(
            number,
            **{name: row[name] for name in names},
            word_count=row["word_count"] or 0,
            words=row["words"] or b"",
        )


def brief_stage() -> Stage:
    """CLEANED (the columns LOOKED_AT) -> SCHEMA."""
    return Stage("brief", brief_batch, SCHEMA, code_version("clean"), _unknown)


def brief_batch(batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    """The brief of each row."""
    return pa.RecordBatch.from_pylist([_brief(row) for row in batch.to_pylist()], schema=SCHEMA)


def _unknown(row: Mapping[str, Any], _detail: str) -> dict[str, Any]:
    """The brief of an article that could not be hashed: it is compared with none."""
    return _known(row)


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    document = row["document"] or {}
    named = {name: row[name] for name in ("source_name", "source_sha256", "problem")}
    return named | {name: document.get(name) for name in ("url", "word_count", *_TIMES)}


def _brief(row: Mapping[str, Any]) -> dict[str, Any]:
    document = row["document"]
    if document is None:
        return _known(row)
    text, outlet = document["text"], _outlet(document["publisher"], document["url"])
    return _known(row) | {
        "outlet": outlet,
        "words": digest(ids.words(text)),
        "text": digest(text),
        "lines": list(_lines(text, document["segments"], outlet)),
    }


def _outlet(publisher: str | None, url: str | None) -> str | None:
    """What tells outlets apart: the publisher's name, else the host of the URL."""
    if publisher:
        return ids.words(publisher)
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def _lines(text: str, segments: Sequence[Mapping[str, Any]], outlet: str | None) -> Iterator[dict[str, Any]]:
    for segment in segments:
        line = ids.words(text[segment["start"] : segment["end"]])
        counts = outlet is not None and segment["role"] != "headline" and line and line.count(" ") < _MAX_LINE_WORDS
        yield {
            "line": number_of(digest(f"{outlet}\0{line}")) if counts else None,
            "is_body": segment["role"] in PARAGRAPHS,
        }


def digest(text: str) -> bytes:
    """A hash of a text; DIGEST_BYTES bytes."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def number_of(hashed: bytes) -> int:
    """The first 8 bytes of a hash as a signed number."""
    return int.from_bytes(hashed[:8], "big", signed=True)
