"""What a release holds: the published tables as they leave the warehouse.

Belongs here: which values are published. Does not: in which format (`parquet`, `rows`, `database`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import OnRecordError
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import TABLES
from pipeline.warehouse import Warehouse

Tables = Mapping[str, pa.Table]

CLOSED = ("text", "standfirst")
"""Columns of documents that hold sentences of the article: null where its licence does not let anybody publish it."""


def published_tables(warehouse: Warehouse) -> dict[str, pa.Table]:
    """The published tables by name, in the order they are published in, with closed texts left out."""
    tables = {spec.name: _fit(spec, warehouse.read(spec.name)) for spec in TABLES}
    return {**tables, "documents": _without_closed_text(tables["documents"])}


def _fit(spec: Table, rows: pa.Table) -> pa.Table:
    try:
        return rows.cast(arrow_schema(spec, comments=True)).combine_chunks()
    except (ValueError, pa.ArrowInvalid) as error:
        raise OnRecordError(f"{spec.name}: rows do not fit the schema ({error}); run `onrecord build` again") from error


def _without_closed_text(documents: pa.Table) -> pa.Table:
    for name in CLOSED:
        index = documents.schema.get_field_index(name)
        kept = pc.if_else(documents["text_is_open"], documents[name], pa.scalar(None, pa.string()))
        documents = documents.set_column(index, documents.schema.field(index), kept)
    return documents.combine_chunks()
