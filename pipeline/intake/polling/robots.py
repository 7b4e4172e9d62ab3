"""What a host's robots.txt lets us ask for (RFC 9309), read by Protego.

Belongs here: the rules of one such file. Does not: asking for it, and what holds where there is none (`web`).
"""

from __future__ import annotations

import re

from protego import Protego

NAME = "OnRecord"
"""The product token that groups of rules name us by."""
LIMIT = 500 * 1024
"""Bytes of a file that are read; RFC 9309, section 2.5, asks for so many at least."""
_AGENT = re.compile(r"\s*user[-\s]*agent[\s:]+([\w*-]*)", re.IGNORECASE)


class Robots:
    """The rules of one file for us."""

    def __init__(self, content: bytes) -> None:
        lines = content[:LIMIT].decode("utf-8-sig", "replace").splitlines()
        self._rules = Protego.parse("\n".join(map(_addressed, lines)))

    def allows(self, url: str) -> bool:
        """Whether an address of the host may be asked."""
        return self._rules.can_fetch(url, NAME)

    @property
    def pause(self) -> float:
        """Seconds that are to lie between two requests; 0 if the file says nothing of them."""
        return self._rules.crawl_delay(NAME) or 0.0


def _addressed(line: str) -> str:
    """A line that begins a group with one of three names: ours, that of all, that of others.

    RFC 9309, section 2.2.1, compares whole product tokens, Protego the beginnings of names. It also keeps the rules of
    a group for each name in it: of thousands of names and rules it would make more than memory holds.
    """
    named = _AGENT.match(line)
    if named is None:
        return line
    token = named[1].lower()
    return f"User-agent: {token if token in {'*', NAME.lower()} else 'other'}"
