"""How far a step is, in lines and in a terminal: a line now and then, however many batches come."""

from __future__ import annotations

from io import StringIO

import pytest

from pipeline.console import Terminal, progress_bars
from pipeline.engine.progress import Lines


class Clock:
    """A clock that a test turns on."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_line_every_few_seconds_and_one_at_the_end() -> None:
    clock, lines = Clock(), list[str]()
    progress = Lines(lines.append, 5, clock=clock)
    for done in range(16, 100_001, 16):
        progress("clean", done, 100_000)
        clock.now += 16 / 41.3
    assert len(lines) == pytest.approx(100_000 / 41.3 / 5, rel=0.1)
    assert lines[16].endswith(" of 100,000, 41.3/s, 39 min left")
    assert lines[-1] == "clean: 100,000 of 100,000, 41.3/s"


def test_each_stage_has_a_pace_of_its_own() -> None:
    clock, lines = Clock(), list[str]()
    progress = Lines(lines.append, 5, clock=clock)
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
    progress = Lines(lines.append, 5, clock=Clock())
    for _ in range(2):
        progress("clean", 4, 4)
    assert lines == ["clean: 4 of 4"]


def test_of_what_has_no_total_yet_the_pace_is_told() -> None:
    clock, lines = Clock(), list[str]()
    progress = Lines(lines.append, 10, {"read": "Reading inputs"}, clock)
    for done, total in ((512, None), (1024, None), (2048, None), (2048, 2048)):
        progress("read", done, total)
        clock.now += 8
    assert lines == ["Reading inputs: 2,048, 96.0/s", "Reading inputs: 2,048 of 2,048, 64.0/s"]


def test_where_there_is_no_terminal_lines_come_while_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, written = Clock(), StringIO()
    monkeypatch.setattr("pipeline.console.monotonic", clock)
    with progress_bars(Terminal(file=written)) as progress:
        for done in (16, 32, 48):
            progress("clean", done, 64)
            clock.now += 6
        assert written.getvalue() == "Cleaning: 48 of 64, 2.7/s, 6 s left\n"
        progress("clean", 64, 64)
    assert written.getvalue().splitlines()[1:] == ["Cleaning: 64 of 64, 2.7/s"]


def test_a_terminal_shows_no_end_of_what_has_no_total_yet() -> None:
    written = StringIO()
    with progress_bars(Terminal(file=written, force_terminal=True, width=120)) as progress:
        progress("read", 7, None)
        progress("clean", 9, 9)
    shown = written.getvalue()
    assert "7/?" in shown
    assert "9/9" in shown
