"""The scratch database of resolution: what is too much for memory stands in it while all documents are put together.

Belongs here: opening it, and rows in and out. Does not: any statement about actors or claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.engine.mapped import Mapped
from pipeline.warehouse import connect

BATCH = 20_000
"""Rows that are in memory at once as Python values."""


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in a file of this folder, or in memory; whoever opened it removes the folder."""
    connection = connect(folder / "scratch.duckdb" if folder else None)
    connection.execute("SET preserve_insertion_order = false")  # every query that needs an order states it
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def registered(
    connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table | pa.RecordBatchReader
) -> Iterator[None]:
    """These rows under this name, within the block."""
    connection.register(name, rows)
    try:
        yield
    finally:
        connection.unregister(name)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    """Puts these rows behind those of the table, column by column in order."""
    with registered(connection, "rows_to_insert", rows):
        connection.execute(f"INSERT INTO {table} SELECT * FROM rows_to_insert")


def standing(connection: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema, path: Path) -> pa.Table:
    """What a query gives, in a file without a name. Read from the query, its sort would keep its memory meanwhile."""
    file = Mapped(path, schema)
    for batch in connection.sql(sql).to_arrow_reader(BATCH):
        file.add(batch.cast(schema))
    return file.close()


def table_of(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows of Python values as Arrow."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema)


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    """What a query gives, row by row; other statements may run meanwhile."""
    cursor = connection.cursor().execute(sql)
    while rows := cursor.fetchmany(BATCH):
        yield from rows


def batched(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The same rows, BATCH at a time."""
    waiting: list[tuple[Any, ...]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == BATCH:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
