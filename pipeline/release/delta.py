"""What changed from one release to the next, row for row.

Belongs here: computing a delta, applying it, and its reasons. Does not: telling a person about it (`changelog`).
A removed row keeps its key only: what was retracted must not live on in a delta.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.release.content import Tables
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.datapackage import parquet_path
from pipeline.schema.render.duckdb import quote
from pipeline.schema.tables import TABLES
from pipeline.warehouse import connect, order_of

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


def read_tables(release: Path) -> dict[str, pa.Table]:
    """The tables of a release that is there, each fitted to the schema of today.

    A column that the release does not have, or has in another type, is null. A table that it does not have is empty.
    """
    return {spec.name: _fitted(spec, release / parquet_path(spec)) for spec in TABLES}


def empty_tables() -> dict[str, pa.Table]:
    """The tables before the first release."""
    return {spec.name: _nullable(spec).empty_table() for spec in TABLES}


def deltas(before: Tables, after: Tables) -> dict[str, pa.Table]:
    """For each table the rows that were added, changed or removed: `op`, `op_reason`, then the table's columns."""
    with connect() as connection:
        _register_documents(connection, before, after)
        return {spec.name: _delta(connection, spec, before, after) for spec in TABLES}


def applied(spec: Table, before: pa.Table, delta: pa.Table) -> pa.Table:
    """The table that a delta makes of `before`, in published order: rows with other keys stay, its own rows come in."""
    with connect() as connection:
        connection.register("before_rows", before)
        connection.register("delta_rows", delta)
        columns, same = _columns(spec, ""), _same_key(spec)
        sql = f"""
            SELECT {columns} FROM before_rows AS b WHERE NOT EXISTS (SELECT 1 FROM delta_rows AS a WHERE {same})
            UNION ALL SELECT {columns} FROM delta_rows WHERE op IN ('added', 'changed')
            ORDER BY {order_of(spec)}"""
        return connection.sql(sql).to_arrow_table().cast(_nullable(spec))


def delta_schema(spec: Table) -> pa.Schema:
    """The Arrow schema of a table's delta."""
    return pa.schema([pa.field("op", pa.string()), pa.field("op_reason", pa.string()), *_nullable(spec)])


def _nullable(spec: Table) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in arrow_schema(spec)])


def _fitted(spec: Table, path: Path) -> pa.Table:
    schema = _nullable(spec)
    if not path.is_file():
        return schema.empty_table()
    rows = pq.read_table(path)
    fits = {field.name for field in schema if field.name in rows.column_names and rows[field.name].type == field.type}
    if not fits.issuperset(spec.primary_key):
        return schema.empty_table()
    columns = [rows[f.name] if f.name in fits else pa.nulls(rows.num_rows, f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _register_documents(connection: duckdb.DuckDBPyConnection, before: Tables, after: Tables) -> None:
    for prefix, tables in (("before", before), ("after", after)):
        for name in ("documents", "exclusions", "claims"):
            connection.register(f"{prefix}_{name}", tables[name])
    connection.execute("""
        CREATE TEMP TABLE removed_documents AS
        SELECT b.document_id,
               CASE WHEN any_value(e.reason) IS NULL THEN 'input_removed'
                    ELSE 'document_excluded: ' || min(e.reason) END AS reason
        FROM before_documents AS b
        LEFT JOIN after_exclusions AS e ON e.source_name = b.source_name OR e.source_sha256 = b.source_sha256
        WHERE b.document_id NOT IN (SELECT document_id FROM after_documents)
        GROUP BY b.document_id""")


def _delta(connection: duckdb.DuckDBPyConnection, spec: Table, before: Tables, after: Tables) -> pa.Table:
    connection.register("b_rows", before[spec.name])
    connection.register("a_rows", after[spec.name])
    same, others = _same_key(spec), [c for c in spec.column_names if c not in spec.primary_key]
    differing = ", ".join(f"CASE WHEN a.{quote(c)} IS DISTINCT FROM b.{quote(c)} THEN '{c}' END" for c in others)
    changed = f"array_to_string(list_filter([{differing or 'NULL'}]::VARCHAR[], lambda x: x IS NOT NULL), ', ')"
    keys_only = ", ".join(
        f"b.{quote(c)}" if c in spec.primary_key else f"NULL AS {quote(c)}" for c in spec.column_names
    )
    sql = f"""
        SELECT 'added' AS op, {_why(spec, "a", "after", _ADDED)} AS op_reason, {_columns(spec, "a.")}
        FROM a_rows AS a WHERE NOT EXISTS (SELECT 1 FROM b_rows AS b WHERE {same})
        UNION ALL
        SELECT 'changed', 'changed: ' || {changed}, {_columns(spec, "a.")}
        FROM a_rows AS a JOIN b_rows AS b ON {same} WHERE {changed} <> ''
        UNION ALL
        SELECT 'removed', {_why(spec, "b", "before", _REMOVED)}, {keys_only}
        FROM b_rows AS b WHERE NOT EXISTS (SELECT 1 FROM a_rows AS a WHERE {same})
        ORDER BY op, {order_of(spec)}"""
    return connection.sql(sql).to_arrow_table().cast(delta_schema(spec)).combine_chunks()


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


def _same_key(spec: Table) -> str:
    return " AND ".join(f"a.{quote(c)} IS NOT DISTINCT FROM b.{quote(c)}" for c in spec.primary_key)


def _columns(spec: Table, prefix: str) -> str:
    return ", ".join(f"{prefix}{quote(c)}" for c in spec.column_names)


def counts(delta: pa.Table) -> Mapping[str, int]:
    """Number of rows by op: added, changed, removed."""
    ops = delta["op"].to_pylist()
    return {op: ops.count(op) for op in ("added", "changed", "removed")}
