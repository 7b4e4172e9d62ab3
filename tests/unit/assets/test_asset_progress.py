"""How far a step is, in the log: a line now and then, however many batches come."""

from __future__ import annotations

import pytest

from assets.progress import LogProgress


class Clock:
    """A clock that a test turns on."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_line_every_few_seconds_and_one_at_the_end() -> None:
    clock, lines = Clock(), list[str]()
    progress = LogProgress(lines.append, clock)
    for done in range(16, 100_001, 16):
        progress("clean", done, 100_000)
        clock.now += 16 / 41.3
    assert len(lines) == pytest.approx(100_000 / 41.3 / 5, rel=0.1)
    assert lines[16].endswith(" of 100,000, 41.3/s, 39 min left")
    assert lines[-1] == "clean: 100,000 of 100,000, 41.3/s"


def test_each_stage_has_a_pace_of_its_own() -> None:
    clock, lines = Clock(), list[str]()
    progress = LogProgress(lines.append, clock)
    steps = [
        ("clean", 10, 20),
        ("clean", 20, 20),
        ("extract", 1, 20_000),
        ("extract", 2, 20_000),
        ("extract", 3, 20_000),
    ]
    for stage, done, total in steps:
        progress(stage, done, total)
        clock.now += 10
    assert lines == [
        "clean: 20 of 20, 1.0/s",
        "extract: 2 of 20,000, 0.1/s, 55 h 33 min left",
        "extract: 3 of 20,000, 0.1/s, 55 h 33 min left",
    ]


def test_what_was_all_done_before_is_told_once() -> None:
    lines = list[str]()
    LogProgress(lines.append, Clock())("clean", 4, 4)
    assert lines == ["clean: 4 of 4"]
