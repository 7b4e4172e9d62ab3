"""What every asset of the graph has in common: owners, tags, groups, and how it tells its progress.

Belongs here: conventions. Does not: any asset.
"""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from assets.metadata import column_schema
from pipeline.code import code_version
from pipeline.engine.batches import Progress
from pipeline.schema.model import Table
from pipeline.schema.tables import TABLES

OWNERS = ["team:onrecord"]
WAREHOUSE = "warehouse"
"""The pool of everything that opens the DuckDB file: it takes one writer."""
ARTICLES = "articles"
"""The pool of everything that keeps results of single articles: two runs would wait for each other's files."""


def stage_key(name: str) -> dg.AssetKey:
    """The asset of the rows between two stages, which stand in output/stages/<name>.parquet."""
    return dg.AssetKey(["stages", name])


@dataclass(frozen=True, slots=True)
class Place:
    """Where an asset stands in the graph: its group, the stage whose code makes it, and what it is made of."""

    group: str
    stage: str
    kinds: frozenset[str]
    made_of: tuple[dg.AssetKey, ...] = ()


def asset_spec(table: Table, key: dg.AssetKey, place: Place) -> dg.AssetSpec:
    """An asset whose rows a table of the schema describes."""
    return dg.AssetSpec(
        key,
        deps=place.made_of,
        group_name=place.group,
        kinds=set(place.kinds),
        owners=OWNERS,
        tags={"published": "yes" if table in TABLES else "no"},
        description=table.description,
        code_version=code_version(place.stage),
        metadata={"dagster/column_schema": column_schema(table)},
    )


def log_progress(context: dg.AssetExecutionContext) -> Progress:
    """A progress that writes a line into the run's log after every batch."""

    def told(stage: str, done: int, total: int, /) -> None:
        context.log.info("%s: %d of %d", stage, done, total)

    return told
