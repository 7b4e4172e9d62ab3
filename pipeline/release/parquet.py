"""Parquet files: sorted, in bounded row groups, with page index, Bloom filters on ids, and comments on every column.

Belongs here: how a file is written. Does not: what stands in it (`content`). Format: https://parquet.apache.org/docs/.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema.model import Table

ROWS_PER_GROUP = 50_000
"""Bounds a column chunk: even articles of 20,000 characters stay at 1 GB before compression."""
ROWS_PER_PAGE = 2_000
"""Small pages let the page index skip most of a file when one document or actor is asked for."""
FALSE_POSITIVES = 0.01


def write_parquet(spec: Table, rows: pa.Table, path: Path) -> None:
    """Writes rows that are already in the table's published order."""
    pq.write_table(
        rows,
        path,
        compression="zstd",
        compression_level=9,
        row_group_size=ROWS_PER_GROUP,
        max_rows_per_page=ROWS_PER_PAGE,
        write_page_index=True,
        write_page_checksum=True,
        sorting_columns=_sorting(spec, rows.schema),
        bloom_filter_options=_bloom(spec, rows),
    )


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


def _bloom(spec: Table, rows: pa.Table) -> dict[str, dict[str, float]] | None:
    names = [column.name for column in spec.columns if column.name.endswith(("_id", "_sha256"))]
    return {name: {"ndv": rows.num_rows, "fpp": FALSE_POSITIVES} for name in names} if rows.num_rows else None
