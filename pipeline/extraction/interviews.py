"""Interviews in question and answer: whose answers they are, and where each begins and ends.

Belongs here: answers behind a letter (Q:, A:). Does not: labels that name the
speaker (`labels`), or claims inside the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.labels import Label
from pipeline.extraction.page import Page
from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_LETTER = re.compile(r"(?P<letter>[QA])(?P<colon>[:.])\s+(?=\S)")
_PARTNER = re.compile(
    r"\b(?:interview(?:ed)? (?:with )?|(?:spoke|talked|talks|speaks|sat down|conversation) (?:to|with) )"
)
LEAST = 3
"""Questions at least: a text with one or two of them is no interview."""


def find_answers(page: Page) -> Iterator[Label]:
    """The answers of an interview, in order; none if the text names nobody before its first question.

    Paragraphs from each `A:` up to the next `Q:`; of the last answer only the first, for a note may follow.
    """
    letters = [_LETTER.match(page.text, *paragraph.span) for paragraph in page.paragraphs]
    asked = [number for number, found in enumerate(letters) if found and found.group("letter") == "Q"]
    person = _interviewee(page, asked[0]) if len(asked) >= LEAST else None
    if person is None:
        return
    for number, found in enumerate(letters):
        if found is None or found.group("letter") != "A" or number < asked[0]:
            continue
        end = page.paragraphs[_last(number, asked)].span.end
        yield Label(
            person, Span(*found.span("colon")), Span(found.end(), end), "answer", 0.8, Span(*found.span("letter"))
        )


def _last(answer: int, asked: Sequence[int]) -> int:
    """The last paragraph of the answer that begins in this one."""
    return next((question - 1 for question in asked if question > answer), answer)


def _interviewee(page: Page, first: int) -> Span | None:
    """The person named before the first question: behind `interview with`, else the first with two names."""
    end = page.paragraphs[first].span.start
    people = [ent for ent in page.doc.ents if ent.label_ == "PERSON" and ent.end_char <= end]
    for found in _PARTNER.finditer(page.text, 0, end):
        for person in people:
            if found.end() <= person.start_char <= found.end() + 40:
                return _span(person.root)
    return next((_span(person.root) for person in people if " " in person.text), None)


def _span(head: Token) -> Span:
    return g.noun_phrase(head)
