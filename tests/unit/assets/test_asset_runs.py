"""The graph as it runs: what it shows, what stops a release, and that texts of articles stay where they are."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from assets.resources import plainly
from expectations.rule import Query, Rule
from expectations.run import all_rules
from pipeline.errors import OnRecordError
from tests.unit.assets.small_graph import Materialise, Small

_ALWAYS = Query("SELECT document_id FROM documents", "documents")
NEVER_HOLDS = Rule("documents", "never_holds", "It never holds.", "It shows what follows.", _ALWAYS)
ONLY_WARNS = Rule("documents", "only_warns", "It never holds.", "It shows what follows.", _ALWAYS, "warning")
KEYS = tuple(rule for rule in all_rules() if rule.name == "primary_key_is_unique")


def evaluations(done: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {
        f"{found.asset_key.to_user_string()}.{found.check_name}": found for found in done.get_asset_check_evaluations()
    }


def shown(done: dg.ExecuteInProcessResult) -> dict[str, dict[str, object]]:
    """The metadata of every materialisation, by asset."""
    return {
        event.asset_key.to_user_string(): {name: value.value for name, value in event.materialization.metadata.items()}
        for event in done.get_asset_materialization_events()
        if event.asset_key
    }


def releases(small: Small) -> list[str]:
    folder = small.settings.releases
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_everything_runs_to_a_release(small: Small, materialise: Materialise) -> None:
    done = materialise(small, (*KEYS, ONLY_WARNS))
    assert done.success
    found = evaluations(done)
    assert set(found) == {f"{rule.table}.{rule.name}" for rule in (*KEYS, ONLY_WARNS)}
    warned = found["documents.only_warns"]
    assert (warned.passed, warned.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert (warned.metadata["failed"].value, warned.metadata["checked"].value) == (3, 3)
    assert "latest" in releases(small)
    assert shown(done)["release"]["version"] in releases(small)


def test_an_error_leaves_no_release_and_every_result(small: Small, materialise: Materialise) -> None:
    done = materialise(small, (*KEYS, NEVER_HOLDS))
    assert not done.success
    found = evaluations(done)
    assert found["documents.never_holds"].severity == dg.AssetCheckSeverity.ERROR
    assert {name for name, one in found.items() if one.passed} == {f"{rule.table}.{rule.name}" for rule in KEYS}
    assert "doc_" in str(found["documents.never_holds"].metadata["samples"].value)
    assert "release" not in shown(done)
    assert releases(small) == []


def test_who_passes_the_checks_by_gets_no_release_of_bad_data(
    small: Small, materialise: Materialise, small_tables: dict[str, pa.Table]
) -> None:
    actors = small_tables["actors"]
    column = actors.schema.get_field_index("claim_count")
    wrong = actors.set_column(column, actors.schema.field(column), pc.add(actors["claim_count"], 1))
    small.load({**small_tables, "actors": wrong})
    done = materialise(small, (), "release")
    assert not done.success
    assert releases(small) == []


def test_the_checks_alone_run_over_what_is_there(small: Small, materialise: Materialise) -> None:
    small.load(small.tables)
    done = materialise(small, (*KEYS, ONLY_WARNS), job_name="checks")
    assert done.success
    assert set(evaluations(done)) == {f"{rule.table}.{rule.name}" for rule in (*KEYS, ONLY_WARNS)}
    assert not shown(done)
    assert releases(small) == []


def test_rows_and_reasons_are_shown(small: Small, materialise: Materialise) -> None:
    by_asset = shown(materialise(small, KEYS, "stages/read", "stages/cleaned", "stages/extracted", *small.tables))
    assert by_asset["claims"]["dagster/row_count"] == small.tables["claims"].num_rows
    assert "| duplicate | 1 |" in str(by_asset["exclusions"]["dropped_by_reason"])
    assert "| newsletter | 1 |" in str(by_asset["removals"]["dropped_by_reason"])
    assert by_asset["removals"]["dropped"] == small.tables["removals"].num_rows
    assert "| empty | 1 |" in str(by_asset["stages/cleaned"]["dropped_by_reason"])
    assert by_asset["stages/read"]["dropped"] == 0


def test_no_text_of_an_article_is_shown(small: Small, materialise: Materialise) -> None:
    done = materialise(small, KEYS, "stages/read", "stages/cleaned", "stages/extracted", *small.tables)
    everything = json.dumps(shown(done), default=str)
    assert "Secret words" not in everything
    assert "quiet day in Oldport" not in everything
    assert "Boats stopped" not in everything
    assert "77 characters" in everything


def test_the_stages_stand_in_files(small: Small, materialise: Materialise) -> None:
    materialise(small, (), "stages/read", "stages/cleaned")
    assert {path.name for path in Path(small.settings.stages).iterdir()} == {"read.parquet", "cleaned.parquet"}


def test_a_missing_stage_fails_with_one_line_that_names_it(small: Small) -> None:
    with pytest.raises(dg.Failure, match=r"read\.parquet is missing"):
        small.stage("read")


def test_only_errors_for_people_are_told_plainly() -> None:
    def for_people() -> None:
        raise OnRecordError("a.csv: broken; mend it")

    def for_programmers() -> None:
        raise ValueError("a bug")

    with pytest.raises(dg.Failure, match=r"^a\.csv: broken; mend it$"):
        plainly(for_people)
    with pytest.raises(ValueError, match="a bug"):
        plainly(for_programmers)
