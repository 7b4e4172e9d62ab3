"""A name as a run of tokens, and what can be asked of tokens and runs.

Belongs here: the record that all rules work on. Does not: any rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from pipeline.extraction.gazetteer import gazetteer

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token


class Name(NamedTuple):
    """A name as tokens `start` to `end` of a text; `kind` as the vocabulary names it, `rule` says what found it."""

    start: int
    end: int
    kind: str
    rule: str

    @property
    def size(self) -> int:
        return self.end - self.start

    @property
    def tokens(self) -> range:
        return range(self.start, self.end)


Names = list[Name]

ORGANISED = ("organisation", "government_body", "media")
"""Kinds of bodies."""
NUMERAL = re.compile("I{1,3}|I?V|VI{1,3}|I?X|XI{1,3}|XI?V|XVI{1,3}|XX?I{0,3}")
"""The number of a monarch, a pope or a war."""
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ɏ]")


def words(group: str) -> dict[str, str]:
    """The words of one class of the table of name words."""
    return gazetteer().words(group)


@lru_cache(maxsize=64)
def words_of(*groups: str) -> frozenset[str]:
    """The words of several classes of the table together."""
    return frozenset(word for group in groups for word in words(group))


class Words:
    """The words of a text with their places: a rule goes to the words that it is about, not through all tokens."""

    def __init__(self, doc: Doc) -> None:
        self.tokens = list(doc)
        self.texts = [token.text for token in self.tokens]
        self.places: dict[str, list[int]] = {}
        for number, word in enumerate(self.texts):
            self.places.setdefault(word, []).append(number)
        self.capital = bytearray(len(self.tokens))
        for word, numbers in self.places.items():
            if has_capital(word):
                for number in numbers:
                    self.capital[number] = 1

    @cached_property
    def lower_places(self) -> dict[str, list[int]]:
        """The places of each word in lower case."""
        found: dict[str, list[int]] = {}
        for word, numbers in self.places.items():
            found.setdefault(word.lower(), []).extend(numbers)
        return found

    @cached_property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """The runs of capitalised words."""
        return tuple(_runs(self))

    @cached_property
    def headings(self) -> frozenset[int]:
        """The tokens of lines in title case; none if the text has but one line."""
        lines = [(start, end) for start, end in _lines(self) if end > start]
        if len(lines) < 2:
            return frozenset()  # without a body there is nothing to trust instead
        return frozenset(i for start, end in lines if _is_title_case(self, start, end) for i in range(start, end))

    @cached_property
    def shouted(self) -> frozenset[int]:
        """The tokens of lines in capitals throughout, where WHO may be a plain word."""
        loud = (range(start, end) for start, end in _lines(self) if _is_shouted(self, start, end))
        return frozenset(i for line in loud for i in line)

    @cached_property
    def offices(self) -> tuple[Token, ...]:
        """The nouns of offices (see `is_office`)."""
        lower = _numbers(self.lower_places, words("office").keys())
        short = _numbers(self.places, words("office_abbreviation").keys())
        return tuple(self.tokens[i] for i in sorted({*lower, *short}))

    @property
    def capitalised(self) -> Iterator[Token]:
        """The tokens that begin with a capital letter, in order."""
        return compress(self.tokens, self.capital)

    def among(self, group: AbstractSet[str]) -> Iterator[Token]:
        """The tokens that are one of these words, in order."""
        return (self.tokens[i] for i in sorted(_numbers(self.places, group)))

    def among_lower(self, group: AbstractSet[str]) -> Iterator[Token]:
        """The tokens that are one of these words in whatever case, in order."""
        return (self.tokens[i] for i in sorted(_numbers(self.lower_places, group)))


def _numbers(places: dict[str, list[int]], group: AbstractSet[str]) -> Iterator[int]:
    return (i for word in places.keys() & group for i in places[word])


@lru_cache(maxsize=1)
def words_in(doc: Doc) -> Words:
    """The words of a text; kept while the rules go through it."""
    return Words(doc)


def text_of(doc: Doc, name: Name) -> str:
    """The words of a name, with straight apostrophes and plain spaces."""
    return plain(doc.passage(name.start, name.end))


def plain(text: str) -> str:
    """A text with straight apostrophes and plain spaces."""
    return re.sub(r"\s+", " ", text.replace("’", "'"))


def is_capital(token: Token) -> bool:
    """True if the token begins with a capital letter."""
    return has_capital(token.text)


def has_capital(word: str) -> bool:
    """True if the word begins with a capital letter."""
    return bool(_CAPITAL.match(word))


def is_office(token: Token) -> bool:
    """True if the word is the noun of an office (minister, spokeswoman)."""
    return token.lower_ in words("office") or token.text in words("office_abbreviation")


def is_honorific(token: Token) -> bool:
    """True for Mr, Dame, Gen. and the like."""
    return token.text.rstrip(".") in words("honorific")


def is_joint(token: Token) -> bool:
    """True for what joins the words of one name: a hyphen, an ampersand, a space that does not break."""
    return token.text in "-–&" or (token.is_space and "\n" not in token.text)


def root(doc: Doc, start: int, end: int) -> Token:
    """The first token of a run whose head stands outside it (spaCy's own Span.root reads the whole text each time)."""
    for token in doc[start:end]:
        if not start <= token.head.i < end or token.head.i == token.i:
            return token
    return doc[end - 1]


def neighbours(doc: Doc, token: Token) -> list[Token]:
    """The tokens right before and after."""
    return [doc[i] for i in (token.i - 1, token.i + 1) if 0 <= i < len(doc)]


def run_end(doc: Doc, start: int) -> int:
    """End of the run of capitalised words that begins here."""
    return _run_end(words_in(doc), start)


def _run_end(text: Words, start: int) -> int:
    end, capital = start, text.capital
    while end < len(capital) and (
        capital[end] or (start < end < len(capital) - 1 and capital[end + 1] and is_joint(text.tokens[end]))
    ):
        end += 1
    return end


def goes_on(doc: Doc, i: int) -> bool:
    """True if a capitalised word follows."""
    return i + 1 < len(doc) and is_capital(doc[i + 1])


def runs(doc: Doc) -> tuple[tuple[int, int], ...]:
    """The runs of capitalised words of a text."""
    return words_in(doc).runs


def _runs(text: Words) -> Iterator[tuple[int, int]]:
    start = text.capital.find(1)
    while start >= 0:
        end = _run_end(text, start)
        yield start, end
        start = text.capital.find(1, end)


def covered(names: Iterable[Name]) -> dict[int, Name]:
    """Each token that stands in a name, with that name."""
    return {i: name for name in names for i in name.tokens}


def put(names: Names, new: Iterable[Name]) -> Names:
    """The names with the new ones in the place of all that they overlap; of new ones that overlap, the later stays."""
    at = covered(names)
    for name in new:
        for old in {at[i] for i in name.tokens if i in at}:
            for i in old.tokens:
                at.pop(i, None)
        at.update(dict.fromkeys(name.tokens, name))
    return sorted(set(at.values()))


def add(names: Names, new: Iterable[Name]) -> Names:
    """The names with those of the new ones that overlap none."""
    at = covered(names)
    for name in new:
        if not any(i in at for i in name.tokens):
            at.update(dict.fromkeys(name.tokens, name))
    return sorted(set(at.values()))


def person_parts(doc: Doc, name: Name) -> tuple[str, ...]:
    """First name and surname (of monarchs the name alone) of a person's full name; what hyphens join is one word."""
    if name.kind != "person" or name.size < 2:
        return ()
    start, end = name.end - 1, name.start + 1
    while start - 2 > name.start and doc[start - 1].text == "-":
        start -= 2
    while end + 1 < start and doc[end].text == "-":
        end += 2
    first, last = plain(doc.passage(name.start, end)), plain(doc.passage(start, name.end))
    return (first,) if NUMERAL.fullmatch(last) else (first, last)


def headings(doc: Doc) -> frozenset[int]:
    """The tokens of lines in title case, where every word looks like a name."""
    return words_in(doc).headings


def _lines(text: Words) -> Iterator[tuple[int, int]]:
    start = 0
    for end in sorted(i for word, numbers in text.places.items() if "\n" in word for i in numbers):
        yield start, end
        start = end + 1
    yield start, len(text.tokens)


def _is_shouted(text: Words, start: int, end: int) -> bool:
    letters = [token.text for token in text.tokens[start:end] if token.is_alpha]
    return len(letters) >= 4 and all(word.isupper() for word in letters)


def _is_title_case(text: Words, start: int, end: int) -> bool:
    long = [token.i for token in text.tokens[start:end] if token.is_alpha and len(token) > 3]
    capitals = sum(text.capital[i] for i in long)
    ends = text.tokens[end - 1].text in (".", "?", "!")
    if ends and sum(token.text == "," for token in text.tokens[start:end]) > 1:
        return False  # a list of names
    return len(long) >= 4 + ends and capitals >= (0.9 if ends else 0.75) * len(long)
