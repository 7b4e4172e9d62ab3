"""Paragraphs that the extractor lost: second halves behind an advertisement, tweets, items of lists.

A block is taken back if it stands where the article's paragraphs stand: in an element that is named as theirs is, in
the same element, or (in words) in the article body that the page itself states.
Belongs here: blocks to take back. Does not: anything that takes a block away (`page`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.layout import ends_as_sentence, is_prose
from pipeline.cleaning.roles import words
from pipeline.cleaning.rules import first_match
from pipeline.cleaning.structure import HEADINGS

_NEVER = frozenset({"nav", "footer", "figcaption", "figure", "form", "button", "header", "table"})
_MIN_ALIKE = 2
"""So many paragraphs of the article must stand there."""
_MAX_LINKED = 0.4
_MIN_WORDS = 4
_MIN_STATED_WORDS = 5
_NEAR_LEVELS = 3
_NEAR_HEADING = 3
"""How many blocks below a heading its first paragraph may stand: an entry's author and time may come between."""

_NUMBER = re.compile(r"\d+")
"""Parts of an article are numbered: part-1 and part-2 are named alike."""

Signature = tuple[str, tuple[str, ...], str]


def signature(block: Block) -> Signature:
    """Where a block stands, in the words of the page's makers: equal for paragraphs of one body."""
    return block.tag, block.path, _NUMBER.sub("", block.hints)


def headings_of_parts(blocks: Sequence[Block], taken: Sequence[bool]) -> frozenset[int]:
    """Headings to take back: of the entries of a live report, of the parts of a long list.

    Each stands over paragraphs that were taken, in the element that holds it and them, and there are several made
    alike. A heading in a box of its own among the paragraphs is that box's.
    """
    alike: dict[Signature, list[int]] = defaultdict(list)
    for block in blocks:
        if block.tag in HEADINGS and not taken[block.index] and _heads_a_part(block, blocks, taken):
            alike[signature(block)].append(block.index)
    return frozenset(index for same in alike.values() if len(same) >= _MIN_ALIKE for index in same)


def _heads_a_part(block: Block, blocks: Sequence[Block], taken: Sequence[bool]) -> bool:
    below = blocks[block.index + 1 : block.index + 1 + _NEAR_HEADING]
    first = next((b for b in below if taken[b.index] and is_prose(b)), None)
    if first is None or block.link_share > _MAX_LINKED or first_match(block.text, block.words) is not None:
        return False
    mine, others = block.lineage[:_NEAR_LEVELS], first.lineage[:_NEAR_LEVELS]
    return mine[:1] == others[:1] or bool(set(mine[1:]) & set(others[1:]))


class Recovery:
    """Blocks that the extractor did not choose (`shares` is 0) but that stand among those it chose."""

    def __init__(self, blocks: Sequence[Block], shares: Sequence[float], article_body: str | None) -> None:
        self.blocks = blocks
        chosen = [b for b, share in zip(blocks, shares, strict=True) if share > 0 and is_prose(b)]
        self._signatures = Counter(signature(b) for b in chosen)
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
        if self._signatures[signature(block)] >= _MIN_ALIKE and (is_prose(block) or ends_as_sentence(block.text)):
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
