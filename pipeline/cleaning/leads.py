"""Datelines in front of the first sentence: the words of a paragraph that go while the paragraph stays.

Belongs here: which paragraphs may open with one. Does not: what a dateline looks like (`rules`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.cleaning.assemble import visible_span
from pipeline.cleaning.blocks import Block
from pipeline.cleaning.document import PARAGRAPHS
from pipeline.cleaning.layout import Lead, Verdict
from pipeline.cleaning.rules import first_lead

_LABEL = re.compile(r"\W{0,2}[A-Z][A-Z.'’ -]{1,30}: ")
"""Where several paragraphs open like that, these are the names of speakers."""
_OPENING_PARAGRAPHS = 3
"""Key points or an introduction may stand above the paragraph that opens with the dateline."""


def with_lead(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, the dateline that opens one of the first paragraphs of the body set apart."""
    found = list(verdicts)
    paragraphs = [i for i, verdict in enumerate(found) if verdict.kept and verdict.kind in PARAGRAPHS]
    if sum(_LABEL.match(blocks[index].text) is not None for index in paragraphs) > 1:
        return found
    for index in paragraphs[:_OPENING_PARAGRAPHS]:
        lead = _lead(blocks[index])
        if lead is not None:
            found[index] = replace(found[index], lead=lead)
            break
    return found


def _lead(block: Block) -> Lead | None:
    span = visible_span(block)
    claimed = first_lead(block.text[span[0] - block.start :]) if span else None
    return Lead(claimed[1], claimed[0].reason, claimed[0].name) if claimed else None
