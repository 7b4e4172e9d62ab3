"""What cleaning found, as the tables snapshots, documents, removals and exclusions.

Belongs here: rows and ids of these four, made from the rows of the stage CLEANED a batch at a time, column by column: a
Python value for every cell would take most of the time of a build in which little changed. Does not: any decision about
an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import ids
from pipeline.engine.mapped import Mapped
from pipeline.intake.licences import text_is_open
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table

NAMES = ("snapshots", "documents", "removals", "exclusions")


def document_tables(cleaned: Iterable[pa.RecordBatch], folder: Path | None = None) -> dict[str, pa.Table]:
    """The four tables. `documents.text` holds every text and `publisher_id` nothing yet.

    They stand in files, in this folder for as long as they are made, that are gone when nobody has the tables any more.
    """
    with TemporaryDirectory(dir=folder) as own:
        files = {name: Mapped(Path(own) / f"{name}.arrow", arrow_schema(table(name))) for name in NAMES}
        for batch in cleaned:
            for name, columns in _parts(batch):
                schema = arrow_schema(table(name))
                files[name].add(pa.RecordBatch.from_arrays([columns[field.name] for field in schema], schema=schema))
        return {name: file.close() for name, file in files.items()}


def _parts(batch: pa.RecordBatch) -> Iterator[tuple[str, dict[str, pa.Array]]]:
    kept, excluded = (batch.filter(test(batch["problem"])) for test in (pc.is_null, pc.is_valid))
    document_ids = _ids(kept)
    yield "snapshots", dict(zip(batch.schema.names, batch.columns, strict=True))
    yield "documents", _documents(kept, document_ids)
    yield "removals", _removals(kept, document_ids)
    yield "exclusions", _exclusions(excluded)


def _ids(kept: pa.RecordBatch) -> pa.Array:
    urls, sources = _field(kept, "url").to_pylist(), kept["source_sha256"].to_pylist()
    return pa.array([ids.document_id(url, source) for url, source in zip(urls, sources, strict=True)], pa.string())


def _field(kept: pa.RecordBatch, name: str) -> pa.Array:
    return pc.struct_field(kept["document"], name)


def _documents(kept: pa.RecordBatch, document_ids: pa.Array) -> dict[str, pa.Array]:
    document = kept["document"]
    columns = {field.name: _field(kept, field.name) for field in document.type}
    texts = columns["text"].to_pylist()
    return columns | {
        "document_id": document_ids,
        "version": pc.fill_null(kept["version"], 1),
        "is_truncated": pc.is_in(columns["truncation"], value_set=pa.array(["suspected", "confirmed"])),
        "text_is_open": pa.array([text_is_open(licence) for licence in columns["licence"].to_pylist()], pa.bool_()),
        "source_name": kept["source_name"],
        "source_sha256": kept["source_sha256"],
        "source_length": pc.utf8_length(pc.fill_null(kept["source_text"], "")).cast(pa.int64()),
        "text_sha256": pa.array([ids.sha256(text.encode()) for text in texts], pa.string()),
        "publisher_id": pa.nulls(kept.num_rows, pa.string()),
    }


def _removals(kept: pa.RecordBatch, document_ids: pa.Array) -> dict[str, pa.Array]:
    removals = kept["removals"]
    spans = removals.flatten()
    columns = {field.name: pc.struct_field(spans, field.name) for field in spans.type}
    return columns | {"document_id": document_ids.take(pc.list_parent_indices(removals))}


def _exclusions(excluded: pa.RecordBatch) -> dict[str, pa.Array]:
    columns = dict(zip(excluded.schema.names, excluded.columns, strict=True))
    return columns | {"reason": columns["problem"], "detail": pc.fill_null(columns["detail"], "")}
