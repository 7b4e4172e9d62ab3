"""Keys by content: equal rows have equal keys wherever they stand, and no two different rows share one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from pipeline.engine.content import row_keys

SCHEMA = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("n", pa.int64()),
        ("x", pa.float64()),
        ("is_so", pa.bool_()),
        ("at", pa.timestamp("us")),
        ("raw", pa.binary()),
        ("inner", pa.struct([("c", pa.string()), ("d", pa.list_(pa.int64()))])),
        ("many", pa.list_(pa.struct([("e", pa.string()), ("f", pa.int64())]))),
    ]
)
ROWS: list[dict[str, Any]] = [
    {},
    {"a": ""},
    {"a": "ab", "b": "c"},
    {"a": "a", "b": "bc"},
    {"n": 0},
    {"n": 1},
    {"x": 0.5},
    {"is_so": False},
    {"is_so": True},
    {"at": datetime(2026, 5, 6, 7, 8)},  # noqa: DTZ001  (all times here are UTC without a zone)
    {"raw": b"\0"},
    {"raw": b"\0\0"},
    {"inner": {"c": None, "d": None}},
    {"inner": {"c": "ab", "d": []}},
    {"inner": {"c": "ab", "d": [1, 2]}},
    {"many": []},
    {"many": [None]},
    {"many": [{"e": "a", "f": None}, {"e": "b", "f": 1}]},
    {"many": [{"e": "ab", "f": None}, {"e": "", "f": 1}]},
    {"many": [{"e": "ab", "f": None}]},
]  # fmt: skip


def keys(batch: pa.RecordBatch, seed: str = "v1") -> list[bytes]:
    return row_keys(batch, batch.schema.names, seed)


def batch() -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(ROWS, schema=SCHEMA)


def test_different_rows_have_different_keys() -> None:
    assert len(set(keys(batch()))) == len(ROWS)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_key_does_not_depend_on_the_batch(size: int) -> None:
    parts = [batch().slice(start, size) for start in range(0, len(ROWS), size)]
    assert [key for part in parts for key in keys(part)] == keys(batch())


def test_a_key_depends_on_the_seed_and_the_names_of_columns() -> None:
    renamed = pa.RecordBatch.from_arrays([batch()["a"]], names=["z"])
    assert set(keys(batch())).isdisjoint(keys(batch(), "v2"))
    assert set(row_keys(batch(), ["a"], "v1")).isdisjoint(keys(renamed))
