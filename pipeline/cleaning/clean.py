"""One snapshot cleaned: read, judge block by block, put together again.

Belongs here: the order of the steps, and which problem excludes an input. Does not: any rule, or steps that need other
documents (`corpus`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.cleaning import app_data, language, main_text, metadata, mojibake, page, pasted, printed, truncation
from pipeline.cleaning.assemble import Partition, partition
from pipeline.cleaning.blocks import Block, PageReader, TooLargeError, text_blocks
from pipeline.cleaning.document import Cleaned, Document, Place
from pipeline.cleaning.layout import Verdict
from pipeline.cleaning.leads import with_lead
from pipeline.cleaning.limits import LARGE_MARKUP, MAX_ATTRIBUTES, MAX_MARKUP, MAX_PIECE, MAX_TAGS, MAX_TEXT
from pipeline.cleaning.metadata import Metadata
from pipeline.cleaning.stated import shows_no_article, with_stated_body
from pipeline.intake.dates import Moment
from pipeline.intake.encoding import NotTextError, decode
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import Settings

MIN_WORDS = 25
"""An input with fewer words of article holds none: error pages, photo galleries, script-only pages."""
_COLUMNS = {"authors": "byline", "published": "published_at", "modified": "modified_at"}
_NO_COLUMN = frozenset({"article_body", "stated_words"})
"""What a page states of its text; it is weighed, and published nowhere."""
_MANIFEST = ("title", "byline", "publisher", "url", "published_at", "language")


class _ExcludedError(Exception):
    """The input gives no document: an exclusion reason, and what exactly was found."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem, self.detail = problem, detail


def clean(snapshot: Snapshot, settings: Settings) -> Cleaned:
    """The snapshot's document with its removals, or the problem that stands against it. Never raises for bad input."""
    cleaned = clean_any_language(snapshot, settings)
    document = cleaned.document
    if document is not None and document.language != "en":
        return _problem(snapshot, "not_english", f"the text is in language {document.language}")
    return cleaned


def clean_any_language(snapshot: Snapshot, settings: Settings) -> Cleaned:
    """As `clean`, but whatever the language of the text."""
    if snapshot.problem is not None:
        return _problem(snapshot, snapshot.problem, snapshot.detail)
    if len(snapshot.content) > settings.max_input_bytes:
        found = f"{len(snapshot.content)} bytes, at most {settings.max_input_bytes} are read"
        return _problem(snapshot, "too_large", found)
    try:
        return _cleaned(snapshot, decode(snapshot.content, snapshot.media_type, snapshot.charset))
    except NotTextError as error:
        return _problem(snapshot, "unreadable", str(error))
    except TooLargeError as error:
        return _problem(snapshot, "too_large", str(error))
    except _ExcludedError as error:
        return _problem(snapshot, error.problem, error.detail)


def _problem(snapshot: Snapshot, problem: str, detail: str | None) -> Cleaned:
    return Cleaned(snapshot.source_name, snapshot.source_sha256, snapshot.media_type, problem, detail)


def _cleaned(snapshot: Snapshot, text: str) -> Cleaned:
    if snapshot.media_type == "text/html":
        found, blocks, verdicts = _judge_page(snapshot, text)
    else:
        found, (blocks, verdicts) = Metadata(), _judge_text(snapshot, text)
    parts = partition(blocks, with_lead(blocks, verdicts))
    if parts.words() < MIN_WORDS:
        raise _ExcludedError(
            "empty", f"{parts.words()} words of article text were found, at least {MIN_WORDS} are needed"
        )
    return Cleaned(
        snapshot.source_name, snapshot.source_sha256, snapshot.media_type, source_text=parts.source,
        document=_document(snapshot, parts, found),
        removals=parts.removals,
        captions=tuple(Place(r.source_start, r.source_end) for r in parts.removals if r.reason == "caption"),
    )  # fmt: skip


def _within(number: int, limit: int, things: str) -> None:
    """Raises TooLargeError if there are more than the limit allows."""
    if number > limit:
        raise TooLargeError(f"{number} {things}, at most {limit} are read")


def _judge_text(snapshot: Snapshot, text: str) -> tuple[Sequence[Block], Sequence[Verdict]]:
    _within(len(text), MAX_TEXT, "characters")
    blocks = text_blocks(text)
    return blocks, pasted.judge(blocks, snapshot.title, snapshot.publisher)


def _judge_page(snapshot: Snapshot, markup: str) -> tuple[Metadata, Sequence[Block], Sequence[Verdict]]:
    _within(len(markup), MAX_MARKUP, "characters")
    _within(markup.count("<"), MAX_TAGS, "tags")
    _within(main_text.longest_piece(markup), MAX_PIECE, "characters without a tag")
    if len(markup) > LARGE_MARKUP:
        _within(main_text.most_attributes(markup), MAX_ATTRIBUTES, "attributes of a tag")
    tree = main_text.parse(markup)
    if tree is None:
        raise _ExcludedError("unreadable", "the markup holds no page")
    reader = PageReader()
    body = tree.find("body")
    blocks = reader.read(tree if body is None else body)
    _within(blocks[-1].end if blocks else 0, MAX_TEXT, "characters of text")
    found = metadata.read(tree)
    if found.reserved:
        raise _ExcludedError("no_licence", "the page reserves text and data mining (meta tdm-reservation)")
    written = app_data.scripts(tree) if found.article_body is None and shows_no_article(blocks) else []
    numbers = main_text.chosen(tree, reader.nodes)
    shares = [main_text.share_chosen(block, numbers) for block in blocks]
    verdicts = page.judge(blocks, shares, found, snapshot.publisher or found.publisher)
    return found, *with_stated_body(blocks, verdicts, found.article_body or app_data.body_in(written))


def _document(snapshot: Snapshot, parts: Partition, found: Metadata) -> Document:
    verdict, published = truncation.judge(parts, found), _published(snapshot, parts, found)
    return Document(
        language=language.detect(parts.text, snapshot.language or found.language),
        text=parts.text,
        segments=parts.segments,
        body_start=parts.body_start(),
        word_count=parts.words(),
        truncation=verdict.level,
        truncation_evidence=verdict.evidence,
        metadata_sources=_sources(snapshot, parts, found),
        licence=snapshot.licence,
        title=snapshot.title or parts.shown("headline") or found.title,
        standfirst=parts.shown("standfirst") or found.standfirst,
        byline=snapshot.byline or "; ".join(found.authors or metadata.split_names(printed.authors(parts))) or None,
        publisher=snapshot.publisher or found.publisher,
        url=snapshot.url or found.url,
        published_at=published.at if published else None,
        published_offset=published.offset if published else None,
        modified_at=found.modified.at if found.modified else None,
        modified_offset=found.modified.offset if found.modified else None,
        captured_at=snapshot.captured_at,
        article_section=found.article_section,
        access=found.access,
    )


def _published(snapshot: Snapshot, parts: Partition, found: Metadata) -> Moment | None:
    if snapshot.published_at is not None:
        return Moment(snapshot.published_at, snapshot.published_offset)
    return found.published or _printed_date(snapshot, parts)


def _printed_date(snapshot: Snapshot, parts: Partition) -> Moment | None:
    """The date that a text file prints; on a page, dates above the article may belong to other articles."""
    return None if snapshot.media_type == "text/html" else printed.published(parts)


def _sources(snapshot: Snapshot, parts: Partition, found: Metadata) -> str:
    """Where each value comes from, as a JSON object; `page_licence` holds what a page states itself.

    `text` is there if some of it is mojibake, and says in how many places.
    """
    sources = {_COLUMNS.get(name, name): source for name, source in found.sources.items() if name not in _NO_COLUMN}
    for name, role in (("title", "headline"), ("standfirst", "standfirst")):
        if parts.shown(role):
            sources[name] = "text"
    if printed.authors(parts):
        sources.setdefault("byline", "text")
    if _printed_date(snapshot, parts):
        sources.setdefault("published_at", "text")
    damage = mojibake.places(parts.text)
    if damage:
        sources["text"] = f"mojibake: {damage} place{'s' if damage > 1 else ''}"
    sources |= {name: "manifest" for name in _MANIFEST if getattr(snapshot, name)}
    sources["licence"] = "manifest"
    if found.licence:
        sources["page_licence"] = found.licence
    return json.dumps(sources, ensure_ascii=False, sort_keys=True)
