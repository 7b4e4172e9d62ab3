"""Rows that crash, hang or fill their process: each becomes a failure with its reason, and the others stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.engine import embedded, kept, workers
from pipeline.engine.batches import batches_in
from pipeline.errors import OnRecordError
from pipeline.settings import Settings
from tests.unit.engine.poison import COUNTED, STAGE, crash, results_of


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    settings = Settings(output=tmp_path, seconds_per_document=1, workers=getattr(request, "param", 1))
    yield settings
    embedded.release(settings)


def details(*names: str, settings: Settings) -> dict[str, str | None]:
    rows = results_of(STAGE, pa.table({"name": names}), settings).to_pylist()
    assert [row["name"] for row in rows] == list(names)
    return {row["name"]: row["detail"] for row in rows}


@pytest.mark.parametrize("settings", [1, 2], indirect=True)
def test_each_poison_becomes_a_reason_and_the_others_stay(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WALL", 60)  # a busy machine gives the loop its second late
    good = [f"good {i}" for i in range(40)]
    names = [*good[:5], "segfault", *good[5:16], "loop", "memory", *good[16:], "error", "exit"]
    assert {name: detail for name, detail in details(*names, settings=settings).items() if detail} == {
        "segfault": "crashed (SIGSEGV)",
        "loop": "took more than 1 seconds of processor time",
        "memory": "needed more than 4096 MiB of memory",
        "error": "ValueError: no good",
        "exit": "ended with status 3",
    }


def test_a_row_that_waits_for_ever_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WALL", 2)
    assert details("a", "wait", "b", settings=settings) == {
        "a": None,
        "wait": "did not answer for 2 seconds",
        "b": None,
    }


def test_a_broken_installation_stops_the_build(settings: Settings) -> None:
    with pytest.raises(ImportError, match="no such package"):
        details("a", "broken", settings=settings)
    assert details("a", settings=settings) == {"a": None}


def test_a_full_disk_stops_the_build(settings: Settings) -> None:
    with pytest.raises(OSError, match="No space left"):
        details("a", "disk", settings=settings)


def test_what_cannot_even_load_is_no_fault_of_a_row(settings: Settings) -> None:
    stage = replace(STAGE, prepare=crash)
    with pytest.raises(OnRecordError, match=r"SIGABRT.*before its first article"):
        results_of(stage, pa.table({"name": ["a"]}), settings)


def test_a_failure_is_tried_again_by_the_next_run(settings: Settings) -> None:
    table = pa.table({"name": ["a", "exit", "b"]})
    told: list[tuple[str, int, int]] = []
    for _ in range(2):
        result = kept.run(STAGE, table, settings, lambda *args: told.append(args))
        assert pa.Table.from_batches(batches_in(result))["detail"].to_pylist() == [None, "ended with status 3", None]
    assert told == [("poisoned", 3, 3), ("poisoned", 3, 3), ("poisoned", 1, 1), ("poisoned", 3, 3)]


def test_a_model_is_loaded_once_in_each_worker_also_if_it_was_loaded_ahead(settings: Settings) -> None:
    embedded.prepare(COUNTED, settings)
    rows = [row for _ in range(2) for row in results_of(COUNTED, pa.table({"name": ["a"] * 40}), settings).to_pylist()]
    assert len({row["name"] for row in rows}) == 1
    assert {row["detail"] for row in rows} == {"1"}
