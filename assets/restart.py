"""`python -m assets.restart`: runs that ended with their server are told as failed, and what they held is free again.

Belongs here: what must be done before a server starts where another one was killed. Does not: the work of those runs,
which is kept by content, so that the next run goes on from it; Dagster starts that by itself if a sensor had asked.

Dagster's default launcher does not notice that a process is gone: a run of a server that was killed would count as
started for ever, and keep its slot of a pool (`output`), for which every later run would wait.
"""

from __future__ import annotations

import dagster as dg

UNDER_WAY = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


def give_up_runs_of_a_killed_server(instance: dg.DagsterInstance) -> list[str]:
    """The ids of the runs that were under way, now failed. Call it while no server works on this instance."""
    runs = instance.get_runs(dg.RunsFilter(statuses=list(UNDER_WAY)))
    for run in runs:
        instance.report_run_failed(run, "its server ended before it")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in runs]


if __name__ == "__main__":
    with dg.DagsterInstance.get() as at_home:
        give_up_runs_of_a_killed_server(at_home)
