"""The batch functions: what happens to one article, from bytes to claims, row by row.

Belongs here: joining the per-document parts of cleaning, extraction and resolution, and turning a crash into a reason.
Does not: steps that look across documents (`pipeline.stages`), or where a batch runs (`pipeline.engine`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline import ids
from pipeline.cleaning.batch import from_row as cleaned_from_row
from pipeline.cleaning.batch import to_batch as cleaned_to_batch
from pipeline.cleaning.batch import to_row as cleaned_to_row
from pipeline.cleaning.clean import clean, clean_any_language
from pipeline.cleaning.document import Cleaned, Document
from pipeline.engine.batches import NO_FAULT_OF_THE_ROW
from pipeline.extraction.parse import TextTooLong
from pipeline.intake.batch import from_row as snapshot_from_row
from pipeline.intake.snapshot import Snapshot
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import EXTRACTED
from pipeline.settings import Settings


def clean_batch(batch: pa.RecordBatch, settings: Settings) -> pa.RecordBatch:
    """READ -> CLEANED. A snapshot with a problem keeps it; an error becomes the problem `failed`."""
    return cleaned_to_batch([clean_one(snapshot_from_row(row), settings) for row in batch.to_pylist()])


def clean_one(snapshot: Snapshot, settings: Settings, *, any_language: bool = False) -> Cleaned:
    """One snapshot cleaned; never raises. With `any_language` a text need not be English to be kept."""
    if snapshot.problem:
        return _problem(snapshot, snapshot.problem, snapshot.detail or "")
    try:
        return clean_any_language(snapshot, settings) if any_language else clean(snapshot, settings)
    except NO_FAULT_OF_THE_ROW:
        raise
    except Exception as error:  # noqa: BLE001  (one article never stops a build)
        return _problem(snapshot, "failed", f"cleaning: {type(error).__name__}: {error}")


def clean_failure(row: Mapping[str, Any], detail: str) -> dict[str, Any]:
    """The row CLEANED of an input (a row READ) that cleaning could not survive."""
    names = {name: row[name] for name in ("source_name", "source_sha256", "media_type")}
    return cleaned_to_row(Cleaned(**names, problem="failed", detail=f"cleaning: {detail}"))


def _problem(snapshot: Snapshot, problem: str, detail: str) -> Cleaned:
    return Cleaned(snapshot.source_name, snapshot.source_sha256, snapshot.media_type, problem=problem, detail=detail)


def extract_batch(batch: pa.RecordBatch, settings: Settings) -> pa.RecordBatch:
    """CLEANED -> EXTRACTED, for rows that have a document. An error becomes the problem `failed`."""
    rows = [_extract(cleaned_from_row(row), settings) for row in batch.to_pylist()]
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(EXTRACTED))


def _extract(cleaned: Cleaned, _settings: Settings) -> dict[str, Any]:
    if cleaned.document is None:
        raise ValueError(f"{cleaned.source_name} has no document; only documents are extracted")
    document_id = ids.document_id(cleaned.document.url, cleaned.source_sha256)
    try:
        return _extracted(document_id, cleaned, cleaned.document)
    except NO_FAULT_OF_THE_ROW:
        raise
    except TextTooLong as error:
        return _without_claims(document_id, "too_large", str(error))
    except Exception as error:  # noqa: BLE001  (one article never stops a build)
        return _without_claims(document_id, "failed", f"extraction: {type(error).__name__}: {error}")


def _without_claims(document_id: str, problem: str, detail: str) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("claims", "mentions", "entities", "roles", "quantities")}
    return {"document_id": document_id, "problem": problem, "detail": detail, **empty}


def extract_failure(row: Mapping[str, Any], detail: str) -> dict[str, Any]:
    """The row EXTRACTED of a document (a row CLEANED) that extraction could not survive."""
    return _without_claims(
        ids.document_id(row["document"]["url"], row["source_sha256"]), "failed", f"extraction: {detail}"
    )


ANNOTATED: pa.Schema = pa.schema([pa.field(name, pa.string(), nullable=False) for name in ("doc_id", "annotations")])


def annotate_batch(batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    """Rows of doc_id and text -> ANNOTATED: what `annotate_one` finds, as JSON."""
    rows = [(row["doc_id"], json.dumps(annotate_one(row["doc_id"], row["text"]))) for row in batch.to_pylist()]
    return pa.RecordBatch.from_pylist([dict(zip(ANNOTATED.names, row, strict=True)) for row in rows], schema=ANNOTATED)


def annotate_failure(row: Mapping[str, Any], detail: str) -> dict[str, Any]:
    """The row ANNOTATED of a text that a worker could not survive."""
    return {"doc_id": row["doc_id"], "annotations": json.dumps(_nothing_of(detail))}


def _nothing_of(detail: str) -> dict[str, Any]:
    return {**{name: [] for name in ("attributions", "mentions", "actors")}, "problem": "failed", "detail": detail}


def prepare_extraction() -> None:
    """Loads what extraction needs for every article; it takes seconds."""
    from pipeline.extraction.parse import model

    model()


def annotate_one(doc_id: str, text: str) -> dict[str, Any]:
    """What `onrecord annotate` prints of one text; one that fails has nothing, and `problem` and `detail`."""
    from pipeline.resolution.article.annotate import annotate

    try:
        return annotate(doc_id, text)
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001  (one text never stops a pipe)
        return _nothing_of(f"{type(error).__name__}: {error}")


def _extracted(document_id: str, cleaned: Cleaned, document: Document) -> dict[str, Any]:
    from pipeline.extraction.claims import find_claims
    from pipeline.extraction.names import find_caption_mentions, find_mentions
    from pipeline.extraction.parse import Paragraph, parse
    from pipeline.extraction.quantities import find_quantities
    from pipeline.extraction.records import Span
    from pipeline.resolution.article.batch import to_row
    from pipeline.resolution.article.document import resolve
    from pipeline.resolution.article.records import Publication

    paragraphs = tuple(Paragraph(Span(s.start, s.end), document.section_at(s.start), s.role) for s in document.segments)
    parsed = parse(document.text, paragraphs)
    captions = find_caption_mentions(cleaned.source_text or "", cleaned.captions)
    resolved = resolve(
        parsed,
        find_claims(parsed),
        (*find_mentions(parsed), *captions),
        find_quantities(parsed, document.published_at),
        Publication(document.publisher, document.published_at),
    )
    return to_row(document_id, document, resolved)
