"""Blocks: the lines of text that a page or a text file shows, in document order, each with what is known of its place.

The source text is the blocks joined by a line feed. White space inside a block of a page is collapsed as a browser does
(CSS Text Module Level 3, 4.1.1): space, tab and line breaks become one space, every other character stays.
Belongs here: where blocks begin and end, and their features. Does not: which of them are the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipeline.cleaning.limits import MAX_BLOCKS, MAX_DEPTH, MAX_ELEMENTS

_SPACES = " \t\n\r\f"
_COLLAPSIBLE = re.compile(f"[{_SPACES}]+")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
_UNSEEN = frozenset((
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "canvas", "audio",
    "video", "select", "option", "datalist", "textarea", "input", "meter", "progress", "map", "area",
))  # fmt: skip
_TEXT_TAGS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
_HINTS = ("class", "id", "role", "itemprop", "data-testid", "data-component", "aria-label")
HINT_LEVELS = 6
"""How many elements upwards, the block's own included, lend a block their class names."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the source text: `source_text[start:end] == text`.

    `tag` is the nearest element that opens a block (`line` in a text file), `path` the tags from the page's body down
    to it, `own` the class names and ids of that element, `hints` those of its ancestors too. `lineage` numbers the
    elements around it, nearest first. `linked` counts the characters inside links, `bold` those in bold type, `marks`
    are the numbers of the text nodes it is made of.
    """

    index: int
    start: int
    text: str
    tag: str = "line"
    path: tuple[str, ...] = ()
    own: str = ""
    hints: str = ""
    lineage: tuple[int, ...] = ()
    linked: int = 0
    bold: int = 0
    marks: tuple[int, ...] = ()
    words: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", sum(1 for _ in _WORD.finditer(self.text)))

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def link_share(self) -> float:
        """Share of the block's characters that stand inside links, 0 to 1."""
        return self.linked / len(self.text) if self.text else 0.0


class TooLargeError(Exception):
    """The page or text has more elements or blocks than the limits allow."""


def join(blocks: list[Block]) -> str:
    """The source text of these blocks."""
    return "\n".join(block.text for block in blocks)


def text_blocks(text: str) -> list[Block]:
    """The lines of a text file as blocks; blank ones included, so that joining them gives the text back.

    Raises TooLargeError.
    """
    lines = text.split("\n")
    if len(lines) > MAX_BLOCKS:
        raise TooLargeError(f"{len(lines)} lines, at most {MAX_BLOCKS} are read")
    blocks, start = [], 0
    for index, line in enumerate(lines):
        blocks.append(Block(index, start, line))
        start += len(line) + 1
    return blocks


@dataclass(slots=True)
class _Frame:
    """An element on the way down: what blocks inside it inherit."""

    tag: str
    own: str
    number: int
    path: tuple[str, ...]
    link: bool = False
    bold: bool = False


@dataclass(slots=True)
class _Open:
    """The block that is being written."""

    pieces: list[str] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    linked: int = 0
    bold: int = 0
    space: bool = False


class PageReader:
    """Reads the blocks of a parsed page, and numbers its text nodes.

    `nodes[n]` is (element, True for its tail) of text node n; a block's `marks` are such numbers.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.nodes: list[tuple[HtmlElement, bool]] = []
        self._open = _Open()
        self._frames: list[_Frame] = [_Frame("", "", 0, ())]
        self._start = 0
        self._elements = 0

    def read(self, root: HtmlElement) -> list[Block]:
        """The blocks of the page. Raises TooLargeError."""
        for event, element in _walk(root):
            if event == "enter":
                self._enter(element)
            elif event == "leave":
                self._leave()
            if event != "enter" and element is not root:
                self._write(element, element.tail, tail=True)
        self._close(self._frames[-1])
        return self.blocks

    def _enter(self, element: HtmlElement) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self.blocks) > MAX_BLOCKS:
            raise TooLargeError(f"more than {MAX_ELEMENTS} elements or {MAX_BLOCKS} blocks")
        above, tag = self._frames[-1], element.tag
        link, bold = above.link or tag in ("a", "button"), above.bold or tag in ("b", "strong")
        if _is_inline(tag, above.tag):  # it writes into the block around it
            frame = _Frame(above.tag, above.own, above.number, above.path, link, bold)
        else:
            self._close(above)
            path = (*above.path, tag)
            frame = _Frame(tag, _names(element), self._elements, path, link, bold)
        self._frames.append(frame)
        self._write(element, element.text, tail=False)

    def _leave(self) -> None:
        frame = self._frames.pop()
        if frame.number != self._frames[-1].number:
            self._frames.append(frame)  # its ancestors lend the block their names
            self._close(frame)
            self._frames.pop()

    def _write(self, element: HtmlElement, text: str | None, *, tail: bool) -> None:
        if not text:
            return
        block, body = self._open, text.strip(_SPACES)
        if not body:
            block.space = True
            return
        if block.pieces and (block.space or text[0] in _SPACES):
            block.pieces.append(" ")
        body = _COLLAPSIBLE.sub(" ", body)
        block.pieces.append(body)
        block.space = text[-1] in _SPACES
        block.marks.append(len(self.nodes))
        self.nodes.append((element, tail))
        frame = self._frames[-1]
        block.linked += len(body) if frame.link else 0
        block.bold += len(body) if frame.bold else 0

    def _close(self, frame: _Frame) -> None:
        block = self._open
        if not block.pieces:
            block.space = False
            return
        self._open = _Open()
        text = "".join(block.pieces)
        hints, lineage = self._around()
        self.blocks.append(
            Block(
                index=len(self.blocks), start=self._start, text=text, tag=frame.tag, path=frame.path, own=frame.own,
                hints=hints, lineage=lineage, linked=block.linked, bold=block.bold,
                marks=tuple(block.marks),
            )
        )  # fmt: skip
        self._start += len(text) + 1

    def _around(self) -> tuple[str, tuple[int, ...]]:
        """Class names of the open elements, nearest first, and the numbers of those around the nearest."""
        levels: list[_Frame] = []
        for frame in reversed(self._frames):
            if not levels or frame.number != levels[-1].number:
                levels.append(frame)
            if len(levels) == HINT_LEVELS:
                break
        return " ".join(frame.own for frame in levels if frame.own), tuple(frame.number for frame in levels[1:])


def _is_inline(tag: str, above: str) -> bool:
    """Whether an element stands in the line; an element that HTML does not know does so inside a paragraph."""
    return tag in _INLINE or (above in _TEXT_TAGS and "-" in tag)


def _names(element: HtmlElement) -> str:
    """The words with which the page's makers name an element, in lower case."""
    attributes = dict(element.items())  # one call into the parser instead of one per name
    return " ".join(attributes[name] for name in _HINTS if name in attributes).lower() if attributes else ""


def _walk(root: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Every element: entered and left, or skipped if a browser hides its content."""
    stack: list[tuple[HtmlElement, Iterator[HtmlElement]]] = [(root, iter(root))]
    yield "enter", root
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "leave", element
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN and len(stack) < MAX_DEPTH:
            yield "enter", child
            stack.append((child, iter(child)))
        else:
            yield "skip", child
