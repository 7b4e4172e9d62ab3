"""The graph over the small tables: stages that give what a test hands them, and a real warehouse and real rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import dagster as dg
import pyarrow as pa

from assets.resources import OnRecord
from pipeline.engine.batches import Progress, silent
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import CLEANED, EXTRACTED, READ
from tests.unit.expectations.small_warehouse import sources

Materialise = Callable[..., dg.ExecuteInProcessResult]


def one_row(table: Table, **values: object) -> pa.Table:
    """A table with one row, whose other columns are empty."""
    schema = arrow_schema(table)
    empty: dict[str, object] = {field.name: [] if pa.types.is_list(field.type) else None for field in schema}
    return pa.Table.from_pylist([{**empty, **values}], schema=schema)


class Small(OnRecord):
    """A resource whose stages give the small tables; what follows them is real."""

    tables: ClassVar[Mapping[str, pa.Table]] = {}

    def read(self, progress: Progress = silent) -> pa.Table:
        progress("read", 1, 1)
        content = b"Secret words of an article."
        return one_row(
            READ, source_name="a.txt", source_sha256="0", media_type="text/plain", content=content, licence="none"
        )

    def clean(self, progress: Progress = silent) -> pa.Table:
        progress("clean", 1, 1)
        secret = {"source_text": "Secret words of an article.", "problem": "empty", "detail": "no text"}
        excluded = one_row(CLEANED, source_name="a.txt", source_sha256="0", media_type="text/plain", **secret)
        kept = [
            one_row(CLEANED, **row, source_sha256="0", media_type="text/plain")
            for row in sources(self.tables).to_pylist()
        ]
        return pa.concat_tables([excluded, *kept])

    def extract(self, progress: Progress = silent) -> pa.Table:
        progress("extract", 1, 1)
        return one_row(EXTRACTED, document_id="doc_a")

    def resolve(self, progress: Progress = silent) -> Mapping[str, pa.Table]:
        progress("resolve", 1, 1)
        return self.tables
