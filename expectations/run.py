"""Every rule held against a warehouse.

Belongs here: which rules there are, and running them. Does not: what follows from a failure. `all_rules` costs nothing,
so that a graph can name its checks without loading Great Expectations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from expectations.database import opened
from expectations.from_schema import rules_of
from expectations.rule import Rule
from expectations.rules import RULES
from expectations.suites import check, great_expectations
from pipeline.release.checks import CheckResult
from pipeline.schema.tables import WORKING_TABLES

Progress = Callable[[str, int, int], None]
"""Told the name of the step, how many rules are done, and how many there are."""


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule, table by table: first what the schema states, then what it cannot say."""
    return tuple(
        rule
        for table in WORKING_TABLES
        for rule in (*rules_of(table), *(rule for rule in RULES if rule.table == table.name))
    )


def load() -> None:
    """Loads Great Expectations ahead of the first rule; it takes seconds, in which something else may be done."""
    great_expectations()


def run_checks(
    warehouse: Path, progress: Progress | None = None, rules: Sequence[Rule] | None = None
) -> list[CheckResult]:
    """The result of every rule (or of `rules`), table by table.

    Raises OnRecordError if the warehouse is missing or does not fit the schema.
    """
    chosen = all_rules() if rules is None else rules
    results: list[CheckResult] = []
    with opened(warehouse) as connection:
        for name in dict.fromkeys(rule.table for rule in chosen):
            results += check(connection, [rule for rule in chosen if rule.table == name])
            if progress:
                progress("check", len(results), len(chosen))
    return results
