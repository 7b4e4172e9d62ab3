"""Truncation: whether the source holds the whole article.

`isAccessibleForFree: false` states rights, not truncation (nine in ten such pages hold the whole article), so it never
decides alone. Belongs here: signs and what they say together. Does not: finding paywall notices (`rules`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.cleaning.assemble import Partition
from pipeline.cleaning.document import PARAGRAPHS
from pipeline.cleaning.metadata import Metadata

_ENDED = re.compile(r"[.!?…:;)\]”\"’'*_—–-]\W*$")
_ELLIPSIS = re.compile(r"(\.\.\.|…)[”\"’'\])]*\s*(\[\+?\d+ chars\]|read (more|on))?$", re.IGNORECASE)
_GATES = frozenset({"limit_reached", "subscribe_to_read", "subscribers_only", "rest_elsewhere"})
"""Phrase rules whose match says that there is a gate."""
_REST = re.compile(
    r"\b(continue|keep|finish|carry on) reading\b|\bgo on with this\b|\bunlock this\b|\bread this\b"
    r"|\b(rest|remainder) of (this|the) (article|story|piece|report|letter)\b|\bremaining \w+ words\b"
    r"|\b(read|see|get|unlock) the (full|rest|whole|entire)\b|\b(to|and) read (more|on|this|it)\b"
    r"|\bthe (full|whole) (version|story|article|report|text)\b|\b(last free|limit)\b"
    r"|\bthis (article|story|post|report|piece|letter|content)\b.{0,30}\b(for|to)\b.{0,30}"
    r"\b(subscri|member|paid|paying|regist)",
    re.IGNORECASE,
)
"""What a notice says if it speaks of this article: that there is more of it, or that its reader may not go on."""
_PAGES = frozenset({"page_of_pages"})
"""Phrase rules whose match says that the article has further pages."""
_WHOLE = 0.85
"""Share of the words that the page states above which nothing is missing, whatever a notice says."""
_FAR_FEWER = 0.6
"""Share of the words that the page states below which text is missing; counts differ by captions and lists."""
_MARGIN = 60
_LOCKED_WORDS = 120
"""A locked article with fewer words is a teaser."""
_LAST_WORDS = 8
"""A last paragraph with fewer words may be a list item or a name, which ends without a full stop."""
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Truncation:
    """A value of the vocabulary truncation, and what says so."""

    level: str
    evidence: str | None = None


def judge(parts: Partition, found: Metadata) -> Truncation:
    """How sure it is that text of the article is missing.

    Confirmed: a gate below the text that says that more follows, or two signs. Suspected: one sign. A gate without
    any sign is a notice on a complete article.
    """
    end = parts.segments[-1].source_end if parts.segments else 0
    gates = [r for r in parts.removals if r.rule in _GATES]
    notices = [parts.source[r.source_start : r.source_end] for r in gates]
    below = [n for r, n in zip(gates, notices, strict=True) if r.source_start >= end and not _is_whole(parts, found)]
    signs = [
        *_signs(parts, found),
        *(f"a notice below says that more follows: {_cut(n)}" for n in below if _REST.search(n)),
    ]
    if not signs:
        return Truncation("notice_present", f"notice: {_cut(notices[0])}") if notices else Truncation("none")
    surely = len(signs) > 1 or bool(below)
    told = [] if any(_REST.search(n) for n in below) else notices[:1]
    evidence = [*signs, *(f"notice: {_cut(n)}" for n in told)]
    return Truncation("confirmed" if surely else "suspected", "; ".join(evidence))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_whole(parts: Partition, found: Metadata) -> bool:
    """Whether the page states how many words the article has, and shows them."""
    return found.stated_words is not None and parts.words() >= _WHOLE * found.stated_words


def _signs(parts: Partition, found: Metadata) -> Iterator[str]:
    last, count = _last_paragraph(parts), parts.words()
    if len(last.split()) >= _LAST_WORDS and (_ELLIPSIS.search(last) or not _ENDED.search(last)):
        yield f"the last sentence does not end: …{last[-60:]}"
    if found.stated_words and count < _FAR_FEWER * found.stated_words - _MARGIN:
        yield f"{count} words of the {found.stated_words} that the page states"
    for removal in parts.removals:
        if removal.rule in _PAGES and not _is_whole(parts, found):
            yield f"one of several pages: {_cut(parts.source[removal.source_start : removal.source_end])}"
    if (found.access or "").lower() == "false" and count < _LOCKED_WORDS:
        yield f"declared as not free, and only {count} words"


def _last_paragraph(parts: Partition) -> str:
    kept = [segment for segment in parts.segments if segment.role in PARAGRAPHS | {"standfirst"}]
    return parts.text[kept[-1].start : kept[-1].end] if kept else ""
