"""A parsed text with its quotations, and the arithmetic between tokens, marks and paragraphs.

Belongs here: look-ups by offset, each in logarithmic time. Does not: any decision.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.extraction.characters import legible
from pipeline.extraction.parse import Parsed
from pipeline.extraction.quotations import Quotation, find_quotations
from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"\w{3}[.?!] +[A-Z]")
_LONGEST_TITLE = 80
"""Code points of the title of a work or a programme at most."""


class Page:
    """A parsed text and its outer quotations; `spoken` leaves out titles of works and subheads."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed, self.doc, self.text, self.paragraphs = parsed, parsed.doc, legible(parsed.text), parsed.paragraphs
        found = find_quotations(self.text, parsed.paragraphs)
        self.outer = [quotation for quotation in found if quotation.level == 1]
        self.spoken = [
            quotation
            for quotation in self.outer
            if not is_title(self.text, quotation) and not is_subhead(parsed, quotation)
        ]
        self._marks = [quotation.span.start for quotation in self.outer]
        self._tokens = [token.idx for token in parsed.doc]
        self._starts = [paragraph.span.start for paragraph in parsed.paragraphs]

    def span(self, token: Token) -> Span:
        return Span(token.idx, token.idx + len(token))

    def token_at(self, offset: int) -> int:
        """Number of the token that holds the character."""
        return max(0, bisect_right(self._tokens, offset) - 1)

    def token_from(self, offset: int) -> int:
        """Number of the first token that starts there or later."""
        return bisect_left(self._tokens, offset)

    def quotation_at(self, offset: int) -> Quotation | None:
        """The outer quotation that holds the character."""
        number = bisect_right(self._marks, offset) - 1
        if number >= 0 and offset < self.outer[number].span.end:
            return self.outer[number]
        return None

    def is_quoted(self, token: Token) -> bool:
        """True if the token stands inside quotation marks."""
        return self.quotation_at(token.idx) is not None

    def section_at(self, offset: int) -> str:
        """The section of the paragraph that holds the character."""
        return self.paragraphs[max(0, bisect_right(self._starts, offset) - 1)].section

    def by_paragraph(self, span: Span) -> Iterator[Span]:
        """The pieces of the span that lie in one paragraph each."""
        for paragraph in self.paragraphs[max(0, bisect_right(self._starts, span.start) - 1) :]:
            if paragraph.span.start >= span.end:
                return
            start, end = max(span.start, paragraph.span.start), min(span.end, paragraph.span.end)
            if start < end:
                yield Span(start, end)


_LONGEST_SUBHEAD = 60
"""Code points of a quoted subhead at most."""


def is_subhead(parsed: Parsed, quotation: Quotation) -> bool:
    """True for a short quotation that is a paragraph of its own, does not end like a sentence, and has text behind."""
    start, end = parsed.paragraphs[quotation.paragraph].span
    inner = parsed.text[quotation.inner.start : quotation.inner.end].rstrip()
    alone = (start, end) == quotation.span and quotation.is_closed and not quotation.continues
    followed = 0 < quotation.paragraph < len(parsed.paragraphs) - 1
    return alone and followed and len(inner) <= _LONGEST_SUBHEAD and not inner.endswith((".", "?", "!", "…", ","))


def is_title(text: str, quotation: Quotation) -> bool:
    """True for a quotation that is the title of a work or programme (its longer words have capitals), or markup."""
    start, end = quotation.inner
    if text[max(0, quotation.span.start - 1)] == "=":
        return True
    if end - start >= _LONGEST_TITLE or " " not in text[start:end]:
        return False
    long = [word for word in _WORD.findall(text, start, end) if len(word) > 3]
    introduced = text[max(0, quotation.span.start - 2) : quotation.span.start].startswith((",", ":"))
    opens = text[max(0, quotation.span.start - 1) : quotation.span.start] in ("", "\n")
    ended = (
        text[start:end].rstrip().endswith((".", "?", "!", "?,", "!,") + ((",",) if opens else ()))
        or _SENTENCE_END.search(text, start, end) is not None
    )
    return bool(long) and all(word[0].isupper() for word in long) and not ended and not introduced
