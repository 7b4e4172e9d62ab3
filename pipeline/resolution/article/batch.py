"""One resolved document as a row of the stage `extracted`.

Belongs here: nesting, and the source offsets of every span. Does not: ids of actors, which need all documents
(`corpus`).
"""

from __future__ import annotations

from typing import Any

from pipeline.cleaning.document import Document
from pipeline.extraction.records import Span
from pipeline.resolution.article.records import Resolved, ResolvedClaim, ResolvedMention


def to_row(document_id: str, document: Document, resolved: Resolved) -> dict[str, Any]:
    """A row of EXTRACTED. Mentions that cross a paragraph, and second ones of a place, are left out."""
    mentions = {(row["source_start"], row["source_end"]): row for row in _mentions(document, resolved)}
    return {
        "document_id": document_id,
        "problem": None,
        "detail": None,
        "claims": [_claim(document, claim) for claim in resolved.claims],
        "mentions": [mentions[place] for place in sorted(mentions)],
        "entities": [
            {name: getattr(entity, name) for name in ("name", "kind", "is_named", "wikidata_id", "country")}
            for entity in resolved.entities
        ],
        "roles": [
            {
                "entity": r.entity,
                "role": r.role,
                "start": r.span.start,
                "end": r.span.end,
                "organisation": r.organisation,
            }
            for r in resolved.roles
        ],
        "quantities": [
            {
                "start": q.span.start,
                "end": q.span.end,
                **{name: getattr(q, name) for name in ("kind", "value", "unit", "currency", "date_value")},
            }
            for q in resolved.quantities
        ],
    }


def _mentions(document: Document, resolved: Resolved) -> list[dict[str, Any]]:
    rows = [_mention(document, found) for found in reversed(resolved.mentions)]
    return [row for row in rows if row is not None]


def _mention(document: Document, found: ResolvedMention) -> dict[str, Any] | None:
    start, end = found.mention.span
    common = {"entity": found.entity, "form": found.mention.form}
    if found.mention.in_caption:
        place = {"start": None, "end": None, "source_start": start, "source_end": end, "section": "caption"}
        return {**common, **place, "surface": found.mention.canonical}
    if document.segment_at(start) != document.segment_at(end - 1):
        return None
    source_start, source_end = document.to_source(start, end)
    place = {"start": start, "end": end, "source_start": source_start, "source_end": source_end}
    return {**common, **place, "section": document.section_at(start), "surface": document.text[start:end]}


def _claim(document: Document, resolved: ResolvedClaim) -> dict[str, Any]:
    claim = resolved.claim
    main = claim.speakers[0] if claim.speakers else None
    return {
        "section": claim.section,
        "fragments": [_fragment(document, span) for span in claim.fragments],
        **{name: getattr(claim, name) for name in ("mode", "act", "cue_lemma", "level", "rule", "confidence")},
        **{name: getattr(claim, name) for name in ("is_negated", "is_hedged", "is_factive")},
        **_words(document, "cue", claim.cue),
        **_words(document, "speaker", main),
        "speaker": resolved.speakers[0] if resolved.speakers else None,
        "co_speakers": list(resolved.speakers[1:]),
        "addressee": resolved.addressee,
        "medium": resolved.medium,
    }


def _fragment(document: Document, span: Span) -> dict[str, int]:
    source_start, source_end = document.to_source(*span)
    return {"start": span.start, "end": span.end, "source_start": source_start, "source_end": source_end}


def _words(document: Document, part: str, span: Span | None) -> dict[str, Any]:
    start, end = span or (None, None)
    text = document.text[start:end] if span else None
    return {f"{part}_text": text, f"{part}_start": start, f"{part}_end": end}
