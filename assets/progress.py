"""How far a step is, in the log of its run.

Belongs here: which words are written, and how often. Does not: who counts (`pipeline.engine.batches.Progress`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import dagster as dg

EVERY = 5.0
"""Seconds between two lines of a stage."""

Clock = Callable[[], float]


@dataclass
class LogProgress:
    """A progress that writes a line into the log every few seconds, and one at the end of each stage."""

    log: Callable[[str], object]
    clock: Clock = time.monotonic
    _begun: dict[str, tuple[float, int]] = field(default_factory=dict)
    _told: dict[str, float] = field(default_factory=dict)

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Tells of this stage, if it has ended or nothing was told of it for a while."""
        now = self.clock()
        begun, before = self._begun.setdefault(stage, (now, done))
        if done < total and now - self._told.setdefault(stage, now) < EVERY:
            return
        self._told[stage] = now
        rate = (done - before) / (now - begun) if now > begun else 0.0
        self.log(f"{stage}: {done:,} of {total:,}{_speed(rate, total - done)}")


def _speed(rate: float, left: int) -> str:
    """In rows or steps per second; nothing where that cannot be told yet."""
    if not rate:
        return ""
    return f", {rate:,.1f}/s" + (f", {_duration(left / rate)} left" if left else "")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def log_progress(context: dg.AssetExecutionContext) -> LogProgress:
    """A progress into the log of this run."""
    return LogProgress(context.log.info)
