"""Snapshots as rows of the stage `read`.

Belongs here: the way from a snapshot to an Arrow row and back. Does not: any reading of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from pipeline.intake.snapshot import Snapshot
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import READ


def to_batch(snapshots: Iterable[Snapshot]) -> pa.RecordBatch:
    """Snapshots as one batch of the stage READ, in the order given."""
    rows = [{name: getattr(snapshot, name) for name in READ.column_names} for snapshot in snapshots]
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(READ))


def from_row(row: Mapping[str, Any]) -> Snapshot:
    """The snapshot of one row of the stage READ, as `to_pylist` gives it."""
    return Snapshot(**{name: row[name] for name in READ.column_names})
