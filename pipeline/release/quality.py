"""quality.json: how many of everything, from input to release, and how sure the rules are of it.

Belongs here: figures that are computed from the data itself. Does not: scores against a gold set; they are measured
elsewhere and handed in, each naming its set and method, because a program cannot judge its own claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from pipeline.cleaning.precision import rule_precision
from pipeline.release.content import Tables
from pipeline.warehouse import connect

ABOUT = (
    "Figures of this release. funnel: inputs that became documents, and claims that reach a named speaker. rights: how "
    "much of each article that is not openly licensed stands in its claims (share of its code points; nothing else of "
    "its text is published). confidence: claims by how sure their rule is, which is the rule's own estimate. "
    "cleaning_rules: share of a rule's removals that were right, null where the rule had no hit. measured: "
    "precision, recall and F1 against a gold set, if one was scored; each entry names the set and the method. "
)
MEASURES = (
    "Joint: at least half of a claim's words and a word of its speaker agree with the key. By mode: the same for "
    "direct, mixed and indirect claims. Content exact: the same words of the claim, whoever speaks. Source accuracy: "
    "share of right speakers among the claims whose words agree."
)
"""What the names in `measured` stand for; see `pipeline.extraction.scoring`."""

_FUNNEL = """
    SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM exclusions) AS inputs,
           (SELECT count(*) FROM exclusions) AS excluded,
           (SELECT count(*) FROM documents) AS documents,
           (SELECT count(DISTINCT document_id) FROM claims) AS documents_with_claims,
           (SELECT count(*) FROM claims) AS claims,
           (SELECT count(*) FROM claims WHERE speaker_id IS NOT NULL) AS claims_with_speaker,
           (SELECT count(*) FROM claims JOIN actors ON actor_id = speaker_id WHERE is_named)
               AS claims_with_named_speaker,
           (SELECT count(*) FROM claims JOIN actors ON actor_id = speaker_id WHERE wikidata_id IS NOT NULL)
               AS claims_with_linked_speaker"""
_LISTS = {
    "exclusions": "SELECT reason, count(*) AS inputs FROM exclusions GROUP BY reason ORDER BY inputs DESC, reason",
    "removals": """
        SELECT reason, count(*) AS spans, sum(source_end - source_start)::BIGINT AS characters
        FROM removals GROUP BY reason ORDER BY characters DESC, reason""",
    "truncation": "SELECT truncation, count(*) AS documents FROM documents GROUP BY truncation ORDER BY truncation",
    "modes": """
        SELECT mode, count(*) AS claims, count(speaker_id) AS with_speaker,
               round(count(speaker_id) / count(*), 4) AS share_with_speaker,
               round(avg(confidence), 4) AS mean_confidence
        FROM claims GROUP BY mode ORDER BY claims DESC, mode""",
    "rules": "SELECT rule, count(*) AS claims FROM claims GROUP BY rule ORDER BY claims DESC, rule",
    "confidence": """
        SELECT least(floor(confidence * 10) / 10, 0.9) AS at_least, count(*) AS claims
        FROM claims GROUP BY at_least ORDER BY at_least""",
    "groups": """
        SELECT relation, count(*) AS groups, sum(claim_count)::BIGINT AS claims
        FROM claim_groups GROUP BY relation ORDER BY relation""",
}
CLOSED_SHARES = """
    WITH spans AS (
        SELECT document_id, unnest(fragments) AS piece FROM claims
        WHERE document_id IN (SELECT document_id FROM documents WHERE NOT text_is_open)
    ), covered AS (
        SELECT document_id, count(DISTINCT place) AS characters
        FROM (SELECT document_id, unnest(range(piece.start, piece."end")) AS place FROM spans) GROUP BY document_id
    )
    SELECT d.document_id, round(coalesce(c.characters, 0) / list_max([s."end" for s in d.segments]), 4) AS share
    FROM documents AS d LEFT JOIN covered AS c USING (document_id)
    WHERE NOT d.text_is_open ORDER BY share DESC, d.document_id"""
"""For each document whose text is closed: the share of its text that stands in its claims, 0 to 1."""

SHARE_BOUND = 0.5
"""Claims that hold more than half of a closed article come near to publishing it; such articles are listed."""


def quality(tables: Tables, measured: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The figures of a release. `measured` maps the name of a gold set to its scores."""
    with connect() as connection:
        for name, rows in tables.items():
            connection.register(name, rows)
        lists = {name: _rows(connection, sql) for name, sql in _LISTS.items()}
        return {
            "about": ABOUT + MEASURES,
            "funnel": _rows(connection, _FUNNEL)[0],
            **lists,
            "rights": _rights(_rows(connection, CLOSED_SHARES)),
            "cleaning_rules": rule_precision(),
            "measured": dict(measured or {}),
        }


def _rights(shares: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "closed_documents": len(shares),
        "largest_share": shares[0]["share"] if shares else 0.0,
        "share_bound": SHARE_BOUND,
        "over_bound": [row["document_id"] for row in shares if row["share"] > SHARE_BOUND],
    }


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
    return rows
