"""One build of the seeds, which many tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.commands import Run, onrecord


@pytest.fixture(scope="session")
def run() -> Run:
    return onrecord


@pytest.fixture(scope="session")
def seeds_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of `onrecord build` over seeds/documents."""
    output = tmp_path_factory.mktemp("seeds")
    done = onrecord("build", "--output", output)
    assert done.returncode == 0, done.stderr + done.stdout
    (output / "stdout.txt").write_text(done.stdout, encoding="utf-8")
    return output


@pytest.fixture(scope="session")
def release(seeds_build: Path) -> Path:
    """The release made from seeds/documents."""
    return (seeds_build / "releases" / "latest").resolve()
