"""Pages: trafilatura's choice of blocks, looked at a second time.

Belongs here: verdicts on the blocks of a page. Does not: reading the page (`blocks`, `main_text`), pasted text
(`pasted`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cleaning import structure
from pipeline.cleaning.blocks import Block
from pipeline.cleaning.layout import Body, Reading, Verdict, by, is_prose, keep, remove
from pipeline.cleaning.metadata import Metadata
from pipeline.cleaning.recovery import Recovery, headings_of_parts, signature
from pipeline.cleaning.roles import Repeats, is_headline_of, is_note, words
from pipeline.cleaning.rules import Rule, first_match
from pipeline.cleaning.structure import HEADINGS

_NEAR_HEADLINE = 3
_MOST = 0.6
"""Largest share of the words taken that class names and links may remove."""
_MIN_STANDFIRST, _MAX_STANDFIRST = 4, 60
_WHOLE = 60
"""Words that must stand above the headline of another article."""
_NEAR_STANDFIRST = 6
"""How many blocks below the headline the introduction may stand."""


def judge(blocks: Sequence[Block], shares: Sequence[float], metadata: Metadata, outlet: str | None) -> list[Verdict]:
    """A verdict for every block, in order; `shares` is the share of each that the extractor chose."""
    recovery = Recovery(blocks, shares, metadata.article_body)
    taken = [share > 0 or recovery.rule(block) is not None for block, share in zip(blocks, shares, strict=True)]
    headline = _headline(blocks, taken, metadata.title)
    for index in headings_of_parts(blocks, taken):
        taken[index] = index != headline
    over = _next_article(blocks, taken, headline)
    taken[over:] = [False] * (len(blocks) - over)
    judged = _by_markup(blocks, taken)
    left = [i for i, chosen in enumerate(taken) if chosen and judged[i] is None and i != headline]
    headings = (i for i in range(len(blocks) - 1) if not taken[i] and _heads_a_list(blocks[i], outlet))
    left = sorted([*left, *headings])
    article = _Article([blocks[i] for i in left], metadata, outlet)
    verdicts = {i: verdict for i, verdict in zip(left, article.verdicts(), strict=True) if taken[i]}
    if headline is not None:
        kickers = [i for i, verdict in verdicts.items() if i < headline and verdict.kept and not is_prose(blocks[i])]
        verdicts |= dict.fromkeys(kickers, remove("outside_article", "above_the_headline"))
        verdicts[headline] = keep("headline", "shows_the_title")
    verdicts |= _standfirst(blocks, taken, headline, metadata.standfirst)
    unknown = ("not_main_text", "another_article")
    return [verdicts.get(i) or judged[i] or _outside(b, outlet, unknown[i >= over]) for i, b in enumerate(blocks)]


def _by_markup(blocks: Sequence[Block], taken: Sequence[bool]) -> list[Verdict | None]:
    """What the markup says of the blocks taken, unless it would take most of the article away: names can mislead."""
    judged = [structure.judge(b) or structure.link_only(b) if t else None for b, t in zip(blocks, taken, strict=True)]
    total = sum(block.words for block, chosen in zip(blocks, taken, strict=True) if chosen)
    gone = sum(block.words for block, verdict in zip(blocks, judged, strict=True) if verdict is not None)
    return judged if gone <= _MOST * total else [None] * len(blocks)


def _headline(blocks: Sequence[Block], taken: Sequence[bool], title: str | None) -> int | None:
    """The block that shows the title: a main heading, another heading, or a line near the first one taken."""
    first = taken.index(True) if True in taken else len(blocks)
    showing = [i for i, block in enumerate(blocks) if is_headline_of(block.text, title)]
    kinds = (
        [i for i in showing if blocks[i].tag == "h1"],
        [i for i in showing if blocks[i].tag in HEADINGS],
        [i for i, block in enumerate(blocks) if block.tag == "h1" and taken[i]],
        [i for i in showing if i <= first + _NEAR_HEADLINE],
    )
    found = next((kind for kind in kinds if kind), [])
    return max((i for i in found if i <= first), default=found[0]) if found else None


def _heads_a_list(block: Block, outlet: str | None) -> bool:
    """Whether a block is the heading of a list, which may end the article.

    Where the extractor left the heading out and took what stands right under it, it took an item of the list.
    """
    rule = first_match(block.text, block.words, "unknown", outlet) if block.tag in HEADINGS else None
    return rule is not None and rule.opens


def _next_article(blocks: Sequence[Block], taken: Sequence[bool], headline: int | None) -> int:
    """Where another article begins: the page goes on with it when its reader gets to the end of this one.

    It begins with a main heading that is made like the headline, in an element of its own; the number of blocks if
    there is none.
    """
    if headline is None or blocks[headline].tag != "h1":
        return len(blocks)
    own, read = blocks[headline], 0
    for block in blocks[headline + 1 :]:
        is_alike = block.tag == "h1" and block.lineage[:1] != own.lineage[:1] and signature(block) == signature(own)
        if is_alike and read >= _WHOLE and words(block.text) != words(own.text):
            return block.index
        read += block.words if taken[block.index] else 0
    return len(blocks)


def _outside(block: Block, outlet: str | None, unknown: str) -> Verdict:
    """The most precise reason for a block that is no part of the article."""
    verdict = structure.section(block) or structure.judge(block)
    if verdict is None:
        rule = first_match(block.text, block.words, "unknown", outlet)
        verdict = by(rule) if rule else structure.link_only(block)
    return verdict or remove("outside_article", unknown)


def _standfirst(
    blocks: Sequence[Block], taken: Sequence[bool], headline: int | None, described: str | None
) -> dict[int, Verdict]:
    """The introduction right under the headline, where the extractor left it out."""
    if headline is None:
        return {}
    for block in blocks[headline + 1 : headline + 1 + _NEAR_STANDFIRST]:
        if taken[block.index]:
            break
        rule = _introduces(block, described)
        if rule is not None and not _is_begun_again(block, blocks, taken):
            return {block.index: keep("standfirst", rule)}
    return {}


def _introduces(block: Block, described: str | None) -> str | None:
    """Why a block is the introduction, or None."""
    if not _MIN_STANDFIRST <= block.words <= _MAX_STANDFIRST or block.link_share > 0:
        return None
    if described and words(block.text) == words(described):
        return "shows_the_description"
    return "standfirst_name" if structure.STANDFIRST.search(block.own) else None


def _is_begun_again(block: Block, blocks: Sequence[Block], taken: Sequence[bool]) -> bool:
    """Whether a paragraph begins with the same words: an extract of the article is no introduction."""
    mine = words(block.text)
    return any(words(b.text)[: len(mine)] == mine for b in blocks if taken[b.index])


class _Article:
    """The blocks that may be the article, without its headline."""

    def __init__(self, blocks: Sequence[Block], metadata: Metadata, outlet: str | None) -> None:
        self.blocks, self.metadata = blocks, metadata
        self.reading = Reading(blocks, outlet)
        self.body = self.reading.body() or Body(0, len(blocks) - 1)
        self.repeats = Repeats()
        prose = [i for i in range(self.body.first, self.body.last + 1) if self.reading.prose[i]]
        self.signatures = frozenset(signature(blocks[i]) for i in prose)
        self.over: Rule | None = None
        """The heading below the body under whose list the blocks stand, or the notice whose small print they are."""

    def verdicts(self) -> list[Verdict]:
        return [self._verdict(turn, block) for turn, block in enumerate(self.blocks)]

    def _verdict(self, turn: int, block: Block) -> Verdict:
        if is_note(block.text):
            return keep("note", "note")
        verdict = self._removal(turn, block)
        if verdict is None:
            self.repeats.add(block.text)
            verdict = keep(*self._role(turn, block))
        return verdict

    def _removal(self, turn: int, block: Block) -> Verdict | None:
        position = self.body.position(turn)
        rule = self.reading.rule_at(turn, position)
        if position == "tail" and rule is not None and (rule.opens or rule.reason == "paywall"):
            self.over = rule
        if rule is not None:
            return by(rule)
        if self.over is not None and signature(block) not in self.signatures:
            return remove(self.over.reason, "after_the_end")
        if turn <= self.body.first and (block.tag == "h1" or is_headline_of(block.text, self.metadata.title)):
            return remove("duplicate_block", "headline_again")
        again = self.repeats.again(block.text)
        return remove(again, "seen_before") if again else None

    def _role(self, turn: int, block: Block) -> tuple[str, str]:
        if turn <= self.body.first and block.words <= _MAX_STANDFIRST:
            if self.metadata.standfirst and words(block.text) == words(self.metadata.standfirst):
                return "standfirst", "shows_the_description"
            if structure.STANDFIRST.search(block.own):
                return "standfirst", "standfirst_name"
        return structure.role(block)
