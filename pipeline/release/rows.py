"""Tables as text: CSV for every table, JSON Lines for the claims with their actors and document.

Belongs here: the text form of values, and the digest that is computed over it. Does not: Parquet or DuckDB files.

A release writes each row three times as text (digest, file, proof), so DuckDB and Arrow do it, column by column.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import csv

from pipeline.release.content import Tables
from pipeline.schema.render.duckdb import literal, quote
from pipeline.warehouse import connect

_BATCH = 20_000
_HEAD, _BODY = (
    csv.WriteOptions(include_header=header, quoting_style="needed", quoting_header="none", eol="\r\n")
    for header in (True, False)
)


def csv_chunks(rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
    """The table as CSV (RFC 4180, UTF-8): a header, then a chunk for each few thousand rows.

    Null is an empty cell, a text stands in quotation marks, a nested value is JSON, a time ISO 8601 with Z. Any
    connection does; opening one takes longer than a small table.
    """
    columns = ", ".join(f"{_as_cell(field)} AS {quote(field.name)}" for field in rows.schema)
    connection.register("rows_as_text", rows)
    reader = connection.sql(f"SELECT {columns} FROM rows_as_text").to_arrow_reader(_BATCH)
    yield _csv(reader.schema.empty_table(), _HEAD)
    yield from (_csv(batch, _BODY) for batch in reader)


def _as_cell(field: pa.Field) -> str:
    """SQL for a column as CSV has it."""
    name = quote(field.name)
    if pa.types.is_nested(field.type):
        return f"CAST(to_json({name}) AS VARCHAR)"
    return _as_time(name) if pa.types.is_timestamp(field.type) else name


def _as_time(column: str) -> str:
    return f"replace(CAST({column} AS VARCHAR), ' ', 'T') || 'Z'"


def _csv(rows: pa.Table | pa.RecordBatch, options: csv.WriteOptions) -> bytes:
    text = pa.BufferOutputStream()
    csv.write_csv(rows, text, options)
    return bytes(text.getvalue())


def rows_digest(rows: pa.Table, connection: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 of the table as CSV: the same for the same rows, whatever wrote the files."""
    digest = hashlib.sha256()
    for chunk in csv_chunks(rows, connection):
        digest.update(chunk)
    return digest.hexdigest()


def claim_lines(tables: Tables) -> Iterator[bytes]:
    """A JSON object for each claim, with its actors and its document nested in it, some thousand lines at a time.

    A key that leads nowhere gives no actor or document here; that it does so is for `verify` to say.
    """
    with connect() as connection:
        for name in ("claims", "documents", "claim_actors", "actors"):
            connection.register(name, tables[name])
        for batch in connection.sql(_claims_as_json(tables["claims"].schema)).to_arrow_reader(_BATCH):
            yield "".join(f"{line}\n" for line in batch.column(0).to_pylist()).encode()


def _claims_as_json(claims: pa.Schema) -> str:
    own = ", ".join(f"{literal(name)}: c.{quote(name)}" for name in claims.names)
    names = ("document_id", "title", "publisher", "url", "published_at", "licence")
    about = ", ".join(f"'{name}': {_as_time(name) if name == 'published_at' else name}" for name in names)
    return f"""
        WITH told AS (SELECT document_id, {{{about}}} AS document FROM documents),
        parts AS (
            SELECT claim_id, list({{'part': part, 'actor_id': a.actor_id, 'name': name, 'kind': kind,
                                    'wikidata_id': wikidata_id}} ORDER BY p.actor_id, part) AS actors
            FROM claim_actors AS p LEFT JOIN actors AS a USING (actor_id) GROUP BY claim_id
        ), numbered AS (SELECT *, row_number() OVER () AS number FROM claims)
        SELECT CAST(to_json({{{own}, 'document': told.document, 'actors': coalesce(parts.actors, [])}}) AS VARCHAR)
        FROM numbered AS c LEFT JOIN told USING (document_id) LEFT JOIN parts USING (claim_id) ORDER BY c.number"""


def write_gzip(path: Path, chunks: Iterable[bytes]) -> None:
    """Writes the chunks as a gzip file without name and time, so that the same content gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for chunk in chunks:
            packed.write(chunk)
