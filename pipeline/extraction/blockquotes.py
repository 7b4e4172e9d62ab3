"""Quotations set in as blocks, without marks: whose words they are.

Belongs here: paragraphs that a page sets in (blockquote), paragraphs behind `>` in a text, and those who sign them.
Does not: quotations in marks (`quoted`), the cue before a block (`quoted.announced`), or the shape of a signature
(`signatures`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.extraction import signatures
from pipeline.extraction.page import Page
from pipeline.extraction.quotations import Quotation
from pipeline.extraction.quoted import Quoted, announced
from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from pipeline.extraction.parse import Paragraph

_SET_IN = re.compile(r">[ \u00a0]?")


def find_blocks(page: Page) -> list[Quoted]:
    """Blocks with a speaker, in order: named behind a dash at their end, or by an introduction that ends in a colon."""
    found = (_attributed(page, run) for run in _runs(page))
    return [block for block in found if block is not None]


def _runs(page: Page) -> Iterator[list[int]]:
    """Numbers of the paragraphs of each block; a line that signs one ends it."""
    run: list[int] = []
    for number, paragraph in enumerate(page.paragraphs):
        if _is_set_in(page, paragraph):
            run.append(number)
        if run and (run[-1] != number or signatures.behind_dash(page, paragraph.span) is not None):
            yield run
            run = []
    if run:
        yield run


def _is_set_in(page: Page, paragraph: Paragraph) -> bool:
    return paragraph.role == "quotation" or _SET_IN.match(page.text, *paragraph.span) is not None


def _attributed(page: Page, run: Sequence[int]) -> Quoted | None:
    name, said = _signature(page, run)
    blocks = [_block(page, number) for number in said]
    if not blocks:
        return None
    if name is not None:
        return Quoted(blocks, None, (name,), "name-under-block", 0.8, is_set_in=True)
    found = announced(page, blocks[0])
    return Quoted(blocks, found.cue, found.speakers, found.rule, 0.8, is_set_in=True) if found is not None else None


def _block(page: Page, number: int) -> Quotation:
    span = page.paragraphs[number].span
    mark = _SET_IN.match(page.text, *span)
    return Quotation(span, Span(mark.end() if mark else span.start, span.end), number)


def _signature(page: Page, run: Sequence[int]) -> tuple[Span | None, Sequence[int]]:
    """Who signs the block, in its last paragraph or in the one behind it, and the paragraphs that are said."""
    last = signatures.paragraph(page, run[-1])
    inside = signatures.behind_dash(page, last) or signatures.alone(page, last)
    if inside is not None and len(run) > 1:
        return inside, run[:-1]
    return signatures.behind_dash(page, signatures.paragraph(page, run[-1] + 1)), run
