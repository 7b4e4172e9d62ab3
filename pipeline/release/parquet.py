"""Parquet files: sorted, in bounded row groups, with page index, Bloom filters on ids, and comments on every column.

Belongs here: how a file is written. Does not: what stands in it (`content`). Format: https://parquet.apache.org/docs/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import DOCUMENTS

ROWS_PER_GROUP = 50_000
ROWS_WITH_TEXTS = 10_000
"""Rows of documents in a group: articles of 20,000 characters stay at 200 MB before compression, which bounds what a
writer and a reader hold at once."""
ROWS_PER_PAGE = 2_000
"""Small pages let the page index skip most of a file when one document or actor is asked for."""
FALSE_POSITIVES = 0.01


def write_parquet(spec: Table, batches: Iterable[pa.RecordBatch], path: Path) -> None:
    """Writes rows that come in the table's published order; no more than a row group of them is in memory."""
    groups = _groups(batches, ROWS_WITH_TEXTS if spec is DOCUMENTS else ROWS_PER_GROUP)
    schema = arrow_schema(spec, comments=True)
    first = next(groups, schema.empty_table())
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=9,
        max_rows_per_page=ROWS_PER_PAGE,
        write_page_index=True,
        write_page_checksum=True,
        sorting_columns=_sorting(spec, schema),
        bloom_filter_options=_bloom(spec, first.num_rows),
    ) as writer:
        for group in chain([first], groups):
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)


def _groups(batches: Iterable[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The rows in tables of so many, each in one piece: how they came must not show in the file."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        while sum(one.num_rows for one in waiting) >= size:
            rows = pa.Table.from_batches(waiting)
            yield rows.slice(0, size).combine_chunks()
            waiting = rows.slice(size).to_batches()
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()


def _sorting(spec: Table, schema: pa.Schema) -> tuple[pq.SortingColumn, ...]:
    # The flat column number that Parquet wants equals the field number only before the first nested column.
    flat = {schema.field(i).name: i for i in range(_first_nested(schema))}
    order = tuple(dict.fromkeys((*spec.sort, *spec.primary_key)))
    known = []
    for column in order:
        if column not in flat:
            break
        known.append(pq.SortingColumn(flat[column]))
    return tuple(known)


def _first_nested(schema: pa.Schema) -> int:
    nested = [i for i, field in enumerate(schema) if pa.types.is_nested(field.type)]
    return nested[0] if nested else len(schema)


def _bloom(spec: Table, rows: int) -> dict[str, dict[str, float]] | None:
    """A filter for each column of ids, for as many values as the first row group, the largest, can have."""
    names = [column.name for column in spec.columns if column.name.endswith(("_id", "_sha256"))]
    return {name: {"ndv": rows, "fpp": FALSE_POSITIVES} for name in names} if rows else None
