"""Words as the model knows them: straight apostrophes, headlines and lead-ins without their capitals.

Belongs here: how words are spelt before tagging. Does not: any change of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.extraction.characters import WITHOUT_HIDDEN
from pipeline.extraction.wordlists import words as _set

_SHOWN = WITHOUT_HIDDEN | str.maketrans("’‘", "''")
"""The model was trained on text with straight apostrophes, and mistags he’d and isn’t; it knows no soft hyphens."""
SHARE = 0.6
"""Share of capitalised words from which a sentence counts as a headline in title case."""
_LEAD = 4
"""Words of a lead-in in capitals at most."""


def shown_to_model(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    """The words of each sentence as the model shall see them: as many, in the same order.

    A word of a title-case headline is lowered if the document writes it small elsewhere and never with a capital
    inside a running sentence, or if it is a function word; a lead-in in capitals gets the case of its words elsewhere.
    """
    sentences = [[word.translate(_SHOWN) or word for word in words] for words in sentences]
    titles = [_is_title(words) for words in sentences]
    small, large = _usage([words for words, title in zip(sentences, titles, strict=True) if not title])
    return [
        [_lowered(word, small, large) if number else word for number, word in enumerate(words)]
        if title
        else _lead_in(words, small)
        for words, title in zip(sentences, titles, strict=True)
    ]


def _is_title(words: Sequence[str]) -> bool:
    letters = [word for word in words if word[0].isalpha() and len(word) > 3]
    return len(letters) >= 4 and sum(word[0].isupper() for word in letters) > SHARE * len(letters) + 1


def _usage(sentences: Sequence[Sequence[str]]) -> tuple[Counter[str], Counter[str]]:
    """How often each word stands small, and with a capital inside a sentence."""
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for words in sentences:
        small.update(word for word in words if word[0].islower())
        large.update(word.lower() for word in words[1:] if word[0].isupper() and not word.isupper())
    return small, large


def _lowered(word: str, small: Counter[str], large: Counter[str]) -> str:
    low = word.lower()
    if not word[0].isupper() or len(low) != len(word) or large[low] > small[low]:
        return word
    return low if small[low] or low in _COMMON or _is_verb_form(low) else word


def _lead_in(words: Sequence[str], small: Counter[str]) -> list[str]:
    """The words with those of a lead-in in capitals (DEFENCE Secretary, THE MAYOR has) written as usual."""
    out = list(words)
    for number, word in enumerate(words[:_LEAD]):
        if not (word.isupper() and len(word) > 1 and word.isalpha()):
            break
        low = word.lower()
        if small[low] or low in _COMMON:
            out[number] = word.capitalize() if number == 0 else low
    return out


def _is_verb_form(word: str) -> bool:
    from pipeline.extraction.cues import forms  # the lexicon is read once, when the first headline comes

    return word in forms()


_COMMON = _set(
    "a an the and or but of in on at to for from by with as over after before against about into out up down off than ",
    "is are was were be been has have had will would could should may might can not no new first more most says said ",
    "he she it they we you his her its their our your this that these those who what why how when where ",
    "amid under between during through while if so all some any plan plans vote deal war talks bid call calls",
)
