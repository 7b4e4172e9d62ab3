"""Common nouns for actors: how much of a text names an unnamed actor, and which named body "the museum" can mean.

Belongs here: comparing nouns with names, the bounds of noun phrases. Does not: the choice among candidates
(`document`), or pronouns (`coreference`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.records import Span
from pipeline.resolution.article.naming import fold

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token

_LEFT = frozenset(["DET", "ADJ", "NOUN", "PROPN", "PART", "NUM", "PRON"])
_RIGHT = frozenset(["DET", "ADJ", "NOUN", "PROPN", "PART", "NUM", "ADP"])
_CLOSING = frozenset(["NOUN", "PROPN", "NUM"])
_PREPOSITIONS = frozenset(["of", "for", "from", "in", "at", "with", "behind", "within"])
_LONGEST = 12
"""Tokens of the longest description behind a noun."""
_COMPANIES = frozenset(["company", "firm", "airline", "developer"])
"""Nouns that the names of what they mean seldom have."""


def phrase(doc: Doc, head: Token | None, span: Span) -> Span:
    """The words around a common noun that say who is meant: "a clerk for the port" of "a clerk"; no relative clause."""
    if head is None:
        return span
    first, end = _first(doc, head), _end(doc, head)
    last = doc[end - 1]
    return Span(min(span.start, doc[first].idx), max(span.end, last.idx + len(last.text)))


def _first(doc: Doc, head: Token) -> int:
    start: int = head.i
    while start > head.left_edge.i and doc[start - 1].pos_ in _LEFT:
        start -= 1
    return start


def _end(doc: Doc, head: Token) -> int:
    """The token after the prepositional phrases that follow a noun; days are no part of them."""
    end, stop = head.i + 1, min(head.right_edge.i + 1, head.i + 1 + _LONGEST)
    if end >= stop or doc[end].lower_ not in _PREPOSITIONS:
        return end
    last = end
    while end < stop and doc[end].pos_ in _RIGHT and doc[end].text not in gazetteer().words("calendar"):
        end += 1
        last = end if doc[end - 1].pos_ in _CLOSING else last
    return last


def is_noun_for_body(text: str) -> bool:
    """True for the article and a noun that can mean a named body: "the museum"."""
    article, _, noun = text.lower().partition(" ")
    return article == "the" and noun in gazetteer().words("body_noun")


def is_such(text: str, name: str) -> bool:
    """True if "the museum" can mean a body of this name: it ends, or begins before "of", in that noun.

    "The company" can mean any body whose name has no noun for another kind of body.
    """
    noun = text.lower().partition(" ")[2]
    kinds, parts = gazetteer().words("body_noun"), fold(name).split()
    if not parts or not is_noun_for_body(text):
        return False
    if noun in _COMPANIES:
        heads = {word.lower() for word, kind in gazetteer().words("single_body").items()} | (set(kinds) - _COMPANIES)
        return not heads & set(parts) and not name.isupper()
    return parts[-1] == noun or (parts[0] == noun and parts[1:2] in (["of"], ["for"]))
