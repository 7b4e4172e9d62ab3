"""Pages: trafilatura's choice of blocks, looked at a second time.

Belongs here: verdicts on the blocks of a page. Does not: reading the page (`blocks`, `main_text`), pasted text (`pasted`).
"""

from __future__ import annotations

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.layout import Body, Reading, Verdict, by, keep, remove
from pipeline.cleaning.metadata import Metadata
from pipeline.cleaning.roles import Repeats, is_headline_of, is_note, words
from pipeline.cleaning.rules import first_match

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINK_ONLY = 0.9


def judge(blocks: list[Block], shares: list[float], metadata: Metadata, outlet: str | None) -> list[Verdict]:
    """A verdict for every block, in order."""
    headline = _headline(blocks, shares, metadata)
    structural = [_structural(b) if s > 0 else None for b, s in zip(blocks, shares, strict=True)]
    chosen = [i for i, s in enumerate(shares) if s > 0 and structural[i] is None and i != headline]
    verdicts: dict[int, Verdict] = {}
    reading = Reading([blocks[i] for i in chosen], outlet)
    body = reading.body() or Body(0, len(chosen) - 1)
    repeats = Repeats()
    for turn, index in enumerate(chosen):
        verdicts[index] = _chosen(blocks[index], turn, reading, body, repeats, metadata)
    if headline is not None:
        verdicts[headline] = keep("headline", "shows_the_title")
    return [verdicts.get(i) or structural[i] or _outside(b, outlet) for i, b in enumerate(blocks)]


def _headline(blocks: list[Block], shares: list[float], metadata: Metadata) -> int | None:
    showing = [i for i, b in enumerate(blocks) if is_headline_of(b.text, metadata.title)]
    first = next((i for i, s in enumerate(shares) if s > 0), len(blocks))
    for wanted in (lambda i: blocks[i].tag == "h1", lambda i: blocks[i].tag in _HEADINGS, lambda i: i <= first + 3):
        found = [i for i in showing if wanted(i)]
        if found:
            return max((i for i in found if i <= first), default=found[0])
    return None


def _structural(block: Block) -> Verdict | None:
    if "figcaption" in block.path or block.tag == "caption":
        return remove("caption", "figcaption")
    if block.link_share >= _LINK_ONLY and block.tag in ("p", "li", "div", *_HEADINGS):
        return remove("related", "link_only")
    return None


def _chosen(block: Block, turn: int, reading: Reading, body: Body, repeats: Repeats, metadata: Metadata) -> Verdict:
    rule = first_match(block.text, block.words, body.position(turn), reading.outlet)
    if is_note(block.text):
        return keep("note", "note")
    if rule is not None:
        return by(rule)
    if is_headline_of(block.text, metadata.title) and turn <= body.first:
        return remove("duplicate_block", "headline_again")
    again = repeats.again(block.text)
    if again is not None:
        return remove(again, "seen_before")
    repeats.add(block.text)
    if turn < body.first and metadata.standfirst and words(block.text) == words(metadata.standfirst):
        return keep("standfirst", "shows_the_description")
    return keep("subhead" if block.tag in _HEADINGS else "body", "main_text")


def _outside(block: Block, outlet: str | None) -> Verdict:
    """The most precise reason for a block that is no part of the article."""
    if "figcaption" in block.path:
        return remove("caption", "figcaption")
    rule = first_match(block.text, block.words, "unknown", outlet)
    if rule is not None:
        return by(rule)
    if "nav" in block.path or "menu" in block.hints:
        return remove("navigation", "navigation_element")
    return remove("outside_article", "not_main_text")
