"""Suites of Great Expectations: rules held against a table, and what they found.

Belongs here: how a rule becomes an expectation, the frames it looks at, and reading the results. Does not: any rule.

Every rule looks at every row, however many there are: DuckDB reduces, the suite judges. Of a table's columns, DuckDB
counts the values and hands on only the rows in which one of them looks wrong, in pandas frames of bounded size. What
spans rows or tables it computes, too: the frame then has one column a rule, with keys of the rows that break it, and
the suite asserts that the column is empty. Where rules share a sieve, one pass over its source tells which of their
queries need to be asked.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.from_schema import key_of
from expectations.rule import ColumnTest, Query, Rule
from pipeline.errors import OnRecordError
from pipeline.release.checks import CheckResult
from pipeline.schema.render.duckdb import literal, quote
from pipeline.schema.tables import table

if TYPE_CHECKING:
    import pandas as pd

SAMPLES = 5
"""How many keys of failed rows a result shows."""
CHUNK_ROWS = 250_000
"""Rows of a frame; bounds memory to some hundred MB whatever the size of a table."""
_KEY = "row_key"


@dataclass(frozen=True, slots=True)
class _Finding:
    """The rows that break a rule, and keys of the first; how many were looked at is counted apart from them."""

    failed: int
    samples: tuple[str, ...]
    checked: int = 0

    def __add__(self, other: _Finding) -> _Finding:
        samples = (*self.samples, *other.samples)[:SAMPLES]
        return _Finding(self.failed + other.failed, samples)


_NOTHING = _Finding(0, ())


def check(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[CheckResult]:
    """The results of rules of one table, in their order.

    Raises OnRecordError for a table or column that is missing, and RuntimeError for an expectation that crashed: a rule
    that could not be tested is no finding about the data.
    """
    columns = [(rule, rule.test) for rule in rules if isinstance(rule.test, ColumnTest)]
    queries = [(rule, rule.test) for rule in rules if isinstance(rule.test, Query)]
    try:
        found = {**_columns(connection, columns), **_queries(connection, queries)}
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise OnRecordError(f"the warehouse does not fit the schema ({error}); run `onrecord build` again") from error
    return [_result(rule, found[rule.name]) for rule in rules]


def _result(rule: Rule, finding: _Finding) -> CheckResult:
    return CheckResult(
        rule.table,
        rule.name,
        rule.description,
        rule.severity,
        passed=finding.failed == 0,
        checked=finding.checked,
        failed=finding.failed,
        samples=finding.samples,
    )


def _columns(connection: duckdb.DuckDBPyConnection, tests: Sequence[tuple[Rule, ColumnTest]]) -> dict[str, _Finding]:
    found: dict[str, _Finding] = {}
    for _, group in groupby(tests, key=lambda pair: pair[1].inside):
        members = list(group)
        try:
            looked_at = _looked_at(connection, members)
            for frame in _frames(connection, members):
                for name, finding in _validate(frame, members).items():
                    found[name] = found.get(name, _NOTHING) + finding
        except duckdb.InvalidInputException as error:
            names = ", ".join(rule.name for rule, _ in members)
            raise RuntimeError(f"the expectation behind {names} crashed: {error}") from error
        found.update({name: replace(found[name], checked=checked) for name, checked in looked_at.items()})
    return found


def _looked_at(connection: duckdb.DuckDBPyConnection, tests: Sequence[tuple[Rule, ColumnTest]]) -> dict[str, int]:
    """How many values each rule is about: all rows where presence is tested, else those that have one."""
    counts = ", ".join("count(*)" if test.required else f"count({quote(test.column)})" for _, test in tests)
    (row,) = connection.execute(f"SELECT {counts} FROM {_rows(tests)}").fetchall()
    return {rule.name: int(count) for (rule, _), count in zip(tests, row, strict=True)}


def _frames(connection: duckdb.DuckDBPyConnection, tests: Sequence[tuple[Rule, ColumnTest]]) -> Iterator[pd.DataFrame]:
    """The rows in which a value looks wrong, and at least one frame: a suite that judged nothing has said nothing."""
    names = dict.fromkeys(test.column for _, test in tests)
    columns = ", ".join(_selected(name, [test for _, test in tests if test.column == name]) for name in names)
    wrong = " OR ".join(f"({looks_wrong(test)})" for _, test in tests)
    key = key_of(table(tests[0][0].table))
    query = connection.sql(f"SELECT {key} AS {_KEY}, {columns} FROM {_rows(tests)} WHERE {wrong}")
    reader = query.to_arrow_reader(CHUNK_ROWS)
    frame = None
    for batch in reader:
        frame = batch.to_pandas()
        yield frame
    if frame is None:
        yield reader.schema.empty_table().to_pandas()


def _rows(tests: Sequence[tuple[Rule, ColumnTest]]) -> str:
    spec, inside = table(tests[0][0].table), tests[0][1].inside
    if not inside:
        return quote(spec.name)
    key = ", ".join(map(quote, spec.primary_key))
    return f"(SELECT {key}, unnest({quote(inside)}, recursive := true) FROM {quote(spec.name)})"


def looks_wrong(test: ColumnTest) -> str:
    """SQL that is true for every value that the expectation would refuse; it may be true for others, but for few."""
    name = quote(test.column)
    if test.required:
        return f"{name} IS NULL"
    if test.one_of:
        return f"{name} NOT IN ({', '.join(map(literal, test.one_of))})"
    if test.pattern:
        return f"NOT regexp_full_match({name}, {literal(test.pattern)})"
    bounds = ((test.minimum, "<"), (test.maximum, ">"))
    return " OR ".join(f"{name} {sign} {bound}" for bound, sign in bounds if bound is not None)


def _selected(column: str, tests: Sequence[ColumnTest]) -> str:
    # Where only presence is tested, the value itself (a text, a list) need not be moved.
    name = quote(column)
    return f"nullif({name} IS NOT NULL, false) AS {name}" if all(test.required for test in tests) else name


def _queries(connection: duckdb.DuckDBPyConnection, tests: Sequence[tuple[Rule, Query]]) -> dict[str, _Finding]:
    import pandas as pd

    if not tests:
        return {}
    found = findings(connection, tests)
    frame = pd.DataFrame({name: pd.Series(keys, dtype=object) for name, (_, keys) in found.items()})
    asserted = _validate(frame, tests)
    populations = dict.fromkeys(test.population for _, test in tests)
    rows = {population: _count(connection, population) for population in populations}
    return {
        rule.name: _Finding(
            found[rule.name][0] if asserted[rule.name].failed else 0,
            tuple(found[rule.name][1]),
            rows[test.population],
        )
        for rule, test in tests
    }


def findings(
    connection: duckdb.DuckDBPyConnection, tests: Sequence[tuple[Rule, Query]]
) -> dict[str, tuple[int, list[str]]]:
    """By rule how many rows break it, and the first keys of them; rules that their sieve clears are not asked."""
    cleared = _cleared(connection, tests)
    return {rule.name: (0, []) if rule.name in cleared else broken(connection, test) for rule, test in tests}


def _cleared(connection: duckdb.DuckDBPyConnection, tests: Sequence[tuple[Rule, Query]]) -> set[str]:
    """The names of the rules in whose sieve nothing looks wrong."""
    sieves: dict[str, dict[str, str]] = defaultdict(dict)
    for rule, test in tests:
        if test.sieve:
            sieves[test.sieve.source][rule.name] = test.sieve.wrong
    cleared: set[str] = set()
    for source, wrong in sieves.items():
        (row,) = connection.execute(
            f"SELECT {', '.join(f'bool_or({sql})' for sql in wrong.values())} FROM {source}"
        ).fetchall()
        cleared |= {name for name, looks_wrong in zip(wrong, row, strict=True) if not looks_wrong}
    return cleared


def broken(connection: duckdb.DuckDBPyConnection, query: Query) -> tuple[int, list[str]]:
    """How many rows break a rule, and the first keys of them."""
    rows = connection.execute(
        f"SELECT {_KEY}, count(*) OVER () FROM ({as_keys(query)}) ORDER BY {_KEY} LIMIT {SAMPLES}"
    ).fetchall()
    return (rows[0][1] if rows else 0), [str(key) for key, _ in rows]


def as_keys(query: Query) -> str:
    """SQL for the keys of the rows that break a rule; a key is never null, so that no row gets lost."""
    return f"SELECT concat_ws('', {_KEY}) AS {_KEY} FROM ({query.sql}) AS broken({_KEY})"


def _count(connection: duckdb.DuckDBPyConnection, population: str) -> int:
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {population}").fetchall()
    return int(rows)


def _validate(frame: pd.DataFrame, tests: Sequence[tuple[Rule, ColumnTest | Query]]) -> Mapping[str, _Finding]:
    """What each rule found in a frame: first whether it holds, then, of those that do not, how often and where.

    Counts and samples cost as much as the verdict, and nearly always every rule holds.
    """
    held = _judged(frame, tests, {"result_format": "BOOLEAN_ONLY"})
    broken = [(rule, test) for rule, test in tests if not held[rule.name].success]
    in_full: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLES}
    if _KEY in frame.columns:
        in_full["unexpected_index_column_names"] = [_KEY]
    counted = _judged(frame, broken, in_full) if broken else {}
    return {rule.name: _read(counted[rule.name]) if rule.name in counted else _NOTHING for rule, _ in tests}


def _judged(
    frame: pd.DataFrame, tests: Sequence[tuple[Rule, ColumnTest | Query]], result_format: Mapping[str, Any]
) -> dict[str, Any]:
    """The results of Great Expectations by rule. Raises RuntimeError for an expectation that crashed."""
    gx, whole_frame = great_expectations()
    batch = whole_frame.get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(tests[0][0].table, expectations=[_expectation(gx, *pair) for pair in tests])
    results = batch.validate(suite, result_format=dict(result_format)).results
    for result in results:
        _raise_if_crashed(result)
    return {result.expectation_config.meta["rule"]: result for result in results}


@lru_cache(maxsize=1)
def great_expectations() -> tuple[Any, Any]:
    """The package, and how it takes a whole frame as a batch: both once per process, in a context without files."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # it would report its use over the network
    import great_expectations as gx  # takes seconds, so only where it is needed

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset("frames")
    return gx, asset.add_batch_definition_whole_dataframe("whole")


def _expectation(gx: Any, rule: Rule, test: ColumnTest | Query) -> Any:
    kinds, common = gx.expectations, {"meta": {"rule": rule.name}, "severity": _SEVERITY[rule.severity]}
    if isinstance(test, Query):
        return kinds.ExpectColumnValuesToBeNull(column=rule.name, **common)
    if test.required:
        return kinds.ExpectColumnValuesToNotBeNull(column=test.column, **common)
    if test.one_of:
        return kinds.ExpectColumnValuesToBeInSet(column=test.column, value_set=list(test.one_of), **common)
    if test.pattern:
        return kinds.ExpectColumnValuesToMatchRegex(column=test.column, regex=_whole(test.pattern), **common)
    return kinds.ExpectColumnValuesToBeBetween(
        column=test.column, min_value=test.minimum, max_value=test.maximum, **common
    )


def _whole(pattern: str) -> str:
    # $ would let a line break at the end pass; pandas warns of groups that capture.
    without_captures = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
    return rf"^(?:{without_captures})\Z"


_SEVERITY = {"error": "critical", "warning": "warning"}


def _read(result: Any) -> _Finding:
    values = result.result
    places = values.get("partial_unexpected_index_list") or []
    return _Finding(values["unexpected_count"], tuple(str(place[_KEY]) for place in places if isinstance(place, dict)))


def _raise_if_crashed(result: Any) -> None:
    # One expectation reports its exception flat, another under the metric that raised it.
    info = result.exception_info or {}
    reports = [info] if "raised_exception" in info else [report for report in info.values() if isinstance(report, dict)]
    for report in reports:
        if report.get("raised_exception"):
            name = result.expectation_config.meta["rule"]
            raise RuntimeError(f"the expectation behind {name} crashed: {report.get('exception_message')}")
