"""Roles by words alone: headline against title, notes, names alone on a line, sentences shown twice.

Belongs here: tests on one text, or on two. Does not: where a block stands (`layout`), or the tables of boilerplate
(`rules`).
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"\w+")
_NOTE = re.compile(
    r"^\W{0,2}(correction|clarification|editor[’']?s[’']? note|note to readers|update|erratum)\b\s?(\(.{2,40}\))?\s?:"
    r"|^\W{0,2}(this|an earlier version of this|a previous version of this) (article|story|report|piece|post|headline)"
    r"\b.{0,40}\b(was|has been|have been|is) (\w+ )?"
    r"(amended|corrected|updated (to|with)|clarified|changed|misstated|edited to)\b"
    r"|^\W{0,2}an earlier version of (this|the)\b",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(
    r"^(?:(?:by|and|&) )?[A-Z][\w.’'-]*(?: (?:de|van|von|der|la|al|bin|Mc|Mac|and|&)?\s?[A-Z][\w.’'-]*){1,5}"
    r"(?:,? (?:and|&) [A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3})?(?: @\w+)?$"
)
_MIN_HEADLINE_WORDS = 3
_NEAR = 0.8
_MAX_LONGER = 4
"""A headline and its title differ in length by less than this factor."""


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case."""
    return tuple(_WORD.findall(text.lower()))


def is_headline_of(text: str, title: str | None) -> bool:
    """Whether a block shows this title: the same words, the title with an outlet's name, or nearly all of its words."""
    if not title or not len(title) / _MAX_LONGER <= len(text) <= _MAX_LONGER * len(title):
        return False
    mine, other = words(text), words(title)
    if not mine or not other:
        return False
    if mine == other:
        return True
    short, long = sorted((mine, other), key=len)
    if len(short) < _MIN_HEADLINE_WORDS:
        return False
    if long[: len(short)] == short and len(short) >= len(long) / 2:
        return True
    common = len(set(short) & set(long))
    return common >= _NEAR * len(set(long)) and len(short) >= _NEAR * len(long)


def is_note(text: str) -> bool:
    """Whether a block is a correction or an editor's note."""
    return _NOTE.search(text) is not None


def is_name_line(text: str) -> bool:
    """Whether a line holds one or two names and nothing else."""
    return len(text) <= 60 and _NAME_LINE.match(text) is not None


class Repeats:
    """Finds what an article shows a second time: whole blocks, and sentences set apart as ornament."""

    _MIN_BLOCK, _MIN_QUOTE, _MAX_QUOTE = 10, 7, 60

    def __init__(self) -> None:
        self._blocks: set[tuple[str, ...]] = set()
        self._holders: dict[tuple[str, ...], str] = {}
        """The first block that holds each run of `_MIN_QUOTE` words; looking through all would be quadratic."""

    def add(self, text: str) -> None:
        """Remember a kept block."""
        mine = words(text)
        self._blocks.add(mine)
        joined = f" {' '.join(mine)} "
        for start in range(len(mine) - self._MIN_QUOTE + 1):
            self._holders.setdefault(mine[start : start + self._MIN_QUOTE], joined)

    def again(self, text: str) -> str | None:
        """`duplicate_block` or `pull_quote` if these words have been kept before, else None."""
        mine = words(text)
        if len(mine) >= self._MIN_BLOCK and mine in self._blocks:
            return "duplicate_block"
        if self._MIN_QUOTE <= len(mine) <= self._MAX_QUOTE:
            holder = self._holders.get(mine[: self._MIN_QUOTE], "")
            sought = f" {' '.join(mine)} "
            if sought in holder and sought != holder:
                return "pull_quote"
        return None
