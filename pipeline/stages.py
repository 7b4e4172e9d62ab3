"""The stages in order: read, clean, extract, resolve, load. The command line and Dagster both walk them.

Belongs here: what follows what, the steps across documents, and the files between stages. Does not: what happens to
one article (`pipeline.batches`), or what is published (`pipeline.release`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import ids
from pipeline.batches import clean_batch, clean_failure, extract_batch, extract_failure, prepare_extraction
from pipeline.cleaning.batch import from_row, to_batch
from pipeline.cleaning.corpus import across
from pipeline.cleaning.document import Cleaned
from pipeline.cleaning.tables import document_tables
from pipeline.code import code_version
from pipeline.engine import kept
from pipeline.engine.batches import Progress, Rows, Stage, Stream, batches_in, silent
from pipeline.engine.content import KEY_BYTES, row_keys
from pipeline.engine.engines import engine
from pipeline.engine.shards import write_atomically
from pipeline.errors import OnRecordError
from pipeline.intake.batch import to_batch as snapshots_to_batch
from pipeline.intake.folder import read_batch, read_folder
from pipeline.intake.snapshot import Snapshot
from pipeline.resolution.corpus.earlier import Earlier
from pipeline.resolution.corpus.rights import with_extents
from pipeline.resolution.corpus.tables import resolve_corpus
from pipeline.resolution.people.curation import Curation
from pipeline.schema.render.arrow import arrow_schema, counted, with_values
from pipeline.schema.stages import CLEANED, EXTRACTED, READ, STAGES
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse

Failed: TypeAlias = Mapping[str, Mapping[str, str]]
"""Rows of EXTRACTED with a problem, by document_id."""
READ_BYTES, READ_ROWS = 4 * 1024 * 1024, 512
"""How much of the input is in memory at once while it is read."""


def read(settings: Settings, progress: Progress = silent) -> Stream:
    """All inputs of the folder settings.documents, by name: the stage READ, read while it is iterated.

    Then it raises OnRecordError if the folder cannot be read or holds no input.
    """
    return Stream(lambda: _read(settings, progress))


def _read(settings: Settings, progress: Progress) -> Iterator[pa.RecordBatch]:
    done = 0
    for group in _groups(read_folder(settings.documents, settings)):
        done += len(group)
        progress("read", done, None)
        yield snapshots_to_batch(group)
    if not done:
        raise OnRecordError(f"{settings.documents} holds no input; put articles (.txt, .html, .jsonl, …) into it")
    progress("read", done, done)


def _groups(snapshots: Iterable[Snapshot]) -> Iterator[list[Snapshot]]:
    group: list[Snapshot] = []
    size = 0
    for snapshot in snapshots:
        group.append(snapshot)
        size += len(snapshot.content)
        if size >= READ_BYTES or len(group) >= READ_ROWS:
            yield group
            group, size = [], 0
    if group:
        yield group


def clean(inputs: Rows, settings: Settings, progress: Progress = silent) -> Stream:
    """READ -> CLEANED: each input alone, then what only the corpus shows (repeated lines, copies), then retractions.

    The rows are read from what is kept on disk, so memory holds a batch of them only.
    """
    alone = kept.run(_clean_stage(), inputs, settings, progress)
    if engine(settings).is_at_work(settings):  # something is new, so extraction will need its model
        engine(settings).prepare(_extract_stage(), settings)
    retractions = Curation.read(settings.curation).retracted_documents()
    return across(alone, retractions, lambda stage, rows: kept.run(stage, rows, settings, progress))


def _clean_stage() -> Stage:
    named_by = tuple(name for name in READ.column_names if name != "content")  # the bytes are named by their hash
    return Stage("clean", clean_batch, arrow_schema(CLEANED), code_version("clean"), clean_failure, named_by=named_by)


def ahead(batch: str, settings: Settings, progress: Progress = silent) -> Ahead:
    """Works the articles of one intake batch (`pipeline.intake.folder.batches`) alone, and keeps what was found.

    Nothing else changes: the next build takes these results instead of working the articles again, but for those that
    the rest of the corpus changes (a line that turns out to be repeated, a copy).
    """
    names: list[tuple[str, str]] = []

    def inputs() -> Iterator[pa.RecordBatch]:
        for group in _groups(read_batch(settings.documents, batch, settings)):
            names.extend((snapshot.source_name, snapshot.source_sha256) for snapshot in group)
            yield snapshots_to_batch(group)

    alone = kept.run(_clean_stage(), Stream(inputs), settings, progress, forget=False)
    found = kept.run(_extract_stage(), Stream(lambda: _good(alone)), settings, progress, forget=False)
    problems = _problems(part for rows in (alone, found) for part in rows)
    return Ahead(len(names), ids.sha256(repr(sorted(names)).encode()), problems)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was worked of one batch: how many inputs, a hash over their names and contents, and each problem's rows."""

    inputs: int
    data_version: str
    problems: Mapping[str, int]


def _problems(batches: Iterable[pa.RecordBatch]) -> Counter[str]:
    """How many rows have each problem."""
    found: Counter[str] = Counter()
    for batch in batches:
        found.update(counted(batch["problem"]))
    return found


def extract(cleaned: Rows, settings: Settings, progress: Progress = silent) -> Stream:
    """CLEANED -> EXTRACTED, for the inputs that gave a document; read from what is kept on disk."""
    return kept.run(_extract_stage(), Stream(lambda: _good(cleaned)), settings, progress)


def _good(rows: Rows) -> Iterator[pa.RecordBatch]:
    """The rows without a problem."""
    return (batch.filter(batch["problem"].is_null()) for batch in batches_in(rows))


def _extract_stage() -> Stage:
    return Stage(
        "extract",
        extract_batch,
        arrow_schema(EXTRACTED),
        code_version("extract"),
        extract_failure,
        prepare=prepare_extraction,
    )


def resolve(cleaned: Rows, extracted: Rows, settings: Settings, progress: Progress = silent) -> dict[str, pa.Table]:
    """All working tables, by name. Documents whose extraction failed become exclusions here.

    Raises OnRecordError if a document is missing from `extracted`: then that was made from an earlier `cleaned`.
    """
    curation = Curation.read(settings.curation)
    earlier = Earlier(settings.stages / "kept" / "resolve", code_version("resolve"))
    there, failed = _outcomes(extracted)
    with earlier.workplace() as folder:
        tables = document_tables(_without_failures(cleaned, failed), Path(folder))
    _refuse_unextracted(tables["documents"]["document_id"], there, settings)
    corpus = resolve_corpus(tables["documents"], Stream(lambda: _good(extracted)), curation, earlier, progress)
    tables["documents"] = with_values(tables["documents"], "publisher_id", corpus.publishers)
    progress("resolve", len(corpus.publishers), len(corpus.publishers))
    return {
        **tables,
        **corpus.tables,
        "claims": with_extents(corpus.tables["claims"], tables["documents"]),
        "decisions": curation.table(corpus.applied, tables["exclusions"]),
    }


def _outcomes(extracted: Rows) -> tuple[pa.ChunkedArray, Failed]:
    """The ids of all documents that were extracted, and what became of those that failed."""
    there: list[pa.Array] = []
    failed: dict[str, Mapping[str, str]] = {}
    for batch in batches_in(extracted):
        there.append(batch["document_id"])
        bad = batch.select(["document_id", "problem", "detail"]).filter(batch["problem"].is_valid())
        failed.update((row["document_id"], row) for row in bad.to_pylist())
    return pa.chunked_array(there, pa.string()), failed


def _refuse_unextracted(documents: pa.ChunkedArray, there: pa.ChunkedArray, settings: Settings) -> None:
    """Such a document would be published as one in which nobody says anything, and break no rule."""
    missing = documents.filter(pc.invert(pc.is_in(documents, value_set=there)))
    if len(missing):
        raise OnRecordError(
            f"{settings.stages / 'extracted.parquet'} is older than cleaned.parquet: it lacks {len(missing)} of"
            f" {len(documents)} documents, such as {missing[0]}; materialise stages/extracted again, or run"
            " `onrecord build`"
        )


def _without_failures(cleaned: Rows, failed: Failed) -> Iterator[pa.RecordBatch]:
    if not failed:
        return batches_in(cleaned)
    return (to_batch([_with_failure(from_row(row), failed) for row in b.to_pylist()]) for b in batches_in(cleaned))


def _with_failure(row: Cleaned, failed: Failed) -> Cleaned:
    own = ids.document_id(row.document.url, row.source_sha256) if row.document else row.duplicate_of
    if own is None or own not in failed:
        return row
    if row.document is None:  # a copy stays a copy, but there is nothing left for it to point to
        return replace(row, duplicate_of=None, detail=f"{row.detail}; extraction failed for that one")
    problem, detail = failed[own]["problem"], failed[own]["detail"]
    return Cleaned(row.source_name, row.source_sha256, row.media_type, problem=problem, detail=detail)


def unmatched_decisions(settings: Settings) -> tuple[str, ...]:
    """Decisions of people (seeds/curation) that match nothing in the warehouse, a line for each."""
    curation = Curation.read(settings.curation)
    with Warehouse.open(settings.warehouse, read_only=True) as warehouse:
        return curation.unmatched(warehouse.read("decisions"))


def load(tables: Mapping[str, pa.Table], settings: Settings, progress: Progress = silent) -> None:
    """Puts the working tables into the warehouse, in place of those that were there."""
    settings.output.mkdir(parents=True, exist_ok=True)
    with Warehouse.open(settings.warehouse) as warehouse:
        warehouse.replace(tables, progress)


def save_stage(name: str, rows: Rows, settings: Settings) -> None:
    """Keeps the rows between two stages as output/stages/<name>.parquet."""
    path = settings.stages / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(batches_in(rows), arrow_schema(_SCHEMAS[name]), path)


_SCHEMAS = {table.name: table for table in STAGES}


def stream_stage(name: str, settings: Settings) -> Stream:
    """The rows that `save_stage` kept, batch by batch. Raises OnRecordError if they are missing or damaged."""
    path = settings.stages / f"{name}.parquet"
    if not path.is_file():
        raise OnRecordError(f"{path} is missing; run the stages before it again")
    return Stream(lambda: _stage_batches(path))


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be said of the rows between two stages without loading them all."""

    rows: int
    first: pa.Table
    problems: Mapping[str, int]
    """How many rows have each problem."""
    data_version: str
    """A hash over the rows, whatever their order; 40 hexadecimal digits."""


def glance(name: str, settings: Settings, first: int) -> Glance:
    """What `save_stage` kept: the number of rows, the first of them, their problems, and a hash over all."""
    path = settings.stages / f"{name}.parquet"
    schema = arrow_schema(_SCHEMAS[name])
    head = next(_stage_batches(path), None)
    rows, total, problems = 0, 0, Counter[str]()
    columns = [column for column in schema.names if column != "content"]  # the bytes are named by their hash
    for batch in _stage_batches(path, columns):
        rows += batch.num_rows
        total += sum(int.from_bytes(key) for key in row_keys(batch, columns, name))
        problems += _problems([batch])
    shown = pa.Table.from_batches([head.slice(0, first)] if head else [], schema=schema)
    return Glance(rows, shown, problems, f"{total % 256**KEY_BYTES:0{2 * KEY_BYTES}x}")


def _stage_batches(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for number in range(file.num_row_groups):
                yield from file.read_row_group(number, columns=columns).to_batches()
    except (OSError, pa.ArrowInvalid) as error:
        raise OnRecordError(f"{path} is damaged; run the stages before it again") from error
