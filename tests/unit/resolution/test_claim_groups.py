"""Claims that make the same statement come together; those that only look alike stay apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipeline.resolution.groups import Group, group_claims
from pipeline.resolution.likeness import common_subsequence, longest_run
from pipeline.resolution.statements import Statement

DAY = datetime(2026, 5, 1)  # noqa: DTZ001 - the schema keeps UTC without a zone
SWANS = "the swans of this lake have never been counted by anybody"


def said(
    number: int, text: str, speaker: str | None = "act_ann", mode: str = "direct", days: int = 0, **given: bool
) -> Statement:
    named = given.get("named", True)
    return Statement(f"clm_{number}", f"doc_{number}", text, mode, speaker, named, DAY + timedelta(days=days))


def groups(*statements: Statement) -> list[Group]:
    return group_claims(statements)


def test_the_same_words_of_the_same_speaker_are_the_same_quotation() -> None:
    (group,) = groups(said(1, SWANS), said(2, f"I tell you, {SWANS}", days=2))
    assert (group.relation, group.members) == ("same_quote", ("clm_1", "clm_2"))


def test_a_quoted_fragment_belongs_to_the_full_quotation() -> None:
    part = said(1, "that nobody had “never been counted” the swans on the lake", mode="mixed")
    (group,) = groups(part, said(2, SWANS))
    assert group.relation == "same_quote"


def test_the_same_statement_in_other_words_is_a_suggestion_with_its_score() -> None:
    one = said(1, "that a safe harbour requires a strong and independent pilot service", mode="indirect")
    (group,) = groups(one, said(2, "A safe harbour needs a strong, independent pilot service"))
    assert group.relation == "same_statement"
    assert 0.7 <= group.score < 1


APART = [
    ("two named speakers", said(1, SWANS), said(2, SWANS, speaker="act_bo")),
    ("months between", said(1, SWANS), said(2, SWANS, days=90)),
    ("another number", said(1, "prices of winter bread rose by 3 per cent", mode="indirect"),
     said(2, "prices of winter bread rose by 4 per cent", mode="indirect")),
    ("a negation", said(1, "prices of winter bread in town rose", mode="indirect"),
     said(2, "prices of winter bread in town never rose", mode="indirect")),
    ("two common words", said(1, "that the strike was “finally over”", mode="mixed"),
     said(2, "any pay offer that finally brings this strike to a close", speaker="act_bo")),
    ("only function words", said(1, "it is what it is and that is that"), said(2, "that is that and it is what it is")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "one", "two"), APART, ids=[case[0] for case in APART])
def test_what_only_looks_alike_stays_apart(why: str, one: Statement, two: Statement) -> None:
    assert groups(one, two) == [], why


def test_two_readings_of_one_place_are_no_group() -> None:
    one = Statement("clm_1", "doc_1", SWANS, "direct", "act_ann", True, DAY, 0, 60)
    two = Statement("clm_2", "doc_1", SWANS, "direct", "act_ann", True, DAY, 5, 60)
    assert groups(one, two) == []


def test_the_order_of_claims_does_not_matter() -> None:
    statements = [said(n, SWANS if n % 2 else f"{SWANS} so far") for n in range(6)]
    assert groups(*statements) == groups(*reversed(statements))


def test_measures_of_likeness() -> None:
    assert longest_run(("a", "b", "c", "d"), ("x", "b", "c", "y")) == ("b", "c")
    assert common_subsequence(["a", "b", "c", "d"], ["a", "x", "c", "d"]) == 3
