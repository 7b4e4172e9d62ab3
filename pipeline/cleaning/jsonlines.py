"""A cleaned input as one JSON object, for people who want clean text and nothing else.

Belongs here: the shape that `onrecord clean` prints. Does not: any decision about an article.
"""

from __future__ import annotations

from typing import Any

from pipeline.cleaning.document import PARAGRAPH, Cleaned, Document

_TIMES = ("published_at", "modified_at")
_METADATA = (
    "published_offset", "modified_offset", "byline", "publisher", "url", "article_section", "language", "truncation",
    "truncation_evidence", "access", "licence",
)  # fmt: skip


def to_json(cleaned: Cleaned) -> dict[str, Any]:
    """source_name, title, standfirst, text (standfirst and body), metadata, removals; or a problem with its detail.

    Times are UTC; their offsets are the minutes ahead of UTC that the source declares. A dateline in front of the
    first sentence stays in `text`, as corpora of articles have it; it is a removal, too.
    Offsets are code points into `source_text`; every character of it stands in exactly one of `kept` and `removals`.
    """
    if cleaned.document is None:
        return {"source_name": cleaned.source_name, "problem": cleaned.problem, "detail": cleaned.detail}
    document, source = cleaned.document, cleaned.source_text or ""
    return {
        "source_name": cleaned.source_name,
        "title": document.title,
        "standfirst": document.standfirst,
        "text": _text(cleaned, document, source),
        **{name: at.isoformat() if (at := getattr(document, name)) else None for name in _TIMES},
        **{name: getattr(document, name) for name in _METADATA},
        "source_text": source,
        "kept": [
            {"role": s.role, "source_start": s.source_start, "source_end": s.source_end} for s in document.segments
        ],
        "removals": [
            {
                "reason": removal.reason,
                "rule": removal.rule,
                "source_start": removal.source_start,
                "source_end": removal.source_end,
                "text": source[removal.source_start : removal.source_end],
            }
            for removal in cleaned.removals
        ],
    }


def _text(cleaned: Cleaned, document: Document, source: str) -> str:
    leads = {r.source_end: r.source_start for r in cleaned.removals if r.reason == "dateline"}
    spans = (
        (leads.get(s.source_start, s.source_start), s.source_end) for s in document.segments if s.role != "headline"
    )
    return PARAGRAPH.join(source[start:end] for start, end in spans)
