"""The warehouse as rules see it: its tables, with lists unfolded into rows, texts cut by offsets, ids minted again.

Belongs here: the views, macros and functions that rules share. Does not: any rule.

Views: `segments` (document_id, position, role, section, start, end, source_start, source_end), `fragments` (claim_id,
document_id, position, start, end, source_start, source_end), `sources` (source_name, source_text).
Functions: slice(text, start, end) cuts by code points; mint_*(…) are those of `pipeline.ids`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb.func import FunctionNullHandling

from pipeline import ids
from pipeline.errors import OnRecordError
from pipeline.resolution.rights import excerpt_length
from pipeline.schema.render.duckdb import literal
from pipeline.warehouse import connect

_VIEWS = """
CREATE OR REPLACE TEMP MACRO slice(whole, first, last) AS substr(whole, first + 1, last - first);
CREATE OR REPLACE TEMP VIEW segments AS
    SELECT document_id, position, s.role,
        CASE WHEN s.role IN ('headline', 'standfirst') THEN s.role ELSE 'body' END AS section,
        s."start", s."end", s.source_start, s.source_end
    FROM (
        SELECT document_id, unnest(segments) AS s, generate_subscripts(segments, 1) AS position FROM documents
    );
CREATE OR REPLACE TEMP VIEW fragments AS
    SELECT claim_id, document_id, position, f."start", f."end", f.source_start, f.source_end
    FROM (
        SELECT claim_id, document_id, unnest(fragments) AS f, generate_subscripts(fragments, 1) AS position FROM claims
    );
"""

_FUNCTIONS: tuple[tuple[str, Callable[..., str | int], tuple[str, ...]], ...] = (
    ("mint_document_id", ids.document_id, ("VARCHAR", "VARCHAR")),
    ("mint_claim_id", ids.claim_id, ("VARCHAR", "VARCHAR", "VARCHAR", "BIGINT")),
    ("mint_mention_id", ids.mention_id, ("VARCHAR", "BIGINT", "BIGINT")),
    ("mint_quantity_id", ids.quantity_id, ("VARCHAR", "BIGINT", "BIGINT")),
    ("mint_linked_actor_id", ids.linked_actor_id, ("VARCHAR",)),
    ("mint_named_actor_id", ids.named_actor_id, ("VARCHAR", "VARCHAR", "VARCHAR")),
    ("mint_unnamed_actor_id", ids.unnamed_actor_id, ("VARCHAR", "BIGINT")),
    ("mint_claim_group_id", ids.claim_group_id, ("VARCHAR[]",)),
    ("words_of", ids.words, ("VARCHAR",)),
    ("excerpt_length", excerpt_length, ("VARCHAR", "BIGINT")),
)
_TEXT = frozenset(name for name, _, _ in _FUNCTIONS if name.startswith("mint_") or name == "words_of")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Defines views, macros and functions on a connection that has the working tables, and `sources`."""
    connection.execute(_VIEWS)
    for name, function, types in _FUNCTIONS:
        connection.create_function(
            name,
            function,
            list(types),
            "VARCHAR" if name in _TEXT else "BIGINT",
            null_handling=FunctionNullHandling.SPECIAL,  # an id may be made from a null: a document without URL
            exception_handling=duckdb.PythonExceptionHandling.RETURN_NULL,  # a row that has no id breaks its rule
        )


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a warehouse, ready for rules.

    Raises OnRecordError if the warehouse is missing.
    """
    if not warehouse.is_file():
        raise OnRecordError(f"{warehouse}: there is no warehouse yet; run `onrecord build` first")
    connection = connect(warehouse, read_only=True)
    try:
        connection.execute(f"CREATE TEMP VIEW sources AS {_sources(warehouse.parent / 'stages' / 'cleaned.parquet')}")
        prepare(connection)
        yield connection
    finally:
        connection.close()


def _sources(stage: Path) -> str:
    # Where the stage is not there a rule of the documents fails, while others have nothing to look at.
    if not stage.is_file():
        return "SELECT '' AS source_name, '' AS source_text WHERE false"
    return f"SELECT source_name, source_text FROM read_parquet({literal(str(stage))}) WHERE source_text IS NOT NULL"
