"""Rows and columns as the UI shows them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from assets.metadata import PREVIEW_ROWS, by_reason, column_schema, markdown, preview
from pipeline.schema.render.arrow import counted
from pipeline.schema.stages import CLEANED, READ
from pipeline.schema.tables import table
from tests.unit.assets.small_graph import one_row


def test_a_preview_has_five_rows_and_no_empty_columns(small_tables: dict[str, pa.Table]) -> None:
    lines = preview(table("mentions"), small_tables["mentions"]).splitlines()
    assert len(lines) == PREVIEW_ROWS + 2
    header = preview(table("actors"), small_tables["actors"]).splitlines()[0]
    assert "wikidata_id" in header
    assert "duplicate_of" not in preview(table("exclusions"), small_tables["exclusions"].slice(1)).splitlines()[0]


def test_a_preview_of_nothing_says_so(small_tables: dict[str, pa.Table]) -> None:
    assert preview(table("roles"), small_tables["roles"].slice(0, 0)) == "There are no rows."


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("a|b", r"a\|b"),
        ("two\nlines", "two lines"),
        ("<b>no</b>", "&lt;b&gt;no&lt;/b&gt;"),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
        ("https://ledger.example/" + "x" * 60, "https://ledger.example/" + "x" * 60),
    ],
)
def test_a_cell_breaks_no_table(value: str, told: str) -> None:
    rows = one_row(READ, source_name=value, source_sha256="0", media_type="text/plain", content=b"12", licence="none")
    line = preview(READ, rows).splitlines()[2]
    assert line == f"| {told} | 0 | text/plain | 2 bytes | none |"


def test_texts_are_told_by_their_length() -> None:
    rows = one_row(CLEANED, source_name="a", source_sha256="0", media_type="text/plain", source_text="four")
    assert "4 characters" in preview(CLEANED, rows)


def test_reasons_are_counted_the_most_frequent_first() -> None:
    told = by_reason(counted(pa.chunked_array([["share", None, "blank"], ["blank", "caption"]])))
    assert told["dropped"].value == 4
    assert told["dropped_by_reason"].value == markdown(["reason", "rows"], [("blank", 2), ("caption", 1), ("share", 1)])


def test_constraints_of_the_schema_are_shown() -> None:
    columns = {column.name: column for column in column_schema(table("claims")).columns}
    assert columns["mode"].constraints.other == ["one of: direct, indirect, mixed"]
    assert columns["confidence"].constraints.other == ["at least 0", "at most 1"]
    assert columns["fragments"].type == "STRUCT(…)[]"
    assert "primary_key" in columns["claim_id"].tags
    assert "primary_key" not in columns["text"].tags
