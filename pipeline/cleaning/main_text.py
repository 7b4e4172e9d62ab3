"""Main text of a page: trafilatura decides, and its choice is read back onto the blocks of the page.

Each text node is marked with two Braille patterns before the extraction; the marks that come out tell which nodes were
chosen, exactly and in linear time. Braille patterns are printable symbols, neither letters nor white space, so that the
extractor's own tests (line filters, counts of words) see the text as it is.
Source of the extractor: A. Barbaresi, Trafilatura, ACL 2021 demonstrations, https://aclanthology.org/2021.acl-demo.15.
Belongs here: running the extractor and mapping its choice. Does not: second thoughts about its choice
(`page`, `recovery`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.cleaning.blocks import Block

_TAG = re.compile(r"""<[a-z](?:[^>"']++|"[^"]*+"|'[^']*+')*+""", re.IGNORECASE)
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_FIRST = 0x2800
_BASE = 256
_MARK = re.compile(r"[\u2800-\u28ff]{2}")
_BRAILLE = re.compile(r"[\u2800-\u28ff]")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What the parser may leave in a text, from a reference or before the page begins, and nobody may write into a tree."""


def parse(markup: str) -> HtmlElement | None:
    """The tree of a page, or None if it has none. Characters that XML forbids are lost, as they are to a browser."""
    from lxml.etree import ParserError, XMLSyntaxError

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        return document_fromstring(_NO_XML.sub("", markup).encode(), parser=parser)
    except (ParserError, XMLSyntaxError, ValueError):
        return None


def longest_piece(markup: str) -> int:
    """Length of the longest stretch of a page without a tag, in code points."""
    return max(map(len, markup.split("<")))


def most_attributes(markup: str) -> int:
    """Most attributes that a tag of the page may have, counted without parsing it: never too few."""
    return max((_attributes(tag[0]) for tag in _TAG.finditer(markup)), default=0)


def _attributes(tag: str) -> int:
    bare = _QUOTED.sub('""', tag)
    return max(len(bare.split()), bare.count("="), bare.count('""'))


def _encode(number: int) -> str:
    return chr(_FIRST + number // _BASE) + chr(_FIRST + number % _BASE)


def mark(nodes: list[tuple[HtmlElement, bool]]) -> None:
    """Write each node's number at its beginning, in place; nodes past 65,536 stay unmarked."""
    for number, (element, tail) in enumerate(nodes[: _BASE * _BASE]):
        old = element.tail if tail else element.text
        kept = old.lstrip()
        new = _REFUSED.sub(" ", old[: len(old) - len(kept)] + _encode(number) + _BRAILLE.sub("", kept))
        if tail:
            element.tail = new
        else:
            element.text = new


def chosen(tree: HtmlElement, nodes: list[tuple[HtmlElement, bool]]) -> frozenset[int]:
    """Numbers of the text nodes that trafilatura takes for the article. The tree is used up."""
    import trafilatura

    mark(nodes)
    try:
        result = trafilatura.bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
    except Exception:  # noqa: BLE001  (an untrusted page may break the package in any way: then nothing was chosen)
        return frozenset()
    return frozenset(_marks(result.body.itertext())) if result is not None else frozenset()


def _marks(texts: Iterable[str]) -> Iterable[int]:
    for text in texts:
        for found in _MARK.finditer(text):
            pair = found.group()
            yield (ord(pair[0]) - _FIRST) * _BASE + ord(pair[1]) - _FIRST


def share_chosen(block: Block, numbers: frozenset[int]) -> float:
    """Share of a block's text nodes that were chosen, 0 to 1."""
    return sum(number in numbers for number in block.marks) / len(block.marks) if block.marks else 0.0
