"""Articles that come by themselves: feeds and sitemaps are asked, and a folder that changed is built again.

Belongs here: the asset of the polled archives, its schedule, the sensor that watches the folder. Does not: how hosts
are asked (`pipeline.intake.polling`). Nothing here runs unless somebody turns it on: a build needs no network.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.common import AGAIN, OWNERS
from assets.metadata import markdown
from assets.resources import OnRecord
from pipeline.code import code_version
from pipeline.intake.polling.poll import Polled

FETCHED = dg.AssetKey("fetched")
EVERYTHING = "everything"
"""The job that makes a release of what is in the folder."""


@dg.asset(
    key=FETCHED,
    group_name="intake",
    kinds={"http", "warc"},
    owners=OWNERS,
    tags={"published": "no"},
    code_version=code_version("read"),
    description="What the feeds and sitemaps of the folder's sources.csv gave: new and changed articles, as WARC.",
)
def fetched(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """Asks every source of the folder once; without a sources.csv there is nothing to ask."""
    polled = onrecord.poll()
    for source in polled:
        for url, why in (*source.failed, *([(source.source, source.problem)] if source.problem else [])):
            context.log.warning("%s: %s", url, why)
    version = dg.DataVersion(onrecord.state_of_archives())
    return dg.MaterializeResult(FETCHED, metadata=_metadata(polled), data_version=version)


def _metadata(polled: Sequence[Polled]) -> dict[str, dg.MetadataValue[Any]]:
    header = ("source", "listed", "new", "changed", "unchanged", "failed", "problem")
    rows = [
        (one.source, one.listed, one.new, one.changed, one.unchanged, len(one.failed), one.problem or "")
        for one in polled
    ]
    return {
        "new": dg.MetadataValue.int(sum(one.new + one.changed for one in polled)),
        "sources": dg.MetadataValue.md(markdown(header, rows)),
    }


fetch = dg.define_asset_job(
    "fetch",
    selection=dg.AssetSelection.assets(FETCHED),
    description="Asks the feeds and sitemaps for new articles, and builds nothing.",
)

hourly = dg.ScheduleDefinition(
    name="fetch_hourly",
    job=fetch,
    cron_schedule="7 * * * *",
    description="Asks the sources every hour, at a minute when fewer others do.",
)


@dg.sensor(
    name="articles_changed",
    job_name=EVERYTHING,
    minimum_interval_seconds=60,
    description="Builds a release when the folder of articles, its tables, people's decisions or the code change.",
)
def articles_changed(context: dg.SensorEvaluationContext, onrecord: OnRecord) -> Iterator[dg.RunRequest]:
    """One run for each change. It has no key: one that is made of the state would be skipped when that comes back."""
    state = f"{onrecord.state_of_inputs()} {code_version('resolve')}"
    if state != context.cursor:
        yield dg.RunRequest(tags=AGAIN)
        context.update_cursor(state)
