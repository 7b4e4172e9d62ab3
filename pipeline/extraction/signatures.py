"""Names under a quotation: the line that says whose words stand above it.

Belongs here: a dash and a name (— Ann Lee, mayor), and a name alone where a page sets one under a block. Does not:
which words the name signs (`quoted`, `blockquotes`).
"""

from __future__ import annotations

import re

from pipeline.extraction.page import Page
from pipeline.extraction.records import Span

_WORD = r"[A-Z@][\w.’'@&-]*"
_NAME = rf"(?P<name>{_WORD}(?: (?:of|the|for|and|&|de|van|von|al|bin|{_WORD})){{0,7}})"
_ABOUT = r"(?: ?[,(|].*)?"
_BEHIND_DASH = re.compile(rf"(?:>\s?)?(?:—|–|--|―)\s?{_NAME}{_ABOUT}")
_ALONE = re.compile(rf"(?:>\s?)?{_NAME}{_ABOUT}")
_LONGEST = 25
"""Words of a line that signs a quotation at most: name, office, date."""


def behind_dash(page: Page, line: Span) -> Span | None:
    """The name in a line that is nothing but a dash, a name and what is said of it."""
    return _name(page, line, _BEHIND_DASH)


def alone(page: Page, line: Span) -> Span | None:
    """The name in a line that holds a name, and what is said of it behind a comma."""
    return _name(page, line, _ALONE)


def paragraph(page: Page, number: int) -> Span:
    """The span of a paragraph; an empty one behind the last."""
    return page.paragraphs[number].span if number < len(page.paragraphs) else Span(len(page.text), len(page.text))


def _name(page: Page, line: Span, pattern: re.Pattern[str]) -> Span | None:
    found = pattern.fullmatch(page.text, *line) if len(page.text[line.start : line.end].split()) <= _LONGEST else None
    if found is None or found.group("name").endswith((".", "?", "!")):
        return None
    name = Span(*found.span("name"))
    known = page.doc[page.token_at(name.start)].ent_type_ in ("PERSON", "ORG", "GPE", "NORP")
    return name if known or " " in found.group("name") else None
