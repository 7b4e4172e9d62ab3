"""What extraction finds in a text, by offsets alone.

Belongs here: the records that extraction hands to resolution. Does not: ids, actors, or the source text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A piece of the text in code points, half open."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Claim:
    """An attributed statement. `fragments` never cross a paragraph; the other spans may be missing.

    `speakers` are the words that name who says it, the main one first (the name, title, noun phrase or pronoun itself,
    without its relative clause); for a quotation that continues an earlier one, the words of that one. `rule` names the
    row of a rule table that made the claim.
    """

    fragments: tuple[Span, ...]
    mode: str
    act: str
    rule: str
    confidence: float
    section: str = "body"
    cue: Span | None = None
    cue_lemma: str | None = None
    speakers: tuple[Span, ...] = ()
    via: Span | None = None
    """The relative pronoun between speaker and cue (Russia, *which* has warned), where there is one."""
    addressee: Span | None = None
    medium: Span | None = None
    is_negated: bool = False
    is_hedged: bool = False
    is_factive: bool = False
    """The cue presents what is said as a fact (admitted, revealed, pointed out)."""
    level: int = 1


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name somebody or something: form and kind as the vocabularies name them; `kind` is a first guess.

    `canonical` is the name that the words stand for where the mention itself tells (a demonym or metonym its state, an
    acronym its definition), else None.
    """

    span: Span
    form: str
    kind: str | None
    canonical: str | None = None
    in_caption: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount: `kind` money, percent, count or date; `value` with its multiplier applied."""

    span: Span
    kind: str
    value: float | None = None
    unit: str | None = None
    currency: str | None = None
    date_value: str | None = None
