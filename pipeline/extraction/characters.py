"""Characters that nobody sees: what the grammar shall read in their place.

Belongs here: control characters, blanks of other widths, zero-width characters and soft hyphens. Does not: any change
of a document's text (`pipeline.cleaning`), or of an offset.
"""

from __future__ import annotations

import re

_CONTROL = r"\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff"
"""Control characters but the line feed, and lone surrogates, which cannot be encoded."""
_BLANK = r"\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_HIDDEN = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_UNREADABLE = re.compile(rf"[{_CONTROL}{_BLANK}]|(?<![\w{_HIDDEN}])[{_HIDDEN}]++|[{_HIDDEN}]++(?!\w)")
WITHOUT_HIDDEN: dict[int, str | None] = dict.fromkeys(
    (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
"""Table for `str.translate` that takes hidden characters out of a word (a soft hyphen inside `bridge`)."""


def legible(text: str) -> str:
    """The text, as long as it was, with a blank for each character beside the words that is not to be seen.

    A hidden character between two letters stays: a blank would cut the word in two.
    """
    return _UNREADABLE.sub(lambda found: " " * len(found.group()), text)
