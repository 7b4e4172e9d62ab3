"""What a killed server leaves in Dagster's books: runs that count as under way, and slots that nobody gives back."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from assets.restart import UNDER_WAY, give_up_runs_of_a_killed_server

POOL = "warehouse"


@dg.job
def nothing() -> None:
    """A job whose runs are only kept in the books."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("home"))) as kept:
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


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.SUCCESS])
def test_other_runs_stay_as_they_are(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> None:
    run = instance.create_run_for_job(nothing, status=status)
    assert give_up_runs_of_a_killed_server(instance) == []
    same = instance.get_run_by_id(run.run_id)
    assert same
    assert same.status == status
