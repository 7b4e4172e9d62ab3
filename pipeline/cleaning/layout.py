"""The layout of an article: which blocks are prose, where the body begins and ends, what stands above and below it.

Belongs here: the shape of lines and their order. Does not: words that give boilerplate away (`rules`), or a page's tags
(`page`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.rules import Position, Rule, first_match

_SENTENCE_END = re.compile(r"[.!?…:;。][”\"’')\]»]*\s*(\[\d+\])?$")
_INNER_END = re.compile(r"[a-z0-9%)”\"’][.!?][”\"’)]* [A-Z“\"‘(]")
_PROSE_WORDS = 12
_PROSE_LENGTH = 40
_LONG_PROSE_WORDS = 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a block: kept in a role, or removed for a reason; `rule` says why."""

    kind: str
    rule: str
    kept: bool = False


def keep(role: str, rule: str) -> Verdict:
    """Kept in this role."""
    return Verdict(role, rule, kept=True)


def remove(reason: str, rule: str) -> Verdict:
    """Removed for this reason."""
    return Verdict(reason, rule)


def by(rule: Rule) -> Verdict:
    """Removed by a phrase rule."""
    return Verdict(rule.reason, rule.name)


def ends_as_sentence(text: str) -> bool:
    """Whether a line ends with the mark of a sentence's end, quotation marks aside."""
    return _SENTENCE_END.search(text) is not None


def is_prose(block: Block) -> bool:
    """Whether a block reads as a paragraph: long enough, and made of sentences."""
    text = block.text.strip()
    if len(text) < _PROSE_LENGTH or (block.words < _PROSE_WORDS and len(text) < 2 * _PROSE_LENGTH):
        return False
    return block.words >= _LONG_PROSE_WORDS or ends_as_sentence(text) or _INNER_END.search(text) is not None


@dataclass(frozen=True, slots=True)
class Body:
    """Where the body stands: indices of its first and last paragraph among the blocks given."""

    first: int
    last: int

    def position(self, index: int) -> Position:
        if index < self.first:
            return "head"
        return "tail" if index > self.last else "inside"


_FURNITURE = frozenset({"byline", "dateline", "share", "timestamp"})
"""Reasons that stand between the headline and the first paragraph, and hardly ever in the body."""
_STANDFIRSTS = 4
"""Most lines of prose that may stand above the byline: standfirst, captions, key points."""
_HEAD_SHARE = 0.34
"""Largest share of the text's prose that may stand above the byline."""
_TAIL_SHARE = 0.25
"""Largest share of the text's prose that may stand under a heading of other articles at the end."""


class Reading:
    """A text as a sequence of blocks, with the rule (if any) that each would match at the text's edge."""

    def __init__(self, blocks: Sequence[Block], outlet: str | None = None) -> None:
        self.blocks = blocks
        self.outlet = outlet
        self.match = [first_match(b.text.strip(), b.words, "unknown", outlet) if b.words else None for b in blocks]
        self.prose = [rule is None and is_prose(b) for b, rule in zip(blocks, self.match, strict=True)]

    def body(self) -> Body | None:
        """The body: from the first paragraph under the byline to the last paragraph above the lists of other articles.

        None if the text has no prose.
        """
        paragraphs = [i for i, prose in enumerate(self.prose) if prose]
        if not paragraphs:
            return None
        return Body(self._first(paragraphs), self._last(paragraphs))

    def _words(self, indices: Sequence[int]) -> int:
        return sum(self.blocks[i].words for i in indices)

    def _first(self, paragraphs: list[int]) -> int:
        """The first paragraph; prose above a byline, a date or share buttons is standfirst or caption."""
        total, start = self._words(paragraphs), 0
        for turn in range(min(_STANDFIRSTS, len(paragraphs) - 1)):
            between = range(paragraphs[turn] + 1, paragraphs[turn + 1])
            if self._words(paragraphs[: turn + 1]) > _HEAD_SHARE * total:
                break
            if any(self._is_furniture(i) for i in between):
                start = turn + 1
        return paragraphs[start]

    def _is_furniture(self, index: int) -> bool:
        rule = self.match[index]
        return rule is not None and rule.reason in _FURNITURE and rule.gate != "tail"

    def _last(self, paragraphs: list[int]) -> int:
        """The last paragraph above the first heading under which little prose is left."""
        total, left = self._words(paragraphs), 0
        last = paragraphs[-1]
        for index in reversed(range(paragraphs[0], len(self.blocks))):
            rule = self.match[index]
            if self.prose[index]:
                left += self.blocks[index].words
            elif rule is not None and rule.opens and self._ends(rule, left, total):
                last = max((p for p in paragraphs if p < index), default=paragraphs[0])
        return last

    @staticmethod
    def _ends(rule: Rule, left: int, total: int) -> bool:
        share = left / total
        return share <= _TAIL_SHARE or (rule.reason == "comment" and share <= 1 - _TAIL_SHARE)
