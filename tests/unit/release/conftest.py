"""A release made of the small tables, for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.engine.batches import Progress, silent
from pipeline.release.checks import CheckResult
from pipeline.release.provenance import Provenance
from pipeline.release.publish import Release, publish
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]

PASSED = CheckResult("claims", "key_is_unique", "Each claim has its own id.", "error", passed=True, checked=6, failed=0)
WHOLE, BY_MONTH = Settings().rows_per_file, 2
"""Rows per file: every table in one, or all but the smallest by month, some in several parts."""
WARNED = CheckResult("claims", "is_sure", "Rules <b>are</b> sure.", "warning", passed=False, checked=6, failed=1)


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    return Provenance.of_this_code(Settings())


@pytest.fixture(scope="session")
def publish_tables(provenance: Provenance) -> Publish:
    """Loads tables into the warehouse of an output folder and publishes them."""

    def run(
        output: Path, tables: Tables, *checks: CheckResult, rows_per_file: int = WHOLE, progress: Progress = silent
    ) -> Release:
        settings = Settings(output=output, source_date=None, rows_per_file=rows_per_file)
        with Warehouse.open(settings.warehouse) as warehouse:
            warehouse.replace(tables)
        return publish(settings, checks or (PASSED, WARNED), provenance, progress=progress)

    return run


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, small_tables: Tables, publish_tables: Publish) -> Path:
    """The folder of a first release; tests read it only."""
    return publish_tables(tmp_path_factory.mktemp("first") / "output", small_tables).path


@pytest.fixture(scope="session")
def months(tmp_path_factory: pytest.TempPathFactory, small_tables: Tables, publish_tables: Publish) -> Path:
    """The folder of the same release by month of publication; tests read it only."""
    return publish_tables(tmp_path_factory.mktemp("months") / "output", small_tables, rows_per_file=BY_MONTH).path


@pytest.fixture(params=["release", "months"])
def either(request: pytest.FixtureRequest) -> Path:
    """The release in each layout: what holds of one holds of the other."""
    return Path(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def second(
    tmp_path_factory: pytest.TempPathFactory, release: Path, small_tables: Tables, publish_tables: Publish
) -> Path:
    """The folder of a second release, which lacks a quantity, beside the first; tests read both only."""
    output = shutil.copytree(output_of(release), tmp_path_factory.mktemp("second") / "output", symlinks=True)
    return publish_tables(output, small_tables | {"quantities": small_tables["quantities"].slice(1)}).path


def output_of(release: Path) -> Path:
    """The output folder in which a release stands."""
    return release.parents[1]


@pytest.fixture
def own_output(tmp_path: Path, release: Path) -> Path:
    """A copy of the output folder with the first release, for tests that publish there what comes after it."""
    return Path(shutil.copytree(output_of(release), tmp_path / "output", symlinks=True))


@pytest.fixture
def own_release(tmp_path: Path, release: Path) -> Path:
    """A copy of the first release, for tests that damage it."""
    return Path(shutil.copytree(release, tmp_path / "releases" / release.name))
