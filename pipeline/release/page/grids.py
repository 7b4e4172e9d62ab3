"""Tables: rows of texts in columns, and parts of the page that can be folded.

Belongs here: their markup, so that each can be scrolled, read out and reached by keyboard. Does not: what is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.release.page.html import Html, el


def grid(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: tuple[int, ...] = (), class_: str = ""
) -> Html:
    """A table that scrolls by itself where the screen is narrow, by keyboard as well."""
    kinds = ["n" if i in numbers else None for i in range(len(heads))]
    head = el("tr", *(el("th", h, class_=kind, scope="col") for h, kind in zip(heads, kinds, strict=True)))
    body = (el("tr", *(el("td", c, class_=kind) for c, kind in zip(row, kinds, strict=True))) for row in rows)
    table = el("table", el("caption", name, class_="unseen"), el("thead", head), el("tbody", *body))
    return el("div", table, class_=f"scroll {class_}".rstrip(), tabindex=0, role="region", aria_label=name)


def folded(name: str, note: str, words: str, *grids: Html | None) -> Html:
    """A part that opens when it is asked for."""
    head = el("summary", el("code", name), " ", el("span", f"{note} · {words}" if words else note))
    return el("details", head, *grids)
