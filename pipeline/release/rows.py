"""Tables as text: CSV for every table, JSON Lines for the claims with their actors and document.

Belongs here: the text form of values, and the digest that is computed over it. Does not: Parquet or DuckDB files.

A release writes each row twice as text (file and proof), so DuckDB and Arrow do it, column by column.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import csv

from pipeline.release.relations import BATCH, Rows, Tables, in_order, key_order, show, show_all
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.duckdb import literal, quote
from pipeline.schema.tables import CLAIMS
from pipeline.warehouse import connect

_HEAD, _BODY = (
    csv.WriteOptions(include_header=header, quoting_style="needed", quoting_header="none", eol="\r\n")
    for header in (True, False)
)


def csv_chunks(spec: Table, rows: Rows, connection: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
    """The table as CSV (RFC 4180, UTF-8) in published order: a header, then a chunk for each few thousand rows.

    Null is an empty cell, a text stands in quotation marks, a nested value is JSON, a time ISO 8601 with Z. Any
    connection does; opening one takes longer than a small table.
    """
    show(connection, "rows_as_text", rows)
    ordered = f"SELECT * {in_order(spec, rows, 'rows_as_text')}"
    columns = ", ".join(f"{_as_cell(field)} AS {quote(field.name)}" for field in arrow_schema(spec))
    reader = connection.sql(f"SELECT {columns} FROM ({ordered})").to_arrow_reader(BATCH)
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


def claim_lines(tables: Tables) -> Iterator[bytes]:
    """A JSON object for each claim, with its actors and its document nested in it, some thousand lines at a time.

    A key that leads nowhere gives no actor or document here; that it does so is for `verify` to say. Claims, documents
    and actors' parts flow side by side, each in the order of claims: to put them together in one query would take more
    memory than a large release leaves.
    """
    with connect() as connection, connection.cursor() as telling, connection.cursor() as acting:
        show_all(connection, tables, ("claims", "documents", "claim_actors", "actors"))
        for name, sql in (("told", _DOCUMENTS), ("parts", _PARTS)):
            connection.execute(f"CREATE TABLE {name} AS {sql}")  # sorted one after the other, since sorting takes room
        documents, parts = _Following(telling, "told"), _Following(acting, "parts")
        for batch in connection.sql(_claims_as_json(tables["claims"])).to_arrow_reader(BATCH):
            yield "".join(
                f'{own[:-1]},"document":{documents.last(document)},"actors":[{",".join(parts.all(claim))}]}}\n'
                for claim, document, own in zip(*(column.to_pylist() for column in batch.columns), strict=True)
            ).encode()


class _Following:
    """Rows (key, words) in the order in which their keys are asked for; keys that nobody asks for do not come."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        reader = connection.sql(f"FROM {name}").to_arrow_reader(BATCH)
        self._rows = (row for batch in reader for row in zip(*(c.to_pylist() for c in batch.columns), strict=True))
        self._next: tuple[str, str] | None = next(self._rows, None)
        self._last = ("", "null")

    def all(self, key: str) -> Iterator[str]:
        """The words of this key."""
        while self._next and self._next[0] == key:
            yield self._next[1]
            self._next = next(self._rows, None)

    def last(self, key: str) -> str:
        """The words of this key, which has one row at most, and may be asked for several times in a row; else null."""
        if self._last[0] != key:
            self._last = (key, next(iter(list(self.all(key))), "null"))
        return self._last[1]


def _claims_as_json(claims: Rows) -> str:
    own = ", ".join(f"{literal(name)}: {quote(name)}" for name in CLAIMS.column_names)
    ordered = f"SELECT * {in_order(CLAIMS, claims, 'claims')}"
    return f"SELECT claim_id, document_id, CAST(to_json({{{own}}}) AS VARCHAR) FROM ({ordered})"


_TOLD = ("document_id", "title", "publisher", "url", "published_at", "licence")
_DOCUMENTS = f"""
    SELECT document_id, CAST(to_json({{{
    ", ".join(f"'{name}': {_as_time(name) if name == 'published_at' else name}" for name in _TOLD)
}}}) AS VARCHAR)
    FROM documents SEMI JOIN claims USING (document_id) ORDER BY document_id"""
_PARTS = f"""
    SELECT claim_id, CAST(to_json({{'part': part, 'actor_id': a.actor_id, 'name': name, 'kind': kind,
                                    'wikidata_id': wikidata_id}}) AS VARCHAR)
    FROM (SELECT {", ".join(map(quote, dict.fromkeys((*CLAIMS.sort, *CLAIMS.primary_key))))} FROM claims)
    JOIN claim_actors AS p USING (claim_id) LEFT JOIN actors AS a USING (actor_id)
    ORDER BY {key_order(CLAIMS)}, p.actor_id, part"""


def write_gzip(path: Path, chunks: Iterable[bytes]) -> str:
    """Writes the chunks as a gzip file without name and time, so that the same content gives the same bytes.

    Returns the SHA-256 of what was packed; for a table's CSV that is its digest, whatever library wrote the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for chunk in chunks:
            digest.update(chunk)
            packed.write(chunk)
    return digest.hexdigest()
