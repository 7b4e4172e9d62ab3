"""The schema as Arrow sees it; Parquet files carry the descriptions in their field metadata.

Belongs here: types and comments, other values in a column that keeps its type, and how often each stands in it. Does
not: how files are written (`pipeline.release.parquet`).
"""

from __future__ import annotations

from typing import TypeVar

import pyarrow as pa

from pipeline.schema.model import Column, ListOf, Struct, Table, Type

Arrow = TypeVar("Arrow", pa.Table, pa.RecordBatch)

_SCALARS: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "datetime": pa.timestamp("us"),
    "date": pa.date32(),
    "binary": pa.large_binary(),
}


def arrow_type(kind: Type) -> pa.DataType:
    """The Arrow type of a schema type."""
    if isinstance(kind, Struct):
        return pa.struct([_field(column, comments=False) for column in kind.fields])
    if isinstance(kind, ListOf):
        return pa.list_(pa.field("element", arrow_type(kind.item), nullable=False))
    return _SCALARS[kind]


def _field(column: Column, *, comments: bool) -> pa.Field:
    metadata = {"comment": column.field.description} if comments else None
    return pa.field(column.name, arrow_type(column.type), nullable=column.nullable, metadata=metadata)


def arrow_schema(table: Table, *, comments: bool = False) -> pa.Schema:
    """The Arrow schema of a table; with `comments`, descriptions of table and columns as metadata."""
    metadata = {"title": table.title, "description": table.description} if comments else None
    return pa.schema([_field(column, comments=comments) for column in table.columns], metadata=metadata)


def with_values(rows: Arrow, name: str, values: pa.Array | pa.ChunkedArray) -> Arrow:
    """The same rows with other values in a column, whose field stays as it is."""
    place = rows.schema.get_field_index(name)
    return rows.set_column(place, rows.schema.field(place), values)


def counted(values: pa.Array | pa.ChunkedArray) -> dict[str, int]:
    """How many rows have each value; rows without one do not count."""
    return {one["values"]: one["counts"] for one in values.drop_null().value_counts().to_pylist()}
