"""Terms of office: who held an office on a day, by the reference tables.

Belongs here: matching a title with its state against the terms. Does not: what a document says of an office (`roles`),
or whether its holder is named there (`document`); a term is never evidence for a role.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from pipeline.extraction.gazetteer import Office, gazetteer
from pipeline.resolution.article.naming import key


def holders(title: str, on: date | None) -> frozenset[str]:
    """The names of those who held this office on this day, or ever if the day is unknown.

    The title may begin with its state ("French president", "Russia's president"); one with any other word before the
    office ("former president", "club president") is nobody's.
    """
    return frozenset(term.holder for term in _terms(key(title)) if on is None or _covers(term, on))


def _terms(title: str) -> Iterator[Office]:
    """The terms of the office that a title ends in, where its other words name the state of that office."""
    words = title.split()
    for start in range(len(words)):
        before = " ".join(words[:start]).removesuffix("'s")
        for term in _by_office().get(" ".join(words[start:]), ()):
            if not before or (term.country and term.country == _countries().get(before)):
                yield term


def _covers(term: Office, on: date) -> bool:
    day = on.isoformat()
    return term.since <= day and (not term.until or day <= term.until)


@lru_cache(maxsize=1)
def _by_office() -> dict[str, list[Office]]:
    found: dict[str, list[Office]] = {}
    for term in gazetteer().offices:
        found.setdefault(key(term.office), []).append(term)
    return found


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Names, demonyms and capitals of states, each with the code of its state."""
    return {
        key(word): state.country
        for state in gazetteer().states
        if state.country
        for word in (*state.names, *state.demonyms, *state.metonyms)
    }
