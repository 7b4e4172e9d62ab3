"""The schema as a Frictionless Data Package (version 2): https://datapackage.org/standard/data-package/.

Belongs here: descriptors of the package, its CSV tables and its Parquet files. The CSV files are the package's tables
because every validator reads them; the Parquet files are listed with size and hash. Does not: writing either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.schema import dataset
from pipeline.schema.model import Column, ListOf, Scalar, Struct, Table, Type, inner_columns
from pipeline.schema.tables import DOCUMENTS, SCHEMA_VERSION

_PROFILES = "https://datapackage.org/profiles/2.0"
_SCALARS: dict[Scalar, str] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "datetime": "datetime",
    "date": "date",
    "binary": "string",
}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a written file: its size in bytes, its SHA-256 in hexadecimal, the rows in it."""

    size: int
    sha256: str
    rows: int = 0


def csv_path(table: Table) -> str:
    """Where a release keeps the table as CSV."""
    return f"csv/{table.name}.csv.gz"


def parquet_path(table: Table) -> str:
    """Where a release keeps the table as Parquet, if that is one file."""
    return f"{table.name}.parquet"


MONTH = "published_month"
"""What the folders of a table that is kept by month are called before `=`."""


def parquet_paths(table: Table, files: Iterable[str]) -> list[str]:
    """Those of these paths in a release where the table stands as Parquet: one, or one or more for each month."""
    single, folder = parquet_path(table), f"{table.name}/{MONTH}="
    return sorted(path for path in files if path == single or path.startswith(folder))


def data_package(tables: Sequence[Table], version: str, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    """The descriptor of a release. `files` has the facts of every file, by its path in the release."""
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": dataset.NAME,
        "title": dataset.TITLE,
        "description": dataset.DESCRIPTION,
        "version": version,
        "schemaVersion": SCHEMA_VERSION,
        "keywords": list(dataset.KEYWORDS),
        "contributors": [{"title": dataset.CREATOR, "roles": ["creator"]}],
        "licenses": [{"name": dataset.LICENCE, "title": dataset.LICENCE_TITLE, "path": dataset.LICENCE_URL}],
        "sources": [{"title": dataset.SOURCES, "path": parquet_paths(DOCUMENTS, files)[0]}],
        "resources": [
            *(_csv_resource(table, files[csv_path(table)]) for table in tables),
            *(_parquet_resource(table, files) for table in tables),
        ],
    }


def table_schema(table: Table) -> dict[str, Any]:
    """The Table Schema of a table: fields with constraints, primary key, foreign keys."""
    keys = [
        {"fields": [key.column], "reference": {"resource": key.references[0], "fields": [key.references[1]]}}
        for key in table.foreign_keys
    ]
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
    }
    return {**schema, "foreignKeys": keys} if keys else schema


def _csv_resource(table: Table, facts: FileFacts) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "path": csv_path(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "compression": "gz",
        **_facts(facts),
        "rows": facts.rows,
        "schema": table_schema(table),
    }


def _parquet_resource(table: Table, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    # A file, no table: a validator without a Parquet reader would fail instead of holding size and hash against it.
    paths = parquet_paths(table, files)
    resource = {
        "name": f"{table.name}-parquet",
        "type": "file",
        "title": f"{table.title} (Parquet)",
        "path": paths[0],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }
    if paths == [parquet_path(table)]:
        return {**resource, **_facts(files[paths[0]])}
    # The standard knows one hash for a resource, not one for each of its files: those stand in SHA256SUMS.
    return {**resource, "path": paths, "bytes": sum(files[path].size for path in paths)}


def _facts(facts: FileFacts) -> dict[str, Any]:
    return {"bytes": facts.size, "hash": f"sha256:{facts.sha256}"}


def _type(kind: Type) -> str:
    if isinstance(kind, ListOf):
        return "array"
    return "object" if isinstance(kind, Struct) else _SCALARS[kind]


def _field(column: Column) -> dict[str, Any]:
    field = {
        "name": column.name,
        "type": _type(column.type),
        "description": _description(column),
        "rdfType": column.field.same_as,
        "constraints": _constraints(column),
    }
    return {key: value for key, value in field.items() if value}


def _description(column: Column) -> str:
    # Validators know no constraint for what is inside a list, so it is told in words.
    inner = inner_columns(column.type)
    names = ", ".join(field.name for field in inner)
    words = column.field.description
    return f"{words} A JSON list of objects with {names} (see DICTIONARY.md)." if inner else words


def _constraints(column: Column) -> dict[str, Any]:
    field = column.field
    found = {
        "required": True if not column.nullable else None,
        "enum": list(column.vocabulary.names) if column.vocabulary else None,
        "pattern": field.pattern,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {key: value for key, value in found.items() if value is not None}
