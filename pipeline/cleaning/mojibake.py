"""Mojibake: text that was UTF-8, was read as Windows-1252 or Latin-1, and was saved like that.

Belongs here: counting the places. Does not: mending them (the source stays as it is, so that every offset holds), or
choosing an encoding (`pipeline.intake.encoding`).
"""

from __future__ import annotations

import re


def _read_wrongly(first: int, last: int) -> str:
    """A character class: what these bytes become in Windows-1252 or Latin-1."""
    bytes_ = [bytes([code]) for code in range(first, last + 1)]
    characters = {b.decode(charset, "ignore") for b in bytes_ for charset in ("cp1252", "latin-1")}
    return f"[{re.escape(''.join(sorted(characters)))}]"


_REST = _read_wrongly(0x80, 0xBF)
_MARKS = "[‘’“”–—…«»•·°®™©\u00a0]"
"""What may follow a letter with an accent in text that is whole."""
_PLACE = re.compile(
    "|".join((
        f"{_read_wrongly(0xC2, 0xC3)}{_REST}",
        f"{_read_wrongly(0xC4, 0xDF)}(?!{_MARKS}){_REST}",
        f"{_read_wrongly(0xE2, 0xE2)}{_REST}{{2}}",
        f"{_read_wrongly(0xE0, 0xEF)}(?!{_MARKS}{{2}}){_REST}{{2}}",
        f"{_read_wrongly(0xF0, 0xF4)}{_REST}{{3}}",
        "\ufffd",
    ))
)  # fmt: skip
"""UTF-8's lead bytes with the bytes that follow them (RFC 3629, section 4), or a character that was lost already."""


def places(text: str) -> int:
    """How many characters of the text are mojibake or lost."""
    return sum(1 for _ in _PLACE.finditer(text))
