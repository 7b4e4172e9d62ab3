"""Parquet: a record a row.

Belongs here: reading rows a few at a time, only the columns that count. Does not: what they mean (`record`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.intake.origin import refused
from pipeline.intake.record import FIELD_NAMES, content_names, names_of, no_content, read_record
from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source

_ROWS = 8
"""Rows in memory at a time: a row may be as large as the limit on one input."""


def read(source: Source) -> Iterator[Snapshot]:
    """A snapshot for each row. Raises OSError or pyarrow.ArrowException where the file cannot be read on."""
    with source.path.open("rb") as raw, pq.ParquetFile(raw, pre_buffer=False, buffer_size=1 << 20) as file:
        names = file.schema_arrow.names
        if _known(names, content_names(source.fields)):
            yield from _rows(file, source)
        else:
            yield refused(source.name, "unreadable", no_content(source.fields, names), origin=source.origin)


def _rows(file: pq.ParquetFile, source: Source) -> Iterator[Snapshot]:
    wanted = [name for ours in FIELD_NAMES for name in names_of(ours, source.fields)]
    columns = _known(file.schema_arrow.names, wanted)
    number = 0
    # Group by group: a batch over several would lose the rows before a broken one.
    groups = (file.iter_batches(_ROWS, [group], columns, use_threads=False) for group in range(file.num_row_groups))
    for batch in chain.from_iterable(groups):
        for row in _plain(batch).to_pylist():
            number += 1
            yield read_record(f"{source.name}#{number}", f"row {number}", row, source)


def _known(names: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """The columns, among all names, that are wanted, or that hold (before the dot) what is wanted."""
    told = {name for path in wanted for name in (path, path.split(".")[0])}
    return [name for name in names if name in told]


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Times in microseconds UTC: Python has no nanoseconds, and may not know the file's zone."""
    for place, column in enumerate(batch.schema):
        if pa.types.is_timestamp(column.type):
            plain = pc.cast(batch.column(place), pa.timestamp("us"), safe=False)
            batch = batch.set_column(place, column.name, plain)
    return batch
