"""The tables in the warehouse: everything that was found, with actors told apart across documents.

Belongs here: which table comes from what, and loading them all at once, so that they always agree. Does not: how
actors are resolved (`pipeline.resolution`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.common import OUTPUT, Place, asset_spec, stage_key
from assets.metadata import by_reason, of_rows
from assets.progress import log_progress
from assets.resources import OnRecord
from assets.versions import data_versions
from pipeline.schema.render.arrow import counted
from pipeline.schema.tables import WORKING_TABLES
from pipeline.schema.tables import table as table_of

READ, CLEANED, EXTRACTED = map(stage_key, ("read", "cleaned", "extracted"))


def _keys(*names: str) -> tuple[dg.AssetKey, ...]:
    return tuple(map(dg.AssetKey, names))


def _place(group: str, *made_of: dg.AssetKey) -> Place:
    return Place(group, "resolve", frozenset({"duckdb"}), made_of)


PLACES: Mapping[str, Place] = {
    "snapshots": _place("intake", READ),
    "documents": _place("documents", CLEANED),
    "removals": _place("documents", CLEANED),
    "exclusions": _place("documents", CLEANED),
    "claims": _place("claims", EXTRACTED, *_keys("documents")),
    "mentions": _place("claims", EXTRACTED, *_keys("documents")),
    "quantities": _place("claims", EXTRACTED, *_keys("claims")),
    "actors": _place("actors", *_keys("mentions")),
    "actor_names": _place("actors", *_keys("mentions", "actors")),
    "roles": _place("actors", EXTRACTED, *_keys("actors")),
    "claim_actors": _place("actors", *_keys("claims", "actors")),
    "claim_groups": _place("actors", *_keys("claims")),
    "decisions": _place("actors", *_keys("exclusions", "claims", "actors")),
}
"""Each table's group, and the assets that it is made of; a table stands after those that it is made of.

No group leads back to an earlier one, so that the graph of groups reads like the way of a row. Two small things are
left out for that: articles whose extraction failed become exclusions too, and actors give documents their publisher_id.
"""
REASONS = {"removals": "reason", "exclusions": "reason"}
"""Tables whose rows are what was dropped, and the column that says why."""

SPECS = [asset_spec(spec, dg.AssetKey(spec.name), PLACES[spec.name]) for spec in WORKING_TABLES]


@dg.multi_asset(name="tables", specs=SPECS, pool=OUTPUT)
def tables(context: dg.AssetExecutionContext, onrecord: OnRecord) -> Iterator[dg.MaterializeResult[None]]:
    """Tells actors apart across documents, groups claims, and loads every table in one transaction."""
    with onrecord.alone():
        resolved = onrecord.resolve(log_progress(context))
        onrecord.load(resolved)
    versions = onrecord.within_bounds(data_versions, resolved)
    for name in PLACES:  # a table after those that it is made of, so that it is told which versions of them it saw
        yield dg.MaterializeResult(
            dg.AssetKey(name), metadata=_metadata(name, resolved[name]), data_version=dg.DataVersion(versions[name])
        )


def _metadata(name: str, rows: pa.Table) -> dict[str, dg.MetadataValue[Any]]:
    dropped = by_reason(counted(rows[REASONS[name]])) if name in REASONS else {}
    return {**of_rows(table_of(name), rows), **dropped, "dagster/table_name": dg.MetadataValue.text(f"main.{name}")}
