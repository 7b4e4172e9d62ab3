"""What cleaning gives: a document made of kept segments, the removals around them, or a reason for neither.

Belongs here: the records and the arithmetic between text and source text. Does not: any rule.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pipeline.intake.snapshot import ALL_RIGHTS_RESERVED

PARAGRAPH = "\n\n"
"""What stands between two paragraphs of a document's text."""


PARAGRAPHS = frozenset(("body", "quotation", "emphasised"))
"""Roles of the paragraphs of a body, headings and notes left out."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A kept span: `text[start:end] == source_text[source_start:source_end]`. Roles: vocabulary segment_role."""

    role: str
    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed span of the source text, with its reason (vocabulary removal_reason) and the rule that decided."""

    source_start: int
    source_end: int
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Place:
    """A span of the source text."""

    source_start: int
    source_end: int


@dataclass(frozen=True)
class Document:
    """An article: the kept segments joined, with its metadata. Offsets are code points, half open."""

    language: str
    text: str
    segments: tuple[Segment, ...]
    body_start: int
    word_count: int
    truncation: str
    metadata_sources: str
    licence: str = ALL_RIGHTS_RESERVED
    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    publisher: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    published_offset: int | None = None
    modified_at: datetime | None = None
    modified_offset: int | None = None
    captured_at: datetime | None = None
    article_section: str | None = None
    truncation_evidence: str | None = None
    access: str | None = None

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    def segment_at(self, offset: int) -> Segment:
        """The segment that holds the character at this offset of the text (or the last one before it)."""
        return self.segments[max(0, bisect_right(self._starts, offset) - 1)]

    def section_at(self, offset: int) -> str:
        """Vocabulary section: headline, standfirst or body."""
        role = self.segment_at(offset).role
        return role if role in ("headline", "standfirst") else "body"

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source text that a non-empty span of the text comes from."""
        first, last = self.segment_at(start), self.segment_at(end - 1)
        return first.source_start + start - first.start, last.source_start + end - last.start


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A row of the stage `cleaned`: a document with its removals, or a problem (an exclusion reason) and its detail."""

    source_name: str
    source_sha256: str
    media_type: str
    problem: str | None = None
    detail: str | None = None
    duplicate_of: str | None = None
    """The document_id of the document kept in its place, if the problem is `duplicate` or `earlier_version`."""
    version: int | None = None
    """Which version of the article it is, from 1; None if no other input has its URL."""
    source_text: str | None = None
    document: Document | None = None
    removals: tuple[Removal, ...] = ()
    captions: tuple[Place, ...] = ()
