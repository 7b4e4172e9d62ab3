"""The keys under which claims meet: what two claims share when they have the same words, and that each stands alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.resolution.groups.keys import MOST_KEYS, RUN, keys_of
from pipeline.resolution.groups.statements import STOP, Statement, telling, words_of

WORDS = ["the", "of", "harbour", "ferries", "sank", "mayor", "and", "pier", "lamps", "“", "”", "never", "_"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
STATEMENTS = st.builds(
    Statement,
    st.just("clm_a"),
    st.just("doc_a"),
    TEXTS,
    st.sampled_from(["direct", "mixed", "indirect"]),
    st.sampled_from([None, "act_ann", "act_ben"]),
    st.booleans(),
    st.none(),
)


def keys(*statements: Statement) -> list[dict[str, Any]]:
    """The keys of each claim by name."""
    columns = keys_of(statements)
    values = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def said(text: str, mode: str = "direct", speaker: str = "act_ann", *, named: bool = True) -> Statement:
    return Statement("clm_a", "doc_a", text, mode, speaker, named, None)


@settings(max_examples=200, deadline=None)
@given(st.lists(STATEMENTS, max_size=6))
def test_a_claim_has_the_same_keys_alone_and_among_others(statements: list[Statement]) -> None:
    assert keys(*statements) == [keys(one)[0] for one in statements]


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_two_quotations_share_a_run_if_they_have_words_in_a_row_that_tell_something(one: str, two: str) -> None:
    runs = [
        {words[i : i + RUN] for i in range(len(words) - RUN + 1) if any(telling(words)[i : i + RUN])}
        for words in map(words_of, (one, two))
    ]
    a, b = keys(said(one), said(two))
    assert bool(runs[0] & runs[1]) == bool(set(a["runs"]) & set(b["runs"]))
    assert [len(found["runs"]) for found in (a, b)] == [len(of_one) for of_one in runs]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_pairs_are_neighbours_that_are_not_both_function_words(text: str) -> None:
    neighbours = {pair for pair in pairwise(words_of(text)) if not set(pair) <= STOP}
    assert len(keys(said(text))[0]["pairs"]) == len(neighbours)


def test_a_fragment_is_among_the_pairs_of_the_whole_quotation_of_the_same_speaker_only() -> None:
    fragment = said("that the “flooded cellar” was hers", "mixed")
    whole = "Nobody asked me about the flooded cellar before"
    part, same, other, nobody = keys(fragment, said(whole), said(whole, speaker="act_ben"), said(whole, named=False))
    assert set(part["fragments"]) <= set(same["pairs"])
    assert not set(part["fragments"]) & set(other["pairs"])
    assert nobody["pairs"] == nobody["said"] == nobody["fragments"] == []
    assert nobody["runs"] == same["runs"] == other["runs"] != []


def test_of_many_keys_the_smallest_are_kept_and_all_are_in_order() -> None:
    (found,) = keys(said(" ".join(f"lantern{number} swan{number}" for number in range(40))))
    assert len(found["said"]) == MOST_KEYS
    for name in ("runs", "said", "pairs"):
        assert found[name] == sorted(set(found[name]))


def test_the_words_key_differs_by_words_and_by_mode() -> None:
    found = keys(said("The pier is old"), said("The pier is old", "indirect"), said("The pier was old"))
    assert len({one["words_key"] for one in found}) == len(found)
