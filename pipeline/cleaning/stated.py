"""Articles that stand on the page only in its data: the article body that JSON-LD states, or that scripts hold.

Belongs here: when that body takes the place of what the page shows, and its blocks. Does not: reading JSON-LD
(`metadata`) and scripts (`app_data`), or single paragraphs that the stated body confirms (`recovery`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.cleaning.blocks import Block
from pipeline.cleaning.document import PARAGRAPHS
from pipeline.cleaning.layout import Verdict, is_prose, keep, remove
from pipeline.cleaning.limits import MAX_TEXT
from pipeline.cleaning.roles import words

_FAR_SHORTER = 0.5
"""The page must show less than this share of the stated body's words."""
_MIN_STATED = 100
_BREAK = re.compile(r"(?:<br\s*/?>|</p>|[\r\n\u2028\u2029])+", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\f]+")
_TAG = re.compile(r"<[^<>]{1,500}>")


def shows_no_article(blocks: Sequence[Block]) -> bool:
    """Whether a page shows too little prose to hold an article: then its scripts may write it."""
    return sum(block.words for block in blocks if is_prose(block)) < _MIN_STATED


def with_stated_body(
    blocks: Sequence[Block], verdicts: Sequence[Verdict], stated: str | None
) -> tuple[Sequence[Block], Sequence[Verdict]]:
    """The blocks and verdicts, with the stated body at the end of the source text if the page shows far less of it."""
    if stated is None or len(stated) > MAX_TEXT:
        return blocks, verdicts
    shown, held = _shown(blocks, verdicts), len(words(_TAG.sub(" ", stated)))
    if held < _MIN_STATED or shown > _FAR_SHORTER * held:
        return blocks, verdicts
    left = [_replaced(verdict) for verdict in verdicts]
    added = _stated_blocks(stated, len(blocks), blocks[-1].end + 1 if blocks else 0)
    return [*blocks, *added], [*left, *(keep("body", "stated_article_body") for _ in added)]


def _shown(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> int:
    """Words that are kept, without the headline."""
    return sum(b.words for b, v in zip(blocks, verdicts, strict=True) if v.kept and v.kind != "headline")


def _replaced(verdict: Verdict) -> Verdict:
    is_body = verdict.kept and verdict.kind in PARAGRAPHS | {"subhead"}
    return remove("duplicate_block", "stated_article_body") if is_body else verdict


def _stated_blocks(stated: str, index: int, start: int) -> list[Block]:
    from html import unescape

    blocks: list[Block] = []
    for piece in _BREAK.split(unescape(stated)):
        text = _SPACE.sub(" ", _TAG.sub(" ", piece)).strip()
        if text:
            blocks.append(Block(index + len(blocks), start, text, tag="json-ld"))
            start += len(text) + 1
    return blocks
