"""onrecord.duckdb: the published tables in one file, ready to open.

Belongs here: writing that file for clients older than ours. Does not: the warehouse (`pipeline.warehouse`). Its bytes
differ from build to build (DuckDB's storage does), so its checksum stands apart from the others.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import OnRecordError
from pipeline.release.relations import Tables, in_order, show
from pipeline.schema.render.duckdb import comments, create_table, literal, quote
from pipeline.schema.tables import TABLES
from pipeline.warehouse import connect

STORAGE_VERSION = "v1.0.0"
"""Every DuckDB from 1.0 on can open the file."""

VIEWS = {
    "claims_in_context": """
        SELECT c.claim_id, c.text, c.mode, c.act, s.name AS speaker, s.kind AS speaker_kind, a.name AS addressee,
               d.title, d.publisher, d.published_at, d.url, c.is_negated, c.is_hedged, c.confidence
        FROM claims AS c
        JOIN documents AS d USING (document_id)
        LEFT JOIN actors AS s ON s.actor_id = c.speaker_id
        LEFT JOIN actors AS a ON a.actor_id = c.addressee_id""",
    "speakers": """
        SELECT a.actor_id, a.name, a.kind, a.wikidata_id, count(*) AS claims,
               count(DISTINCT c.document_id) AS documents, min(d.published_at) AS first, max(d.published_at) AS last
        FROM claims AS c
        JOIN actors AS a ON a.actor_id = c.speaker_id
        JOIN documents AS d USING (document_id)
        GROUP BY ALL""",
}
"""Views for the first questions: claims with names instead of ids, and speakers with their figures."""


def write_database(tables: Tables, path: Path) -> None:
    """Writes tables (with their checks and comments) and views."""
    connection = connect()
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS target (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        connection.execute("USE target")
        connection.execute("BEGIN")  # one transaction: a commit for each statement would wait for the disk each time
        for spec in TABLES:
            connection.execute(create_table(spec))
            rows = tables[spec.name]
            show(connection, "incoming_rows", rows)
            columns = ", ".join(map(quote, spec.column_names))
            connection.execute(
                f"INSERT INTO {quote(spec.name)} SELECT {columns} {in_order(spec, rows, 'incoming_rows')}"
            )
            connection.execute(comments(spec))
        for name, sql in VIEWS.items():
            connection.execute(f"CREATE VIEW {quote(name)} AS {sql}")
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH target")
    except duckdb.ConstraintException as error:
        reason = str(error).splitlines()[0]
        raise OnRecordError(f"no release: a row breaks the schema ({reason}); see pipeline/schema/fields.py") from error
    finally:
        connection.close()
