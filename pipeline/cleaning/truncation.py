"""Truncation: does the source hold the whole article?

`isAccessibleForFree: false` states rights, not truncation (nine in ten such pages hold the whole article), so it never
decides alone. Belongs here: signs and what they say together. Does not: finding paywall notices (`rules`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cleaning.document import Removal
from pipeline.cleaning.metadata import Metadata

_ENDED = re.compile(r"[.!?…:;)\]”\"’'*_—–-]\s*$|\w\W*[”\"’']$")
_ELLIPSIS = re.compile(r"(\.\.\.|…)[”\"’']?\s*(\[\+?\d+ chars\])?$")
_GATE_RULES = frozenset({"limit_reached", "subscribe_to_read", "subscribers_only"})
_REST = re.compile(
    r"\b(continue|keep|finish|carry on) reading\b|\b(rest|remainder|full) (of (this|the) )?(article|story|piece)\b",
    re.IGNORECASE,
)
_FAR_FEWER = 0.6
_FAR_FEWER_MARGIN = 60
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Truncation:
    """A value of the vocabulary truncation, and what says so."""

    level: str
    evidence: str | None = None


def judge(source: str, text: str, removals: Sequence[Removal], found: Metadata) -> Truncation:
    """How sure it is that text of the article is missing."""
    notices = [source[r.source_start : r.source_end] for r in removals if r.rule in _GATE_RULES]
    signs = list(_signs(text, notices, found))
    if not signs:
        return Truncation("notice_present", f"notice: {notices[0][:120]}") if notices else Truncation("none")
    evidence = "; ".join([*signs, *(f"notice: {n[:120]}" for n in notices[:1])])
    return Truncation("confirmed" if notices or len(signs) > 1 else "suspected", evidence)


def _signs(text: str, notices: list[str], found: Metadata) -> list[str]:
    signs, last = [], text.rsplit("\n", 1)[-1]
    count = len(_WORD.findall(text))
    if not _ENDED.search(last) and len(_WORD.findall(last)) > 8:
        signs.append(f"the last sentence does not end: …{last[-60:]}")
    if found.stated_words and count < _FAR_FEWER * found.stated_words - _FAR_FEWER_MARGIN:
        signs.append(f"{count} words of {found.stated_words} that the page states")
    if any(_REST.search(notice) for notice in notices):
        signs.append("the notice says that more follows")
    return signs
