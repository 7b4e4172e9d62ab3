"""What a killed server leaves in Dagster's books: runs that count as under way, and slots that nobody gives back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import should_retry

from assets import restart
from assets.common import AGAIN
from assets.restart import UNDER_WAY, give_up_runs_of_a_killed_server

POOL = "output"


@dg.job
def nothing() -> None:
    """A job whose runs are only kept in the books."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    home = tmp_path_factory.mktemp("home")
    shutil.copy(Path(restart.__file__).parent / "dagster.yaml", home)
    with dg.DagsterInstance.from_config(str(home)) as kept:
        kept.event_log_storage.set_concurrency_slots(POOL, 1)
        yield kept


@pytest.mark.parametrize("status", UNDER_WAY)
def test_a_run_under_way_is_given_up_and_its_slot_is_free(
    instance: dg.DagsterInstance, status: dg.DagsterRunStatus
) -> None:
    run = instance.create_run_for_job(nothing, status=status)
    assert instance.event_log_storage.claim_concurrency_slot(POOL, run.run_id, "step").is_claimed
    assert give_up_runs_of_a_killed_server(instance) == [run.run_id]
    given_up = instance.get_run_by_id(run.run_id)
    assert given_up
    assert given_up.status == dg.DagsterRunStatus.FAILURE
    assert instance.event_log_storage.get_concurrency_run_ids() == set()


@dg.op
def breaks() -> None:
    """A step that fails."""
    raise dg.Failure("a.csv: broken; mend it")


@dg.job
def broken() -> None:
    breaks()


def test_what_a_sensor_asked_for_goes_on_after_a_killed_server_and_nothing_else_does(
    instance: dg.DagsterInstance,
) -> None:
    def is_retried(run_id: str) -> bool:
        run = instance.get_run_by_id(run_id)
        assert run
        assert run.status == dg.DagsterRunStatus.FAILURE
        return should_retry(run, instance)

    asked, by_hand = (
        instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED, tags=tags).run_id
        for tags in (AGAIN, {})
    )
    give_up_runs_of_a_killed_server(instance)
    failed = broken.execute_in_process(instance=instance, tags=AGAIN, raise_on_error=False).run_id
    assert [is_retried(run_id) for run_id in (asked, by_hand, failed)] == [True, False, False]


def test_the_daemon_judges_how_old_a_release_is(instance: dg.DagsterInstance) -> None:
    assert instance.freshness_enabled


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.SUCCESS])
def test_other_runs_stay_as_they_are(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> None:
    run = instance.create_run_for_job(nothing, status=status)
    assert give_up_runs_of_a_killed_server(instance) == []
    same = instance.get_run_by_id(run.run_id)
    assert same
    assert same.status == status
