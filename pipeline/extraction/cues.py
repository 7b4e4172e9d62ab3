"""The lexicon of cues: which words report, in which frame, and what is done by them.

Belongs here: reading seeds/reference/cues.csv. Does not: how a frame is recognised in a parse (`frames`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.errors import OnRecordError
from pipeline.extraction.wordlists import words

LEXICON = Path(__file__).parents[2] / "seeds" / "reference" / "cues.csv"


@dataclass(frozen=True, slots=True)
class Cue:
    """A word in one frame. `rate` is how often it reports something there, rounded to a class: .3, .5, .7 or .9."""

    lemma: str
    frame: str
    act: str
    factive: bool
    rate: float
    example: str


@lru_cache(maxsize=1)
def lexicon() -> dict[tuple[str, str], Cue]:
    """Cues by lemma and frame. Raises OnRecordError if the table is broken."""
    try:
        with LEXICON.open(encoding="utf-8", newline="") as file:
            rows = [_cue(row) for row in csv.DictReader(file)]
    except (KeyError, ValueError, OSError) as error:
        raise OnRecordError(f"{LEXICON}: {error}; restore the file or correct the row") from error
    return {(cue.lemma, cue.frame): cue for cue in rows}


def _cue(row: dict[str, str]) -> Cue:
    return Cue(row["lemma"], row["frame"], row["act"], row["factive"] == "yes", float(row["rate"]), row["example"])


@lru_cache(maxsize=1)
def lemmas() -> frozenset[str]:
    """All lemmas that can report something, in whatever frame."""
    return frozenset(lemma for lemma, _ in lexicon())


@lru_cache(maxsize=1)
def forms() -> frozenset[str]:
    """Third person, plain, past and -ing forms of the lexicon's verbs, as a headline may capitalise them."""
    verbs = {lemma for lemma, frame in lexicon() if not frame.startswith("noun")}
    return frozenset(form for verb in verbs for form in _regular(verb) if form not in _NOUNS)


_NOUNS = words("state report address post note press record charge")
"""Forms that a headline more often uses as nouns or in names."""


def _regular(verb: str) -> tuple[str, ...]:
    stem = verb.removesuffix("e")
    third = (
        verb[:-1] + "ies"
        if verb.endswith("y") and verb[-2] not in "aeiou"
        else verb + ("es" if verb[-1] in "sxzh" else "s")
    )
    return verb, third, stem + "ed", stem + "ing"
