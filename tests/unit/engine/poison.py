"""A batch function that some rows crash, hang or fill, for the tests of every engine."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from pipeline.engine import embedded
from pipeline.engine.batches import Stage, batches_of
from pipeline.settings import Settings

SCHEMA = pa.schema([pa.field("name", pa.string(), nullable=False), pa.field("detail", pa.string())])


def poisoned(batch: pa.RecordBatch, settings: Settings) -> pa.RecordBatch:
    names = batch["name"].to_pylist()
    for name in names:
        _swallow(name, settings)
    return pa.RecordBatch.from_pylist([{"name": name, "detail": None} for name in names], schema=SCHEMA)


def _swallow(name: str, settings: Settings) -> None:
    if name in POISON:
        POISON[name](settings)


def _loop(_settings: Settings) -> None:
    while True:
        pass


def _kill_whoever_watches(_settings: Settings) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def _raise(error: Exception) -> Callable[[Settings], object]:
    def raising(_settings: Settings) -> None:
        raise error

    return raising


POISON: dict[str, Callable[[Settings], object]] = {
    "segfault": lambda _: ctypes.string_at(0),
    "exit": lambda _: os._exit(3),
    "loop": _loop,
    "wait": lambda _: time.sleep(60),
    "slow": lambda _: time.sleep(0.2),
    "memory": lambda _: bytearray(8 * 1024**3),
    "lost": _kill_whoever_watches,
    "error": _raise(ValueError("no good")),
    "disk": _raise(OSError(errno.ENOSPC, "No space left on device")),
    "broken": _raise(ImportError("no such package")),
}
"""What happens to a row of this name."""


def failure(row: Mapping[str, Any], detail: str) -> dict[str, Any]:
    return {"name": row["name"], "detail": detail}


def crash() -> None:
    os.abort()


def results_of(stage: Stage, table: pa.Table, settings: Settings) -> pa.Table:
    """What the embedded engine makes of these rows, of which nothing is kept."""
    results = [part.rows for part in embedded.work(stage, batches_of(table, table.num_rows), settings)]
    return pa.Table.from_batches(results, schema=stage.schema)


STAGE = Stage("poisoned", poisoned, SCHEMA, "v1", failure)


_LOADED: list[int] = []


def load() -> None:
    _LOADED.append(os.getpid())


def counted(batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    rows = [{"name": str(os.getpid()), "detail": str(len(_LOADED))} for _ in range(batch.num_rows)]
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


COUNTED = Stage("counted", counted, SCHEMA, "v1", failure, prepare=load)
"""Each row gives the process that worked it, and how often that has loaded what it needs."""
