"""How far a release is, for whoever waits for it.

Belongs here: counting its steps. Does not: what they do (`publish` has their order).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pipeline.engine.batches import Progress
from pipeline.schema.tables import TABLES

Done: TypeAlias = Callable[[], None]
"""Told after every step."""

OVER_ALL = 5
"""Steps: claims as lines, the database, what describes the release, the archive, the proof that all of it holds."""


def unwatched() -> None:
    """What is told if nobody waits."""


class Steps:
    """Tells how many steps are done: each table in each of its forms, then what is made of all tables."""

    def __init__(self, progress: Progress, forms: int) -> None:
        self._progress = progress
        self._done, self._total = 0, forms * len(TABLES) + OVER_ALL

    def __call__(self) -> None:
        """One more."""
        self._done += 1
        self._progress("publish", self._done, self._total)

    def end(self) -> None:
        """No more, since nothing is new."""
        self._progress("publish", self._total, self._total)
