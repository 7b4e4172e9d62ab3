"""Stages, batch functions, and the batches they are given.

Belongs here: the contract of a batch function, and batches sized by bytes. Does not: where a batch runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from pipeline.settings import Settings

NO_FAULT_OF_THE_ROW = (ImportError, OSError, MemoryError)
"""A broken installation, a full or failing disk, a full process: a batch function lets these through."""
BATCH_BYTES = 1024 * 1024
"""What a batch holds: bytes bound its memory, and the work on it grows with them."""
FEW_ROWS, MANY_ROWS = 16, 64
"""Most rows of a batch, if they are small.

Handing out a batch and keeping its results takes 5 ms of processor time: 0.3 ms a row for 16 rows, less than 0.1 ms for
64, and beyond that no gain could be measured (a brief of 80 words takes 25 ms in all). A larger one would also lose
more when a build is killed.
"""
PARTS = 16
"""Batches that there should be before they have more than FEW_ROWS, so that all workers have some."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows that come batch by batch, from the start whenever they are iterated, so that memory holds a batch only."""

    open: Callable[[], Iterator[pa.RecordBatch]]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self.open()


Rows: TypeAlias = "pa.Table | Stream"
"""The rows of a stage: all at hand, or batch by batch."""


class BatchFunction(Protocol):
    """One row out for each row in, in order; picklable, so a function of a module.

    A row that it cannot work is best returned with its reason. If it raises, the row is marked as failed (`Failure`);
    the build stops only for NO_FAULT_OF_THE_ROW.
    """

    def __call__(self, batch: pa.RecordBatch, settings: Settings, /) -> pa.RecordBatch: ...


class Failure(Protocol):
    """The result of a row (given as plain values) that could not be worked, with what happened to it."""

    def __call__(self, row: Mapping[str, Any], detail: str, /) -> Mapping[str, Any]: ...


class Progress(Protocol):
    """Told now and then how much of a step is done: of its rows, or of what else it is made of, such as rules.

    The total is None as long as nobody knows it.
    """

    def __call__(self, stage: str, done: int, total: int | None, /) -> None: ...


def silent(_stage: str, _done: int, _total: int | None, /) -> None:
    """The progress of somebody who does not look."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A batch function with the schema of its rows and the version of its code."""

    name: str
    function: BatchFunction
    schema: pa.Schema
    version: str
    failure: Failure
    prepare: Callable[[], object] | None = None
    """Called once in each worker before its first batch: what takes long to load and is needed for every row."""
    named_by: tuple[str, ...] = ()
    """Columns of a row that its result depends on; all of them if none is named."""


def batches_in(rows: Rows) -> Iterator[pa.RecordBatch]:
    """The rows as they come."""
    return iter(rows.to_batches() if isinstance(rows, pa.Table) else rows)


def gathered(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The rows in order, so many batches at a time as have this size in bytes together."""
    waiting: list[pa.RecordBatch] = []
    there = 0
    for batch in batches:
        waiting.append(batch)
        there += batch.nbytes
        if there >= size:
            yield pa.Table.from_batches(waiting)
            waiting, there = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def batches_of(rows: Rows, count: int) -> Iterator[pa.RecordBatch]:
    """The rows, `count` in all, in order and about BATCH_BYTES at a time: articles vary in size a lot."""
    most = min(MANY_ROWS, max(FEW_ROWS, count // PARTS))
    for batch in batches_in(rows):
        size = max(1, min(most, int(BATCH_BYTES / max(1.0, batch.nbytes / max(1, batch.num_rows)))))
        for start in range(0, batch.num_rows, size):
            yield batch.slice(start, size)
