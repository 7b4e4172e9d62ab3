"""The embedded engine: the same rows whatever the workers, and no work twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.engine import embedded, kept
from pipeline.engine.batches import BATCH_ROWS, Stage, batches_of
from pipeline.settings import Settings

SCHEMA = pa.schema([pa.field("name", pa.string(), nullable=False), pa.field("length", pa.int64(), nullable=False)])


def measure(batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    rows = [{"name": name, "length": len(name)} for name in batch["name"].to_pylist()]
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def refuse(_batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    raise AssertionError("no row should need work")


STAGE = Stage("measure", measure, SCHEMA, "v1")


def names(n: int) -> pa.Table:
    return pa.table({"name": ["x" * (i % 7) + str(i) for i in range(n)]})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(output=tmp_path)


def test_batches_keep_all_rows_in_order() -> None:
    table = names(3 * BATCH_ROWS + 1)
    assert pa.Table.from_batches(list(batches_of(table))).equals(table)


def test_large_rows_make_small_batches() -> None:
    table = pa.table({"name": ["x" * 3_000_000] * 4})
    assert [batch.num_rows for batch in batches_of(table)] == [1, 1, 1, 1]


def test_two_workers_give_what_one_gives(settings: Settings) -> None:
    table = names(5 * BATCH_ROWS)
    one = embedded.run(STAGE, table, settings)
    assert embedded.run(STAGE, table, replace(settings, workers=2)).equals(one)


def test_progress_ends_at_the_total(settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    embedded.run(STAGE, names(40), settings, lambda *args: told.append(args))
    assert told[-1] == ("measure", 40, 40)


def test_a_second_run_computes_nothing(settings: Settings) -> None:
    first = kept.run(STAGE, names(20), settings)
    assert kept.run(replace(STAGE, function=refuse), names(20), settings).equals(first)


def test_only_new_rows_are_computed(settings: Settings) -> None:
    kept.run(STAGE, names(20), settings)
    told: list[tuple[str, int, int]] = []
    result = kept.run(STAGE, names(21), settings, lambda *args: told.append(args))
    assert result["name"].to_pylist() == names(21)["name"].to_pylist()
    assert told[0] == ("measure", 1, 1)


def test_another_code_version_computes_anew(settings: Settings) -> None:
    kept.run(STAGE, names(3), settings)
    with pytest.raises(AssertionError, match="no row should need work"):
        kept.run(replace(STAGE, function=refuse, version="v2"), names(3), settings)


def test_a_deleted_input_takes_its_result_along(settings: Settings) -> None:
    kept.run(STAGE, names(20), settings)
    assert kept.run(STAGE, names(5), settings).num_rows == 5
    with pytest.raises(AssertionError, match="no row should need work"):
        kept.run(replace(STAGE, function=refuse), names(20), settings)


def test_a_damaged_file_is_computed_anew(settings: Settings) -> None:
    first = kept.run(STAGE, names(4), settings)
    (settings.stages / "kept" / "measure.parquet").write_bytes(b"PAR1 torn")
    assert kept.run(STAGE, names(4), settings).equals(first)
