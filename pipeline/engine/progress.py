"""How far a step is, in lines: for a log, a file, or a pipe.

Belongs here: which words are written, and how often. Does not: who counts (`pipeline.engine.batches.Progress`), or bars
in a terminal (`pipeline.console`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Clock = Callable[[], float]


@dataclass
class Lines:
    """A progress that writes a line every so many seconds, and one at the end of each stage."""

    write: Callable[[str], object]
    every: float
    names: Mapping[str, str] = field(default_factory=dict)
    """What a stage is called, if not by its own name."""
    clock: Clock = time.monotonic
    _begun: dict[str, tuple[float, int]] = field(default_factory=dict)
    _told: dict[str, float] = field(default_factory=dict)
    _last: tuple[str, int, int | None] | None = None

    def __call__(self, stage: str, done: int, total: int | None, /) -> None:
        """Tells of this stage, if it has ended or nothing was told of it for a while."""
        now = self.clock()
        begun, before = self._begun.setdefault(stage, (now, done))
        is_due = done == total or now - self._told.setdefault(stage, now) >= self.every
        if not is_due or self._last == (stage, done, total):
            return
        self._told[stage], self._last = now, (stage, done, total)
        rate = (done - before) / (now - begun) if now > begun else 0.0
        of_all = "" if total is None else f" of {total:,}"
        self.write(f"{self.names.get(stage, stage)}: {done:,}{of_all}{_speed(rate, (total or done) - done)}")


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
