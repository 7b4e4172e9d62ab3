"""The embedded engine: worker processes on this machine.

Belongs here: running batches and putting their results in order. Does not: the processes themselves (`workers`), or
remembering results (`kept`).

Even a single worker is a process of its own: the build outlives whatever an article does to its parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyarrow as pa

from pipeline.engine.batches import Stage
from pipeline.engine.workers import Worked, Workers
from pipeline.settings import Settings


@lru_cache(maxsize=1)
def _workers(number: int) -> Workers:
    return Workers(number)


def work(stage: Stage, batches: Iterable[pa.RecordBatch], settings: Settings) -> Iterator[Worked]:
    """What became of each batch, in order, whatever the number of workers."""
    return _workers(settings.workers).run(stage, batches, settings)


def prepare(stage: Stage, settings: Settings) -> None:
    """Lets a worker load what this stage needs; the build need not wait."""
    _workers(settings.workers).prepare(settings, stage.prepare)


def is_at_work(settings: Settings) -> bool:
    """True if a worker has been needed since the last release."""
    return _workers(settings.workers).are_running


def release(settings: Settings) -> None:
    """Ends the workers and gives their memory back; they start again when they are needed."""
    _workers(settings.workers).stop()
