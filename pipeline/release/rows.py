"""Tables as text: CSV for every table, JSON Lines for the claims with their actors and document.

Belongs here: the text form of values, and the digest that is computed over it. Does not: Parquet or DuckDB files.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.release.content import Tables

_BATCH = 10_000


def csv_chunks(rows: pa.Table) -> Iterator[bytes]:
    """The table as CSV (RFC 4180, UTF-8): a header, then a chunk for each few thousand rows.

    Null is an empty cell, a nested value JSON, a time ISO 8601 with Z.
    """
    yield _csv([rows.column_names])
    for batch in rows.to_batches(max_chunksize=_BATCH):
        yield _csv([as_text(value) for value in row.values()] for row in batch.to_pylist())


def rows_digest(rows: pa.Table) -> str:
    """SHA-256 of the table as CSV: the same for the same rows, whatever wrote the files."""
    digest = hashlib.sha256()
    for chunk in csv_chunks(rows):
        digest.update(chunk)
    return digest.hexdigest()


def as_text(value: Any) -> str:
    """A value as a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return _json(value)
    return _time(value) if isinstance(value, date) else str(value)


def claim_lines(tables: Tables) -> Iterator[bytes]:
    """A JSON object for each claim, with its actors and its document nested in it.

    A key that leads nowhere gives no actor or document here; that it does so is for `verify` to say.
    """
    documents = {row["document_id"]: row for row in _documents(tables)}
    actors = _actors_by_claim(tables)
    for batch in tables["claims"].to_batches(max_chunksize=_BATCH):
        for claim in batch.to_pylist():
            nested = {"document": documents.get(claim["document_id"]), "actors": actors.get(claim["claim_id"], [])}
            yield (_json(claim | nested) + "\n").encode()


def write_gzip(path: Path, chunks: Iterable[bytes]) -> None:
    """Writes the chunks as a gzip file without name and time, so that the same content gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for chunk in chunks:
            packed.write(chunk)


def _documents(tables: Tables) -> list[dict[str, Any]]:
    names = ["document_id", "title", "publisher", "url", "published_at", "licence"]
    rows: list[dict[str, Any]] = tables["documents"].select(names).to_pylist()
    return rows


def _actors_by_claim(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    names = ["actor_id", "name", "kind", "wikidata_id"]
    actors = {row["actor_id"]: row for row in tables["actors"].select(names).to_pylist()}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tables["claim_actors"].to_pylist():
        found.setdefault(row["claim_id"], []).append({"part": row["part"], **actors.get(row["actor_id"], {})})
    return found


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_time)


def _time(value: date) -> str:
    return value.isoformat() + "Z" if isinstance(value, datetime) else value.isoformat()


def read_gzip(path: Path) -> bytes:
    """The content of a gzip file."""
    with gzip.open(path, "rb") as packed:
        return packed.read()
