"""What changed from one release to the next, row for row.

Belongs here: computing a delta, applying it, and its reasons. Does not: telling a person about it (`changelog`).
A removed row keeps its key only: what was retracted must not live on in a delta.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.release.layout import in_files, paths_of
from pipeline.release.relations import Rows, Stored, Tables, key_order, show, show_all, streamed
from pipeline.release.steps import Done, unwatched
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.datapackage import parquet_path
from pipeline.schema.render.duckdb import duckdb_type, quote
from pipeline.schema.tables import TABLES
from pipeline.warehouse import connect

REASONS = {
    "document_added": "the document was not in the previous release",
    "document_excluded": "its input is still there, but gives no document now; the exclusion reason follows",
    "input_removed": "its input is gone",
    "found": "the document was there before; extraction or a person's decision now gives this row",
    "not_found": "the document is still there; extraction or a person's decision no longer gives this row",
    "follows": "an actor, name, group, exclusion, decision or id: it comes and goes with what it is made from",
    "changed": "the same key with other values; the names of the columns follow",
}
"""Why a row was added, removed or changed: the first word of `op_reason`."""


def read_tables(release: Path) -> dict[str, Rows]:
    """The tables of a release that is there, each fitted to the schema of today.

    A column that the release does not have, or has in another type, is null. A table that it does not have is empty.
    """
    return {spec.name: _fitted(spec, paths_of(spec, release)) for spec in TABLES}


def empty_tables() -> dict[str, Rows]:
    """The tables before the first release."""
    return {spec.name: _nullable(spec).empty_table() for spec in TABLES}


def write_deltas(before: Tables, after: Tables, folder: Path, done: Done = unwatched) -> dict[str, Stored]:
    """Writes for each table the rows that were added, changed or removed: `op`, `op_reason`, then the table's columns.

    The files in `folder` are called as those of tables in one file; `done` is told of each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with connect() as connection:
        for prefix, tables in (("before_", before), ("after_", after)):
            show_all(connection, tables, prefix=prefix)
        connection.execute(_REMOVED_DOCUMENTS)
        for spec in TABLES:
            with pq.ParquetWriter(folder / parquet_path(spec), delta_schema(spec), compression="zstd") as writer:
                for sql in _delta(spec):
                    for batch in streamed(connection, sql, delta_schema(spec)):
                        writer.write_batch(batch)
            done()
    return read_deltas(folder)


def read_deltas(folder: Path) -> dict[str, Stored]:
    """The deltas that stand in this folder."""
    return {spec.name: in_files("SELECT *", [folder / parquet_path(spec)]) for spec in TABLES}


def leads_to(connection: duckdb.DuckDBPyConnection, spec: Table, release: Rows, earlier: tuple[Rows, Rows]) -> bool:
    """True if the rows of a release are those of an earlier one and its delta put together: no more, no less.

    Of the earlier rows those with other keys than the delta's stay, the delta's added and changed ones come in. No two
    rows of `release` may have one key; then it holds the same rows as the result if it has as many, and only such.
    """
    before, delta = earlier
    show(connection, "release_rows", release)
    show(connection, "before_rows", before)
    show(connection, "delta_rows", delta)
    columns = _columns(spec, "")
    connection.execute(f"""
        CREATE OR REPLACE TEMP VIEW expected AS
        SELECT {columns} FROM before_rows AS b ANTI JOIN delta_rows AS a ON {_same(spec.primary_key)}
        UNION ALL SELECT {columns} FROM delta_rows WHERE op IN ('added', 'changed')""")
    ((count,),) = connection.execute("SELECT count(*) FROM expected").fetchall()
    sql = f"SELECT 1 FROM release_rows AS a ANTI JOIN expected AS b ON {_same(spec.column_names)} LIMIT 1"
    return bool(count == release.num_rows) and connection.execute(sql).fetchone() is None


def delta_schema(spec: Table) -> pa.Schema:
    """The Arrow schema of a table's delta."""
    return pa.schema([pa.field("op", pa.string()), pa.field("op_reason", pa.string()), *_nullable(spec)])


def _nullable(spec: Table) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in arrow_schema(spec)])


def _fitted(spec: Table, paths: Sequence[Path]) -> Rows:
    schema = _nullable(spec)
    found = pq.read_schema(paths[0]) if paths else pa.schema([])
    fits = {field.name for field in schema if field.name in found.names and found.field(field.name).type == field.type}
    if not fits.issuperset(spec.primary_key):
        return schema.empty_table()
    columns = (
        quote(c.name) if c.name in fits else f"NULL::{duckdb_type(c.type)} AS {quote(c.name)}" for c in spec.columns
    )
    return in_files(f"SELECT {', '.join(columns)}", paths)


_REMOVED_DOCUMENTS = """
    CREATE TEMP TABLE removed_documents AS
    WITH gone AS (
        SELECT document_id, source_name, source_sha256 FROM before_documents
        ANTI JOIN after_documents USING (document_id)
    ), excluded AS (
        SELECT document_id, reason FROM gone JOIN after_exclusions USING (source_name)
        UNION ALL SELECT document_id, reason FROM gone JOIN after_exclusions USING (source_sha256)
    )
    SELECT document_id, coalesce('document_excluded: ' || min(reason), 'input_removed') AS reason
    FROM gone LEFT JOIN excluded USING (document_id) GROUP BY document_id"""


def _delta(spec: Table) -> tuple[str, ...]:
    """SQL for the rows of a delta by op; one after the other, since each has a table of all keys in memory."""
    others = [c for c in spec.column_names if c not in spec.primary_key]
    differing = ", ".join(f"CASE WHEN a.{quote(c)} IS DISTINCT FROM b.{quote(c)} THEN '{c}' END" for c in others)
    keys_only = ", ".join(
        f"b.{quote(c)}" if c in spec.primary_key else f"NULL AS {quote(c)}" for c in spec.column_names
    )
    a_rows, b_rows, same = f"after_{spec.name} AS a", f"before_{spec.name} AS b", _same(spec.primary_key)
    return tuple(
        f"{sql} ORDER BY {key_order(spec)}"
        for sql in (
            f"""
            SELECT 'added' AS op, {_why(spec, "a", "after", _ADDED)} AS op_reason, {_columns(spec, "a.")}
            FROM (FROM {a_rows} ANTI JOIN {b_rows} ON {same}) AS a""",
            f"""
            SELECT 'changed' AS op, 'changed: ' || words AS op_reason, {_columns(spec, "")}
            FROM (SELECT array_to_string(list_filter([{differing or "NULL"}]::VARCHAR[], lambda c: c IS NOT NULL), ', ')
                         AS words, {_columns(spec, "a.")}
                  FROM {a_rows} JOIN {b_rows} ON {same})
            WHERE words <> ''""",
            f"""
            SELECT 'removed' AS op, {_why(spec, "b", "before", _REMOVED)} AS op_reason, {keys_only}
            FROM (FROM {b_rows} ANTI JOIN {a_rows} ON {same}) AS b""",
        )
    )


_ADDED = "CASE WHEN {document} IN (SELECT document_id FROM before_documents) THEN 'found' ELSE 'document_added' END"
_REMOVED = "coalesce((SELECT reason FROM removed_documents AS r WHERE r.document_id = {document}), 'not_found')"


def _why(spec: Table, row: str, side: str, template: str) -> str:
    if "document_id" in spec.column_names:
        return template.format(document=f"{row}.document_id")
    if "claim_id" in spec.column_names:
        return template.format(
            document=f"(SELECT c.document_id FROM {side}_claims AS c WHERE c.claim_id = {row}.claim_id)"
        )
    return "'follows'"


def _same(columns: Iterable[str]) -> str:
    return " AND ".join(f"a.{quote(c)} IS NOT DISTINCT FROM b.{quote(c)}" for c in columns)


def _columns(spec: Table, prefix: str) -> str:
    return ", ".join(f"{prefix}{quote(c)}" for c in spec.column_names)


def counts(connection: duckdb.DuckDBPyConnection, delta: Rows) -> dict[str, int]:
    """Number of rows by op: added, changed, removed."""
    show(connection, "delta_rows", delta)
    found = dict(connection.execute("SELECT op, count(*) FROM delta_rows GROUP BY op").fetchall())
    return {op: found.get(op, 0) for op in ("added", "changed", "removed")}
