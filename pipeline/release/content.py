"""What a release holds: the published tables as they leave the warehouse.

Belongs here: which values are published. Does not: in which files and formats (`layout`, `rows`, `database`), or how
much of a closed article may be quoted (`pipeline.resolution.corpus.rights`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import OnRecordError
from pipeline.release.layout import Layout, write_rows
from pipeline.release.relations import ATTACHED, Stored, Tables, show, show_all
from pipeline.release.steps import Done
from pipeline.resolution.corpus.rights import shown_text
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import with_values
from pipeline.schema.render.duckdb import quote
from pipeline.schema.tables import CLAIMS, TABLES, WORKING_TABLES
from pipeline.warehouse import Warehouse, connect

CLOSED = ("text", "standfirst")
"""Columns of documents that hold sentences of the article: null where its licence does not let anybody publish it."""

SHOWN = "shown_claims"

_REPLACED = {
    "documents": "SELECT * REPLACE ({closed}) FROM documents".format(
        closed=", ".join(f"CASE WHEN text_is_open THEN {name} END AS {name}" for name in CLOSED)
    ),
    # The longest text that the release gives of a member.
    "claim_groups": f"""
        SELECT g.* REPLACE (coalesce(m.longest.text, g.text) AS text) FROM claim_groups AS g LEFT JOIN (
            SELECT claim_group_id, max({{'length': length(text), 'text': text}}) AS longest
            FROM {SHOWN} WHERE claim_group_id IS NOT NULL GROUP BY claim_group_id
        ) AS m USING (claim_group_id)""",
}
"""What is published of a table where that is not what was found."""


def working_tables(warehouse: Warehouse) -> dict[str, Stored]:
    """The tables of the warehouse that are published, by name, with texts as they were found."""
    return {
        spec.name: Stored(
            f"SELECT {', '.join(map(quote, spec.column_names))} FROM {ATTACHED}.{quote(spec.name)}",
            warehouse.count(spec.name),
            is_sorted=False,
            database=warehouse.path,
        )
        for spec in TABLES
        if spec in WORKING_TABLES
    }


def write_tables(working: Tables, layout: Layout, done: Done) -> None:
    """Writes what is published of the working tables into a release: closed texts are left out, claims cut.

    `done` is told of each. Raises OnRecordError for rows that do not fit the schema.
    """
    with connect() as connection:
        show_all(connection, working)
        for spec in (CLAIMS, *(spec for spec in TABLES if spec is not CLAIMS and spec.name in working)):
            change = shown_claims if spec is CLAIMS else iter
            try:
                rows = write_rows(connection, spec, show_published(connection, spec), layout, change)
            except (ValueError, pa.ArrowInvalid) as error:
                raise OnRecordError(
                    f"{spec.name}: rows do not fit the schema ({error}); run `onrecord build` again"
                ) from error
            if spec is CLAIMS:
                show(connection, SHOWN, rows)
            done()


def show_published(connection: duckdb.DuckDBPyConnection, spec: Table) -> str:
    """The name under which a connection that shows the working tables sees what is published of one of them.

    Claims are as they were found: their words go through `shown_claims`, whose result groups read as SHOWN.
    """
    if spec.name not in _REPLACED:
        return spec.name
    name = f"published_{spec.name}"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote(name)} AS {_REPLACED[spec.name]}")
    return name


def shown_claims(claims: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The claims in the words that may be published."""
    return map(_with_shown_text, claims)


def _with_shown_text(claims: pa.RecordBatch) -> pa.RecordBatch:
    is_cut = pc.fill_null(pc.not_equal(claims["text_extent"], "whole"), fill_value=False)
    cut = claims.filter(is_cut)
    if not cut.num_rows:
        return claims
    texts, extents, fragments = (cut[name].to_pylist() for name in ("text", "text_extent", "fragments"))
    rooms = (pieces[0]["end"] - pieces[0]["start"] for pieces in fragments)
    shown = pa.array(map(shown_text, texts, extents, rooms), pa.string())
    return with_values(claims, "text", pc.replace_with_mask(claims["text"], is_cut, shown))
