"""Charts: bars and columns as inline SVG, with their labels and numbers as text.

Belongs here: drawing counts. Does not: computing them (`figures`). Labels stay HTML, so that they are readable on a
phone, can be selected and are read out.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.release.page.figures import Count
from pipeline.release.page.html import Html, el, join

_HEIGHT = 100
_SLOT = 10
_COLUMN = 8
_FEW = 6
"""Fewer columns than this are drawn as bars, which name each of them."""


def bars(counts: Sequence[Count], unit: str) -> Html:
    """A list of labels, each with a bar as long as its share of the largest, and its number."""
    if not counts:
        return el("p", "Nothing to show.", class_="quiet")
    largest = max(n for _, n in counts) or 1
    return el("ol", *(_bar(label, n, largest, unit) for label, n in counts), class_="bars")


def _bar(label: str, n: int, largest: int, unit: str) -> Html:
    rect = el("rect", width=f"{100 * n / largest:.2f}", height=1)
    drawn = el("svg", rect, viewBox="0 0 100 1", preserveAspectRatio="none", aria_hidden="true")
    number = el("span", f"{n:,}", el("span", f" {unit}", class_="unseen"), class_="number")
    return el("li", el("span", label, class_="label", title=label), drawn, number)


def columns(counts: Sequence[Count], unit: str) -> Html:
    """Columns side by side, for counts over time; the first, the last and the highest are named."""
    if len(counts) < _FEW:
        return bars(counts, unit)
    top = max(counts, key=lambda count: count[1])
    rects = (_column(i, label, n, top[1], unit) for i, (label, n) in enumerate(counts))
    words = f"{unit} by month, {counts[0][0]} to {counts[-1][0]}; most in {top[0]}: {top[1]:,}"
    box = f"0 0 {len(counts) * _SLOT} {_HEIGHT}"
    drawn = el("svg", *rects, viewBox=box, preserveAspectRatio="none", role="img", aria_label=words, class_="columns")
    ends = el("p", el("span", counts[0][0]), el("span", f"most: {top[0]} ({top[1]:,})"), el("span", counts[-1][0]))
    return el("div", join(drawn, ends), class_="time")


def _column(place: int, label: str, n: int, largest: int, unit: str) -> Html:
    height = max(1.0, _HEIGHT * n / (largest or 1))
    title = el("title", f"{label}: {n:,} {unit}")
    rect = el("rect", x=place * _SLOT + 1, y=f"{_HEIGHT - height:.2f}", width=_COLUMN, height=f"{height:.2f}")
    return el("g", title, rect)
