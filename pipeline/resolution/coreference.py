"""Pronouns and titles: which of the document's actors a "he", an "I" or a "the minister" stands for.

Belongs here: the choice among actors already found. Does not: names (`naming`) or the offices of people (`roles`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.parse import Parsed
from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

GENDERS = {
    **dict.fromkeys(("he", "him", "his", "himself"), "m"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "f"),
}
PLURAL = frozenset("they them their theirs themselves".split())
THING = frozenset("it its itself".split())
ME = frozenset("i me my mine myself".split())
US = frozenset("we us our ours ourselves".split())
_TITLES = {
    **dict.fromkeys("Mr Sir Lord King Prince Fr Father Herr Monsieur Señor Baron Brother".split(), "m"),
    **dict.fromkeys("Mrs Ms Miss Dame Lady Queen Princess Sister Mme Madame Frau Baroness".split(), "f"),
}
_NOUNS = {
    **dict.fromkeys("man boy father son husband brother king chairman spokesman businessman congressman".split(), "m"),
    **dict.fromkeys("woman girl mother daughter wife sister queen chairwoman spokeswoman actress".split(), "f"),
}
REACH = 5
"""Sentences back that a pronoun reaches at most."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a mention stands: token, sentence, paragraph, quotation (its number, or -1), and its part in the sentence."""

    token: int
    sentence: int
    paragraph: int
    quotation: int
    is_subject: bool


@dataclass
class Candidate:
    """An actor that pronouns may stand for, with the places where it stood so far."""

    entity: int
    kind: str
    gender: str | None = None
    places: list[Place] = field(default_factory=list)


class Layout:
    """The places of a text: sentence, paragraph and quotation of every offset."""

    def __init__(self, parsed: Parsed) -> None:
        self._doc = parsed.doc
        self._sentence = {token.i: number for number, sent in enumerate(parsed.doc.sents) for token in sent}
        self._paragraphs = [paragraph.span for paragraph in parsed.paragraphs]
        self.quotations = quotations(parsed.text, self._paragraphs)

    def head(self, span: Span) -> Token | None:
        """The token that governs a span, or None if it covers no token."""
        tokens = self._doc.char_span(span.start, span.end, alignment_mode="expand")
        return tokens.root if tokens is not None and len(tokens) else None

    def quotation(self, span: Span) -> int:
        return next((n for n, region in enumerate(self.quotations) if region.contains(span)), -1)

    def place(self, span: Span) -> Place | None:
        head = self.head(span)
        if head is None:
            return None
        paragraph = next((n for n, p in enumerate(self._paragraphs) if p.overlaps(span)), -1)
        return Place(head.i, self._sentence.get(head.i, -1), paragraph, self.quotation(span), head.dep_ in _SUBJECTS)


_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "agent")


def quotations(text: str, paragraphs: Iterable[Span]) -> tuple[Span, ...]:
    """What stands in double quotation marks; a quotation ends at the latest with its paragraph."""
    found = []
    for paragraph in paragraphs:
        for match in re.finditer(r"[“\"]([^“”\"]*)(?:[”\"]|$)", text[paragraph.start : paragraph.end]):
            found.append(Span(paragraph.start + match.start(), paragraph.start + match.end()))
    return tuple(found)


def gender_of(names: Iterable[str], titles: Iterable[str]) -> str | None:
    """m or f if the titles, nouns or first names of a person tell, else None."""
    for title in titles:
        if gender := _TITLES.get(title.rstrip(".")) or _NOUNS.get(title.lower()):
            return gender
    given = gazetteer().given_names
    known = {given.get(name.split()[0], "") for name in names if " " in name} - {""}
    return known.pop() if len(known) == 1 else None


def antecedent(word: str, place: Place, candidates: Sequence[Candidate], speaker: int | None) -> int | None:
    """The actor that a pronoun at this place stands for, or None.

    `speaker` is who speaks the quotation in which it stands: "I" is the speaker, "he" is somebody else.
    """
    if word in ME:
        return speaker
    if word in US:
        return speaker if any(c.entity == speaker and c.kind != "person" for c in candidates) else None
    fitting = [c for c in candidates if _fits(word, c) and c.entity != speaker and c.places]
    scored = [(_score(word, place, c), -c.entity, c) for c in fitting]
    scored = [item for item in scored if item[0] > 0]
    return max(scored, key=lambda item: item[:2])[2].entity if scored else None


def _fits(word: str, candidate: Candidate) -> bool:
    if word in GENDERS:
        return candidate.kind == "person" and candidate.gender in (None, GENDERS[word])
    if word in PLURAL:
        return candidate.kind == "group"
    return candidate.kind not in ("person", "group", "place")


def _score(word: str, place: Place, candidate: Candidate) -> float:
    reach = REACH if word in GENDERS else 0
    best = 0.0
    for before in candidate.places[: bisect_left(candidate.places, place)][-8:]:
        distance = place.sentence - before.sentence
        if 0 <= distance <= reach:
            best = max(best, _closeness(place, before, distance))
    return best + min(len(candidate.places), 6) * 0.05 if best else 0.0


def _closeness(place: Place, before: Place, distance: int) -> float:
    score = 3.0 - 0.6 * distance + 0.9 * before.is_subject + 0.4 * (before.paragraph == place.paragraph)
    if before.quotation >= 0 and before.quotation != place.quotation:
        score -= 1.2
    return max(score, 0.01)
