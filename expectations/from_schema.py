"""The rules that the schema itself states: presence, keys, vocabularies, patterns, bounds, references.

Belongs here: turning a Table into rules. Does not: anything that a schema cannot say (`rules`).
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rule import ColumnTest, Query, Rule
from pipeline.schema.model import Column, ForeignKey, ListOf, Struct, Table
from pipeline.schema.render.duckdb import quote


def rules_of(table: Table) -> tuple[Rule, ...]:
    """The rules that a table's columns and keys state, in the order of its columns."""
    columns = [rule for column in table.columns for rule in _column_rules(table, column, None)]
    references = [_reference(table, key) for key in table.foreign_keys]
    return (_unique(table), *columns, *references)


def key_of(table: Table, alias: str = "") -> str:
    """SQL for a row's primary key as one text; a part that is missing shows as (null)."""
    prefix = f"{alias}." if alias else ""
    parts = [f"coalesce(CAST({prefix}{quote(column)} AS VARCHAR), '(null)')" for column in table.primary_key]
    return f"concat_ws(' ', {', '.join(parts)})"


def _column_rules(table: Table, column: Column, inside: str | None) -> Iterator[Rule]:
    name = f"{inside}_{column.name}" if inside else column.name
    if not column.nullable:
        yield _present(table, column, name, inside)
    yield from _value_rules(table, column, name, inside)
    if isinstance(column.type, ListOf) and isinstance(column.type.item, Struct):
        for part in column.type.item.fields:
            yield from _column_rules(table, part, column.name)


def _present(table: Table, column: Column, name: str, inside: str | None) -> Rule:
    return Rule(
        table.name,
        f"{name}_is_present",
        f"{name} is never null. {column.field.description}",
        "Whoever reads the table relies on the value without testing for its absence.",
        ColumnTest(column.name, inside, required=True),
    )


def _value_rules(table: Table, column: Column, name: str, inside: str | None) -> Iterator[Rule]:
    field, vocabulary = column.field, column.vocabulary
    if vocabulary:
        yield Rule(
            table.name,
            f"{name}_is_in_vocabulary",
            f"{name} is one of: {', '.join(vocabulary.names)}.",
            "A value outside the closed list has no meaning that anybody can look up.",
            ColumnTest(column.name, inside, one_of=vocabulary.names),
        )
    if field.pattern:
        yield Rule(
            table.name,
            f"{name}_has_its_form",
            f"{name} matches {field.pattern}.",
            "Programs that read the value take it apart by its form.",
            ColumnTest(column.name, inside, pattern=field.pattern),
        )
    if field.minimum is not None or field.maximum is not None:
        yield Rule(
            table.name,
            f"{name}_is_within_bounds",
            f"{name} is {_bounds(field.minimum, field.maximum)}.",
            "A value out of bounds can only come from an error of computation.",
            ColumnTest(column.name, inside, minimum=field.minimum, maximum=field.maximum),
        )


def _bounds(minimum: float | None, maximum: float | None) -> str:
    parts = [f"at least {minimum:g}"] if minimum is not None else []
    parts += [f"at most {maximum:g}"] if maximum is not None else []
    return " and ".join(parts)


def _unique(table: Table) -> Rule:
    columns = ", ".join(map(quote, table.primary_key))
    return Rule(
        table.name,
        "primary_key_is_unique",
        f"No two rows have the same {' and '.join(table.primary_key)}.",
        "A key that stands for two rows makes every join on it count twice.",
        Query(
            f"SELECT {key_of(table)} FROM {quote(table.name)} GROUP BY {columns} HAVING count(*) > 1", quote(table.name)
        ),
    )


def _reference(table: Table, key: ForeignKey) -> Rule:
    other, column = key.references
    present = f"{quote(table.name)} t WHERE t.{quote(key.column)} IS NOT NULL"
    return Rule(
        table.name,
        f"{key.column}_is_in_{other}",
        f"Every {key.column} is a {column} of {other}.",
        "A reference to a row that is not there leads its reader nowhere.",
        Query(
            f"SELECT {key_of(table, 't')} FROM {present} AND NOT EXISTS "
            f"(SELECT 1 FROM {quote(other)} o WHERE o.{quote(column)} = t.{quote(key.column)})",
            present,
        ),
    )
