"""What cleaning found, as the tables snapshots, documents, removals and exclusions.

Belongs here: rows and ids of these four. Does not: any decision about an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from pipeline import ids
from pipeline.cleaning.document import Cleaned, Document
from pipeline.intake.licences import text_is_open
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table

_COPIED = (
    "title", "standfirst", "byline", "publisher", "url", "published_at", "published_offset", "modified_at",
    "modified_offset", "captured_at", "article_section", "language", "text", "body_start", "word_count", "truncation",
    "truncation_evidence", "access", "licence", "metadata_sources",
)  # fmt: skip


def document_tables(cleaned: Sequence[Cleaned]) -> dict[str, pa.Table]:
    """The four tables. `documents.text` holds every text and `publisher_id` nothing yet."""
    kept = [(row, row.document) for row in cleaned if row.document and not row.problem]
    return {
        "snapshots": _table("snapshots", (_snapshot(row) for row in cleaned)),
        "documents": _table("documents", (_document(row, document) for row, document in kept)),
        "removals": _table("removals", (removal for row, document in kept for removal in _removals(row, document))),
        "exclusions": _table("exclusions", (_exclusion(row) for row in cleaned if row.problem)),
    }


def _table(name: str, rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=arrow_schema(table(name)))


def _id(row: Cleaned, document: Document) -> str:
    return ids.document_id(document.url, row.source_sha256)


def _snapshot(row: Cleaned) -> dict[str, Any]:
    return {"source_name": row.source_name, "source_sha256": row.source_sha256, "media_type": row.media_type}


def _document(row: Cleaned, document: Document) -> dict[str, Any]:
    return {
        **{name: getattr(document, name) for name in _COPIED},
        "document_id": _id(row, document),
        "version": row.version or 1,
        "segments": [{name: getattr(s, name) for name in s.__slots__} for s in document.segments],
        "is_truncated": document.truncation in ("suspected", "confirmed"),
        "text_is_open": text_is_open(document.licence),
        "source_name": row.source_name,
        "source_sha256": row.source_sha256,
        "source_length": len(row.source_text or ""),
        "text_sha256": ids.sha256(document.text.encode("utf-8", "surrogatepass")),
        "publisher_id": None,
    }


def _removals(row: Cleaned, document: Document) -> list[dict[str, Any]]:
    return [
        {"document_id": _id(row, document), **{name: getattr(removal, name) for name in removal.__slots__}}
        for removal in row.removals
    ]


def _exclusion(row: Cleaned) -> dict[str, Any]:
    return {
        "source_name": row.source_name,
        "source_sha256": row.source_sha256,
        "reason": row.problem,
        "detail": row.detail or "",
        "duplicate_of": row.duplicate_of,
        "version": row.version,
    }
