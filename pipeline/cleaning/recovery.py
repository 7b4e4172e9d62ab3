"""Paragraphs that the extractor lost: second halves behind an advertisement, tweets, items of lists.

A block is taken back if it stands where the article's paragraphs stand: in an element that is named as theirs is, in
the same element, or (in words) in the article body that the page itself states.
Belongs here: blocks to take back. Does not: anything that takes a block away (`page`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.layout import ends_as_sentence, is_prose
from pipeline.cleaning.roles import words
from pipeline.cleaning.rules import first_match

_NEVER = frozenset({"nav", "footer", "figcaption", "figure", "form", "button", "header", "table"})
_MIN_ALIKE = 2
"""So many paragraphs of the article must stand there."""
_MAX_LINKED = 0.4
_MIN_WORDS = 4
_MIN_STATED_WORDS = 5
_NEAR_LEVELS = 3

Signature = tuple[str, tuple[str, ...], str]


def _signature(block: Block) -> Signature:
    return block.tag, block.path, block.hints


class Recovery:
    """Blocks that the extractor did not choose (`shares` is 0) but that stand among those it chose."""

    def __init__(self, blocks: Sequence[Block], shares: Sequence[float], article_body: str | None) -> None:
        self.blocks = blocks
        chosen = [b for b, share in zip(blocks, shares, strict=True) if share > 0 and is_prose(b)]
        self._signatures = Counter(_signature(b) for b in chosen)
        self._places = Counter(b.lineage[0] for b in chosen if b.lineage)
        self._first = chosen[0].index if chosen else len(blocks)
        self._last = chosen[-1].index if chosen else -1
        self._stated = f" {' '.join(words(article_body))} " if article_body else ""

    def rule(self, block: Block) -> str | None:
        """Why the block is taken back, or None."""
        if block.words < _MIN_WORDS or block.link_share > _MAX_LINKED or _NEVER.intersection(block.path):
            return None
        found = self._place(block)
        return found if found is not None and first_match(block.text, block.words) is None else None

    def _place(self, block: Block) -> str | None:
        if self._is_stated(block):
            return "stated_article_body"
        if self._signatures[_signature(block)] >= _MIN_ALIKE and (is_prose(block) or ends_as_sentence(block.text)):
            return "among_paragraphs"
        return self._inside(block)

    def _is_stated(self, block: Block) -> bool:
        return (
            bool(self._stated)
            and block.words >= _MIN_STATED_WORDS
            and f" {' '.join(words(block.text))} " in self._stated
        )

    def _inside(self, block: Block) -> str | None:
        if not self._first < block.index < self._last or "aside" in block.path:
            return None
        if not any(self._places[number] >= _MIN_ALIKE for number in block.lineage[:_NEAR_LEVELS]):
            return None
        if "blockquote" in block.path:
            return "quoted_inside_the_body"
        if block.tag not in ("p", "li") or "caption" in block.hints:
            return None
        return "prose_inside_the_body" if is_prose(block) else None
