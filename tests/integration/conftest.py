"""One build of the seeds, which many tests look at, and how tests run commands."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.commands import Run, onrecord
from tests.integration.warm import Warm


@pytest.fixture(scope="session")
def fresh() -> Run:
    """Runs `onrecord` in a process of its own, from the start."""
    return onrecord


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Runs `onrecord` in a fork of a process that has loaded everything: the same, some seconds sooner."""
    with Warm() as warm:
        yield warm.run


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
