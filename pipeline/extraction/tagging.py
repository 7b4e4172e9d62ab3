"""Part of speech and base form, from the Penn tag alone.

Belongs here: two small tables that stand for spaCy's attribute ruler and lemmatiser, which cost as much as the tagger
itself. Does not: the tags, which are the model's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from spacy.language import Language

_POS_OF = {
    "ADJ": "AFX JJ JJR JJS",
    "ADP": "IN RP",
    "ADV": "RB RBR RBS WRB EX",
    "CCONJ": "CC",
    "DET": "DT PDT WDT",
    "INTJ": "UH",
    "NOUN": "NN NNS",
    "NUM": "CD",
    "PART": "POS TO",
    "PRON": "PRP PRP$ WP WP$",
    "PROPN": "NNP NNPS",
    "PUNCT": ". , : `` '' \"\" -LRB- -RRB- HYPH NFP",
    "SPACE": "_SP",
    "SYM": "# $ SYM",
    "AUX": "MD",
    "VERB": "VB VBD VBG VBN VBP VBZ",
    "X": "ADD FW GW LS XX NIL",
}
POS = {tag: pos for pos, tags in _POS_OF.items() for tag in tags.split()}
"""Universal part of speech of each Penn tag; forms of be are AUX (see `pos`), other auxiliaries VERB."""

_BE = words("be am is are was were been being 's 're 'm ’s ’re ’m ai")


def pos(tag: str, word: str) -> str:
    """Universal part of speech of a word with this Penn tag."""
    if tag.startswith("VB") and word.lower() in _BE:
        return "AUX"
    return POS.get(tag, "X")


@lru_cache(maxsize=50_000)
def analysis(language: Language, tag: str, word: str) -> tuple[str, str]:
    """Part of speech and base form of a word with this Penn tag."""
    return pos(tag, word), lemma(language, tag, word)


def lemma(language: Language, tag: str, word: str) -> str:
    """Base form of a word with this Penn tag, by the rules of spaCy's lemmatiser."""
    part = pos(tag, word)
    if word.lower() in _CLIPPED:
        return _CLIPPED[word.lower()]
    if part in ("PROPN", "PUNCT", "NUM", "SPACE", "SYM", "X"):
        return word
    if part == "AUX":
        return "be" if word.lower() in _BE else word.lower()
    if tag in ("NN", "VB", "VBP", "JJ", "RB", "IN", "DT", "CC", "TO", "RP", "PRP"):
        return word.lower()
    return _ruled(language, part, tag, word)


def prepare(language: Language) -> None:
    """Let the lemmatiser look its words up by hash: they are lists of up to 57,000, read through for each new word."""
    index: Any = language.get_pipe("lemmatizer").lookups.get_table("lemma_index")  # type: ignore[attr-defined]
    for part in list(index):
        index[part] = frozenset(index[part])


_CLIPPED = {
    "hoping": "hope",
    "hopes": "hope",
    "retweeted": "retweet",
    "retweeting": "retweet",
    "texted": "text",
    "texting": "text",
    "hoped": "hope",
    "'ve": "have",
    "’ve": "have",
    "n't": "not",
    "n’t": "not",
    "'s": "'s",
    "ca": "can",
    "wo": "will",
}


def _ruled(language: Language, part: str, tag: str, word: str) -> str:
    from spacy.tokens import Doc

    doc = Doc(language.vocab, words=[word], pos=[part], tags=[tag])
    found: list[str] = language.get_pipe("lemmatizer").rule_lemmatize(doc[0])  # type: ignore[attr-defined]
    return found[0] if found else word.lower()
