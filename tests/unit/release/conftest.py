"""A release made of the small tables, for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.release.checks import CheckResult
from pipeline.release.provenance import Provenance
from pipeline.release.publish import Release, publish
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]

PASSED = CheckResult("claims", "key_is_unique", "Each claim has its own id.", "error", passed=True, checked=6, failed=0)
WARNED = CheckResult("claims", "is_sure", "Rules <b>are</b> sure.", "warning", passed=False, checked=6, failed=1)


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    return Provenance.of_this_code(Settings())


@pytest.fixture(scope="session")
def publish_tables(provenance: Provenance) -> Publish:
    """Loads tables into the warehouse of an output folder and publishes them."""

    def run(output: Path, tables: Tables, *checks: CheckResult) -> Release:
        settings = Settings(output=output, source_date=None)
        with Warehouse.open(settings.warehouse) as warehouse:
            warehouse.replace(tables)
        return publish(settings, checks or (PASSED, WARNED), provenance)

    return run


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, small_tables: Tables, publish_tables: Publish) -> Path:
    """The folder of a first release; tests read it only."""
    return publish_tables(tmp_path_factory.mktemp("first") / "output", small_tables).path


@pytest.fixture
def own_release(tmp_path: Path, release: Path) -> Path:
    """A copy of the first release, for tests that damage it."""
    return Path(shutil.copytree(release, tmp_path / "releases" / release.name))
