"""The words of English, as the model's own lemmatiser lists them (WordNet's nouns, verbs and adjectives).

Belongs here: whether a word is an English word. Does not: what a name is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pipeline.extraction.parse import model


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    lemmatizer: Any = model().get_pipe("lemmatizer")
    index = lemmatizer.lookups.get_table("lemma_index")
    return frozenset(word for part in ("noun", "verb", "adj", "adv") for word in index.get(part, ()))


@lru_cache(maxsize=50_000)
def is_word(text: str) -> bool:
    """True if this is an English word, or the plural of one, in any case."""
    word = text.lower()
    return word in _listed() or (len(word) > 5 and word.endswith("s") and word[:-1] in _listed())
