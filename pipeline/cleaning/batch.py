"""Cleaned articles as Arrow batches, and back.

Belongs here: the two directions between records and rows of the stage `cleaned`. Does not: what the records mean
(`document`), or the schema (`pipeline.schema.stages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import pyarrow as pa

from pipeline.cleaning.document import Cleaned, Document, Place, Removal, Segment
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import CLEANED

SCHEMA: pa.Schema = arrow_schema(CLEANED)


def to_row(cleaned: Cleaned) -> dict[str, Any]:
    """The record as a row of plain values."""
    document, row = cleaned.document, _values(cleaned)
    if document is not None:
        row["document"] = {f.name: getattr(document, f.name) for f in fields(document)}
        row["document"]["segments"] = [_values(segment) for segment in document.segments]
    row["removals"] = [_values(removal) for removal in cleaned.removals]
    row["captions"] = [_values(place) for place in cleaned.captions]
    return row


def _values(record: Cleaned | Segment | Removal | Place) -> dict[str, Any]:
    # What dataclasses.asdict does, but without copying each value, which took most of the time.
    return {name: getattr(record, name) for name in record.__slots__}


def to_batch(cleaned: Iterable[Cleaned]) -> pa.RecordBatch:
    """The records as one batch of the stage `cleaned`, in the order given."""
    return pa.RecordBatch.from_pylist([to_row(one) for one in cleaned], schema=SCHEMA)


def from_row(row: Mapping[str, Any]) -> Cleaned:
    """The record of a row that `to_batch` wrote; `from_row(to_row(x)) == x`."""
    values = dict(row)
    if values["document"] is not None:
        document = dict(values["document"])
        document["segments"] = tuple(Segment(**segment) for segment in document["segments"])
        values["document"] = Document(**document)
    values["removals"] = tuple(Removal(**removal) for removal in values["removals"])
    values["captions"] = tuple(Place(**place) for place in values["captions"])
    return Cleaned(**values)
