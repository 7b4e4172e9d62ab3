"""A watcher sees that a folder of articles has changed without reading it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.intake.watch import state


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one.txt").write_text("one")
    (tmp_path / "two.txt").write_text("two")
    return tmp_path


def test_the_same_folder_has_the_same_state(folder: Path) -> None:
    assert state(folder) == state(folder)


def test_an_article_added_gone_or_written_is_seen(folder: Path) -> None:
    seen = [state(folder)]
    (folder / "a/three.txt").write_text("three")
    seen.append(state(folder))
    (folder / "two.txt").unlink()
    seen.append(state(folder))
    (folder / "a/one.txt").write_text("eno")
    os.utime(folder / "a/one.txt", ns=(1, 1))
    seen.append(state(folder))
    assert len(set(seen)) == len(seen)


def test_hidden_files_do_not_count(folder: Path) -> None:
    before = state(folder)
    (folder / ".polled.sqlite").write_text("memory")
    assert state(folder) == before


def test_folders_are_told_apart_and_may_be_absent(folder: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    assert state(folder, absent) == state(folder, absent)
    assert state(folder, absent) != state(absent, folder)
