"""Files of rows: how many there are however many rows come, and that none is lost where a build is killed."""

from __future__ import annotations

from itertools import count, pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.engine import shards
from pipeline.engine.content import KEY_BYTES
from pipeline.engine.shards import Shards

SCHEMA = pa.schema([pa.field("n", pa.int64(), nullable=False)])
TIERS, FOLD = (2500, 6000), (4, 3)


class Killed(BaseException):
    """Nothing handles it."""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "TIERS", TIERS)
    monkeypatch.setattr(shards, "FOLD", FOLD)


def keys(numbers: range) -> list[bytes]:
    return [number.to_bytes(KEY_BYTES, "big") for number in numbers]


def add(to: Shards, numbers: range) -> None:
    to.add(keys(numbers), pa.RecordBatch.from_pydict({"n": list(numbers)}, schema=SCHEMA))


def found(folder: Path, numbers: range) -> list[int]:
    """The rows of these keys, as far as they are there."""
    there = Shards(folder, SCHEMA)
    return [n for part in there.take([key for key in keys(numbers) if key in there]) for n in part["n"].to_pylist()]


def test_files_stay_few_and_large_ones_stay_as_they_are(tmp_path: Path) -> None:
    growing, written = Shards(tmp_path, SCHEMA), dict[str, int]()
    for number in range(0, 4000, 10):
        add(growing, range(number, number + 10))
        sizes = {path.name: path.stat().st_size for path in tmp_path.glob("*.parquet")}
        for tier, (low, high) in enumerate(pairwise((0, *TIERS))):
            assert sum(low <= size < high for size in sizes.values()) < FOLD[tier]
        written |= {name: size for name, size in sizes.items() if size >= TIERS[1]}
    assert len(written) > 1
    assert set(written) <= {path.name for path in tmp_path.glob("*.parquet")}
    assert found(tmp_path, range(4000)) == list(range(4000))


@pytest.mark.parametrize("step", ["replace", "unlink"])
@pytest.mark.parametrize("at", range(1, 70, 4))
def test_a_build_that_is_killed_while_files_are_folded_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, at: int
) -> None:
    calls, real = iter(range(1, 1000)), getattr(Path, step)

    def killed(path: Path, *args: object, **options: object) -> object:
        if next(calls) == at:
            raise Killed
        return real(path, *args, **options)

    added: list[range] = []
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, killed)
        with pytest.raises(Killed):
            grow(Shards(tmp_path, SCHEMA), added)
    there = range(added[-1].stop if added else 0)
    assert found(tmp_path, there) == list(there)
    again = Shards(tmp_path, SCHEMA)
    again.keep_only(keys(there[5:]))
    assert found(tmp_path, there) == list(there[5:])


def grow(growing: Shards, added: list[range]) -> None:
    """Adds rows for ever; into `added` goes what was kept."""
    for number in count(0, 10):
        add(growing, range(number, number + 10))
        added.append(range(number, number + 10))
