"""Offices: the words beside a person's name that say what he or she is, and in which body.

Belongs here: "Defence Secretary John Healey", "Ann Lee, president of the club". Does not: who holds an office in
general; a role is what one document says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.records import Span
from pipeline.extraction.repair.name import is_capital, is_honorific, is_office
from pipeline.resolution.article.naming import fold

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token


@dataclass(frozen=True, slots=True)
class Office:
    """An office as tokens of a document; `start` to `end` are the words published, without article."""

    start: int
    end: int

    def span(self, doc: Doc) -> Span:
        last = doc[self.end - 1]
        return Span(doc[self.start].idx, last.idx + len(last.text))


def offices(doc: Doc, start: int, end: int) -> Iterator[Office]:
    """The offices beside the name that stands at tokens `start` to `end`."""
    before = _before(doc, start)
    if before:
        yield before
    after = _after(doc, end)
    if after:
        yield after


def _before(doc: Doc, start: int) -> Office | None:
    """The title before a name: "the former Defence Secretary (Sir) X"."""
    end = start
    while end > 0 and is_honorific(doc[end - 1]) and not is_office(doc[end - 1]):
        end -= 1
    if end > 1 and doc[end - 1].text == ",":
        end -= 1
    head = _head(doc, end)
    if head is None:
        return None
    first = head
    while first > 0 and _is_part(doc[first - 1]) and _goes_with(doc, first):
        first -= 1
    while first < head and doc[first].text in _INNER:
        first += 1
    return Office(first, end)


_INNER = ("’s", "'s", "-", "of", "for")
"""Words that stand within an office, never at its beginning."""


def _goes_with(doc: Doc, first: int) -> bool:
    """True if the word before belongs to the office that begins here: not "critics of" nor "the person" before one."""
    before, here = doc[first - 1], doc[first]
    if before.text in ("of", "for"):
        return first > 1 and is_capital(doc[first - 2]) and is_capital(here)
    joins = here.text in _INNER or before.text in _INNER or before.pos_ != "NOUN" or is_capital(before)
    return joins or not is_capital(here) or before.lower_ in gazetteer().words("body_noun")


def _head(doc: Doc, end: int) -> int | None:
    """The office right before, or that which a phrase up to the comma here says more of (the minister for health)."""
    if end > 0 and is_office(doc[end - 1]):
        return end - 1
    if end > 2 and doc[end - 2].text == "of" and is_office(doc[end - 3]) and is_capital(doc[end - 3]):
        return end - 3 if is_capital(doc[end - 1]) else None
    if end < 2 or end >= len(doc) or doc[end].text != ",":
        return None
    for i in range(end - 2, max(0, end - 9), -1):
        if doc[i].pos_ not in ("NOUN", "PROPN", "ADJ", "ADP", "DET", "CCONJ"):
            return None
        if is_office(doc[i]) and doc[i + 1].lower_ in ("of", "for", "at", "in"):
            return i
    return None


def _is_part(token: Token) -> bool:
    if token.is_space or token.lower_ in ("the", "a", "an", "her", "his", "their", "its"):
        return False
    return token.pos_ in ("NOUN", "PROPN", "ADJ") or token.text in _INNER


def _after(doc: Doc, end: int) -> Office | None:
    """The apposition after a name: "X, the president of the club"."""
    if end + 1 >= len(doc) or doc[end].text != ",":
        return None
    start = end + 1 + (doc[end + 1].lower_ in ("the", "a", "an"))
    stop = start
    while (
        stop < min(len(doc), start + 14)
        and not (doc[stop].is_punct and doc[stop].text not in "-'’")
        and (
            doc[stop].pos_ not in ("VERB", "AUX")
            and not doc[stop].is_space
            and doc[stop].lower_ not in ("who", "that", "and")
        )
    ):
        stop += 1
    while stop > start and doc[stop - 1].pos_ in ("ADP", "PART", "CCONJ"):
        stop -= 1
    heads = [i for i in range(start, stop) if is_office(doc[i]) or doc[i].lower_ in gazetteer().words("person_noun")]
    if not heads or doc[start].lower_ == "whose" or any(doc[i].pos_ == "ADP" for i in range(start, heads[0])):
        return None
    if any(i + 1 < stop and doc[i + 1].ent_type_ == "PERSON" for i in heads):
        return None  # another person, listed after this one
    return Office(start, stop)


@lru_cache(maxsize=10_000)
def head_nouns(words: str) -> frozenset[str]:
    """The offices that a title names, lower case."""
    office = gazetteer().words("office")
    return frozenset(word.lower() for word in words.replace("’s", "").split() if word.lower() in office)


@lru_cache(maxsize=10_000)
def _own_words(title: str) -> frozenset[str]:
    """The words of a title that are no office."""
    return frozenset(fold(title).split()) - gazetteer().words("office").keys()


class Titles:
    """The titles of the roles of a document, found by their words: a text may have thousands."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._nouns = [head_nouns(title) for title in titles]
        self._words = [_own_words(title) for title in titles]
        self._with: dict[str, list[int]] = {}
        for number, words in enumerate(self._words):
            for word in words:
                self._with.setdefault(word, []).append(number)
        self._under: dict[str, list[int]] = {}
        for number, words in enumerate(self._words):
            self._under.setdefault(self._rarest(words), []).append(number)

    def _rarest(self, words: Iterable[str]) -> str:
        """The word that the fewest titles have, or an empty one for a title without own words."""
        return min(words, key=lambda word: (len(self._with.get(word, ())), word), default="")

    def like(self, title: str) -> list[int]:
        """The numbers of the titles that name one of its offices, and of which one says no more than the other."""
        nouns, words = head_nouns(title), _own_words(title)
        if words:  # what says more has its rarest word, what says less is kept under one of its words, or under none
            found = {n for word in (*words, "") for n in self._under.get(word, ())}
            near = sorted(found.union(self._with.get(self._rarest(words), ())))
        else:
            near = list(range(len(self._words)))
        return [n for n in near if self._agrees(words, self._words[n]) and not nouns.isdisjoint(self._nouns[n])]

    @staticmethod
    def _agrees(one: frozenset[str], other: frozenset[str]) -> bool:
        return one <= other or other <= one
