"""Quotation marks paired into quotations, paragraph by paragraph.

Belongs here: straight, curly, guillemet and single marks, nesting, marks left open. Does not: who says a quotation, or
whether it is a quotation at all and no title or scare quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.extraction.parse import Paragraph
from pipeline.extraction.records import Span

_MARK = re.compile(r"[“”„\"«»]|``|''|[‘’']")
_OPEN_DOUBLE = frozenset(("“", "„", "«", "``"))
_SINGLES = frozenset("‘’'")
_EITHER_DOUBLE = frozenset(('"', "''"))
_PAIRS = {"“": ("”", '"', "''"), "„": ("“", "”"), "«": ("»",), "``": ("''", '"'), '"': ('"', "”"), "''": ("''", "”")}
_LONGEST_SINGLE = 600
"""Code points between two single marks at most: an apostrophe must not open half a paragraph."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation within one paragraph: `span` with its marks, `inner` without them.

    `level` is 2 inside another quotation. `is_closed` is false where the closing mark is missing; the quotation then
    ends with its paragraph. `continues` is true if it takes up one that the paragraph before left open.
    """

    span: Span
    inner: Span
    paragraph: int
    level: int = 1
    is_closed: bool = True
    continues: bool = False
    is_single: bool = False


def find_quotations(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Quotation, ...]:
    """All quotations in order of their first mark; an outer one before those inside it."""
    found: list[Quotation] = []
    was_open = False
    for number, paragraph in enumerate(paragraphs):
        here = sorted(_in_paragraph(text, paragraph.span, number, was_open), key=lambda q: (q.span.start, -q.span.end))
        found += here
        was_open = any(not quotation.is_closed for quotation in here)
    return tuple(found)


def _in_paragraph(text: str, span: Span, number: int, was_open: bool) -> Iterator[Quotation]:  # noqa: FBT001
    outer = list(_double(text, span, number, was_open))
    yield from outer
    taken = [quotation.inner for quotation in outer]
    for single in _single(text, span):
        inside = any(place.contains(single) for place in taken)
        if inside or not any(place.overlaps(single) for place in taken):
            yield Quotation(
                single, Span(single.start + 1, single.end - 1), number, level=2 if inside else 1, is_single=True
            )


class _Opening(NamedTuple):
    """A mark that has opened a quotation."""

    place: int
    mark: str
    continues: bool

    def to(self, end: int, closing: int, paragraph: int, *, is_closed: bool = True) -> Quotation:
        """The quotation from here to `end`, whose last mark has `closing` characters."""
        first = self.place + len(self.mark)
        inner = Span(first, max(first, end - closing))
        return Quotation(Span(self.place, end), inner, paragraph, is_closed=is_closed, continues=self.continues)


def _double(text: str, span: Span, number: int, was_open: bool) -> Iterator[Quotation]:  # noqa: FBT001
    opening: _Opening | None = None
    for found in _MARK.finditer(text, span.start, span.end):
        mark, place = found.group(), found.start()
        if mark in _SINGLES or (opening is None and _is_measure(text, place, mark)):
            continue
        opens = mark in _OPEN_DOUBLE or mark in _EITHER_DOUBLE
        if opening is None:
            if opens and (mark in _OPEN_DOUBLE or _may_open(text, found.end(), span.end)):
                opening = _Opening(place, mark, was_open and place == span.start)
        elif mark in _PAIRS[opening.mark] and not _must_open(text, found, span):
            yield opening.to(found.end(), len(mark), number)
            opening = None
        elif opens:  # opened again: the first one was never closed
            yield opening.to(place, 0, number)
            opening = _Opening(place, mark, continues=False)
    if opening is not None and opening.place + len(opening.mark) < span.end:
        yield opening.to(span.end, 0, number, is_closed=False)


def _is_measure(text: str, place: int, mark: str) -> bool:
    """True for the sign of inches or seconds: 6'2" tall."""
    return mark == '"' and place > 0 and text[place - 1].isdigit()


def _may_open(text: str, after: int, end: int) -> bool:
    return after < end and not text[after].isspace()


def _must_open(text: str, found: re.Match[str], span: Span) -> bool:
    """True if a mark that may stand on both sides can only open: a space before it, none behind."""
    if found.group() not in _EITHER_DOUBLE:
        return False
    before, after = found.start() - 1, found.end()
    return before >= span.start and text[before].isspace() and after < span.end and text[after].isalnum()


def _single(text: str, span: Span) -> Iterator[Span]:
    """Spans between single marks: opened at the start of a word, closed at the end of one."""
    here = span.start
    while found := _SINGLE_OPEN.search(text, here, span.end):
        closing = _closing_single(text, found, min(span.end, found.end() + _LONGEST_SINGLE))
        if closing is None:
            here = found.end()
            continue
        yield Span(found.start(), closing)
        here = closing


_SINGLE_OPEN = re.compile(r"(?<![\w'’])[‘'](?=[\w\[“\"$£€])(?!(?:em|til|tis|twas|cause|n|\d0s)\b)")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,?!…\]”\"%])[’'](?![\w'])")


def _closing_single(text: str, opening: re.Match[str], end: int) -> int | None:
    """End of the single quotation: a mark behind punctuation, else the last possible one before the next opens."""
    last: int | None = None
    for found in _SINGLE_CLOSE.finditer(text, opening.end(), end):
        before = text[found.start() - 1]
        if before in ".,?!…":
            return found.end()
        if before != "s" or last is None:
            last = found.end()
        if before != "s":
            return last
    return last
