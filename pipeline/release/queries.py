"""Questions that a release answers, as SQL over its Parquet files: queries.sql, and examples for the page.

Belongs here: queries that run unchanged in the folder of a release. Does not: anything that needs more than DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.release.layout import by_month


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the SQL that answers it; paths are relative to the release."""

    question: str
    sql: str


QUERIES = (
    Query(
        "Who speaks most, and in how many documents?",
        """\
SELECT a.name, a.kind, count(*) AS claims, count(DISTINCT c.document_id) AS documents
FROM 'claims.parquet' AS c
JOIN 'actors.parquet' AS a ON a.actor_id = c.speaker_id
WHERE a.is_named
GROUP BY a.actor_id, a.name, a.kind
ORDER BY claims DESC, a.name
LIMIT 20;""",
    ),
    Query(
        "What did a speaker promise, deny or warn of, in which words, and where does it stand?",
        """\
SELECT a.name, c.act, c.text, d.publisher, d.published_at, d.url, c.start, c."end"
FROM 'claims.parquet' AS c
JOIN 'actors.parquet' AS a ON a.actor_id = c.speaker_id
JOIN 'documents.parquet' AS d USING (document_id)
WHERE c.act IN ('promise', 'denial', 'warning') AND NOT c.is_negated
ORDER BY a.name, d.published_at, c.start;""",
    ),
    Query(
        "Which statements were carried by more than one publisher, and who carried them first?",
        """\
SELECT g.text, g.relation, g.publisher_count, g.first_published_at,
       arg_min(d.publisher, d.published_at) AS first_publisher
FROM 'claim_groups.parquet' AS g
JOIN 'claims.parquet' AS c USING (claim_group_id)
JOIN 'documents.parquet' AS d USING (document_id)
WHERE g.publisher_count > 1
GROUP BY ALL
ORDER BY g.publisher_count DESC, g.first_published_at, g.text;""",
    ),
    Query(
        "How much does each publisher quote, and how much does it tell in its own words?",
        """\
WITH per_document AS (
    SELECT document_id,
           count(*) FILTER (mode = 'direct') AS direct,
           count(*) FILTER (mode = 'mixed') AS mixed,
           count(*) FILTER (mode = 'indirect') AS indirect
    FROM 'claims.parquet'
    GROUP BY document_id
)
SELECT coalesce(d.publisher, '(unknown)') AS publisher, count(*) AS documents,
       coalesce(sum(direct), 0) AS direct, coalesce(sum(mixed), 0) AS mixed, coalesce(sum(indirect), 0) AS indirect,
       round(1000.0 * coalesce(sum(direct + mixed + indirect), 0) / sum(d.word_count), 1) AS claims_per_1000_words
FROM 'documents.parquet' AS d
LEFT JOIN per_document USING (document_id)
GROUP BY ALL
ORDER BY documents DESC, publisher;""",
    ),
    Query(
        "Which amounts of money and percentages stand in claims, and who names them?",
        """\
SELECT q.kind, q.value, q.currency, q.text, a.name AS speaker, c.text AS claim, d.published_at
FROM 'quantities.parquet' AS q
JOIN 'claims.parquet' AS c USING (claim_id)
JOIN 'documents.parquet' AS d ON d.document_id = c.document_id
LEFT JOIN 'actors.parquet' AS a ON a.actor_id = c.speaker_id
WHERE q.kind IN ('money', 'percent')
ORDER BY q.kind, q.value DESC NULLS LAST, c.claim_id;""",
    ),
)


def queries_sql(months: Iterable[str] = ()) -> str:
    """The queries as one SQL file, for a release that has these tables by month."""
    head = "-- Run these in the folder of the release: duckdb < queries.sql\n\n"
    return head + "\n\n".join(f"-- {query.question}\n{by_month(query.sql, months)}" for query in QUERIES) + "\n"
