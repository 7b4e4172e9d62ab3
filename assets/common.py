"""What every asset of the graph has in common: owners, tags, groups, pool.

Belongs here: conventions. Does not: any asset.
"""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from assets.metadata import column_schema
from pipeline.code import code_version
from pipeline.schema.model import Table
from pipeline.schema.tables import TABLES

OWNERS = ["team:onrecord"]
OUTPUT = "output"
"""The pool of everything that works in the output folder: steps of several runs go there one after another."""
AGAIN = {"dagster/max_retries": "3"}
"""Tags of a run that a sensor starts: it goes on if its server ends before it, since no second tick asks for it.

One that fails at a step waits for a person, as `dagster.yaml` says: the articles, the rules or the disk are at fault.
"""


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
