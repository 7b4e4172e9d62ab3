"""The embedded engine: this process, or a pool of processes on this machine.

Belongs here: running batches and putting their results in order. Does not: remembering results (`kept`).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pyarrow as pa

from pipeline.engine.batches import BatchFunction, Progress, Stage, batches_of, silent
from pipeline.settings import Settings


def run(stage: Stage, table: pa.Table, settings: Settings, progress: Progress = silent) -> pa.Table:
    """The stage's rows for all rows of the table, in the table's order, whatever the number of workers."""
    done, results = 0, []
    for result in _results(stage.function, table, settings):
        results.append(result)
        done += result.num_rows
        progress(stage.name, done, table.num_rows)
    return pa.Table.from_batches(results, schema=stage.schema)


def _results(function: BatchFunction, table: pa.Table, settings: Settings) -> Iterator[pa.RecordBatch]:
    batches = list(batches_of(table))
    if settings.workers <= 1 or len(batches) <= 1:
        yield from (function(batch, settings) for batch in batches)
        return
    # Processes are spawned: a fork would copy the locks of threads that Arrow and DuckDB have started.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(settings.workers, len(batches)), mp_context=context) as pool:
        yield from pool.map(function, batches, [settings] * len(batches))
