"""Claims give a bounded part of an article that is not openly licensed; the longest give way first."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ids
from pipeline.release.content import SHOWN, show_published, shown_claims
from pipeline.release.relations import show, show_all
from pipeline.resolution.corpus import rights
from pipeline.resolution.corpus.rights import FREE_CHARACTERS, QUOTED_AS_PUBLISHED, allowance, shown_text, with_extents
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table
from pipeline.warehouse import connect

WORDS = "The harbour wall was never going to hold in a storm like that one, and we said so. "
TEXT = WORDS * 60


def document(text: str, *, is_open: bool) -> pa.Table:
    row: dict[str, Any] = dict.fromkeys(table("documents").column_names)
    segments = [{"role": "body", "start": 0, "end": len(text), "source_start": 0, "source_end": len(text)}]
    row |= {"document_id": "doc", "text": text, "text_is_open": is_open, "segments": segments}
    schema = arrow_schema(table("documents"))
    return pa.Table.from_pylist([row], schema=pa.schema([field.with_nullable(True) for field in schema]))


def claims(*spans: tuple[int, int]) -> pa.Table:
    rows = []
    for start, end in spans:
        row: dict[str, Any] = dict.fromkeys(table("claims").column_names)
        piece = {"start": start, "end": end, "source_start": start, "source_end": end}
        row |= {"claim_id": ids.claim_id("doc", None, TEXT[start:end], start), "document_id": "doc"}
        rows.append(row | {"fragments": [piece], "text": TEXT[start:end], "confidence": 0.9, "text_extent": "whole"})
    schema = arrow_schema(table("claims"))
    return pa.Table.from_pylist(rows, schema=pa.schema([field.with_nullable(True) for field in schema]))


def as_shown(made: pa.Table) -> pa.Table:
    return pa.Table.from_batches(shown_claims(made.to_batches()))


def quoted(documents: pa.Table, made: pa.Table) -> int:
    with connect() as connection:
        show_all(connection, {"documents": documents, "claims": as_shown(made)})
        ((_, _, number),) = connection.sql(QUOTED_AS_PUBLISHED).fetchall()
    return int(number)


def test_the_longest_claims_give_way_first_and_no_more_than_needed() -> None:
    closed = document(TEXT, is_open=False)
    made = with_extents(claims((0, 2000), (2000, 2300), (2400, 2700), (2700, 3000)), closed)
    assert made["text_extent"].to_pylist() == ["excerpt", "whole", "whole", "whole"]


def test_within_the_bound_nothing_is_cut() -> None:
    half = allowance(len(TEXT))
    assert set(with_extents(claims((0, half)), document(TEXT, is_open=False))["text_extent"].to_pylist()) == {"whole"}


def test_an_open_article_is_never_cut() -> None:
    made = with_extents(claims((0, len(TEXT))), document(TEXT, is_open=True))
    assert made["text_extent"].to_pylist() == ["whole"]


def test_a_brief_may_give_all_of_its_statements() -> None:
    brief = TEXT[:FREE_CHARACTERS]
    made = with_extents(claims((0, FREE_CHARACTERS)), document(brief, is_open=False))
    assert made["text_extent"].to_pylist() == ["whole"]


SPANS = st.lists(st.tuples(st.integers(0, 4800), st.integers(1, 900)), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(SPANS)
def test_whatever_the_claims_what_is_published_stays_within_the_bound(spans: list[tuple[int, int]]) -> None:
    closed = document(TEXT, is_open=False)
    places = sorted({(start, min(start + length, len(TEXT))) for start, length in spans if start < len(TEXT)})
    made = with_extents(claims(*places), closed)
    assert quoted(closed, made) <= allowance(len(TEXT))


def test_where_excerpts_are_too_much_words_are_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "FREE_CHARACTERS", 100)
    monkeypatch.setattr(rights, "SHARE_BOUND", 0.02)
    made = with_extents(claims(*((start, start + 300) for start in range(0, 4800, 300))), document(TEXT, is_open=False))
    extents = made["text_extent"].to_pylist()
    assert "withheld" in extents
    assert "whole" not in extents


@pytest.mark.parametrize(
    ("extent", "room", "shown"),
    [
        ("whole", 9, "It was a long night, and we said so then … and now"),
        ("excerpt", 40, "It was a long night, and we said …"),
        ("excerpt", 9, "It was a …"),
        ("withheld", 40, "…"),
    ],
)
def test_the_words_that_are_shown(extent: str, room: int, shown: str) -> None:
    assert shown_text("It was a long night, and we said so then … and now", extent, room) == shown


def test_a_group_speaks_in_words_that_are_published(small_tables: dict[str, pa.Table]) -> None:
    own = small_tables["claims"].to_pylist()
    cut = [row | {"text_extent": "excerpt" if row["claim_group_id"] else "whole"} for row in own]
    tables = small_tables | {"claims": pa.Table.from_pylist(cut, schema=small_tables["claims"].schema)}
    shown = as_shown(tables["claims"])
    with connect() as connection:
        show_all(connection, tables)
        show(connection, SHOWN, shown)
        (group,) = connection.table(show_published(connection, table("claim_groups"))).to_arrow_table().to_pylist()
    assert group["text"] in {row["text"] for row in shown.to_pylist() if row["claim_group_id"]}
    assert group["text"].endswith(rights.CUT)
