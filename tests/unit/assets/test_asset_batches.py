"""Intake batches as partitions: found in the folder, worked when they change, gone when their folder is."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import dagster as dg
import pytest

from assets.batches import BATCHES, batches_changed
from assets.definitions import build_defs
from assets.resources import OnRecord
from pipeline.engine.batches import Progress, silent
from pipeline.stages import Ahead


@pytest.fixture
def onrecord(articles: Path, tmp_path: Path) -> OnRecord:
    return OnRecord(documents=str(articles), output=str(tmp_path / "output"))


def tick(onrecord: OnRecord, instance: dg.DagsterInstance, cursor: str | None) -> tuple[list[str], str]:
    """The batches that a tick of the sensor wants worked, and its new cursor; partitions are changed as it says."""
    context = dg.build_sensor_context(instance, cursor=cursor, resources={"onrecord": onrecord})
    found = batches_changed(context)
    assert isinstance(found, dg.SensorResult)
    for request in found.dynamic_partitions_requests or ():
        for key in request.partition_keys:
            if type(request).__name__.startswith("Add"):
                instance.add_dynamic_partitions(BATCHES.name or "", [key])
            else:
                instance.delete_dynamic_partition(BATCHES.name or "", key)
    assert {request.run_key for request in found.run_requests or ()} <= {None}  # a key is used once for all times
    return [request.partition_key or "" for request in found.run_requests or ()], found.cursor or ""


def test_only_batches_that_changed_are_worked(onrecord: OnRecord, articles: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()
    first, cursor = tick(onrecord, instance, None)
    again, cursor = tick(onrecord, instance, cursor)
    (articles / "tuesday" / "two.txt").write_text("Another article.")
    (articles / "loose.txt").write_text("An article of no folder.")
    changed, cursor = tick(onrecord, instance, cursor)
    assert (first, again, changed) == (["monday", "tuesday"], [], ["tuesday", "(loose files)"])
    shutil.rmtree(articles / "monday")
    assert tick(onrecord, instance, cursor)[0] == []
    assert sorted(instance.get_dynamic_partitions("intake_batches")) == ["(loose files)", "tuesday"]


def test_a_batch_that_is_as_it_was_before_is_worked_again_and_so_is_one_under_new_code(
    onrecord: OnRecord, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = dg.DagsterInstance.ephemeral()
    _, cursor = tick(onrecord, instance, None)
    (articles / "monday" / "two.txt").write_text("Another article.")
    added, cursor = tick(onrecord, instance, cursor)
    (articles / "monday" / "two.txt").unlink()
    taken_away, cursor = tick(onrecord, instance, cursor)
    assert (added, taken_away) == (["monday"], ["monday"])
    monkeypatch.setattr("assets.batches.code_version", lambda stage: f"another version of {stage}")
    assert tick(onrecord, instance, cursor)[0] == ["monday", "tuesday"]


def test_a_new_manifest_touches_every_batch(onrecord: OnRecord, articles: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()
    _, cursor = tick(onrecord, instance, None)
    (articles / "manifest.csv").write_text("file,publisher\nmonday/*,The Quay Courier\n")
    assert tick(onrecord, instance, cursor)[0] == ["monday", "tuesday"]
    assert set(json.loads(cursor)) == {"monday", "tuesday"}


class Fake(OnRecord):
    """Works a batch without a model."""

    def ahead(self, batch: str, progress: Progress = silent) -> Ahead:
        progress("clean", 1, 1)
        return Ahead(3, f"version of {batch}", {"empty": 1})


def test_a_partition_is_worked_and_says_which_data_it_saw(articles: Path, tmp_path: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions("intake_batches", ["monday"])
    job = build_defs(Fake(documents=str(articles), output=str(tmp_path / "output")), []).resolve_job_def("work_ahead")
    done = job.execute_in_process(instance=instance, partition_key="monday")
    (made,) = done.asset_materializations_for_node("stages__worked_ahead")
    assert made.partition == "monday"
    assert made.metadata["dagster/row_count"].value == 3
    assert (made.tags or {})["dagster/data_version"] == "version of monday"
    assert Counter(type(value).__name__ for value in made.metadata.values())["IntMetadataValue"] == 2
