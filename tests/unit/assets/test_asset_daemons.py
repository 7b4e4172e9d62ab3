"""What Dagster's daemons do with the graph: they walk a backfill, tick a sensor, and judge how old the release is."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import freeze_time, instance_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.freshness import FreshnessDaemon
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._time import get_current_datetime
from dagster_graphql.test.utils import execute_dagster_graphql

from assets.batches import WORKED
from tests.unit.assets import small_location

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:dagster"),
    # A run that is worked within the step of a daemon: its loop is closed inside another one.
    pytest.mark.filterwarnings("ignore:coroutine 'BaseEventLoop.shutdown_asyncgens':RuntimeWarning"),
]
SETTINGS = {
    "run_launcher": {
        "module": "dagster._core.launcher.sync_in_memory_run_launcher",
        "class": "SyncInMemoryRunLauncher",
    },
    "run_coordinator": {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"},
}
"""Runs are worked at once and in this process."""
LOG = logging.getLogger("daemon")
BACKFILL = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}
"""


@pytest.fixture
def workspace(articles: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkspaceProcessContext]:
    monkeypatch.setenv("ONRECORD_DOCUMENTS", str(articles))
    monkeypatch.setenv("ONRECORD_OUTPUT", str(articles.parent / "output"))
    importlib.reload(small_location)
    origin = LoadableTargetOrigin(module_name=small_location.__name__, attribute="defs")
    target = InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(origin))
    with instance_for_test(SETTINGS) as instance, WorkspaceProcessContext(instance, target) as loaded:
        yield loaded


def test_a_backfill_walks_the_batches(workspace: WorkspaceProcessContext) -> None:
    instance = workspace.instance
    instance.add_dynamic_partitions("intake_batches", ["monday", "tuesday", "wednesday"])
    chosen = ["monday", "tuesday"]
    params = {"assetSelection": [{"path": WORKED.path}], "partitionNames": chosen}
    asked = execute_dagster_graphql(workspace.create_request_context(), BACKFILL, {"params": params})
    backfill = asked.data["launchPartitionBackfill"]["backfillId"]
    for _ in range(5):  # it looks whether its runs have ended, again and again
        assert [error for error in execute_backfill_iteration(workspace, LOG) if error] == []
    state = instance.get_backfill(backfill)
    assert state
    assert state.status == BulkActionStatus.COMPLETED_SUCCESS
    assert instance.get_materialized_partitions(WORKED) == set(chosen)
    assert {run.tags["dagster/partition"]: run.status.name for run in instance.get_runs()} == dict.fromkeys(
        chosen, "SUCCESS"
    )


def test_a_state_of_the_folder_that_comes_back_is_built_again(
    workspace: WorkspaceProcessContext, articles: Path
) -> None:
    instance = workspace.instance
    (location,) = workspace.create_request_context().code_locations
    sensor = location.get_repository("__repository__").get_sensor("articles_changed")
    instance.start_sensor(sensor)
    more = articles / "monday" / "two.txt"
    runs: list[int] = []
    for change in (more.parent.touch, lambda: more.write_text("Another article."), more.unlink, lambda: None):
        change()
        with freeze_time(get_current_datetime() + timedelta(minutes=2 * len(runs))):
            for error in execute_sensor_iteration(workspace, LOG, None, None):
                assert not error
        runs.append(instance.get_runs_count())
    assert runs == [1, 2, 3, 3]


@pytest.mark.parametrize(("days", "state"), [(1, "PASS"), (8, "WARN"), (36, "FAIL")])
def test_a_release_that_grows_old_is_told(workspace: WorkspaceProcessContext, days: int, state: str) -> None:
    release = dg.AssetKey("release")
    with freeze_time(get_current_datetime() - timedelta(days=days)):
        workspace.instance.report_runless_asset_event(dg.AssetMaterialization(release))
    assert list(FreshnessDaemon().run_iteration(workspace)) == [None]
    (record,) = workspace.instance.get_freshness_state_records([release]).values()
    assert record.freshness_state.name == state
