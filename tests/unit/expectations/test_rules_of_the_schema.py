"""The rules that the schema states: each fires on a bad value, and lets the values at its edge pass."""

from __future__ import annotations

import duckdb
import pytest

from expectations.from_schema import rules_of
from expectations.rule import ColumnTest, Query, Rule
from expectations.suites import broken, check
from pipeline.schema.model import ListOf, Struct
from pipeline.schema.render.duckdb import literal, quote
from pipeline.schema.tables import WORKING_TABLES, table

RULES = [rule for spec in WORKING_TABLES for rule in rules_of(spec)]
COLUMN_RULES = [(rule, rule.test) for rule in RULES if isinstance(rule.test, ColumnTest)]
BOUNDS = [(rule, test) for rule, test in COLUMN_RULES if test.minimum is not None or test.maximum is not None]


def bad_value(test: ColumnTest) -> str:
    """SQL for a value that just fails: a valid one with a line break after it, or one below the least."""
    if test.required:
        return "NULL"
    if test.one_of:
        return literal(f"{test.one_of[0]} ")
    if test.pattern:
        return f"coalesce(max({quote(test.column)}) OVER (), 'x') || chr(10)"
    return str(test.maximum + 1 if test.maximum is not None else (test.minimum or 0) - 1)


def set_first(rule: Rule, test: ColumnTest, value: str) -> str:
    """SQL that puts a value into one row of a table, or into the first record of a list of its first row."""
    name, first = quote(rule.table), f"(SELECT min(rowid) FROM {quote(rule.table)})"
    if test.inside is None:
        chosen = f"(SELECT {value} AS v FROM {name} LIMIT 1)"
        return f"UPDATE {name} SET {quote(test.column)} = v FROM {chosen} WHERE {name}.rowid = {first}"
    changed = f"struct_update(x, {quote(test.column)} := {value})"
    if test.required:  # NULL has no type of its own
        parts = [f"{quote(p)} := {'NULL' if p == test.column else f'x.{quote(p)}'}" for p in members(rule, test.inside)]
        changed = f"struct_pack({', '.join(parts)})"
    return f"UPDATE {name} SET {test.inside} = list_transform({test.inside}, lambda x: {changed}) WHERE rowid = {first}"


def members(rule: Rule, inside: str) -> tuple[str, ...]:
    kind = table(rule.table).column(inside).type
    assert isinstance(kind, ListOf)
    assert isinstance(kind.item, Struct)
    return tuple(column.name for column in kind.item.fields)


def test_every_column_rule_fires(small: duckdb.DuckDBPyConnection, subtests: pytest.Subtests) -> None:
    for rule, test in COLUMN_RULES:
        with subtests.test(f"{rule.table}.{rule.name}"):
            small.execute("BEGIN")
            try:
                small.execute(set_first(rule, test, bad_value(test)))
                (result,) = check(small, [rule])
                assert (result.passed, result.failed >= 1) == (False, True)
                assert all(result.samples)
            finally:
                small.execute("ROLLBACK")


def test_values_at_the_bounds_pass(small: duckdb.DuckDBPyConnection, subtests: pytest.Subtests) -> None:
    for rule, test in BOUNDS:
        for edge in (test.minimum, test.maximum):
            if edge is None:
                continue
            with subtests.test(f"{rule.table}.{rule.name} at {edge}"):
                small.execute("BEGIN")
                small.execute(set_first(rule, test, str(edge)))
                (result,) = check(small, [rule])
                small.execute("ROLLBACK")
                assert result.passed


def test_every_key_and_reference_fires(small: duckdb.DuckDBPyConnection, subtests: pytest.Subtests) -> None:
    for spec in WORKING_TABLES:
        rules = {rule.name: rule.test for rule in rules_of(spec) if isinstance(rule.test, Query)}
        with subtests.test(f"{spec.name}.primary_key_is_unique"):
            small.execute("BEGIN")
            small.execute(f"INSERT INTO {quote(spec.name)} SELECT * FROM {quote(spec.name)} LIMIT 1")
            rows, keys = broken(small, rules["primary_key_is_unique"])
            small.execute("ROLLBACK")
            assert (rows, len(keys)) == (1, 1)
        for key in spec.foreign_keys:
            with subtests.test(f"{spec.name}.{key.column}"):
                small.execute("BEGIN")
                small.execute(f"UPDATE {quote(spec.name)} SET {quote(key.column)} = 'nowhere'")
                rows, _ = broken(small, rules[f"{key.column}_is_in_{key.references[0]}"])
                small.execute(f"UPDATE {quote(spec.name)} SET {quote(key.column)} = NULL")
                without, _ = broken(small, rules[f"{key.column}_is_in_{key.references[0]}"])
                small.execute("ROLLBACK")
                assert rows >= 1
                assert without == 0
