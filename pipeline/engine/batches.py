"""Stages, batch functions, and the batches they are given.

Belongs here: the contract of a batch function, and batches sized by bytes. Does not: where a batch runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from pipeline.settings import Settings

BATCH_BYTES = 4 * 1024 * 1024
BATCH_ROWS = 16


class BatchFunction(Protocol):
    """One row out for each row in, in order; picklable, so a function of a module; never raises for a bad row."""

    def __call__(self, batch: pa.RecordBatch, settings: Settings, /) -> pa.RecordBatch: ...


class Progress(Protocol):
    """Told after every batch how many of the stage's rows are done."""

    def __call__(self, stage: str, done: int, total: int, /) -> None: ...


def silent(_stage: str, _done: int, _total: int, /) -> None:
    """The progress of somebody who does not look."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A batch function with the schema of its rows and the version of its code."""

    name: str
    function: BatchFunction
    schema: pa.Schema
    version: str


def batches_of(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """The rows of a table in order, at most BATCH_ROWS or about BATCH_BYTES at a time: articles vary in size a lot."""
    rows = max(1, min(BATCH_ROWS, int(BATCH_BYTES / max(1.0, table.nbytes / max(1, table.num_rows)))))
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows).combine_chunks().to_batches()[0]
