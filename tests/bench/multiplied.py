"""The warehouse of the seeds, multiplied until it is large, for benchmarks of what comes after resolution.

Belongs here: multiplying a warehouse in SQL, and running a step in a process of its own. Does not: a corpus of articles
(`corpus`), or what is measured on the warehouse.

Every second article is closed. Each copy has documents, claims, mentions and unnamed actors of its own; fifty copies
share named actors. All rules hold in it.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from expectations.database import prepare  # noqa: E402
from expectations.run import run_checks  # noqa: E402
from pipeline.build import build  # noqa: E402
from pipeline.resolution.corpus.rights import with_extents  # noqa: E402
from pipeline.schema.render.duckdb import create_table, literal, quote  # noqa: E402
from pipeline.schema.tables import WORKING_TABLES  # noqa: E402
from pipeline.settings import Settings  # noqa: E402
from pipeline.warehouse import connect, order_of, within  # noqa: E402

SHARING = 50
"""Copies that have one named actor in common: as in the news, few actors are in many articles."""
ROOM = 11 * 1024**3
"""Memory (bytes) that multiplying may take: ten million claims need more than what is measured on them."""
DAYS = 730
"""Over how many days the copies are published."""

_CLOSED = """
    CREATE TEMP TABLE open_documents AS
    SELECT * REPLACE (CASE WHEN number % 2 = 0 THEN 'all-rights-reserved' ELSE licence END AS licence,
                      text_is_open AND number % 2 = 1 AS text_is_open)
    FROM (SELECT *, row_number() OVER (ORDER BY document_id) AS number FROM seed.documents)"""

_MAPS = (
    f"""
    CREATE TEMP TABLE copies AS
    SELECT range AS copy, range // {SHARING} AS world, to_days((range % {DAYS})::INTEGER) AS ago,
           lpad(range::VARCHAR, 9, '0') AS mark
    FROM range($copies)""",
    """
    CREATE TEMP TABLE documents_now AS
    SELECT *, mint_document_id(new_url, new_sha256) AS new FROM (
        SELECT copy, ago, mark, document_id AS old, url || '?' || mark AS new_url,
               sha256(source_sha256 || mark) AS new_sha256, mark || '/' || source_name AS new_name
        FROM open_documents CROSS JOIN copies)""",
    """
    CREATE TEMP TABLE actors_now AS
    WITH firsts AS (
        SELECT actor_id, min(document_id) AS document_id, min(source_start) AS place
        FROM seed.mentions GROUP BY actor_id
    ), renamed AS (
        SELECT copy, ago, kind, is_named, document_id, place, actor_id AS old,
               CASE WHEN is_named THEN concat_ws(' ', name, world, number) ELSE name END AS new_name,
               'Q' || (substr(wikidata_id, 2)::BIGINT + world * 1000000000) AS new_item
        FROM (SELECT *, row_number() OVER (ORDER BY actor_id) AS number FROM seed.actors)
        LEFT JOIN firsts USING (actor_id) CROSS JOIN copies
    )
    SELECT r.*, CASE WHEN new_item IS NOT NULL THEN mint_linked_actor_id(new_item)
                     WHEN is_named THEN mint_named_actor_id(kind, r.new_name, '')
                     ELSE mint_unnamed_actor_id(d.new, place) END AS new
    FROM renamed AS r LEFT JOIN documents_now AS d ON d.copy = r.copy AND d.old = r.document_id""",
    """
    CREATE TEMP TABLE claims_now AS
    SELECT d.copy, c.claim_id AS old, c.claim_group_id AS old_group,
           mint_claim_id(d.new, speaker_text, text, turn) AS new
    FROM seed.claims AS c JOIN range(0, 50) AS turns(turn)
        ON c.claim_id = mint_claim_id(c.document_id, speaker_text, text, turn)
    JOIN documents_now AS d ON d.old = c.document_id""",
    """
    CREATE TEMP TABLE groups_now AS
    SELECT copy, old_group AS old, mint_claim_group_id(min(new)) AS new FROM claims_now
    WHERE old_group IS NOT NULL GROUP BY copy, old_group""",
)
"""Which id, name and time each row of the seeds has in each copy."""


def _actor(column: str) -> str:
    return f"(SELECT new FROM actors_now AS a WHERE a.copy = d.copy AND a.old = t.{column}) AS {column}"


_CLAIM = "(SELECT new FROM claims_now AS c WHERE c.copy = d.copy AND c.old = t.claim_id) AS claim_id"
_GROUP = "(SELECT new FROM groups_now AS g WHERE g.copy = d.copy AND g.old = t.claim_group_id) AS claim_group_id"
_OF_DOCUMENTS = "FROM {table} AS t JOIN documents_now AS d ON d.old = t.document_id"

_ROWS: dict[str, str] = {
    "snapshots": """
        SELECT s.* REPLACE (mark || '/' || source_name AS source_name, sha256(source_sha256 || mark) AS source_sha256)
        FROM seed.snapshots AS s CROSS JOIN copies""",
    "exclusions": """
        SELECT e.* REPLACE (mark || '/' || source_name AS source_name, sha256(source_sha256 || mark) AS source_sha256,
            (SELECT new FROM documents_now AS d WHERE d.copy = c.copy AND d.old = e.duplicate_of) AS duplicate_of)
        FROM seed.exclusions AS e CROSS JOIN copies AS c""",
    # A last segment with the number of the copy keeps texts apart.
    "documents": f"""
        SELECT t.* REPLACE (d.new AS document_id, new_url AS url, new_name AS source_name, new_sha256 AS source_sha256,
            published_at - ago AS published_at, modified_at - ago AS modified_at, captured_at - ago AS captured_at,
            text || chr(10) || chr(10) || mark AS text, sha256(text || chr(10) || chr(10) || mark) AS text_sha256,
            source_length + 9 AS source_length, {_actor("publisher_id")},
            list_append(segments, {{'role': 'note', 'start': length(text) + 2, 'end': length(text) + 11,
                                    'source_start': source_length, 'source_end': source_length + 9}}) AS segments)
        {_OF_DOCUMENTS.format(table="open_documents")}""",
    "removals": f"""
        SELECT t.* REPLACE (d.new AS document_id) {_OF_DOCUMENTS.format(table="seed.removals")}""",
    "claims": f"""
        SELECT t.* REPLACE (d.new AS document_id, {_CLAIM}, {_GROUP},
            {", ".join(_actor(f"{part}_id") for part in ("speaker", "addressee", "medium"))})
        {_OF_DOCUMENTS.format(table="cut_claims")}""",
    "claim_actors": f"""
        SELECT t.* REPLACE (d.new AS claim_id, {_actor("actor_id")})
        FROM seed.claim_actors AS t JOIN claims_now AS d ON d.old = t.claim_id""",
    "claim_groups": """
        SELECT t.* REPLACE (g.new AS claim_group_id, first_published_at - ago AS first_published_at)
        FROM seed.claim_groups AS t JOIN groups_now AS g ON g.old = t.claim_group_id JOIN copies USING (copy)""",
    "mentions": f"""
        SELECT t.* REPLACE (d.new AS document_id, mint_mention_id(d.new, t.source_start, t.source_end) AS mention_id,
            {_actor("actor_id")})
        {_OF_DOCUMENTS.format(table="seed.mentions")}""",
    "actors": """
        SELECT t.* REPLACE (new AS actor_id, new_name AS name, new_item AS wikidata_id,
            CASE WHEN is_seen THEN document_count * times ELSE 1 END AS document_count,
            claim_count * times AS claim_count,
            first_seen - earliest AS first_seen, last_seen - latest AS last_seen)
        FROM (
            SELECT *, actor_id IN (SELECT actor_id FROM seed.mentions) OR
                      actor_id IN (SELECT publisher_id FROM seed.documents WHERE publisher_id IS NOT NULL) AS is_seen
            FROM seed.actors
        ) AS t JOIN (
            SELECT old, new, new_name, new_item, count(*) AS times, max(ago) AS earliest, min(ago) AS latest
            FROM actors_now GROUP BY ALL
        ) AS a ON a.old = t.actor_id""",
    "actor_names": """
        SELECT t.* REPLACE (new AS actor_id, mention_count * times AS mention_count)
        FROM seed.actor_names AS t
        JOIN (SELECT old, new, count(*) AS times FROM actors_now GROUP BY ALL) AS a ON a.old = t.actor_id""",
    "roles": f"""
        SELECT t.* REPLACE (d.new AS document_id, as_of - ago AS as_of, {_actor("actor_id")},
            {_actor("organisation_id")})
        {_OF_DOCUMENTS.format(table="seed.roles")}""",
    "quantities": f"""
        SELECT t.* REPLACE (d.new AS document_id, mint_quantity_id(d.new, t.source_start, t.source_end) AS quantity_id,
            {_CLAIM})
        {_OF_DOCUMENTS.format(table="seed.quantities")}""",
    "decisions": "FROM seed.decisions",
}

_SOURCES = """
    COPY (SELECT d.new_name AS source_name, source_text || mark AS source_text
          FROM read_parquet({stage}) AS s JOIN open_documents AS o USING (source_name)
          JOIN documents_now AS d ON d.old = o.document_id) TO {target} (COMPRESSION zstd, ROW_GROUP_SIZE 4096)"""


def multiply(seed: Path, claims: int, output: Path) -> None:
    """A warehouse with its stage `cleaned` in the folder `output`, with about this many claims, from that of `seed`."""
    (output / "stages").mkdir(parents=True, exist_ok=True)
    with within(ROOM), connect(output / "onrecord.duckdb") as connection:
        for spec in WORKING_TABLES:
            connection.execute(create_table(spec, checks=False))
        # Views are made over the source texts; nothing here asks for one.
        connection.execute("CREATE TEMP VIEW sources AS SELECT '' AS source_name, '' AS source_text WHERE false")
        prepare(connection)
        connection.execute(f"ATTACH {literal(str(seed / 'onrecord.duckdb'))} AS seed (READ_ONLY)")
        connection.execute(_CLOSED)
        _cut(connection)
        ((there,),) = connection.execute("SELECT count(*) FROM seed.claims").fetchall()
        for sql in _MAPS:
            connection.execute(sql, {"copies": max(1, claims // there)} if "$copies" in sql else None)
        for spec in WORKING_TABLES:
            columns = ", ".join(map(quote, spec.column_names))
            connection.execute(
                f"INSERT INTO {quote(spec.name)} SELECT {columns} FROM ({_ROWS[spec.name]}) ORDER BY {order_of(spec)}"
            )
        stages = (literal(str(folder / "stages" / "cleaned.parquet")) for folder in (seed, output))
        connection.execute(_SOURCES.format(stage=next(stages), target=next(stages)))


def _cut(connection: duckdb.DuckDBPyConnection) -> None:
    """The claims of the seeds, cut to what may be published of articles that are closed here."""
    claims, documents = (connection.sql(f"FROM {name}").to_arrow_table() for name in ("seed.claims", "open_documents"))
    connection.register("cut", with_extents(claims, documents))
    connection.execute("CREATE TEMP TABLE cut_claims AS FROM cut")
    connection.unregister("cut")


def seeds(output: Path) -> None:
    """Builds the seeds in the folder `output`."""
    build(Settings(output=output), run_checks)


def apart_from_here(work: Callable[..., None], *arguments: Any) -> None:
    """Runs this in a process of its own, whose peak memory is then its own, too."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def peak() -> float:
    """The most memory that this process has had, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
