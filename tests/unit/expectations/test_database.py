"""What rules ask of the database agrees with the code that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.from_schema import rules_of
from expectations.rule import ColumnTest
from expectations.suites import _whole, looks_wrong
from pipeline import ids
from pipeline.schema.tables import WORKING_TABLES

TEXTS = st.one_of(st.text(max_size=30), st.text(alphabet="aZ_9 .,’É–Š'\n\u00a0“ßİﬁé\u0301²", max_size=12))
PLACES = st.none() | st.integers(-4, 34)
"""Offsets, some of which lie outside a text of up to thirty code points."""
MINTED = (
    ("mint_document_id(a, b)", lambda a, b, _: ids.document_id(a, b)),
    ("mint_claim_id(a, b, a, n)", lambda a, b, n: ids.claim_id(a, b, a, n)),
    ("mint_mention_id(a, n, n + 3)", lambda a, _, n: ids.mention_id(a, n, n + 3)),
    ("mint_quantity_id(a, n, n + 3)", lambda a, _, n: ids.quantity_id(a, n, n + 3)),
    ("mint_linked_actor_id(a)", lambda a, _, __: ids.linked_actor_id(a)),
    ("mint_named_actor_id(a, b, '')", lambda a, b, _: ids.named_actor_id(a, b)),
    ("mint_unnamed_actor_id(a, n)", lambda a, _, n: ids.unnamed_actor_id(a, n)),
    ("mint_claim_group_id(least(a, b))", lambda a, b, _: ids.claim_group_id([a, b])),
    ("words_of(b)", lambda _, b, __: ids.words(b)),
    ("digest(encode(b))", lambda _, b, __: ids.sha256(b.encode())),
)
PATTERNS = sorted(
    {
        rule.test.pattern
        for table in WORKING_TABLES
        for rule in rules_of(table)
        if isinstance(rule.test, ColumnTest) and rule.test.pattern
    }
)


def _int64(values: Iterable[int | None]) -> pa.Array:
    return pa.array(list(values), pa.int64())


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 10**9)), min_size=1, max_size=40))
def test_ids_are_those_of_the_code(small: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, int]]) -> None:
    small.register("given", pa.Table.from_pylist([{"a": a, "b": b, "n": n} for a, b, n in rows]))
    found = small.execute(f"SELECT {', '.join(call for call, _ in MINTED)} FROM given").fetchall()
    assert found == [tuple(minted(a, b, n) for _, minted in MINTED) for a, b, n in rows]


def test_each_character_is_folded_as_the_code_folds_it(small: duckdb.DuckDBPyConnection) -> None:
    forms = "One{0}B{0}", "{0}One {0} B", "{0}"
    texts = [form.format(chr(code)) for code in range(1, 0x3000) for form in forms]
    small.register("given", pa.table({"text": texts}))
    folded = small.execute("SELECT text, words_of(text) FROM given").fetchall()
    assert len(folded) == len(texts)
    assert [text for text, words in folded if words != ids.words(text)] == []


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, PLACES, PLACES), min_size=1, max_size=40))
def test_counting_from_the_nearer_end_cuts_the_same(
    small: duckdb.DuckDBPyConnection, rows: list[tuple[str, int | None, int | None]]
) -> None:
    small.register(
        "given",
        pa.table(
            {"t": [t for t, _, _ in rows], "a": _int64(a for _, a, _ in rows), "b": _int64(b for _, _, b in rows)}
        ),
    )
    calls = "cut(t, length(t), a, b) IS NOT DISTINCT FROM slice(t, a, b), cut(t, length(t), a, b)"
    found = small.execute(f"SELECT {calls} FROM given").fetchall()
    assert all(same for same, _ in found)
    within = [(n, t[a:b]) for n, (t, a, b) in enumerate(rows) if a is not None and b is not None and 0 <= a <= b]
    assert [(n, found[n][1]) for n, _ in within] == within


def test_news_needs_no_function_of_python(small: duckdb.DuckDBPyConnection) -> None:
    small.remove_function("folded_words")
    small.create_function("folded_words", lambda _: "slow", ["VARCHAR"], "VARCHAR")
    text = "“It’s £5 – not €6,” said Zoë Šefčovič…"
    assert small.execute("SELECT words_of($text)", {"text": text}).fetchall() == [(ids.words(text),)]


def test_without_a_speaker_a_claim_has_an_id_all_the_same(small: duckdb.DuckDBPyConnection) -> None:
    (row,) = small.execute("SELECT mint_claim_id('doc_a', NULL, 'Yes.', 0), mint_document_id(NULL, 'f')").fetchall()
    assert row == (ids.claim_id("doc_a", None, "Yes.", 0), ids.document_id(None, "f"))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_value_that_breaks_its_form_is_overlooked(pattern: str) -> None:
    looks = f"SELECT {looks_wrong(ColumnTest('v', pattern=pattern))} FROM (SELECT $v AS v)"

    @settings(deadline=None, max_examples=25)
    @given(st.one_of(st.from_regex(re.compile(_whole(pattern))), TEXTS), TEXTS)
    def overlooks_nothing(value: str, more: str) -> None:
        for one in (value, value + more, more + value):
            wrong = re.match(_whole(pattern), one) is None
            assert not wrong or duckdb.execute(looks, {"v": one}).fetchall() == [(True,)]

    overlooks_nothing()
