"""HTML that is safe by construction: every text is escaped unless it was built here.

Belongs here: elements, JSON inside a page. Does not: what the page says. Article text is untrusted; it reaches the page
through these two functions only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any


class Html(str):
    """Markup that was built by `el` or `join`; a plain str is text."""

    __slots__ = ()


Child = str | int | None
Attribute = str | int | float | None

_VOID = frozenset({"br", "input", "meta", "wbr"})
_JSON_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def el(tag: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element. Text is escaped; `class_` is class, `aria_label` is aria-label; what is None is left out."""
    given = ((_attribute(key), escape(str(value))) for key, value in attributes.items() if value is not None)
    head = "".join(f' {key}="{value}"' for key, value in given)
    if tag in _VOID:
        return Html(f"<{tag}{head}>")
    return Html(f"<{tag}{head}>{join(*children)}</{tag}>")


def join(*children: Child) -> Html:
    """Markup and escaped text, one after the other."""
    parts = (child if isinstance(child, Html) else escape(str(child)) for child in children if child is not None)
    return Html("".join(parts))


def join_with(separator: Child, children: Iterable[Child]) -> Html:
    """Markup and escaped text, with the separator between them."""
    return Html(join(separator).join(join(child) for child in children))


def breakable(name: str) -> Html:
    """A name of a column or file that may go on in the next line behind each of its words."""
    words = re.findall(r"[^_/]+[_/]*|[_/]+", name)
    return join_with(el("wbr"), words)


def clipped(text: str, most: int = 80) -> str:
    """The text, or its beginning and an ellipsis where it has more than `most` code points."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def embedded_json(value: Any) -> Html:
    """A value as JSON that may stand inside a script element: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Html(text.translate(_JSON_ESCAPES))


def _attribute(key: str) -> str:
    # SVG spells its attributes in mixed case, HTML with hyphens; a trailing _ only keeps apart from Python's words.
    return key.rstrip("_").replace("_", "-")
