"""Claims that make the same statement come together; those that only look alike stay apart."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from pipeline.resolution.database import scratch
from pipeline.resolution.groups.clusters import Group
from pipeline.resolution.groups.grouping import COMMON, STATEMENTS, Grouping
from pipeline.resolution.groups.keys import keys_of
from pipeline.resolution.groups.likeness import (
    EVIDENCE,
    OPPOSITES,
    SHARES,
    Evidence,
    Share,
    common_subsequence,
    likeness,
    longest_run,
)
from pipeline.resolution.groups.statements import STOCK, STOP, Statement, Stock, telling, words_of
from pipeline.resolution.groups.statements import said as said_of

DAY = datetime(2026, 5, 1)  # noqa: DTZ001 - the schema keeps UTC without a zone
SWANS = "the swans of this lake have never been counted by anybody"


def said(
    number: int, text: str, speaker: str | None = "act_ann", mode: str = "direct", days: int = 0, **given: bool
) -> Statement:
    named = given.get("named", True)
    return Statement(f"clm_{number}", f"doc_{number}", text, mode, speaker, named, DAY + timedelta(days=days))


def groups(*statements: Statement) -> list[Group]:
    """The groups of these claims, in an index of their own."""
    columns = keys_of(statements)
    for field in STATEMENTS:
        if field.name not in columns:
            columns[field.name] = pa.array([getattr(one, field.name) for one in statements], field.type)
    with scratch() as connection:
        grouping = Grouping(connection)
        grouping.add(pa.table(columns, STATEMENTS))
        return list(grouping.groups())


def test_the_same_words_of_the_same_speaker_are_the_same_quotation() -> None:
    (group,) = groups(said(1, SWANS), said(2, f"I tell you, {SWANS}", days=2))
    assert (group.relation, group.members) == ("same_quote", ("clm_1", "clm_2"))


def test_a_quoted_fragment_belongs_to_the_full_quotation() -> None:
    part = said(1, "that the swans on the lake had “never been counted”", mode="mixed")
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


@pytest.mark.parametrize("rule", EVIDENCE, ids=lambda rule: rule.name)
def test_quotations_with_enough_in_common_are_one(rule: Evidence) -> None:
    one, two = (said_of(text, "direct") for text in rule.example)
    assert likeness(one, two, one_speaker=rule.one_speaker).relation == "same_quote"
    one, two = (said_of(text, "direct") for text in rule.near_miss)
    assert likeness(one, two, one_speaker=rule.one_speaker).relation != "same_quote"


@pytest.mark.parametrize("rule", EVIDENCE, ids=lambda rule: rule.name)
def test_each_kind_of_evidence_is_needed(rule: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.resolution.groups.likeness.EVIDENCE", (rule,))
    one, two = (said_of(text, "direct") for text in rule.example)
    assert likeness(one, two, one_speaker=rule.one_speaker).relation == "same_quote"


@pytest.mark.parametrize("rule", SHARES, ids=lambda rule: rule.name)
def test_claims_with_enough_in_common_are_one_statement(rule: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.resolution.groups.likeness.SHARES", (rule,))
    for pair, relation in ((rule.example, "same_statement"), (rule.near_miss, "")):
        one, two = (said_of(text, "indirect") for text in pair)
        assert likeness(one, two, one_speaker=True).relation == relation


@pytest.mark.parametrize("stock", STOCK, ids=lambda stock: stock.name)
def test_stock_phrases_tell_nothing(stock: Stock) -> None:
    assert not re.search(stock.pattern, stock.near_miss.lower())
    covered = [word for word in telling(words_of(stock.example)) if word]
    assert len(covered) < len([word for word in words_of(stock.example) if word not in STOP])
    assert any(telling(words_of(stock.near_miss)))


@pytest.mark.parametrize(("one", "two"), OPPOSITES, ids=lambda word: word)
def test_an_opposite_turns_a_statement_round(one: str, two: str) -> None:
    texts = (f"that the old harbour town had to {word} the long wooden pier" for word in (one, two))
    first, second = (said_of(text, "indirect") for text in texts)
    assert likeness(first, second, one_speaker=True).relation == ""
    assert likeness(first, first, one_speaker=True).relation == "same_statement"


CHAIN = (
    "the swans of this lake have never been counted by anybody and the reeds are dying from the north",
    "the reeds are dying from the north because the water of the mill is warm in every month of the year",
    "the water of the mill is warm in every month of the year since the dyers came to the village",
)


def test_a_chain_does_not_lead_from_one_statement_to_another() -> None:
    (group,) = groups(*(said(number, text) for number, text in enumerate(CHAIN)))
    assert len(group.members) == len(CHAIN) - 1


def test_parts_of_one_quotation_stand_with_it() -> None:
    parts = ("the swans of this lake have never been counted by anybody", "the reeds are dying from the north end")
    whole = f"{parts[0]}. And {parts[1]}"
    (group,) = groups(*(said(number, text) for number, text in enumerate((*parts, whole))))
    assert group.members == ("clm_0", "clm_1", "clm_2")


def test_what_everybody_quotes_is_found_among_many() -> None:
    many = [said(n, f"{SWANS} {'so far ' * (n % 3)}", days=n % 9) for n in range(2 * COMMON)]
    (group,) = groups(*many)
    assert len(group.members) == len(many)


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
