from __future__ import annotations

import pytest

from pipeline.extraction import nesting
from pipeline.extraction.circumstances import CIRCUMSTANCES, Circumstance
from pipeline.extraction.claims import find_claims
from pipeline.extraction.cues import lexicon
from pipeline.extraction.frames import candidates
from pipeline.extraction.parse import Parsed, paragraphs_of, parse
from pipeline.extraction.records import Claim, Span
from pipeline.extraction.rules import RULES, Example
from pipeline.schema.vocabulary import ACTS, MODES


def _parsed(text: str) -> Parsed:
    return parse(text, paragraphs_of(text))


def _claims(text: str) -> tuple[Claim, ...]:
    return find_claims(_parsed(text))


def _words(text: str, spans: tuple[Span, ...]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize("example", [example for rule in RULES for example in rule.examples], ids=lambda e: e.text[:40])
def test_rule_gives_its_example(example: Example) -> None:
    found = {
        (_words(example.text, claim.speakers[:1]), _words(example.text, claim.fragments), claim.mode, claim.level)
        for claim in _claims(example.text)
    }
    assert (example.speaker, example.content, example.mode, example.level) in found


@pytest.mark.parametrize("text", [text for rule in RULES for text in rule.near_misses])
def test_near_miss_gives_no_claim(text: str) -> None:
    assert _claims(text) == ()


@pytest.mark.parametrize(
    ("text", "addressee"),
    [
        ("Ms Okoro told the council that the bridge was safe.", "the council"),
        ("Ms Okoro said to the council that the bridge was safe.", "the council"),
        ("The bridge is safe, according to the mayor.", None),
        ("According to a council paper, the bridge is safe.", None),
        ("The builder promised a new bridge.", None),
        ("The minister urged the council to lower the tax.", "the council"),
        ("The mayor told builders to go.", "builders"),
        ("The mayor asked the state for money.", "the state"),
        ("The minister called on builders to work at night.", "builders"),
        ("The mayor was asked whether the bridge was safe.", "The mayor"),
    ],
)
def test_addressee_is_neither_speaker_nor_content(text: str, addressee: str | None) -> None:
    (claim,) = _claims(text)
    assert (_words(text, (claim.addressee,)) if claim.addressee else None) == addressee


@pytest.mark.parametrize("unreal", nesting.UNREAL, ids=lambda u: u.name)
def test_what_is_unreal_inside_a_claim_is_dropped(unreal: nesting.Unreal, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _claims(unreal.example)
    assert {claim.level for claim in kept} == {1}
    monkeypatch.setattr(nesting, "UNREAL", tuple(other for other in nesting.UNREAL if other is not unreal))
    assert len(_claims(unreal.example)) > len(kept)


def test_claim_in_a_quotation_that_nobody_says_is_none() -> None:
    assert _claims("The wall bore the words “The mayor says that the bridge is safe” in red.") == ()


@pytest.mark.parametrize("circumstance", CIRCUMSTANCES, ids=lambda c: c.name)
def test_circumstance_holds_in_its_example(circumstance: Circumstance) -> None:
    doc = _parsed(circumstance.example).doc
    assert any(circumstance.holds(candidate) for token in doc for candidate in candidates(token))


def test_every_cue_reports_in_its_example() -> None:
    rows = list(lexicon().values())
    text = "\n\n".join(cue.example for cue in rows)
    starts = [sum(len(cue.example) + 2 for cue in rows[:number]) for number in range(len(rows))]
    lemmas: dict[int, set[str | None]] = {}
    for claim in _claims(text):
        place = max(number for number, start in enumerate(starts) if start <= claim.fragments[0].start)
        lemmas.setdefault(place, set()).add(claim.cue_lemma)
    silent = [cue.example for number, cue in enumerate(rows) if cue.lemma not in lemmas.get(number, set())]
    assert silent == []


def test_acts_of_the_lexicon_are_in_the_vocabulary() -> None:
    assert {cue.act for cue in lexicon().values()} <= set(ACTS.names)
    assert {example.mode for rule in RULES for example in rule.examples} <= set(MODES.names)
