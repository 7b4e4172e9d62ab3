"""The register of ids: which were issued, in which release, for what, and what became of them.

Belongs here: carrying the register from release to release, and the rule that no id is issued twice for different
things. Does not: minting ids (`pipeline.ids`). Places (mentions, quantities) have ids too, but no entry: their ids say
no more than the document's id and two offsets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import duckdb
import pyarrow as pa

from pipeline import ids
from pipeline.errors import OnRecordError
from pipeline.release.relations import BATCH, Rows, Tables, key_order, show, show_all, streamed
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import IDENTIFIERS
from pipeline.warehouse import connect

SAME_PLACE = 0.5
"""Dice of two claims' places from which on the new one stands for the old one."""

_ISSUED = pa.schema([pa.field(name, pa.string()) for name in ("identifier", "kind", "fingerprint")])

_ACTORS = """
    SELECT actor_id,
        CASE WHEN wikidata_id IS NOT NULL THEN 'wikidata' WHEN is_named THEN 'name' ELSE 'place' END,
        CASE WHEN wikidata_id IS NOT NULL THEN wikidata_id WHEN is_named THEN kind ELSE first.document_id END,
        CASE WHEN wikidata_id IS NOT NULL THEN '' WHEN is_named THEN name ELSE first.source_start::VARCHAR END
    FROM actors LEFT JOIN (
        SELECT actor_id, document_id, source_start
        FROM mentions SEMI JOIN (FROM actors WHERE wikidata_id IS NULL AND NOT is_named) USING (actor_id)
        QUALIFY row_number() OVER (PARTITION BY actor_id ORDER BY document_id, source_start) = 1
    ) AS first USING (actor_id)"""


def issued(connection: duckdb.DuckDBPyConnection, tables: Tables) -> Iterator[pa.RecordBatch]:
    """Identifier, kind and fingerprint of every id in these tables, whose claims have their whole text."""
    show_all(connection, tables, ("documents", "claims", "actors", "mentions"))
    for kind, (sql, parts) in _MADE_FROM.items():
        for batch in connection.sql(sql).to_arrow_reader(BATCH):
            yield _fingerprints(kind, batch, parts)


def _issue(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Makes the table `issued` in the database of this connection."""
    with connection.cursor() as cursor:  # the rows are read while they are written
        connection.register("minted", pa.RecordBatchReader.from_batches(_ISSUED, issued(cursor, tables)))
        connection.execute("CREATE TABLE issued AS FROM minted")
        connection.unregister("minted")


def _fingerprints(kind: str, rows: pa.RecordBatch, parts: Callable[..., tuple[str, ...]]) -> pa.RecordBatch:
    own, *columns = (column.to_pylist() for column in rows.columns)
    made = [ids.fingerprint(kind, *parts(*values)) for values in zip(*columns, strict=True)]
    return pa.RecordBatch.from_arrays([pa.array(own), pa.array([kind] * len(own)), pa.array(made)], schema=_ISSUED)


_MADE_FROM: Mapping[str, tuple[str, Callable[..., tuple[str, ...]]]] = {
    "document": (
        "SELECT document_id, coalesce(nullif(url, ''), source_sha256) FROM documents",
        lambda source: (source,),
    ),
    "claim": (
        "SELECT claim_id, document_id, coalesce(speaker_text, ''), text FROM claims",
        lambda document, speaker, text: (document, speaker, ids.words(text)),
    ),
    "actor": (_ACTORS, lambda how, first, second: (how, str(first), *([ids.words(str(second))] if second else []))),
    "claim_group": (
        "SELECT claim_group_id, min(claim_id) FROM claims WHERE claim_group_id IS NOT NULL GROUP BY ALL",
        lambda smallest: (smallest,),
    ),
}
"""For each kind the id and what it is made from, as SQL, and the parts of its fingerprint."""


def continued(before: Tables, after: Tables, version: str, previous: str | None) -> Iterator[pa.RecordBatch]:
    """The register of the release `version`, which follows `previous` (None: it is the first), in published order.

    `before` are the tables of the previous release, `after` those of this one with the whole text of each claim. Raises
    OnRecordError if an id would be issued for something else than before.
    """
    with connect() as connection:
        _issue(connection, after)
        show(connection, "register", before["identifiers"])
        for side, tables in (("before", before), ("after", after)):
            show_all(connection, tables, ("documents", "claims", "mentions"), f"{side}_")
        show_all(connection, after, ("exclusions", "decisions"))
        _refuse_clashes(connection)
        for statement in _SUCCESSORS:
            connection.execute(statement)
        connection.execute(_REASONS)
        known = {"version": version, "previous": previous}
        yield from streamed(connection, _CONTINUED, arrow_schema(IDENTIFIERS, comments=True), known)


def _refuse_clashes(connection: duckdb.DuckDBPyConnection) -> None:
    clash = connection.execute(CLASHES).fetchone()
    if clash:
        raise OnRecordError(
            f"no release: {clash[0]} was issued for something else in release {clash[1]}; make ids with the code that "
            "made that release, or start anew in another folder with --output"
        )


CLASHES = """
    SELECT identifier, first_release FROM register JOIN issued USING (identifier)
    WHERE (register.kind, register.fingerprint) <> (issued.kind, issued.fingerprint) ORDER BY identifier LIMIT 1"""
"""Ids that stand for something else now than when they were issued."""

_GONE = "(SELECT identifier FROM register ANTI JOIN issued USING (identifier) WHERE status = 'current')"
_MOST = "QUALIFY row_number() OVER (PARTITION BY old ORDER BY weight DESC, new) = 1"

_SUCCESSORS = (
    f"""
    CREATE TEMP TABLE successors AS
    SELECT old, new FROM (
        SELECT b.document_id AS old, a.document_id AS new, 2 AS weight
        FROM before_documents AS b JOIN after_documents AS a USING (source_sha256)
        UNION ALL
        SELECT b.document_id, e.duplicate_of, 1
        FROM before_documents AS b JOIN exclusions AS e USING (source_sha256) WHERE e.duplicate_of IS NOT NULL
    ) WHERE old IN {_GONE} {_MOST}""",
    f"""
    INSERT INTO successors
    SELECT old, new FROM (
        SELECT b.claim_id AS old, a.claim_id AS new,
               2.0 * (least(a.source_end, b.source_end) - greatest(a.source_start, b.source_start))
               / (a.source_end - a.source_start + b.source_end - b.source_start) AS weight
        FROM before_claims AS b
        LEFT JOIN successors AS s ON s.old = b.document_id
        JOIN after_claims AS a ON a.document_id = coalesce(s.new, b.document_id)
        WHERE b.claim_id IN {_GONE} AND a.claim_id NOT IN (SELECT identifier FROM register WHERE status = 'current')
    ) WHERE weight >= {SAME_PLACE} {_MOST}""",
    f"""
    INSERT INTO successors
    SELECT old, new FROM (
        SELECT b.actor_id AS old, a.actor_id AS new, count(*) AS weight
        FROM (SELECT mention_id AS place, actor_id FROM before_mentions
              UNION ALL SELECT document_id, publisher_id FROM before_documents) AS b
        JOIN (SELECT mention_id AS place, actor_id FROM after_mentions
              UNION ALL SELECT document_id, publisher_id FROM after_documents) AS a USING (place)
        WHERE b.actor_id IN {_GONE} AND a.actor_id IS NOT NULL GROUP BY ALL
    ) {_MOST}""",
    f"""
    INSERT INTO successors
    SELECT old, new FROM (
        SELECT b.claim_group_id AS old, a.claim_group_id AS new, count(*) AS weight
        FROM before_claims AS b LEFT JOIN successors AS s ON s.old = b.claim_id
        JOIN after_claims AS a ON a.claim_id = coalesce(s.new, b.claim_id)
        WHERE b.claim_group_id IN {_GONE} AND a.claim_group_id IS NOT NULL GROUP BY ALL
    ) {_MOST}""",
)
"""What stands in the place of each id that is gone: the same source, the same place, most of the same mentions or
members.
"""

_REASONS = """
    CREATE TEMP TABLE reasons AS
    WITH gone_documents AS (
        SELECT regexp_extract(detail, 'doc_[a-z2-7]{20}') AS id, min(detail) AS reason
        FROM exclusions WHERE reason = 'retracted' GROUP BY id
    ), named AS (
        SELECT target AS id, decision, min(reason) AS reason FROM decisions
        WHERE is_applied AND (decision IN ('retraction', 'merge', 'link') OR field = 'span') GROUP BY ALL
    ), retracted AS (
        SELECT id, reason, 1 AS rank FROM named WHERE decision = 'retraction'
        UNION ALL SELECT id, reason, 2 FROM gone_documents
        UNION ALL SELECT c.claim_id, r.reason, 3 FROM before_claims AS c JOIN gone_documents r ON r.id = c.document_id
        UNION ALL SELECT c.claim_id, n.reason, 4 FROM before_claims AS c JOIN named AS n ON n.id = c.speaker_id
                  WHERE n.decision = 'retraction'
        UNION ALL SELECT id, reason, 5 FROM named WHERE decision <> 'retraction'
    )
    SELECT id AS identifier, rank < 5 AS is_retracted, reason FROM retracted
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY rank, reason) = 1"""
"""Why people took an id away."""

_CONTINUED = f"""
    SELECT identifier, i.kind, i.fingerprint, 'current' AS status, coalesce(r.first_release, $version) AS first_release,
           NULL AS last_release, NULL AS superseded_by, NULL AS reason
    FROM issued AS i LEFT JOIN register AS r USING (identifier)
    UNION ALL
    SELECT r.identifier, r.kind, r.fingerprint,
           CASE WHEN w.is_retracted THEN 'retracted' WHEN r.status <> 'current' THEN r.status
                WHEN s.new IS NULL THEN 'withdrawn' ELSE 'superseded' END,
           r.first_release, CASE r.status WHEN 'current' THEN $previous ELSE r.last_release END,
           CASE WHEN w.is_retracted THEN NULL ELSE coalesce(s.new, r.superseded_by) END,
           coalesce(w.reason, r.reason)
    FROM register AS r
    LEFT JOIN successors AS s ON s.old = r.identifier
    LEFT JOIN reasons AS w USING (identifier)
    WHERE NOT EXISTS (SELECT 1 FROM issued AS i WHERE i.identifier = r.identifier)
    ORDER BY {key_order(IDENTIFIERS)}"""


def problems(tables: Tables, version: str, previous: str | None, earlier: Rows | None) -> Iterator[str]:
    """What is wrong with the register of a release; `earlier` is that of the release before it, if it is there."""
    with connect() as connection:
        _issue(connection, tables)
        show(connection, "claims", tables["claims"])
        show(connection, "register", tables["identifiers"])
        show(connection, "earlier", arrow_schema(IDENTIFIERS).empty_table() if earlier is None else earlier)
        known = {"version": version, "previous": previous}
        for what, sql in _PROBLEMS[: len(_PROBLEMS) if earlier is not None or previous is None else _ALONE]:
            names = [name for name in known if f"${name}" in sql]
            bad = connection.execute(sql, {name: known[name] for name in names}).fetchone()
            if bad:
                yield f"identifiers: {bad[0]}: {what}"


_PROBLEMS = (
    (
        "its row and its status do not agree",
        """SELECT identifier FROM register FULL JOIN issued USING (identifier)
           WHERE (status = 'current') IS DISTINCT FROM (issued.identifier IS NOT NULL) ORDER BY 1""",
    ),
    (
        "its fingerprint is not that of its row",
        """SELECT identifier FROM register JOIN issued USING (identifier)
           WHERE (register.kind, register.fingerprint) <> (issued.kind, issued.fingerprint)
               AND NOT EXISTS (SELECT 1 FROM claims WHERE claim_id = identifier AND text_extent <> 'whole')
           ORDER BY 1""",
    ),
    (
        "what became of it does not fit its status",
        """SELECT identifier FROM register
           WHERE (status = 'current') <> (last_release IS NULL)
               OR (status = 'superseded') <> (superseded_by IS NOT NULL)
               OR (status = 'retracted' AND reason IS NULL) OR superseded_by = identifier ORDER BY 1""",
    ),
    (
        "it is superseded in a circle",
        """WITH RECURSIVE way(first, reached) AS (
               SELECT identifier, superseded_by FROM register WHERE superseded_by IS NOT NULL
               UNION
               SELECT first, superseded_by FROM way JOIN register ON identifier = reached
               WHERE superseded_by IS NOT NULL
           ) SELECT first FROM way WHERE first = reached ORDER BY 1""",
    ),
    (
        "it was issued before, as something else, or its entry is lost",
        """SELECT identifier FROM earlier LEFT JOIN register USING (identifier)
           WHERE (earlier.kind, earlier.fingerprint, earlier.first_release)
               IS DISTINCT FROM (register.kind, register.fingerprint, register.first_release) ORDER BY 1""",
    ),
    (
        "it is new, but bears an older release",
        """SELECT identifier FROM register ANTI JOIN earlier USING (identifier)
           WHERE first_release <> $version OR status <> 'current' ORDER BY 1""",
    ),
    (
        "it is gone since the previous release, but bears another",
        """SELECT identifier FROM register JOIN earlier USING (identifier)
           WHERE earlier.status = 'current' AND register.last_release <> $previous ORDER BY 1""",
    ),
)
_ALONE = 4
"""As many of them need no other release."""
