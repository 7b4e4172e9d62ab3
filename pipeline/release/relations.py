"""Tables as a connection sees them: rows in memory, in the warehouse, or in the Parquet files of a release.

Belongs here: giving rows a name in a connection, and taking what a query finds out of it batch by batch. Does not: what
a table means, or which files it stands in (`layout`). Rows on a disk stay there: DuckDB reads what a query needs and
spills what is more than its memory, so that a release of any size is written and proved in the same room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from pipeline.schema.model import Table
from pipeline.schema.render.duckdb import literal, quote

BATCH = 20_000
"""Rows that are in memory at once."""
ATTACHED = "warehouse"
"""What a connection calls the database that rows come from."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows on a disk, as SQL that reads them.

    `is_sorted` says that they come in published order; `database` is the file that the SQL calls ATTACHED.
    """

    sql: str
    num_rows: int
    is_sorted: bool = True
    database: Path | None = None


Rows: TypeAlias = "pa.Table | Stored"
"""The rows of a table; in memory they are in published order."""
Tables: TypeAlias = Mapping[str, Rows]
"""Rows by the name of their table."""


def show(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    """Lets queries of this connection (of none of its cursors) see the rows under this name."""
    if isinstance(rows, pa.Table):
        connection.register(name, rows)
        return
    if rows.database:
        connection.execute(f"ATTACH IF NOT EXISTS {literal(str(rows.database))} AS {ATTACHED} (READ_ONLY)")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote(name)} AS {rows.sql}")


def show_all(
    connection: duckdb.DuckDBPyConnection, tables: Tables, names: Iterable[str] | None = None, prefix: str = ""
) -> None:
    """The same for these tables, or those of them that are named."""
    for name in tables if names is None else names:
        show(connection, f"{prefix}{name}", tables[name])


def key_order(spec: Table) -> str:
    """The published order of a table, as SQL: its sort columns, then its key, which no two rows have in common."""
    return ", ".join(f"{quote(column)} NULLS LAST" for column in dict.fromkeys((*spec.sort, *spec.primary_key)))


def in_order(spec: Table, rows: Rows, name: str) -> str:
    """SQL that ends a query over rows shown as `name`, so that they come in published order."""
    is_sorted = isinstance(rows, pa.Table) or rows.is_sorted
    return f"FROM {quote(name)}" + ("" if is_sorted else f" ORDER BY {key_order(spec)}")


def records(
    connection: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """The few rows that a query finds."""
    found: list[dict[str, Any]] = connection.sql(sql, params=params).to_arrow_table().to_pylist()
    return found


def streamed(
    connection: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema, params: Mapping[str, object] | None = None
) -> Iterator[pa.RecordBatch]:
    """The many rows that a query finds, BATCH at a time, in the types of this schema.

    No other query may run on the connection meanwhile. Raises ValueError for a null where the schema has none.
    """
    for batch in connection.sql(sql, params=params).to_arrow_reader(BATCH):
        yield batch.cast(schema)
