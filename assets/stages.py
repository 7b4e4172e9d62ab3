"""The rows between the stages: inputs as read, after cleaning, after extraction; one row for each input, in Parquet.

Belongs here: the assets of the stages that look at one article after another. Does not: tables (`tables`).
"""

import dagster as dg

from assets.common import OUTPUT, Place, asset_spec, stage_key
from assets.metadata import PREVIEW_ROWS, by_reason, of_rows
from assets.polling import FETCHED
from assets.progress import log_progress
from assets.resources import OnRecord
from pipeline.engine.batches import Rows
from pipeline.schema.model import Table
from pipeline.schema.stages import CLEANED, EXTRACTED, READ

READ_SPEC = asset_spec(READ, stage_key("read"), Place("intake", "read", frozenset({"python", "parquet"}), (FETCHED,)))
CLEANED_SPEC = asset_spec(
    CLEANED,
    stage_key("cleaned"),
    Place("documents", "clean", frozenset({"python", "parquet"}), (stage_key("read"),)),
)
EXTRACTED_SPEC = asset_spec(
    EXTRACTED,
    stage_key("extracted"),
    Place("claims", "extract", frozenset({"spacy", "parquet"}), (stage_key("cleaned"),)),
)


@dg.multi_asset(name="read", specs=[READ_SPEC], pool=OUTPUT)
def read(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """Reads the folder of articles and its manifest."""
    with onrecord.alone():
        return _kept(onrecord, READ, onrecord.read(log_progress(context)))


@dg.multi_asset(name="clean", specs=[CLEANED_SPEC], pool=OUTPUT)
def clean(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """Finds the article in every input, then what only the whole corpus shows."""
    with onrecord.alone():
        return _kept(onrecord, CLEANED, onrecord.clean(log_progress(context)))


@dg.multi_asset(name="extract", specs=[EXTRACTED_SPEC], pool=OUTPUT)
def extract(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """Finds who says what in every article."""
    with onrecord.alone():
        return _kept(onrecord, EXTRACTED, onrecord.extract(log_progress(context)))


def _kept(onrecord: OnRecord, table: Table, rows: Rows) -> dg.MaterializeResult[None]:
    path = onrecord.save(table.name, rows)
    kept = onrecord.glance(table.name, PREVIEW_ROWS)
    metadata = {
        **of_rows(table, kept.first, kept.rows),
        **by_reason(kept.problems),
        "path": dg.MetadataValue.path(path),
    }
    return dg.MaterializeResult(
        stage_key(table.name), metadata=metadata, data_version=dg.DataVersion(kept.data_version)
    )
