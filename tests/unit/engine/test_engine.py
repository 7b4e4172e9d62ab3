"""The embedded engine: the same rows whatever the workers, and no work twice."""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.engine import embedded, kept
from pipeline.engine.batches import FEW_ROWS, Rows, Stage, Stream, batches_in, batches_of
from pipeline.errors import OnRecordError
from pipeline.settings import Settings
from tests.unit.engine.poison import results_of

SCHEMA = pa.schema([pa.field("name", pa.string(), nullable=False), pa.field("length", pa.int64(), nullable=False)])


def measure(batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    rows = [{"name": name, "length": len(name)} for name in batch["name"].to_pylist()]
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def refuse(_batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    raise ImportError("no row should need work")


def failure(row: Mapping[str, Any], _detail: str) -> dict[str, Any]:
    return {"name": row["name"], "length": -1}


STAGE = Stage("measure", measure, SCHEMA, "v1", failure)


def names(n: int) -> pa.Table:
    return pa.table({"name": ["x" * (i % 7) + str(i) for i in range(n)]})


@pytest.fixture(scope="module", autouse=True)
def _worker() -> Iterator[None]:
    """All tests of this file have one worker; how workers begin and end is in `test_isolation`."""
    yield
    embedded.release(Settings())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(output=tmp_path)


def table(rows: Rows) -> pa.Table:
    return pa.Table.from_batches(batches_in(rows), schema=SCHEMA)


def files(settings: Settings) -> list[Path]:
    return sorted((settings.stages / "kept" / "measure").glob("*.parquet"))


def test_batches_keep_all_rows_in_order() -> None:
    given = names(3 * FEW_ROWS + 1)
    assert pa.Table.from_batches(list(batches_of(given, given.num_rows))).equals(given)


@pytest.mark.parametrize(
    ("size", "count", "rows"),
    [(10, 40, 16), (10, 512, 32), (10, 10**6, 64), (20_000, 10**6, 52), (80_000, 10**6, 13), (3_000_000, 40, 1)],
)
def test_bytes_decide_how_many_rows_a_batch_has_unless_they_are_small(size: int, count: int, rows: int) -> None:
    given = pa.table({"name": ["x" * size] * (2 * rows)})
    assert [batch.num_rows for batch in batches_of(given, count)] == [rows, rows]


def test_two_workers_give_what_one_gives(settings: Settings) -> None:
    many = names(5 * FEW_ROWS)
    one = results_of(STAGE, many, settings)
    two = replace(settings, workers=2)
    assert results_of(STAGE, many, two).equals(one)
    embedded.release(two)


def test_progress_ends_at_the_total(settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    kept.run(STAGE, names(40), settings, lambda *args: told.append(args))
    assert told[-1] == ("measure", 40, 40)


def test_a_second_run_computes_nothing(settings: Settings) -> None:
    first = table(kept.run(STAGE, names(20), settings))
    assert table(kept.run(replace(STAGE, function=refuse), names(20), settings)).equals(first)


def test_only_new_rows_are_computed(settings: Settings) -> None:
    kept.run(STAGE, names(20), settings)
    told: list[tuple[str, int, int]] = []
    result = kept.run(STAGE, names(21), settings, lambda *args: told.append(args))
    assert table(result)["name"].to_pylist() == names(21)["name"].to_pylist()
    assert told[0] == ("measure", 1, 1)


def test_another_code_version_computes_anew(settings: Settings) -> None:
    kept.run(STAGE, names(3), settings)
    with pytest.raises(ImportError, match="no row should need work"):
        kept.run(replace(STAGE, function=refuse, version="v2"), names(3), settings)


def test_only_the_columns_that_name_a_row_count(settings: Settings) -> None:
    stage = replace(STAGE, named_by=("name",))
    first = table(kept.run(stage, names(3).append_column("note", pa.array(["a", "b", "c"])), settings))
    again = names(3).append_column("note", pa.array(["c", "b", "a"]))
    assert table(kept.run(replace(stage, function=refuse), again, settings)).equals(first)


def test_a_deleted_input_takes_its_result_along(settings: Settings) -> None:
    kept.run(STAGE, names(20), settings)
    assert table(kept.run(STAGE, names(5), settings)).num_rows == 5
    assert b"xxx17" not in b"".join(path.read_bytes() for path in files(settings))
    with pytest.raises(ImportError, match="no row should need work"):
        kept.run(replace(STAGE, function=refuse), names(20), settings)


def test_the_same_row_twice_is_worked_once_and_comes_twice(settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    twice = pa.concat_tables([names(3), names(3)])
    assert table(kept.run(STAGE, twice, settings, lambda *args: told.append(args))).num_rows == 6
    assert told == [("measure", 3, 3), ("measure", 6, 6)]


def test_rows_may_come_in_another_order(settings: Settings) -> None:
    kept.run(STAGE, names(40), settings)
    backwards = names(40).take(pa.array(range(39, -1, -1)))
    result = table(kept.run(replace(STAGE, function=refuse), backwards, settings))
    assert result["name"].to_pylist() == backwards["name"].to_pylist()


@pytest.mark.parametrize("size", [1, 16 * 1024 * 1024], ids=["on disk", "in memory"])
def test_a_stream_gives_what_a_table_gives(settings: Settings, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(kept, "GROUP_BYTES", size)
    stream = Stream(lambda: iter(names(50).to_batches(max_chunksize=7)))
    lengths = table(kept.run(STAGE, stream, settings))["length"].to_pylist()
    assert lengths == [len(name) for name in names(50)["name"].to_pylist()]
    assert [path.name for path in (settings.stages / "kept" / "measure").glob(".*")] == [".lock"]


def flipped(data: bytes) -> bytes:
    return data[:40] + bytes([data[40] ^ 0xFF]) + data[41:]  # in the first page: seen only when rows are read


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"PAR1 torn", lambda data: data[: len(data) // 2], flipped],
    ids=["empty", "torn", "cut", "flipped byte"],
)
def test_a_damaged_file_is_computed_anew(settings: Settings, damage: Callable[[bytes], bytes]) -> None:
    first = table(kept.run(STAGE, names(40), settings))
    victim = files(settings)[1]
    victim.write_bytes(damage(victim.read_bytes()))
    told: list[tuple[str, int, int]] = []
    assert table(kept.run(STAGE, names(40), settings, lambda *args: told.append(args))).equals(first)
    assert told[0] == ("measure", FEW_ROWS, FEW_ROWS)


@pytest.mark.parametrize("step", ["_named", "pq.read_schema", "pq.ParquetFile"])
def test_a_file_that_cannot_be_read_now_stays(settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    first = table(kept.run(STAGE, names(20), settings))

    def refuse_to_open(*_args: object, **_options: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(f"pipeline.engine.shards.{step}", refuse_to_open)
        with pytest.raises(OnRecordError, match=r"cannot be read \(Too many open files\)"):
            kept.run(STAGE, names(20), settings)
    assert table(kept.run(replace(STAGE, function=refuse), names(20), settings)).equals(first)


def test_a_stopped_run_keeps_what_it_had(settings: Settings) -> None:
    def stop(_stage: str, done: int, _total: int | None, /) -> None:
        if done == 2 * FEW_ROWS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept.run(STAGE, names(10 * FEW_ROWS), settings, stop)
    told: list[tuple[str, int, int]] = []
    kept.run(STAGE, names(10 * FEW_ROWS), settings, lambda *args: told.append(args))
    assert told[-2] == ("measure", 8 * FEW_ROWS, 8 * FEW_ROWS)


def test_many_small_files_become_few(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engine.shards.FOLD", (4, 4))
    first = table(kept.run(STAGE, names(20 * FEW_ROWS), settings))
    assert len(files(settings)) <= 4
    assert table(kept.run(replace(STAGE, function=refuse), names(20 * FEW_ROWS), settings)).equals(first)


def test_rows_are_read_from_the_disk_as_often_as_they_are_asked_for(settings: Settings) -> None:
    rows = kept.run(STAGE, names(3 * FEW_ROWS), settings)
    assert table(rows).equals(table(rows))
    files(settings)[0].unlink()
    with pytest.raises(OnRecordError, match="build again"):
        table(rows)


def test_two_at_once_in_one_place_are_refused(settings: Settings) -> None:
    kept.run(STAGE, names(1), settings)
    with (settings.stages / "kept" / "measure" / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OnRecordError, match="another build"):
            kept.run(STAGE, names(1), settings)
