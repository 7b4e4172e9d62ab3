"""A build that is killed at any moment leaves the old release or the new one, and the next build goes on from there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.commands import Run
from tests.integration.killed_builds import MOMENTS, OUTPUTS, WRITTEN

Row = dict[str, Any]


@pytest.fixture(scope="module")
def found(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """What builds that were killed left, and what the builds after them made."""
    done = run(tmp_path_factory.mktemp("killed"), module="tests.integration.killed_builds")
    assert done.returncode == 0, done.stderr
    told: dict[str, list[Row]] = json.loads(done.stdout)
    return told


def test_builds_were_killed_in_the_midst_of_everything(found: dict[str, list[Row]]) -> None:
    moments = [attempt["moment"] for attempt in found["attempts"]]
    killed = [attempt["moment"] for attempt in found["attempts"] if attempt["was_killed"]]
    assert len(moments) == MOMENTS + len(WRITTEN) + OUTPUTS
    assert set(WRITTEN) <= set(killed)
    assert len(killed) >= len(WRITTEN) + MOMENTS // 2, "most builds were done before they were killed"


def test_what_stands_is_the_old_release_or_the_new_one_and_whole(found: dict[str, list[Row]]) -> None:
    for attempt in found["attempts"]:
        before, after = attempt["before"], attempt["after"]
        assert attempt["problems"] == [], attempt
        assert after[:-1] == before or (after == before and attempt["was_killed"]), attempt
        assert attempt["listed"] in (before, after), attempt
        assert attempt["latest"] in (*before[-1:], *after[-1:]), attempt


def test_the_next_build_gives_the_bytes_of_one_to_which_nothing_happened(found: dict[str, list[Row]]) -> None:
    assert len(found["ends"]) == OUTPUTS
    for end in found["ends"]:
        assert end["sums"] == end["undisturbed"]
        assert end["left_over"] == []
