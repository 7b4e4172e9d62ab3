"""What is counted over all documents, once the rows of each and the groups of claims are known.

Belongs here: the tables claim_groups, actors and actor_names, and their SQL. Does not: who is who (`actors`), or what
says the same (`groups`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.resolution.article.naming import tidy_sql
from pipeline.resolution.corpus.actors import ACTOR_COLUMNS
from pipeline.resolution.corpus.identity import PUBLISHER
from pipeline.resolution.database import standing
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table


def totals(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, pa.Table]:
    """The tables by name, in files of this folder.

    The connection knows the tables documents, claims, claim_actors and mentions as they are published, `grouped` (the
    claims that have a group) and `assigned` (the actor of each entity).
    """
    connection.execute(_STEPS)
    return {
        name: standing(connection, sql, arrow_schema(table(name)), folder / f"{name}.arrow")
        for name, sql in _TABLES.items()
    }


_STEPS = f"""
CREATE TABLE members AS
SELECT claim_group_id, relation, score, claim_id, claims.text, document_id
FROM grouped JOIN claims USING (claim_group_id, claim_id);
CREATE TABLE spread AS
SELECT claim_group_id, count(*) AS claim_count, count(DISTINCT document_id) AS document_count,
       count(DISTINCT publisher) AS publisher_count, min(published_at) AS first_published_at
FROM members JOIN documents USING (document_id) GROUP BY claim_group_id;
CREATE TABLE fullest AS
FROM members QUALIFY row_number() OVER (
    PARTITION BY claim_group_id ORDER BY length(text) DESC, text DESC, claim_id) = 1;
DROP TABLE members;

CREATE TABLE seen AS
SELECT actor_id, document_id FROM mentions
UNION SELECT actor_id, document_id FROM assigned WHERE number = {PUBLISHER};
CREATE TABLE dated AS
SELECT actor_id, count(*) AS document_count, min(published_at) AS first_seen, max(published_at) AS last_seen
FROM seen JOIN documents USING (document_id) GROUP BY actor_id;
CREATE TABLE speaking AS
SELECT actor_id, count(*) FILTER (part = 'speaker') AS claim_count FROM claim_actors GROUP BY actor_id;
CREATE TABLE described AS SELECT DISTINCT {ACTOR_COLUMNS} FROM assigned;

CREATE TABLE called AS
SELECT actor_id, {tidy_sql("surface")} AS name, form, count(*) AS mention_count
FROM mentions WHERE form <> 'pronoun' GROUP BY ALL;
CREATE TABLE never_called AS SELECT actor_id, document_id, actor_name FROM assigned ANTI JOIN called USING (actor_id);
"""
"""One step after the other: several that keep much share the limit and then fail."""
_TABLES = {
    "claim_groups": """
        SELECT claim_group_id, relation, text, claim_count, document_count, publisher_count, first_published_at, score
        FROM fullest JOIN spread USING (claim_group_id) ORDER BY claim_group_id
    """,
    "actors": f"""
        SELECT actor_id, actor_name AS name, actor_kind AS kind, actor_is_named AS is_named,
               actor_wikidata_id AS wikidata_id, actor_country AS country,
               coalesce(document_count, 1) AS document_count, coalesce(claim_count, 0) AS claim_count,
               first_seen, last_seen
        FROM (FROM described QUALIFY row_number() OVER (PARTITION BY actor_id ORDER BY {ACTOR_COLUMNS}) = 1)
        LEFT JOIN dated USING (actor_id) LEFT JOIN speaking USING (actor_id)
        WHERE document_count IS NOT NULL OR claim_count IS NOT NULL
        ORDER BY actor_id
    """,
    "actor_names": """
        FROM called UNION ALL
        SELECT actor_id, min(actor_name), 'name', 0 FROM never_called SEMI JOIN seen USING (actor_id, document_id)
        GROUP BY actor_id
        ORDER BY actor_id, name, form
    """,
}
"""An actor that no text names stands under the name of its entity."""
