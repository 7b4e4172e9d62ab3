"""One snapshot cleaned: read, judge block by block, put together again.

Belongs here: the order of the steps, and the arithmetic of spans. Does not: any rule, or steps that need other documents
(`corpus`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from pipeline.cleaning import blocks as blocks_
from pipeline.cleaning import language, main_text, metadata, page, pasted, truncation
from pipeline.cleaning.blocks import Block, TooLargeError
from pipeline.cleaning.document import PARAGRAPH, Cleaned, Document, Place, Removal, Segment
from pipeline.cleaning.layout import Verdict
from pipeline.cleaning.limits import MAX_MARKUP, MAX_TEXT
from pipeline.cleaning.metadata import Metadata
from pipeline.intake.encoding import NotTextError, decode
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import Settings

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MIN_WORDS = 25
"""An input with fewer words of article holds none: error pages, photo galleries, script-only pages."""


def clean(snapshot: Snapshot, settings: Settings) -> Cleaned:
    """The snapshot's document with its removals, or the problem that stands against it. Never raises for bad input."""
    if snapshot.problem is not None:
        return _problem(snapshot, snapshot.problem, snapshot.detail)
    cleaned = clean_any_language(snapshot, settings)
    document = cleaned.document
    if document is not None and document.language != "en":
        return _problem(snapshot, "not_english", f"the text is in language {document.language}")
    return cleaned


def clean_any_language(snapshot: Snapshot, settings: Settings) -> Cleaned:
    """As `clean`, but whatever the language of the text."""
    if len(snapshot.content) > settings.max_input_bytes:
        return _problem(
            snapshot, "too_large", f"{len(snapshot.content)} bytes, at most {settings.max_input_bytes} are read"
        )
    try:
        text = decode(snapshot.content, snapshot.media_type)
        return _clean_page(snapshot, text) if snapshot.media_type == "text/html" else _clean_text(snapshot, text)
    except NotTextError as error:
        return _problem(snapshot, "unreadable", str(error))
    except TooLargeError as error:
        return _problem(snapshot, "too_large", str(error))


def _problem(snapshot: Snapshot, problem: str, detail: str | None) -> Cleaned:
    return Cleaned(snapshot.source_name, snapshot.source_sha256, snapshot.media_type, problem, detail)


def _clean_text(snapshot: Snapshot, text: str) -> Cleaned:
    if len(text) > MAX_TEXT:
        return _problem(snapshot, "too_large", f"{len(text)} characters, at most {MAX_TEXT} are read")
    found = blocks_.text_blocks(text)
    return _assemble(snapshot, found, pasted.judge(found, snapshot.title, snapshot.publisher), Metadata())


def _clean_page(snapshot: Snapshot, markup: str) -> Cleaned:
    if len(markup) > MAX_MARKUP:
        return _problem(snapshot, "too_large", f"{len(markup)} characters, at most {MAX_MARKUP} are read")
    tree = main_text.parse(markup)
    if tree is None:
        return _problem(snapshot, "unreadable", "no page could be parsed")
    found = metadata.read(tree)
    if found.reserved:
        return _problem(snapshot, "no_licence", "the page reserves text and data mining (meta tdm-reservation)")
    reader = blocks_.PageReader()
    body = tree.find("body")
    read = reader.read(body if body is not None else tree)
    numbers = main_text.chosen(tree, reader.nodes)
    shares = [main_text.share_chosen(block, numbers) for block in read]
    return _assemble(snapshot, read, page.judge(read, shares, found, snapshot.publisher or found.publisher), found)


def _assemble(snapshot: Snapshot, blocks: Sequence[Block], verdicts: Sequence[Verdict], found: Metadata) -> Cleaned:
    """The partition of the source text: kept blocks and removed ones, blank between them."""
    segments: list[Segment] = []
    removals: list[Removal] = []
    pieces: list[str] = []
    position = end = 0
    for block, verdict in zip(blocks, verdicts, strict=True):
        text = block.text.strip()
        start = block.start + len(block.text) - len(block.text.lstrip())
        if not text:
            continue
        if start > end:
            removals.append(Removal(end, start, "blank", "between_blocks"))
        end = start + len(text)
        if verdict.kept:
            position += len(PARAGRAPH) if pieces else 0
            segments.append(Segment(verdict.kind, position, position + len(text), start, end))
            pieces.append(text)
            position += len(text)
        else:
            removals.append(Removal(start, end, verdict.kind, verdict.rule))
    source = blocks_.join(list(blocks))
    if len(source) > end:
        removals.append(Removal(end, len(source), "blank", "between_blocks"))
    return _document(snapshot, source, PARAGRAPH.join(pieces), segments, removals, found)


def _document(
    snapshot: Snapshot, source: str, text: str, segments: list[Segment], removals: list[Removal], found: Metadata
) -> Cleaned:
    body_start = next((s.start for s in segments if s.role not in ("headline", "standfirst")), len(text))
    words = len(_WORD.findall(text[segments[0].end if segments and segments[0].role == "headline" else 0 :]))
    if words < _MIN_WORDS:
        return _problem(snapshot, "empty", f"{words} words of article text were found")
    shown = {
        role: "\n".join(text[s.start : s.end] for s in segments if s.role == role)
        for role in ("headline", "standfirst")
    }
    verdict = truncation.judge(source, text, removals, found)
    document = Document(
        language=language.detect(text, found.language),
        text=text,
        segments=tuple(segments),
        body_start=body_start,
        word_count=words,
        truncation=verdict.level,
        truncation_evidence=verdict.evidence,
        metadata_sources=json.dumps(found.sources, sort_keys=True),
        licence=snapshot.licence,
        title=snapshot.title or shown["headline"] or found.title,
        standfirst=shown["standfirst"] or found.standfirst,
        byline=snapshot.byline or "; ".join(found.authors) or None,
        publisher=snapshot.publisher or found.publisher,
        url=snapshot.url or found.url,
        published_at=snapshot.published_at or found.published_at,
        modified_at=found.modified_at,
        access=found.access,
    )
    return Cleaned(
        snapshot.source_name, snapshot.source_sha256, snapshot.media_type, source_text=source, document=document,
        removals=tuple(removals),
        captions=tuple(Place(r.source_start, r.source_end) for r in removals if r.reason == "caption"),
    )  # fmt: skip
