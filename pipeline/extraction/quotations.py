"""Quotation marks paired into quotations, paragraph by paragraph.

Belongs here: straight, curly, guillemet and single marks, nesting, marks left open. Does not: who says a quotation, or
whether it is a quotation at all and no title or scare quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extraction.parse import Paragraph
from pipeline.extraction.records import Span

DEEPEST = 2
"""Levels of nesting that are told apart; what is deeper belongs to the second."""

_MARK = re.compile(r"[“”„\"«»]|``|''|[‘’']")
_OPEN_DOUBLE = frozenset(("“", "„", "«", "``"))
_CLOSE_DOUBLE = frozenset(("”", "»"))
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


def _double(text: str, span: Span, number: int, was_open: bool) -> Iterator[Quotation]:  # noqa: FBT001
    start: tuple[int, str] | None = None
    first = True
    for found in _MARK.finditer(text, span.start, span.end):
        mark, place = found.group(), found.start()
        if mark in "‘’'" or _is_measure(text, place, mark, start):
            continue
        continues = was_open and first and place == span.start
        if start is None:
            if mark in _OPEN_DOUBLE or (mark in _EITHER_DOUBLE and _may_open(text, found.end(), span.end)):
                start, first_of = (place, mark), continues
            continue
        if mark in _PAIRS[start[1]] and not (mark in _EITHER_DOUBLE and _must_open(text, place, found.end(), span)):
            yield _quotation(Span(start[0], found.end()), len(start[1]), len(mark), number, continues=first_of)
            start, first = None, False
        elif mark in _OPEN_DOUBLE or mark in _EITHER_DOUBLE:  # opened again: the first one was never closed
            yield _quotation(Span(start[0], place), len(start[1]), 0, number, continues=first_of)
            start, first_of, first = (place, mark), False, False
    if start is not None and start[0] + len(start[1]) < span.end:
        yield _quotation(Span(start[0], span.end), len(start[1]), 0, number, continues=first_of, closed=False)


def _quotation(
    span: Span, opening: int, closing: int, number: int, *, continues: bool, closed: bool = True
) -> Quotation:
    inner = Span(span.start + opening, max(span.start + opening, span.end - closing))
    return Quotation(span, inner, number, is_closed=closed, continues=continues)


def _is_measure(text: str, place: int, mark: str, start: tuple[int, str] | None) -> bool:
    """True for the sign of inches or seconds: 6'2" tall."""
    return mark == '"' and start is None and place > 0 and text[place - 1].isdigit()


def _may_open(text: str, after: int, end: int) -> bool:
    return after < end and not text[after].isspace()


def _must_open(text: str, place: int, after: int, span: Span) -> bool:
    """True if a mark that may stand on both sides can only open: a space before it, none behind."""
    return span.start < place and text[place - 1].isspace() and after < span.end and text[after].isalnum()


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
