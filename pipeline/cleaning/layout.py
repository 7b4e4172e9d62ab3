"""The layout of an article: which blocks are prose, where the body begins and ends, what stands above and below it.

Belongs here: the shape of lines and their order. Does not: words that give boilerplate away (`rules`), or a page's tags
(`page`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.roles import words
from pipeline.cleaning.rules import Position, Rule, first_match

_SENTENCE_END = re.compile(r"[.!?…:;。][”\"’')\]»]*\s*(\[\d+\])?$")
_INNER_END = re.compile(r"[a-z0-9%)”\"’][.!?][”\"’)]* [A-Z“\"‘(]")
_PROSE_WORDS = 12
_PROSE_LENGTH = 40
_LONG_PROSE_WORDS = 30


@dataclass(frozen=True, slots=True)
class Lead:
    """The first `length` characters that a kept block shows, which go: a dateline."""

    length: int
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a block: kept in a role, or removed for a reason; `rule` says why."""

    kind: str
    rule: str
    kept: bool = False
    lead: Lead | None = None


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
_NO_FURNITURE = frozenset({"share_count", "reporting_credit"})
"""Rules of those reasons that match inside a body, too."""
_STANDFIRSTS = 3
"""Most lines of prose that may stand above the byline: standfirst, captions, key points."""
_HEAD_SHARE = 0.34
"""Largest share of the text's prose that may stand above the byline."""
_REPEAT_SHARE = 0.6
"""Largest share of the text's lines that may stand above the headline's repetition."""
_TAIL_SHARE = 0.15
"""Largest share of the text's prose that may stand under a heading of other articles at the end."""
_COMMENT_SHARE = 0.75
"""The same under the heading of the comments."""
_OVER = frozenset(
    (
        "related",
        "comment",
        "newsletter",
        "share",
        "author_bio",
        "legal",
        "subscription_appeal",
        "paywall",
        "navigation",
    ),
)
"""Reasons whose lines gather below an article."""
_MAX_WEIGHT = 60
_RULE_WEIGHT = -20
_TITLE_WEIGHT = -6
_MIN_SENTENCE = 4
_MIN_REPEAT = 3


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
        first = self._first(paragraphs)
        return Body(self._with_short_sentences(first), self._last([p for p in paragraphs if p >= first]))

    def rule_at(self, index: int, position: Position) -> Rule | None:
        """The rule that claims the block at this position."""
        rule, block = self.match[index], self.blocks[index]
        if rule is None or rule.passes(position):
            return rule
        return first_match(block.text.strip(), block.words, position, self.outlet)

    def is_sentence(self, index: int) -> bool:
        """Whether no rule claims the block, and it ends as a sentence does."""
        block = self.blocks[index]
        return self.match[index] is None and block.words >= _MIN_SENTENCE and ends_as_sentence(block.text.strip())

    def _words(self, indices: Sequence[int]) -> int:
        return sum(self.blocks[i].words for i in indices)

    def _first(self, paragraphs: list[int]) -> int:
        """The first paragraph; prose above a byline, a date or share buttons is standfirst or caption."""
        top = self._headline_again()
        below = [p for p in paragraphs if p > top] or paragraphs
        total, start = self._words(below), 0
        for turn in range(min(_STANDFIRSTS, len(below) - 1)):
            if self._words(below[: turn + 1]) > _HEAD_SHARE * total:
                break
            if any(self._is_furniture(i) for i in range(below[turn] + 1, below[turn + 1])):
                start = turn + 1
        return below[start]

    def _headline_again(self) -> int:
        """The last line of the upper part that shows the first line again (the page's title, its headline), or -1."""
        lines = [words(block.text) for block in self.blocks[: int(_REPEAT_SHARE * len(self.blocks))]]
        if not lines or len(lines[0]) < _MIN_REPEAT:
            return -1
        again = (
            i for i in range(1, len(lines)) if len(lines[i]) >= _MIN_REPEAT and lines[0][: len(lines[i])] == lines[i]
        )
        return max(again, default=-1)

    def _with_short_sentences(self, first: int) -> int:
        """Short sentences right above the first paragraph belong to the body."""
        while first > 1 and self.is_sentence(first - 1):
            first -= 1
        return first

    def _is_furniture(self, index: int) -> bool:
        rule = self.match[index]
        return rule is not None and rule.reason in _FURNITURE and rule.gate != "tail" and rule.name not in _NO_FURNITURE

    def _last(self, paragraphs: list[int]) -> int:
        """The last paragraph: above the first heading under which little prose is left, and worth what comes before it.

        Lines weigh their words if they are prose, and count against the text if they look like titles or boilerplate;
        the body ends where the sum is highest (maximum subarray, U. Grenander, after J. Bentley, 1984).
        """
        end = self._end_by_heading(paragraphs)
        best = sum_ = 0
        last = paragraphs[0]
        for index in range(paragraphs[0], end + 1):
            sum_ += self._weight(index)
            if self.prose[index] and sum_ >= best:
                best, last = sum_, index
        return last

    def _end_by_heading(self, paragraphs: list[int]) -> int:
        total, left = self._words(paragraphs), 0
        last = paragraphs[-1]
        for index in reversed(range(paragraphs[0], len(self.blocks))):
            rule = self.match[index]
            if self.prose[index]:
                left += self.blocks[index].words
            elif rule is not None and rule.opens and left <= self._end_share(index, rule) * total:
                last = max((p for p in paragraphs if p < index), default=last)
        return last

    def _end_share(self, index: int, rule: Rule) -> float:
        """Largest share of the prose that may stand under this heading if it ends the article."""
        if rule.reason == "comment":
            return _COMMENT_SHARE
        goes_on = rule.reason == "related" and index + 1 < len(self.blocks) and self.prose[index + 1]
        return 0.0 if goes_on else _TAIL_SHARE

    def _weight(self, index: int) -> int:
        rule, block = self.match[index], self.blocks[index]
        if rule is not None:
            return _RULE_WEIGHT if rule.reason in _OVER else 0
        if self.prose[index] or self.is_sentence(index):
            return min(block.words, _MAX_WEIGHT)
        return _TITLE_WEIGHT
