"""Fixtures that run the graph over the small tables in this process, and a folder of articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from assets.definitions import build_defs
from assets.resources import OnRecord
from expectations.rule import Rule
from tests.unit.assets.small_graph import Materialise, Small


@pytest.fixture
def small(tmp_path: Path, small_tables: dict[str, pa.Table]) -> Small:
    Small.tables = small_tables
    return Small(documents=str(tmp_path), output=str(tmp_path / "output"))


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of articles in two intake batches."""
    for name in ("monday", "tuesday"):
        (tmp_path / "articles" / name).mkdir(parents=True)
        (tmp_path / "articles" / name / "one.txt").write_text(f"An article of {name}.")
    return tmp_path / "articles"


@pytest.fixture
def materialise() -> Materialise:
    """Runs a job over a resource and rules in this process, all of it or some assets."""

    def run(
        onrecord: OnRecord, rules: Sequence[Rule], *assets: str, job_name: str = "everything"
    ) -> dg.ExecuteInProcessResult:
        job = build_defs(onrecord, rules).resolve_job_def(job_name)
        chosen = [dg.AssetKey.from_user_string(name) for name in assets] or None
        return job.execute_in_process(
            instance=dg.DagsterInstance.ephemeral(), raise_on_error=False, asset_selection=chosen
        )

    return run
