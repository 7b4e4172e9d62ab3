"""Language of a text.

Belongs here: running the detector (py3langid, after M. Lui and T. Baldwin, langid.py, ACL 2012 demonstrations). Does
not: what happens to a text in another language (`clean`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_SAMPLE = 4000
"""Code points that are looked at: more do not change the answer, but take longer."""
_TOO_SHORT = 80
"""Below this length (code points) the page's own word on its language is the better one."""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def detect(text: str, declared: str | None = None) -> str:
    """ISO 639-1 code of the text's language; `declared` decides where the text is too short to tell."""
    if len(text) < _TOO_SHORT and declared:
        return declared
    found: str = _identifier().classify(text[:_SAMPLE])[0]
    return found
