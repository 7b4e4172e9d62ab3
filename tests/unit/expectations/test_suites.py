"""How suites report: counts, samples, crashes, and a warehouse that is not there or does not fit."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import suites
from expectations.rule import ColumnTest, Query, Rule
from expectations.run import all_rules, run_checks
from pipeline.errors import OnRecordError
from pipeline.release.checks import CheckResult
from pipeline.schema.tables import WORKING_TABLES
from pipeline.warehouse import Warehouse


def rule(table: str, name: str) -> Rule:
    return next(rule for rule in all_rules() if (rule.table, rule.name) == (table, name))


def test_clean_tables_pass_every_rule(small: duckdb.DuckDBPyConnection) -> None:
    results = [
        result
        for spec in WORKING_TABLES
        for result in suites.check(small, [rule for rule in all_rules() if rule.table == spec.name])
    ]
    assert [(result.table, result.rule) for result in results] == [(rule.table, rule.name) for rule in all_rules()]
    assert [result for result in results if not result.passed] == []
    assert all(result.checked > 0 for result in results if result.rule == "primary_key_is_unique")


def test_names_are_unique_in_a_table_and_fit_for_checks() -> None:
    names = [(rule.table, rule.name) for rule in all_rules()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for _, name in names)
    assert {table for table, _ in names} == {spec.name for spec in WORKING_TABLES}


def test_every_rule_says_what_and_why() -> None:
    for one in all_rules():
        assert one.description.endswith(".")
        assert one.reason.endswith(".")


def test_a_query_rule_reports_count_and_samples(small: duckdb.DuckDBPyConnection) -> None:
    small.execute("UPDATE actors SET claim_count = claim_count + 1")
    (result,) = suites.check(small, [rule("actors", "claim_count_is_right")])
    assert (result.passed, result.checked, result.failed, len(result.samples)) == (False, 7, 7, suites.SAMPLES)
    assert list(result.samples) == sorted(result.samples)


def test_a_column_rule_counts_only_values_that_are_there(small: duckdb.DuckDBPyConnection) -> None:
    (result,) = suites.check(small, [rule("actors", "country_has_its_form")])
    assert (result.passed, result.checked, result.failed) == (True, 1, 0)


def test_findings_add_up_over_chunks(small: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    small.execute("INSERT INTO removals SELECT 'nowhere', i, i + 1, 'no reason', 'r' FROM range(5000) r(i)")
    chosen = [rule("removals", "reason_is_in_vocabulary")]
    whole = suites.check(small, chosen)
    monkeypatch.setattr(suites, "CHUNK_ROWS", 2048)
    assert suites.check(small, chosen) == whole
    assert (whole[0].failed, len(whole[0].samples)) == (5000, suites.SAMPLES)


def test_an_expectation_that_crashes_is_an_error_not_a_finding(small: duckdb.DuckDBPyConnection) -> None:
    broken = Rule("actors", "broken", "It matches.", "To see it crash.", ColumnTest("name", pattern="("))
    with pytest.raises(RuntimeError, match="broken crashed"):
        suites.check(small, [broken])


def test_a_crash_reported_under_its_metric_is_raised_too() -> None:
    import pandas as pd

    tests = [(rule("actors", "name_is_present"), ColumnTest("name", required=True))]
    with pytest.raises(RuntimeError, match="name_is_present crashed"):
        suites._validate(pd.DataFrame({"another": [1]}), tests)


def test_a_table_that_is_missing_is_told_in_one_line(small: duckdb.DuckDBPyConnection) -> None:
    small.execute("DROP TABLE roles")
    with pytest.raises(OnRecordError, match="onrecord build"):
        suites.check(small, [rule("roles", "role_is_present")])


def test_a_missing_warehouse_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match=re.escape(str(tmp_path / "onrecord.duckdb"))):
        run_checks(tmp_path / "onrecord.duckdb")


CHOSEN = [
    rule("documents", "source_text_is_at_hand"),
    rule("documents", "segments_agree_with_the_source"),
    rule("actors", "actor_id_is_present"),
]


def checked(folder: Path) -> tuple[list[CheckResult], list[tuple[str, int, int]]]:
    told: list[tuple[str, int, int]] = []
    results = run_checks(folder / "onrecord.duckdb", lambda *step: told.append(step), CHOSEN)
    return results, told


def test_a_warehouse_is_checked_with_the_texts_of_its_inputs(
    tmp_path: Path, small_tables: dict[str, pa.Table], small_sources: pa.Table
) -> None:
    with Warehouse.open(tmp_path / "onrecord.duckdb") as warehouse:
        warehouse.replace(small_tables)
    without, _ = checked(tmp_path)
    (tmp_path / "stages").mkdir()
    pq.write_table(small_sources, tmp_path / "stages" / "cleaned.parquet")
    results, told = checked(tmp_path)
    assert [(result.passed, result.checked) for result in without] == [(False, 3), (True, 0), (True, 7)]
    assert [(result.passed, result.checked) for result in results] == [(True, 3), (True, 3), (True, 7)]
    assert told == [("check", 2, 3), ("check", 3, 3)]


def test_naming_the_rules_does_not_load_great_expectations() -> None:
    code = "import sys; from expectations.run import all_rules; all_rules(); print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_query_that_names_no_column_is_an_error(small: duckdb.DuckDBPyConnection) -> None:
    wrong = replace(rule("actors", "claim_count_is_right"), test=Query("SELECT nothing FROM actors", "actors"))
    with pytest.raises(OnRecordError, match="does not fit the schema"):
        suites.check(small, [wrong])
