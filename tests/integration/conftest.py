"""One build of the seeds, which many tests look at, and how tests run commands."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.commands import WARM, Run, forked, onrecord, warm

FIRST = ("test_killed_builds", "test_dagster_server", "test_cluster", "test_survival", "test_build")
"""Files that take longest: they come first, so that no processor is idle in the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Starts loading what commands are forked from, once: processes that are started to run tests find it."""
    if not hasattr(config, "workerinput"):
        started = ExitStack()
        os.environ[WARM] = started.enter_context(warm())
        config.add_cleanup(started.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts tests by file, the longest first."""
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(FIRST)))


@pytest.fixture(scope="session")
def fresh() -> Run:
    """Runs `onrecord` in a process of its own, from the start."""
    return onrecord


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs `onrecord` in a fork of a process that has loaded everything: the same, some seconds sooner."""
    return forked


@pytest.fixture(scope="session")
def seeds_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `onrecord build` over seeds/documents, made once for all processes of a test run."""
    own = tmp_path_factory.getbasetemp()
    output = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "seeds"
    output.mkdir(exist_ok=True)
    with (output / ".made").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second waits
        if not (output / "stdout.txt").exists():
            done = onrecord("build", "--output", output)
            assert done.returncode == 0, done.stderr + done.stdout
            (output / "stdout.txt").write_text(done.stdout, encoding="utf-8")
    return output


@pytest.fixture(scope="session")
def release(seeds_build: Path) -> Path:
    """The release made from seeds/documents."""
    return (seeds_build / "releases" / "latest").resolve()
