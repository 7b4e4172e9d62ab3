"""Pronouns and titles: which of the document's actors a "he", an "I" or a "the minister" stands for.

Belongs here: the choice among actors already found. Does not: names (`naming`) or the offices of people (`roles`).
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.parse import Parsed
from pipeline.extraction.quotations import find_quotations
from pipeline.extraction.records import Span
from pipeline.extraction.repair.name import root

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

GENDERS = {
    **dict.fromkeys(("he", "him", "his", "himself"), "m"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "f"),
}
PLURAL = frozenset(["they", "them", "their", "theirs", "themselves"])
THING = frozenset(["it", "its", "itself"])
ME = frozenset(["i", "me", "my", "mine", "myself"])
US = frozenset(["we", "us", "our", "ours", "ourselves"])
_TITLES = {
    **dict.fromkeys(
        ["Mr", "Sir", "Lord", "King", "Prince", "Fr", "Father", "Herr", "Monsieur", "Señor", "Baron", "Brother"], "m"
    ),
    **dict.fromkeys(
        ["Mrs", "Ms", "Miss", "Dame", "Lady", "Queen", "Princess", "Sister", "Mme", "Madame", "Frau", "Baroness"], "f"
    ),
}
_NOUNS = {
    **dict.fromkeys(
        [
            "man",
            "boy",
            "father",
            "son",
            "husband",
            "brother",
            "king",
            "chairman",
            "spokesman",
            "businessman",
            "congressman",
        ],
        "m",
    ),
    **dict.fromkeys(
        ["woman", "girl", "mother", "daughter", "wife", "sister", "queen", "chairwoman", "spokeswoman", "actress"], "f"
    ),
}
REACH = 5
"""Sentences back that a pronoun reaches at most."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a mention stands: token, sentence, paragraph, quotation (or -1), and its part in the sentence."""

    token: int
    sentence: int
    paragraph: int
    quotation: int
    is_subject: bool
    governors: tuple[int, ...] = ()
    """The subjects of the clauses around it, innermost first: in "X said he would go", X for "he"."""
    is_owner: bool = False
    """True before 's: in "the UK's role in helping X and its own ports" the owner is meant rather than X."""
    beside: int = -1
    """The word before "and": in "X and its allies" that is whom "its" means."""
    clause_subject: int = -1
    """For an object, the subject of its own verb: "X saw himself" is X, "X saw him" is somebody else."""


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
        self._starts = [token.idx for token in parsed.doc]
        self._sentence = {token.i: number for number, sent in enumerate(parsed.doc.sents) for token in sent}
        self._paragraphs = [paragraph.span for paragraph in parsed.paragraphs]
        self.quotations = [q.span for q in find_quotations(parsed.text, parsed.paragraphs) if q.level == 1]

    def head(self, span: Span) -> Token | None:
        """The token that governs a span, or None if it covers no token."""
        tokens = self.tokens(span)
        return root(self._doc, *tokens) if tokens else None

    def tokens(self, span: Span) -> tuple[int, int] | None:
        """The tokens that a span touches, or None if it touches none."""
        first, last = bisect_right(self._starts, span.start) - 1, bisect_left(self._starts, span.end)
        return (max(first, 0), last) if last > max(first, 0) and span.end > span.start else None

    def rest_of_sentence(self, token: Token) -> Span:
        """From this token to the end of its sentence."""
        last = token
        while last.i + 1 < len(self._doc) and self._sentence[last.i + 1] == self._sentence[token.i]:
            last = last.nbor()
        return Span(token.idx, last.idx + len(last.text))

    def opening(self, token: Token) -> list[Token]:
        """The tokens of its sentence before this one."""
        first = token.i
        while first > 0 and self._sentence[first - 1] == self._sentence[token.i]:
            first -= 1
        return list(self._doc[first : token.i])

    def quotation(self, span: Span) -> int:
        """The number of the quotation around a span, or -1."""
        number = bisect_right(self.quotations, Span(span.start, sys.maxsize)) - 1
        return number if number >= 0 and self.quotations[number].contains(span) else -1

    def quotations_in(self, spans: Iterable[Span]) -> set[int]:
        """The numbers of the quotations that the spans touch."""
        return {
            number
            for span in spans
            for number in range(
                max(0, bisect_right(self.quotations, span) - 1),
                bisect_left(self.quotations, Span(span.end, 0)),
            )
            if self.quotations[number].overlaps(span)
        }

    def place(self, span: Span) -> Place | None:
        head = self.head(span)
        if head is None:
            return None
        paragraph = bisect_right(self._paragraphs, Span(span.start, sys.maxsize)) - 1
        return Place(
            head.i,
            self._sentence.get(head.i, -1),
            paragraph,
            self.quotation(span),
            head.dep_ in _SUBJECTS or _precedes_verb(head),
            tuple(_governors(head)),
            head.dep_ == "poss",
            head.i - 2 if head.i > 1 and head.nbor(-1).lower_ == "and" else -1,
            _clause_subject(head),
        )


_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "agent")


def _governors(head: Token) -> Iterator[int]:
    """The subjects of the verbs above a word; "who" stands for the noun that its clause belongs to."""
    for verb in head.ancestors:
        subject = _subject_of(verb)
        if subject is not None and subject.i != head.i and head.i not in _tokens_below(subject):
            yield verb.head.i if subject.lower_ in ("who", "that", "which") and verb.dep_ == "relcl" else subject.i


def _subject_of(verb: Token) -> Token | None:
    """The subject of a verb; where the parser has none, the name right before it or its quotation mark."""
    for child in verb.children:
        if child.dep_ in ("nsubj", "nsubjpass"):
            return child
    before = [token for token in verb.doc[max(0, verb.i - 2) : verb.i] if not token.is_quote]
    return before[-1] if before and before[-1].pos_ == "PROPN" and _precedes_verb(before[-1]) else None


def _precedes_verb(head: Token) -> bool:
    """True before a finite verb, an opening quotation mark between them or not: the mark leads the parser astray."""
    after = [token for token in head.doc[head.i + 1 : head.i + 3] if not token.is_quote]
    finite = bool(after) and after[0].tag_ in ("VBD", "VBZ", "VBP", "MD")
    return finite and head.dep_ not in ("pobj", "dobj", "poss", "compound")


def _clause_subject(head: Token) -> int:
    verb = head.head.head if head.dep_ == "pobj" else head.head
    if head.dep_ not in ("dobj", "dative", "iobj", "pobj") or verb.pos_ not in ("VERB", "AUX"):
        return -1
    while verb.dep_ == "conj" and _subject_of(verb) is None:
        verb = verb.head
    subject = _subject_of(verb)
    return -1 if subject is None else subject.i


def _tokens_below(token: Token) -> range:
    return range(token.left_edge.i, token.right_edge.i + 1)


def gender_of(names: Iterable[str], titles: Iterable[str]) -> str | None:
    """M or f if the titles, nouns or first names of a person tell, else None."""
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
    """True if number, gender and animacy allow it."""
    if word in GENDERS:
        return candidate.kind == "person" and candidate.gender in (None, GENDERS[word])
    if word in PLURAL:
        return candidate.kind == "group"
    return candidate.kind not in ("person", "group", "place")


def _score(word: str, place: Place, candidate: Candidate) -> float:
    reach = REACH if word in GENDERS else 0
    best = 0.0
    here = bisect_left(candidate.places, place)
    for before in candidate.places[max(0, here - 8) : here]:
        distance = place.sentence - before.sentence
        if 0 <= distance <= reach and (word in GENDERS or _is_near_subject(word, before)):
            best = max(best, _closeness(place, before, distance) + _binding(word, place, before))
    return best + min(len(candidate.places), 6) * 0.05 if best else 0.0


def _binding(word: str, place: Place, before: Place) -> float:
    """Reflexives mean the subject of their own verb, other objects never do (principles A and B of binding theory)."""
    if word in THING and place.beside == before.token:
        return 1.0
    if word in THING and before.is_owner:
        return 0.4
    if place.clause_subject != before.token:
        return 0.0
    return 2.0 if word.endswith("self") else -3.0


def _is_near_subject(word: str, before: Place) -> bool:
    """True where "it" may point: to a subject; "its" and "they" to any actor of the sentence."""
    return before.is_subject or word != "it"


def _closeness(place: Place, before: Place, distance: int) -> float:
    score = 3.0 - 0.6 * distance + 0.9 * before.is_subject + 0.4 * (before.paragraph == place.paragraph)
    score -= min(0.3, 0.01 * (place.token - before.token))
    if place.governors[:1] == (before.token,):
        score += 1.2
    if before.quotation >= 0 and before.quotation != place.quotation:
        score -= 1.2
    return max(score, 0.01)
