"""Which engine runs a stage: the one that the settings name.

Belongs here: what every engine can do, and the choice. Does not: how an engine does it (`embedded`, `cluster`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import pyarrow as pa

from pipeline.engine import embedded
from pipeline.engine.batches import Stage
from pipeline.engine.workers import Worked
from pipeline.settings import Settings


class Engine(Protocol):
    """Runs batches somewhere; the same rows in give the same rows out, wherever that is."""

    def work(self, stage: Stage, batches: Iterable[pa.RecordBatch], settings: Settings) -> Iterator[Worked]:
        """What became of each batch, in order."""

    def prepare(self, stage: Stage, settings: Settings) -> None:
        """May load what a later stage needs; nobody waits for it."""

    def is_at_work(self, settings: Settings) -> bool:
        """True if work has been done since the last release."""

    def release(self, settings: Settings) -> None:
        """Gives back what the engine holds; it takes it again when it is needed."""


def engine(settings: Settings) -> Engine:
    """The engine of these settings. Raises OnRecordError, when it is put to work, if Ray is not installed."""
    if settings.engine == "ray":
        from pipeline.engine import cluster

        return cluster
    return embedded
