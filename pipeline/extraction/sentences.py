"""Where sentences end, decided from the tokens alone, before anything is parsed.

Belongs here: the boundaries that the parser has to respect. Does not: paragraphs (`parse`) or what a sentence means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.extraction.wordlists import words as words_of

LONGEST = 250
"""Tokens of the longest sentence that is parsed in one piece; a longer one is a list or noise, and is cut."""

_ENDS = frozenset((".", "!", "?", "…", "...", "....", "?!", "!?", "!!", "!!!", "??"))
_CLOSERS = frozenset(('"', "”", "’", "'", "''", "»", ")", "]", "’’"))
_OPENERS = frozenset(('"', "“", "‘", "``", "''", "«", "(", "[", "'", "—", "–", "-", "*", "•"))
_NEVER_LAST = words_of(
    "mr. mrs. ms. dr. sen. rep. gov. gen. lt. col. sgt. capt. cmdr. adm. maj. pvt. rev. hon. prof. st. sr. vs. v. no. ",
    "messrs. mx. pres. supt. det. insp. fr. msgr. atty. reps. sens. gens. drs.",
)
"""Abbreviations that stand before a name or number: a sentence never ends with them."""
_REPORTS = words_of(
    "said says say asked asks told tells wrote writes added adds replied shouted continued recalled explained tweeted ",
    "joked insisted declared demanded wondered exclaimed cried yelled responded answered noted stated posted",
)
"""Verbs that may follow a quotation that ends in ? or !, in the same sentence."""


def split(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Sentences of one paragraph as ranges of its tokens, in order and without gaps.

    A sentence ends after a final mark and the quotation marks and brackets that close behind it, if what follows can
    begin one.
    """
    start, here, count = 0, 0, len(words)
    while here < count:
        after = _after_end(words, here) if _ends(words[here]) else here + 1
        if _ends(words[here]) and after < count and _begins(words, here, after):
            yield from _cut(start, after)
            start = after
        here = after
    if start < count:
        yield from _cut(start, count)


_LONGEST_DATELINE = 16
"""Tokens of a dateline at most."""
_DASHES = frozenset(("—", "–", "―", "--", "-"))
_LOWER_IN_DATELINE = words_of("of the de la and")


def dateline(words: Sequence[str]) -> int:
    """Number of tokens of a dateline that opens the paragraph, dash included (`LONDON, May 3 (Reuters) —`); else 0."""
    for number, word in enumerate(words[:_LONGEST_DATELINE]):
        if word in _DASHES:
            return number + 1 if _is_dateline(words[:number]) else 0
        if word[0].islower() and word not in _LOWER_IN_DATELINE:
            return 0
    return 0


def _is_dateline(words: Sequence[str]) -> bool:
    """True if a place stands there in capitals, or an agency or date in brackets or behind a comma."""
    letters = [word for word in words if word[0].isalpha()]
    in_capitals = bool(letters) and letters[0].isupper() and len(letters[0]) > 2
    return bool(letters) and words[0][0].isupper() and (in_capitals or ")" in words)


def _ends(word: str) -> bool:
    return word in _ENDS or (word.endswith(".") and len(word) > 2 and word.lower() not in _NEVER_LAST)


def _after_end(words: Sequence[str], here: int) -> int:
    after = here + 1
    while after < len(words) and words[after] in _ENDS:
        after += 1
    while after < len(words) and words[after] in _CLOSERS and not _opens(words, here, after):
        after += 1
    while after < len(words) and words[after].isspace():
        after += 1
    return after


def _opens(words: Sequence[str], here: int, mark: int) -> bool:
    """True if a mark that looks the same on both sides opens what follows: one was closed before it already."""
    if words[mark] not in ('"', "''", "'", "’"):
        return False
    return mark > here + 1 and words[mark - 1].isspace()


def _begins(words: Sequence[str], end: int, start: int) -> bool:
    """True if a sentence can begin at `start`, given the final mark at `end`."""
    first = start
    while first < len(words) and (words[first] in _OPENERS or words[first].isspace()):
        first += 1
    if first >= len(words):
        return False
    word = words[first]
    if not (word[0].isupper() or word[0].isdigit() or word[0] in "#@$£€"):
        return False
    if words[end] not in _ENDS:  # an abbreviation such as U.S. or Inc.: only a word that mostly begins a sentence
        return word in _STARTERS
    closed = any(word in _CLOSERS for word in words[end + 1 : start])
    if words[end] != "." and closed:
        return word in _STARTERS or not any(word in _REPORTS for word in words[start : start + 5])
    return True


_STARTERS = words_of(
    "The A An He She It They We I But And In On At This That These Those His Her Its Their As If When While For To By ",
    "There After Before Since Then So Or Not No Some Many Most All Both Each What Who Why How Where",
)


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    for piece in range(start, end, LONGEST):
        yield piece, min(piece + LONGEST, end)
