"""Spans and ids of a release, computed again from its own columns.

Belongs here: what every offset and id must agree with. Does not: whether a span is a good one (`expectations`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import ids
from pipeline.cleaning.document import PARAGRAPH
from pipeline.release.content import Tables
from pipeline.schema.fields import ELLIPSIS

MISSING_TURNS = 10
"""A claim keeps its id when equal ones before it are retracted, so that many of their turns may be missing."""

Row = Mapping[str, Any]


def problems(tables: Tables) -> Iterator[str]:
    """Spans that do not give their words, source texts that are not covered exactly, ids that are not what they say."""
    documents = {row["document_id"]: row for row in tables["documents"].to_pylist()}
    yield from _documents(documents.values(), tables)
    yield from _claims(tables["claims"].to_pylist(), documents)
    yield from _mentions(tables["mentions"].to_pylist(), documents)
    yield from _quantities(tables["quantities"].to_pylist(), documents)


def _documents(documents: Any, tables: Tables) -> Iterator[str]:
    removed = defaultdict(list)
    for row in tables["removals"].to_pylist():
        removed[row["document_id"]].append((row["source_start"], row["source_end"]))
    for row in documents:
        name = f"documents: {row['document_id']}"
        kept = [(s["source_start"], s["source_end"]) for s in row["segments"]]
        if not covers(kept + removed[row["document_id"]], row["source_length"]):
            yield f"{name}: segments and removals do not cover the source text exactly once"
        if ids.document_id(row["url"], row["source_sha256"]) != row["document_id"]:
            yield f"{name}: the id is not that of its URL or source"
        if row["text"] is not None and not _text_agrees(row):
            yield f"{name}: the text is not that of its checksum and segments"


def covers(pieces: list[tuple[int, int]], length: int) -> bool:
    """True if these half-open spans hold every place from 0 to length exactly once."""
    at = 0
    for start, end in sorted(pieces):
        if start != at or end < start:
            return False
        at = end
    return at == length


def _text_agrees(row: Row) -> bool:
    text: str = row["text"]
    joined = PARAGRAPH.join(text[s["start"] : s["end"]] for s in row["segments"])
    return joined == text and ids.sha256(text.encode()) == str(row["text_sha256"])


def _claims(claims: list[dict[str, Any]], documents: Mapping[str, Row]) -> Iterator[str]:
    yield from _claim_ids(claims)
    for row in claims:
        text = documents[row["document_id"]]["text"]
        if text is not None:
            yield from _claim_words(row, text)


def _claim_ids(claims: list[dict[str, Any]]) -> Iterator[str]:
    turns: dict[tuple[str, str, str], int] = defaultdict(int)
    whole = (claim for claim in claims if claim["text_extent"] == "whole")  # of the others the words are not given
    for row in sorted(whole, key=lambda claim: (claim["document_id"], claim["start"], claim["end"])):
        said = (row["document_id"], row["speaker_text"] or "", ids.words(row["text"]))
        first = turns[said]
        possible = (ids.claim_id(*said[:2], row["text"], turn) for turn in range(first, first + MISSING_TURNS))
        turn = next((turn for turn, own in enumerate(possible, first) if own == row["claim_id"]), None)
        if turn is None:
            yield f"claims: {row['claim_id']}: the id is not that of its document, speaker and words"
        turns[said] = first + 1 if turn is None else turn + 1


def _claim_words(row: Row, text: str) -> Iterator[str]:
    name = f"claims: {row['claim_id']}"
    if ELLIPSIS.join(text[f["start"] : f["end"]] for f in row["fragments"]) != row["text"]:
        yield f"{name}: its fragments are not its text"
    for part in ("cue", "speaker"):
        words, start, end = (row[f"{part}_{what}"] for what in ("text", "start", "end"))
        if words is not None and text[start:end] != words:
            yield f"{name}: the words of its {part} do not stand at their place"


def _mentions(mentions: list[dict[str, Any]], documents: Mapping[str, Row]) -> Iterator[str]:
    for row in mentions:
        name = f"mentions: {row['mention_id']}"
        if ids.mention_id(row["document_id"], row["source_start"], row["source_end"]) != row["mention_id"]:
            yield f"{name}: the id is not that of its place"
        text = documents[row["document_id"]]["text"]
        if text is not None and row["start"] is not None and text[row["start"] : row["end"]] != row["surface"]:
            yield f"{name}: its words do not stand at its place"


def _quantities(quantities: list[dict[str, Any]], documents: Mapping[str, Row]) -> Iterator[str]:
    for row in quantities:
        name = f"quantities: {row['quantity_id']}"
        if ids.quantity_id(row["document_id"], row["source_start"], row["source_end"]) != row["quantity_id"]:
            yield f"{name}: the id is not that of its place"
        text = documents[row["document_id"]]["text"]
        if text is not None and text[row["start"] : row["end"]] != row["text"]:
            yield f"{name}: its words do not stand at its place"
