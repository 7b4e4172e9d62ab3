"""Articles that a page holds for its scripts only: the data from which an application writes them into the page.

Such data has no standard shape, so its shape decides nothing but this: an article is the longest list of paragraphs, or
the longest text with marked paragraphs, that stands in it.
Belongs here: finding that text in scripts. Does not: when it takes the place of what the page shows (`stated`), or
JSON-LD, which says what each of its values means (`metadata`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from pipeline.cleaning.limits import MAX_APP_DATA, MAX_APP_NODES, MAX_APP_OBJECTS

_ASSIGNED = re.compile(r"\bwindow(?:\.\w+|\[[\"']\w+[\"']\])+\s*=\s*(?=[{\[])|^\s*(?=[{\[])")
"""An object that a script gives to the page, or a script that holds nothing but data."""
_PIECES = frozenset({"text", "html", "value", "content", "children", "body", "paragraph", "data", "elements", "items"})
"""Names under which data keeps the words of a paragraph, or the pieces that it is made of."""
_MARKED = re.compile(r"<p[\s>]|<br\s*/?>\s*<br|</p>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")
_SENTENCE = re.compile(r"[.!?…][”\"’')\]]*\s*$")
_MIN_PARAGRAPH = 5
_MIN_PARAGRAPHS = 3
_DEPTH = 8
"""How deep inside a paragraph its pieces may lie."""


def scripts(tree: HtmlElement) -> list[str]:
    """The page's scripts that may hold data, in order, as much as is looked at."""
    left, found = MAX_APP_DATA, []
    for script in tree.iter("script"):
        text = script.text or ""
        if script.get("type") != "application/ld+json" and len(text) <= left and _ASSIGNED.search(text):
            left -= len(text)
            found.append(text)
    return found


def body_in(texts: list[str]) -> str | None:
    """The article that the scripts hold, a line a paragraph and perhaps with markup, or None."""
    found = islice((data for text in texts for data in _data(text)), MAX_APP_OBJECTS)
    candidates = (body for data in found if data is not None for body in _bodies(data))
    return max(candidates, key=lambda body: len(body.split()), default=None)


def _data(text: str) -> Iterator[Any]:
    """The objects and lists that a script gives to the page; None for one that is broken."""
    decoder, position = json.JSONDecoder(strict=False), 0
    while found := _ASSIGNED.search(text, position):
        try:
            data, position = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            data, position = None, found.end() + 1
        yield data


def _bodies(data: Any) -> Iterator[str]:
    stack, seen = [data], 0
    while stack and seen < MAX_APP_NODES:
        node, seen = stack.pop(), seen + 1
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
            paragraphs = [words for item in node if (words := _paragraph(item))]
            if sum(_reads_as_one(paragraph) for paragraph in paragraphs) >= _MIN_PARAGRAPHS:
                yield "\n".join(paragraphs)
        elif isinstance(node, str) and len(_MARKED.findall(node)) >= _MIN_PARAGRAPHS:
            yield node


def _paragraph(item: Any) -> str:
    return "".join(_pieces(item, _DEPTH)).strip()


def _pieces(item: Any, depth: int) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, list) and depth:
        for piece in item:
            yield from _pieces(piece, depth - 1)
    elif isinstance(item, dict) and depth:
        for name, piece in item.items():
            if name in _PIECES:
                yield from _pieces(piece, depth - 1)


def _reads_as_one(text: str) -> bool:
    plain = _TAG.sub("", text)
    return len(plain.split()) >= _MIN_PARAGRAPH and _SENTENCE.search(plain) is not None
