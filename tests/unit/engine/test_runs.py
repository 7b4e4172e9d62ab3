"""Rows come in order of their key, whatever order they came in and however many runs they stand in."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine import runs
from pipeline.engine.runs import Runs

LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
SCHEMA = pa.schema([("name", pa.string()), ("words", pa.list_(pa.string()))])


def batches(names: list[str], size: int) -> list[pa.RecordBatch]:
    rows = [{"name": name, "words": list(name)} for name in names]
    return [pa.RecordBatch.from_pylist(rows[at : at + size], schema=SCHEMA) for at in range(0, len(rows), size)]


@settings(deadline=None)
@given(st.sets(st.text(LETTERS, min_size=1, max_size=5)), st.integers(1, 7), st.integers(1, 9), st.integers(1, 400))
def test_parts_are_the_rows_in_order(names: set[str], batch: int, part: int, run_bytes: int) -> None:
    shuffled = random.Random(0).sample(sorted(names), len(names))  # noqa: S311 - nothing secret
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(runs, "RUN_BYTES", run_bytes)
        rows = Runs(Path(folder) / "runs", batches(shuffled, batch), SCHEMA, "name")
        parts = list(rows.parts(rows.bounds(part)))
    found = [row for one in parts for row in one.to_pylist()]
    assert found == [{"name": name, "words": list(name)} for name in sorted(names, key=str.encode)]
    assert all(one.num_rows == part for one in parts[:-1])
    assert parts[-1].num_rows < part


def test_rows_beside_others_are_cut_where_those_are(tmp_path: Path) -> None:
    some = Runs(tmp_path / "some", batches(["d", "b", "f", "h"], 2), SCHEMA, "name")
    more = Runs(tmp_path / "more", batches(["i", "a", "c", "f", "e", "b"], 4), SCHEMA, "name")
    parts = zip(some.parts(some.bounds(2)), more.parts(some.bounds(2)), strict=True)
    assert [(one["name"].to_pylist(), two["name"].to_pylist()) for one, two in parts] == [
        (["b", "d"], ["a", "b", "c"]),
        (["f", "h"], ["e", "f"]),
        ([], ["i"]),
    ]


def test_no_rows_are_one_empty_part(tmp_path: Path) -> None:
    rows = Runs(tmp_path / "runs", [], SCHEMA, "name")
    assert [part.num_rows for part in rows.parts(rows.bounds(3))] == [0]
