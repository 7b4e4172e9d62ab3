"""The schema as DuckDB sees it: CREATE TABLE and COMMENT statements.

Belongs here: types, NOT NULL, CHECK, comments. No PRIMARY or FOREIGN KEY: a key makes a bulk insert several times
slower and a foreign key blocks replacing its parent; the expectations hold the keys instead.
"""

from __future__ import annotations

from pipeline.schema.model import Column, ListOf, Struct, Table, Type

_SCALARS = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "date": "DATE",
    "binary": "BLOB",
}


def duckdb_type(kind: Type) -> str:
    """The DuckDB type of a schema type."""
    if isinstance(kind, Struct):
        return "STRUCT(" + ", ".join(f"{quote(c.name)} {duckdb_type(c.type)}" for c in kind.fields) + ")"
    if isinstance(kind, ListOf):
        return duckdb_type(kind.item) + "[]"
    return _SCALARS[kind]


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _check(column: Column) -> str:
    name, field = quote(column.name), column.field
    tests = []
    if column.vocabulary:
        tests.append(f"{name} IN ({', '.join(map(literal, column.vocabulary.names))})")
    if field.pattern:
        tests.append(f"regexp_full_match({name}, {literal(field.pattern)})")
    if field.minimum is not None:
        tests.append(f"{name} >= {field.minimum:g}")
    if field.maximum is not None:
        tests.append(f"{name} <= {field.maximum:g}")
    return f" CHECK ({' AND '.join(tests)})" if tests else ""


def create_table(table: Table, *, checks: bool = True) -> str:
    """CREATE TABLE for a table. Without `checks` bad values can come in, so that the expectations report them all."""
    lines = [
        f"    {quote(c.name)} {duckdb_type(c.type)}{'' if c.nullable or not checks else ' NOT NULL'}"
        f"{_check(c) if checks else ''}"
        for c in table.columns
    ]
    return f"CREATE OR REPLACE TABLE {quote(table.name)} (\n" + ",\n".join(lines) + "\n);"


def comments(table: Table) -> str:
    """COMMENT ON statements for a table and its columns."""
    name = quote(table.name)
    lines = [f"COMMENT ON TABLE {name} IS {literal(table.description)};"]
    lines += [f"COMMENT ON COLUMN {name}.{quote(c.name)} IS {literal(c.field.description)};" for c in table.columns]
    return "\n".join(lines)
