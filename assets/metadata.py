"""What the UI shows of rows: their columns, how many there are, the first five, and why others were dropped.

Belongs here: rendering the schema and rows as Dagster metadata. Does not: which asset shows what. The text of an
article is never shown, only its length: a preview is seen by everybody who can open the UI, whatever the licence says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from pipeline.schema.model import Column, ListOf, Struct, Table
from pipeline.schema.render.duckdb import duckdb_type

PREVIEW_ROWS = 5
CELL = 60
"""Characters of a value that a preview shows."""
WITHHELD = {("documents", "text"), ("documents", "standfirst"), ("cleaned", "source_text")}
"""Columns that hold sentences of articles."""


def column_schema(table: Table) -> dg.TableSchema:
    """The columns of a table with types, descriptions and constraints."""
    return dg.TableSchema(
        [_column(column, column.name in table.primary_key) for column in table.columns],
        constraints=dg.TableConstraints(other=[f"primary key: {', '.join(table.primary_key)}"]),
    )


def _column(column: Column, is_key: bool) -> dg.TableColumn:  # noqa: FBT001  (a fact, not a switch)
    constraints = dg.TableColumnConstraints(nullable=column.nullable, unique=False, other=_constraints(column))
    kind = _short(duckdb_type(column.type))
    return dg.TableColumn(
        column.name, kind, column.field.description, constraints, tags={"primary_key": ""} if is_key else None
    )


def _short(kind: str) -> str:
    return "STRUCT(…)[]" if kind.startswith("STRUCT") and kind.endswith("[]") else kind.split("(", maxsplit=1)[0]


def _constraints(column: Column) -> list[str]:
    field, found = column.field, []
    if column.vocabulary:
        found.append(f"one of: {', '.join(column.vocabulary.names)}")
    if field.pattern:
        found.append(f"matches {field.pattern}")
    found += [f"at least {field.minimum:g}"] if field.minimum is not None else []
    found += [f"at most {field.maximum:g}"] if field.maximum is not None else []
    return found


def of_rows(table: Table, rows: pa.Table, count: int | None = None) -> dict[str, dg.MetadataValue[Any]]:
    """Row count and preview; `count` if these are the first rows only."""
    return {
        "dagster/row_count": dg.MetadataValue.int(rows.num_rows if count is None else count),
        "preview": dg.MetadataValue.md(preview(table, rows)),
    }


def preview(table: Table, rows: pa.Table) -> str:
    """The first rows as a Markdown table; columns that are empty in all of them are left out."""
    first = rows.slice(0, PREVIEW_ROWS).to_pylist()
    shown = [column for column in table.columns if any(row[column.name] not in (None, []) for row in first)]
    return markdown(
        [column.name for column in shown],
        [[_cell(table, column, row[column.name]) for column in shown] for row in first],
    )


def markdown(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; without rows, a sentence that says so."""
    if not rows:
        return "There are no rows."
    lines = [header, ["---"] * len(header), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(table: Table, column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if (table.name, column.name) in WITHHELD:
        return f"{len(value):,} characters"
    if isinstance(column.type, ListOf):
        return f"{len(value):,} items"
    if isinstance(column.type, Struct):
        return _plain(value.get("title") or "…")
    return _plain(value)


def _plain(value: object) -> str:
    # In one line, and nothing that Markdown or HTML would take for its own.
    text = " ".join(str(value).split())
    if len(text) > CELL and not text.startswith("http"):  # half an address would be a wrong link
        text = f"{text[: CELL - 1]}…"
    return "".join(f"\\{sign}" if sign in r"\`*_[]|~" else _HTML.get(sign, sign) for sign in text)


_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def by_reason(reasons: Mapping[str, int]) -> dict[str, dg.MetadataValue[Any]]:
    """How many rows were dropped, by reason, the most frequent first."""
    rows = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "dropped": dg.MetadataValue.int(sum(reasons.values())),
        "dropped_by_reason": dg.MetadataValue.md(markdown(["reason", "rows"], rows)),
    }


def counts(numbers: Mapping[str, int]) -> dg.MetadataValue[Any]:
    """Numbers by name as a Markdown table."""
    return dg.MetadataValue.md(markdown(["table", "rows"], list(numbers.items())))
