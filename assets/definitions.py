"""The whole graph on one page: intake, documents, claims, actors, checks, release.

Belongs here: which parts make the location, and what a test may put in their place. Does not: any part.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from assets.batches import WORKED, batches_changed, work_ahead, worked_ahead
from assets.checks import checks_of
from assets.polling import EVERYTHING, FETCHED, articles_changed, fetch, fetched, hourly
from assets.release import release
from assets.resources import OnRecord
from assets.stages import clean, extract, read
from assets.tables import tables
from expectations.rule import Rule
from expectations.run import all_rules

everything = dg.define_asset_job(
    EVERYTHING,
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(FETCHED, WORKED),
    description="From the folder of articles to a release, if every rule of severity error holds.",
)
checks = dg.define_asset_job(
    "checks",
    selection=dg.AssetSelection.all_asset_checks(),
    description="Holds every rule against the warehouse as it is, and makes nothing.",
)


def build_defs(onrecord: OnRecord | None = None, rules: Sequence[Rule] | None = None) -> dg.Definitions:
    """The location. A test hands in a resource with stages of its own, or other rules.

    Steps run one after another in one process: a process for each step would load its packages anew, for seconds.
    """
    return dg.Definitions(
        assets=[fetched, worked_ahead, read, clean, extract, tables, release],
        asset_checks=checks_of(all_rules() if rules is None else rules),
        jobs=[everything, checks, fetch, work_ahead],
        schedules=[hourly],
        sensors=[articles_changed, batches_changed],
        resources={"onrecord": onrecord or OnRecord.from_environment()},
        executor=dg.in_process_executor,
    )


defs = build_defs()
