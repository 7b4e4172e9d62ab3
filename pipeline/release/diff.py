"""The difference between two releases, for a person.

Belongs here: counts, changed columns and examples per table. Does not: computing deltas (`delta`), or judging them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from pipeline.errors import OnRecordError
from pipeline.release.delta import counts, read_tables, write_deltas
from pipeline.release.files import SUMS
from pipeline.release.relations import Rows, key_order, records
from pipeline.schema.model import Table
from pipeline.schema.render.duckdb import literal, quote
from pipeline.schema.tables import TABLES
from pipeline.warehouse import connect

EXAMPLES = 3
"""Examples of each op that are shown for a table."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one table: rows by op, how often each column changed, and a few rows as words."""

    table: str
    added: int
    changed: int
    removed: int
    columns: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]


def differences(before: Path, after: Path) -> list[Difference]:
    """The tables that differ between two releases, in the order of the schema; none if they hold the same rows.

    Raises OnRecordError if one of them is no release.
    """
    for release in (before, after):
        if not (release / SUMS).is_file():
            raise OnRecordError(f"{release}: no release; give a folder such as output/releases/2026.11.0")
    with TemporaryDirectory() as folder, connect() as connection:
        changes = write_deltas(read_tables(before), read_tables(after), Path(folder))
        return [_difference(connection, spec, changes[spec.name]) for spec in TABLES if changes[spec.name].num_rows]


def describe(found: Sequence[Difference]) -> str:
    """The differences as text: a paragraph for each table."""
    return "\n\n".join(map(_paragraph, found)) if found else "The releases hold the same rows."


def _difference(connection: duckdb.DuckDBPyConnection, spec: Table, delta: Rows) -> Difference:
    number = counts(connection, delta)  # which shows the delta as delta_rows
    return Difference(
        spec.name,
        number["added"],
        number["changed"],
        number["removed"],
        tuple(connection.execute(_CHANGED_COLUMNS).fetchall()),
        tuple(map(_example, records(connection, _examples(spec)))),
    )


_CHANGED_COLUMNS = """
    SELECT name, count(*) AS n
    FROM (SELECT unnest(string_split(substr(op_reason, 10), ', ')) AS name FROM delta_rows WHERE op = 'changed')
    GROUP BY name ORDER BY n DESC, name"""


def _examples(spec: Table) -> str:
    """SQL for the first rows of each op: its key, the words that say most of it, and why."""
    empty = literal("")
    words = [quote(name) for name in ("name", "title", "surface", "role", "text") if name in spec.column_names]
    said = f"coalesce({', '.join(f'nullif({name}, {empty})' for name in words)})" if words else "NULL"
    key = " || ' ' || ".join(f"{quote(name)}::VARCHAR" for name in spec.primary_key)
    return f"""
        SELECT op, op_reason, {key} AS key, {said} AS said FROM delta_rows
        QUALIFY row_number() OVER (PARTITION BY op ORDER BY {key_order(spec)}) <= {EXAMPLES}
        ORDER BY op, {key_order(spec)}"""


def _example(row: Mapping[str, Any]) -> str:
    said = f" “{row['said']}”" if row["said"] else ""
    return f"{row['op']} {row['key']}{said} ({row['op_reason']})"


def _paragraph(difference: Difference) -> str:
    numbers = f"{difference.added:,} added, {difference.changed:,} changed, {difference.removed:,} removed"
    columns = ", ".join(f"{name} ({n:,})" for name, n in difference.columns)
    lines = [f"{difference.table}: {numbers}"]
    lines += [f"  changed columns: {columns}"] if columns else []
    lines += [f"  {example}" for example in difference.examples]
    return "\n".join(lines)
