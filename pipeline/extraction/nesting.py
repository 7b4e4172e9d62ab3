"""Claims inside claims: which reports within the words of another are reports at all.

Belongs here: levels, and a table of what is no report where somebody else is speaking. Does not: how a claim is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.page import Page
from pipeline.extraction.records import Claim, Span
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

SURE = 0.65
"""Confidence below which a claim inside another is none: most words for speech are meant there, not reported."""
_SILENT = frozenset(("belief", "wish"))
"""Acts without speech: inside the words of a claim they are a part of what is said, not said by anybody else."""
_SELF = words("i we us me")
_CLAUSES = words("that wh")


@dataclass(frozen=True, slots=True)
class Unreal:
    """Where `holds` is true, a claim inside another is none. `example` is a text with such a cue, and no level 2."""

    name: str
    reason: str
    holds: Callable[[Page, Claim, Token], bool]
    example: str


def levelled(page: Page, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Claims, in order of their start, with level 2 for those inside another that is kept.

    Dropped are those that are `UNREAL` there, and those in a quotation of which nobody is known to have said it: who
    speaks there, and of whom, cannot be told without it.
    """
    open_claims: list[Claim] = []
    for number, claim in enumerate(claims):
        start = _extent(claim).start
        open_claims = [other for other in open_claims if other.fragments[-1].end > start]
        following = _starting_before(claims, number, claim.fragments[0].start)
        nested = any(_holds(other, claim) for other in (*open_claims, *following))
        if (nested and not is_real(page, claim)) or (not nested and _is_quoted(page, claim)):
            continue
        open_claims.append(claim)
        yield replace(claim, level=2 if nested else 1)


def _is_quoted(page: Page, claim: Claim) -> bool:
    return claim.cue is not None and page.quotation_at(claim.cue.start) is not None


def _extent(claim: Claim) -> Span:
    spans = [*claim.fragments, *([claim.cue] if claim.cue else [])]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _starting_before(claims: Sequence[Claim], number: int, start: int) -> Iterator[Claim]:
    for other in claims[number + 1 :]:
        if other.fragments[0].start > start:
            return
        yield other


def _holds(outer: Claim, inner: Claim) -> bool:
    spans = [*inner.fragments, *([inner.cue] if inner.cue else [])]
    return all(any(fragment.contains(span) for fragment in outer.fragments) for span in spans)


def is_real(page: Page, claim: Claim) -> bool:
    """True if the claim is reported even where somebody else is speaking."""
    if claim.act in _SILENT:
        return False
    if claim.cue is None or claim.cue_lemma == ":":
        return True
    cue = page.doc[page.token_at(claim.cue.start)]
    return not any(unreal.holds(page, claim, cue) for unreal in UNREAL)


def _frame(claim: Claim) -> str:
    return claim.rule.partition(": ")[2]


def _is_unsure(page: Page, claim: Claim, _: Token) -> bool:
    in_marks = page.text[max(0, claim.fragments[0].start - 1)] in "‘“\"'"
    return claim.confidence < SURE and not in_marks


def _is_of_the_speaker(page: Page, claim: Claim, _: Token) -> bool:
    own = any(page.text[span.start : span.end].lower() in _SELF for span in claim.speakers)
    return own and claim.confidence <= 0.7 and _frame(claim) not in _CLAUSES


def _is_denied(_: Page, claim: Claim, __: Token) -> bool:
    return claim.is_negated and _frame(claim) not in _CLAUSES


def _is_thing(_: Page, claim: Claim, cue: Token) -> bool:
    found = g.subject(cue) if g.is_verb(cue) else None
    thing = found is not None and found.tag_ == "NN" and not found.ent_type_
    return thing and claim.confidence <= 0.7


def _is_elsewhere(page: Page, claim: Claim, cue: Token) -> bool:
    here = page.quotation_at(cue.idx)
    return here is not None and any(not here.inner.contains(span) for span in claim.speakers)


def _is_a_piece(page: Page, claim: Claim, cue: Token) -> bool:
    start = claim.fragments[0].start
    beside = cue.i + 2 >= page.token_at(start)
    return claim.rule == "cue-before-quotation" and page.text[start].islower() and beside


UNREAL = (
    Unreal("unsure", "within speech, a weak cue is more often meant than reported", _is_unsure,
           "“Builders would rather apologise for a delay than work at night,” Ms Okoro said."),
    Unreal("the speaker’s own", "who says I ask for time does it, and reports nothing", _is_of_the_speaker,
           "“We are asking for time,” Ms Okoro said."),
    Unreal("denied", "keepers who never report a loss have said nothing", _is_denied,
           "The mayor said that most builders never report a loss."),
    Unreal("thing", "an order, a vote, a delay shows something, and says nothing", _is_thing,
           "The mayor argued that such an order would show that the bridge was safe."),
    Unreal("elsewhere", "a cue in marks without a speaker there addresses somebody", _is_elsewhere,
           "“Tell them that the bridge is safe,” Ms Okoro said."),
    Unreal("piece", "quoted words in the middle of a reported clause belong to it", _is_a_piece,
           "The council said that work would begin “this financial year” on the bridge."),
)  # fmt: skip
