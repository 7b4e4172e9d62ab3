"""quality.json: how many of everything, from input to release, and how sure the rules are of it.

Belongs here: figures that are computed from the data itself. Does not: scores against a gold set; they are measured
elsewhere and handed in, each naming its set and method, because a program cannot judge its own claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from pipeline.cleaning.precision import rule_precision
from pipeline.extraction.calibration import checked
from pipeline.release.relations import Tables, records, show_all
from pipeline.resolution.corpus.rights import FREE_CHARACTERS, QUOTED_AS_PUBLISHED, SHARE_BOUND
from pipeline.warehouse import connect

LISTED = 100
"""Documents that are named of those that give more than the share bound: a large release has very many."""
ABOUT = (
    "Figures of this release. funnel: inputs that became documents, and claims that reach a named speaker. rights: how "
    "much of an article that is not openly licensed stands in its claims, as a share of its code points; nothing else "
    "of its text is published. Claims give at most share_bound of it, or free_characters where that is more (a brief "
    "is mostly who said what); beyond that the longest claims are cut to an excerpt, then withheld, which "
    "claims.text_extent says of each; over_share_bound names those documents of which they give the largest share. "
    "confidence: claims by how often such claims were right in other news. "
    "calibration: what confidence was worth on 84 annotated articles: of the claims at least so sure, and less sure "
    "than the next, the share that was right. "
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
_EXTENTS = """
    SELECT count(*) FILTER (text_extent = 'excerpt') AS excerpts, count(*) FILTER (text_extent = 'withheld') AS withheld
    FROM claims"""


def quality(tables: Tables, measured: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The figures of a release. `measured` maps the name of a gold set to its scores."""
    with connect() as connection:
        show_all(connection, tables)
        lists = {name: records(connection, sql) for name, sql in _LISTS.items()}
        return {
            "about": ABOUT + MEASURES,
            "funnel": records(connection, _FUNNEL)[0],
            **lists,
            "rights": _rights(connection),
            "calibration": checked(),
            "cleaning_rules": rule_precision(),
            "measured": dict(measured or {}),
        }


def _rights(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    connection.execute(_SHARES)
    return {
        "closed_documents": records(connection, "SELECT count(*) AS n FROM shares")[0]["n"],
        "share_bound": SHARE_BOUND,
        "free_characters": FREE_CHARACTERS,
        **records(connection, _SHARES_OF_ALL)[0],
        "documents_over_share_bound": records(connection, f"SELECT count(*) AS n {_OVER_SHARE_BOUND}")[0]["n"],
        "over_share_bound": records(connection, f"SELECT document_id, round(share, 4) AS share {_FURTHEST}"),
        "claims_cut": records(connection, _EXTENTS)[0],
    }


_SHARES = f"CREATE TABLE shares AS SELECT document_id, quoted / length AS share FROM ({QUOTED_AS_PUBLISHED})"
_SHARES_OF_ALL = """
    SELECT coalesce(round(favg(share), 4), 0.0) AS mean_share, coalesce(round(max(share), 4), 0.0) AS largest_share
    FROM shares"""
_OVER_SHARE_BOUND = f"FROM shares WHERE share > {SHARE_BOUND}"
_FURTHEST = f"{_OVER_SHARE_BOUND} ORDER BY share DESC, document_id LIMIT {LISTED}"
