"""Intake batches as partitions: the articles of each folder worked ahead, so that a backfill can go batch by batch.

Belongs here: the partitions, the asset that works one of them, the sensor that finds those which have changed. Does
not: the stages over all articles (`stages`), which take what was worked here from where it is kept.
"""

import json
from collections.abc import Mapping

import dagster as dg

from assets.common import AGAIN, OUTPUT, OWNERS
from assets.metadata import by_reason
from assets.progress import log_progress
from assets.resources import OnRecord
from pipeline.code import code_version

BATCHES = dg.DynamicPartitionsDefinition(name="intake_batches")
WORKED = dg.AssetKey(["stages", "worked_ahead"])


@dg.asset(
    key=WORKED,
    partitions_def=BATCHES,
    group_name="claims",
    kinds={"python", "spacy"},
    owners=OWNERS,
    tags={"published": "no"},
    code_version=code_version("extract"),
    pool=OUTPUT,
    description="The articles of one intake batch (a folder in the folder of articles), cleaned and extracted alone.",
)
def worked_ahead(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """Works one batch and keeps the results by content; the stages over all articles then have nothing left to do."""
    with onrecord.alone():
        ahead = onrecord.ahead(context.partition_key, log_progress(context))
    return dg.MaterializeResult(
        WORKED,
        metadata={"dagster/row_count": dg.MetadataValue.int(ahead.inputs), **by_reason(ahead.problems)},
        data_version=dg.DataVersion(ahead.data_version),
    )


work_ahead = dg.define_asset_job(
    "work_ahead",
    selection=dg.AssetSelection.assets(WORKED),
    description="Works one intake batch; launch a backfill over all of them before a first large build.",
)


@dg.sensor(
    name="batches_changed",
    job=work_ahead,
    minimum_interval_seconds=60,
    description="Keeps the partitions in step with the folder of articles, and works the batches that have changed, and"
    " all of them when the code has.",
)
def batches_changed(context: dg.SensorEvaluationContext, onrecord: OnRecord) -> dg.SensorResult:
    """One run for each batch whose files have changed; batches that are gone leave, their rows with the next build.

    A run has no key: one that is made of the state would be skipped when that state comes back.
    """
    before: Mapping[str, str] = json.loads(context.cursor or "{}")
    now = {batch: f"{state} {code_version('extract')}" for batch, state in onrecord.states_of_batches().items()}
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(partition_key=batch, tags=AGAIN) for batch, state in now.items() if before.get(batch) != state
        ],
        dynamic_partitions_requests=[
            BATCHES.build_add_request([batch for batch in now if batch not in before]),
            BATCHES.build_delete_request([batch for batch in before if batch not in now]),
        ],
        cursor=json.dumps(now),
    )
