"""Speakers named by a label before a colon: headlines (Smith: taxes will rise) and transcripts (SMITH: I agree).

Belongs here: paragraphs that open with the name of who says the rest. Does not: colons before marks
(`quoted`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extraction import grammar as g
from pipeline.extraction.page import Page
from pipeline.extraction.quoted import reports
from pipeline.extraction.records import Span
from pipeline.extraction.wordlists import words

_LABEL = re.compile(
    r"(?P<name>[A-Z][\w.’'-]*(?: (?:of |the |de |van |al-)?[A-Z][\w.’'()-]*){0,5})(?P<colon>:) ?(?=[^\s/\d])"
)
_NO_SPEAKER = words(
    "update updated related note video photo photos watch read more exclusive breaking analysis opinion live editor",
    "correction source sources image picture caption credit listen also see key abstract text full topics tags share",
    "contact tel email phone location date time where when what why how who price rating poll factbox explainer",
    "timeline review interview profile q a question answer questions answers part chapter step day week round results",
    "summary background conclusion introduction warning disclaimer latest",
)


@dataclass(frozen=True, slots=True)
class Label:
    """A speaker named before a colon, and what the rest of the paragraph says; `cue` is the colon, or the verb before.

    `stand_in` is the letter or word in the speaker's place, where the speaker is named elsewhere (A: for the answer).
    """

    speaker: Span
    cue: Span | None
    content: Span
    rule: str
    confidence: float
    stand_in: Span | None = None
    lemma: str | None = ":"


def find_labels(page: Page) -> Iterator[Label]:
    """Paragraphs that name their speaker by a label, in order; those in marks in the body are left to `quoted`."""
    turns = _turns(page)
    yield from _behind_initials(page, list(turns.values()))
    for paragraph in page.paragraphs:
        start, end = paragraph.span
        told = _told(page, paragraph.span) if paragraph.section == "headline" else None
        if told is not None:
            yield told
            continue
        found = _LABEL.match(page.text, start, end)
        if found is None or found.group("name") in turns or not _is_speaker(page, found):
            continue
        if paragraph.section != "headline" and _is_quotation(page, found.end()):
            continue
        rule = "label-in-headline" if paragraph.section == "headline" else "label-in-transcript"
        yield Label(Span(*found.span("name")), Span(*found.span("colon")), Span(found.end(), end), rule, 0.7)


_INITIALS = re.compile(r"[*_]{0,2}(?P<letters>[A-Z]{2,3})(?P<colon>:)[*_]{0,2} (?=\S)")
_TURNS = 2
"""Paragraphs behind the same initials at least."""


def _behind_initials(page: Page, turns: Sequence[_Turns]) -> Iterator[Label]:
    """`AL: I think so`: paragraphs behind the initials of a person named before; who mostly asks is the interviewer."""
    for person, said in turns:
        asks = sum(page.text.endswith("?", 0, found.endpos) for found in said)
        for found in said if 2 * asks <= len(said) else ():
            here, colon, content = (
                Span(*found.span("letters")),
                Span(*found.span("colon")),
                Span(found.end(), found.endpos),
            )
            yield Label(person, colon, content, "label-of-initials", 0.8, here)


_Turns = tuple[Span, list[re.Match[str]]]
"""The name of a person, and the paragraphs that begin with its initials."""


def _turns(page: Page) -> dict[str, _Turns]:
    """By initials, those who have two paragraphs and more, and are named before the first."""
    found: dict[str, list[re.Match[str]]] = {}
    for paragraph in page.paragraphs:
        if (match := are_initials(page, paragraph.span)) is not None:
            found.setdefault(match.group("letters"), []).append(match)
    named = _by_initials(page) if found else {}
    return {
        letters: (named[letters], said)
        for letters, said in found.items()
        if len(said) >= _TURNS and letters in named and named[letters].end < said[0].start()
    }


def are_initials(page: Page, line: Span) -> re.Match[str] | None:
    """The initials and the colon with which a paragraph begins; the end of what was searched is that of the line."""
    return _INITIALS.match(page.text, *line)


def _by_initials(page: Page) -> dict[str, Span]:
    """The first name in the text with these initials."""
    named: dict[str, Span] = {}
    for entity in page.doc.ents:
        named.setdefault("".join(word[0] for word in entity.text.split()).upper(), g.noun_phrase(entity.root))
    return named


_NEAR = 4
"""Words between a headline's cue and its colon at most: those who are told."""


def _told(page: Page, span: Span) -> Label | None:
    """`Captain tells inquiry: I was ordered to sail`: a tensed cue before the first colon of a headline."""
    doc, first = page.doc, page.token_at(span.start)
    end = page.token_from(span.end)
    colon = next((number for number in range(first, end) if doc[number].text == ":"), None)
    if colon is None or colon + 1 >= end or _is_quotation(page, doc[colon + 1].idx):
        return None
    verbs = [token for token in doc[max(first + 1, colon - _NEAR - 1) : colon] if token.tag_ in g.FINITE]
    if len(verbs) != 1 or not reports(verbs[0]):
        return None
    speaker = Span(span.start, doc[verbs[0].i - 1].idx + len(doc[verbs[0].i - 1]))
    lemma, content = verbs[0].lemma_.lower(), Span(doc[colon + 1].idx, span.end)
    return Label(speaker, page.span(verbs[0]), content, "cue-and-colon-in-headline", 0.8, lemma=lemma)


def _is_quotation(page: Page, offset: int) -> bool:
    return page.quotation_at(offset) is not None


def _is_speaker(page: Page, found: re.Match[str]) -> bool:
    """True for a name of a person or body: the model says so, or the text has the name elsewhere."""
    name = found.group("name")
    if any(word.lower().strip(".").removesuffix("’s").removesuffix("'s") in _NO_SPEAKER for word in name.split()):
        return False
    first, last = page.token_at(found.start("name")), page.token_at(found.end("name") - 1)
    named = any(token.ent_type_ in ("PERSON", "ORG", "NORP", "GPE") for token in page.doc[first : last + 1])
    surname = name.split()[-1]
    again = re.compile(rf"\b{re.escape(surname)}\b", re.IGNORECASE).search(page.text, found.end()) is not None
    in_headline = page.section_at(found.start()) == "headline"
    return again and (named or name.isupper() or (in_headline and len(name.split()) <= 3))
