"""Charts: bars and columns as inline SVG, with their labels and numbers as text.

Belongs here: drawing counts. Does not: computing them (`figures`). Labels stay HTML, so that they are readable on a
phone, can be selected and are read out.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.release.page.figures import TOP, Count
from pipeline.release.page.html import Html, clipped, el, join

_HEIGHT = 100
_SLOT = 10
_COLUMN = 8
_FEW = 6
"""Fewer columns than this are drawn as bars, which name each of them."""


def bars(counts: Sequence[Count], unit: str, whole: int | None = None) -> Html:
    """A list of labels, each with a bar as long as its share of the largest, and its number.

    Of a long list the end is one bar, the last. With `whole`, each number has its share of that in per cent.
    """
    if not counts:
        return el("p", "Nothing to show.", class_="quiet")
    shown = counts if len(counts) <= TOP else counts[: TOP - 1]
    rest = counts[len(shown) :]
    others = (f"{len(rest)} others", sum(n for _, n in rest))
    largest = max(others[1], *(n for _, n in shown)) or 1
    drawn = [_bar(count, largest, unit, whole) for count in shown]
    if rest:
        drawn.append(_bar(others, largest, unit, whole, "rest"))
    return el("ol", *drawn, class_="bars")


def _bar(count: Count, largest: int, unit: str, whole: int | None, kind: str | None = None) -> Html:
    label, n = count
    rect = el("rect", width=f"{100 * n / largest:.2f}", height=1)
    drawn = el("svg", rect, viewBox="0 0 100 1", preserveAspectRatio="none", aria_hidden="true")
    part = el("span", f"{n / whole:.0%}", class_="share") if whole else None
    number = el("span", f"{n:,}", el("span", f" {unit}", class_="unseen"), part, class_="number")
    return el("li", el("span", el("bdi", clipped(label)), class_="label"), drawn, number, class_=kind)


def columns(counts: Sequence[Count], unit: str, period: str) -> Html:
    """Columns side by side, for counts over time; the first, the last and the highest are named."""
    if len(counts) < _FEW:
        return bars(counts, unit)
    top = max(counts, key=lambda count: count[1])
    rects = (_column(i, label, n, top[1], unit) for i, (label, n) in enumerate(counts))
    words = f"{unit} by {period}, {counts[0][0]} to {counts[-1][0]}; most in {top[0]}: {top[1]:,}"
    box = f"0 0 {len(counts) * _SLOT} {_HEIGHT}"
    drawn = el("svg", *rects, viewBox=box, preserveAspectRatio="none", role="img", aria_label=words, class_="columns")
    ends = el("p", el("span", counts[0][0]), el("span", f"most: {top[0]} ({top[1]:,})"), el("span", counts[-1][0]))
    return el("div", join(drawn, ends), class_="time")


def _column(place: int, label: str, n: int, largest: int, unit: str) -> Html:
    # A month with few claims is seen, one without any is a gap.
    height = max(1.0, _HEIGHT * n / largest) if n else 0.0
    title = el("title", f"{label}: {n:,} {unit}")
    rect = el("rect", x=place * _SLOT + 1, y=f"{_HEIGHT - height:.2f}", width=_COLUMN, height=f"{height:.2f}")
    return el("g", title, rect)
