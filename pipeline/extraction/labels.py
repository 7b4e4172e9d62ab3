"""Speakers named by a label before a colon: headlines (Smith: taxes will rise) and transcripts (SMITH: I agree).

Belongs here: paragraphs that open with the name of who says the rest. Does not: colons before marks
(`quoted`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extraction.page import Page
from pipeline.extraction.records import Span
from pipeline.extraction.wordlists import words

_LABEL = re.compile(
    r"(?P<name>[A-Z][\w.’'-]*(?: (?:of |the |de |van |al-)?[A-Z][\w.’'()-]*){0,5})(?P<colon>:) ?(?=[^\s/\d])"
)
_LAST = re.compile(r"(?P<colon>:) (?P<name>[A-Z]?[\w.’' -]{2,40})$")
_NO_SPEAKER = words(
    "update updated related note video photo photos watch read more exclusive breaking analysis opinion live editor",
    "correction source sources image picture caption credit listen also see key abstract text full topics tags share",
    "contact tel email phone location date time where when what why how who price rating poll factbox explainer",
    "timeline review interview profile q a question answer questions answers part chapter step day week round results",
    "summary background conclusion introduction warning disclaimer",
)


@dataclass(frozen=True, slots=True)
class Label:
    """A speaker named before or behind a colon, and what the rest of the paragraph says."""

    speaker: Span
    cue: Span
    content: Span
    rule: str
    confidence: float


def find_labels(page: Page) -> Iterator[Label]:
    """Paragraphs that name their speaker by a label, in order; quotations in marks are left to `quoted`."""
    for paragraph in page.paragraphs:
        start, end = paragraph.span
        found = _LABEL.match(page.text, start, end)
        if found is None or not _is_speaker(page, found) or _is_quotation(page, found.end()):
            continue
        rule = "label-in-headline" if paragraph.section == "headline" else "label-in-transcript"
        yield Label(Span(*found.span("name")), Span(*found.span("colon")), Span(found.end(), end), rule, 0.7)


def _is_quotation(page: Page, offset: int) -> bool:
    return page.quotation_at(offset) is not None


def _is_speaker(page: Page, found: re.Match[str]) -> bool:
    """True for a name of a person or body: the model says so, or the text has the name elsewhere."""
    name = found.group("name")
    if any(word.lower().strip(".") in _NO_SPEAKER for word in name.split()):
        return False
    first, last = page.token_at(found.start("name")), page.token_at(found.end("name") - 1)
    named = any(token.ent_type_ in ("PERSON", "ORG", "NORP", "GPE") for token in page.doc[first : last + 1])
    surname = name.split()[-1]
    again = re.compile(rf"\b{re.escape(surname)}\b", re.IGNORECASE).search(page.text, found.end()) is not None
    return again and (named or name.isupper() or len(name.split()) <= 3)
