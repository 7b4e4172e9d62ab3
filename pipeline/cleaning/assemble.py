"""Blocks and verdicts become spans: the partition of the source text, and the document's text made of the kept ones.

Belongs here: the arithmetic of spans. Does not: any verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.cleaning.blocks import Block, join
from pipeline.cleaning.document import PARAGRAPH, Removal, Segment
from pipeline.cleaning.layout import Verdict

_VISIBLE = re.compile(r"[^\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
"""A character that a reader sees; soft hyphens, zero-width characters and direction marks are none."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Partition:
    """The source text, every character in one segment or one removal, and the text that the segments make."""

    source: str
    text: str
    segments: tuple[Segment, ...]
    removals: tuple[Removal, ...]

    def words(self) -> int:
        """Number of words of everything but the headline."""
        return count_words(self.text, self.segments)

    def body_start(self) -> int:
        """Offset of the first segment that is neither headline nor standfirst, or the text's end."""
        return next((s.start for s in self.segments if s.role not in {"headline", "standfirst"}), len(self.text))

    def shown(self, role: str) -> str | None:
        """The text of the segments in this role, or None."""
        return "\n".join(self.text[s.start : s.end] for s in self.segments if s.role == role) or None


def count_words(text: str, segments: Iterable[Segment]) -> int:
    """Number of words of everything but the headline."""
    return sum(len(_WORD.findall(text, s.start, s.end)) for s in segments if s.role != "headline")


def partition(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> Partition:
    """Put the blocks together again; white space and invisible characters around their text become blank removals."""
    source = join(list(blocks))
    segments: list[Segment] = []
    removals: list[Removal] = []
    position = end = 0
    for block, verdict in zip(blocks, verdicts, strict=True):
        span = visible_span(block)
        if span is None:
            continue
        if span[0] > end:
            removals.append(Removal(end, span[0], "blank", "between_blocks"))
        end = span[1]
        if verdict.lead is not None:
            removals.append(Removal(span[0], span[0] + verdict.lead.length, verdict.lead.reason, verdict.lead.rule))
            span = (span[0] + verdict.lead.length, span[1])
        if verdict.kept:
            position += len(PARAGRAPH) if segments else 0
            segments.append(Segment(verdict.kind, position, position + span[1] - span[0], *span))
            position = segments[-1].end
        else:
            removals.append(Removal(*span, verdict.kind, verdict.rule))
    if len(source) > end:
        removals.append(Removal(end, len(source), "blank", "between_blocks"))
    text = PARAGRAPH.join(source[s.source_start : s.source_end] for s in segments)
    return Partition(source, text, tuple(segments), tuple(removals))


def visible_span(block: Block) -> tuple[int, int] | None:
    """The part of the source text from the block's first visible character to its last, or None if it shows nothing."""
    first = _VISIBLE.search(block.text)
    if first is None:
        return None
    last = _VISIBLE.search(block.text[::-1])
    return block.start + first.start(), block.end - (last.start() if last else 0)
