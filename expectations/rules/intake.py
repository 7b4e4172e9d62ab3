"""Rules for snapshots and exclusions: every input becomes a document or gets a reason.

Belongs here: what holds between inputs, documents and exclusions. Does not: what is inside a document (`documents`).
"""

from __future__ import annotations

from expectations.rule import Query, Rule

_EVERY_INPUT = (
    "SELECT source_name, source_sha256 FROM documents UNION ALL SELECT source_name, source_sha256 FROM exclusions"
)

RULES = (
    Rule(
        "snapshots",
        "every_input_is_accounted_for_once",
        "Every input is either one document or one exclusion, never both, never neither.",
        "An input that vanishes without a reason makes every number of the release unverifiable.",
        Query(
            f"SELECT s.source_name FROM snapshots s LEFT JOIN ({_EVERY_INPUT}) o USING (source_name, source_sha256) "
            "GROUP BY s.source_name HAVING count(o.source_name) <> 1",
            "snapshots",
        ),
    ),
    Rule(
        "exclusions",
        "input_was_read",
        "Every exclusion is of an input among the snapshots, with the same bytes.",
        "An exclusion of something that was never read would balance the account falsely.",
        Query(
            "SELECT source_name FROM exclusions ANTI JOIN snapshots USING (source_name, source_sha256)", "exclusions"
        ),
    ),
    Rule(
        "exclusions",
        "duplicate_names_what_is_kept",
        "duplicate_of is there where, and only where, the reason is duplicate or earlier_version; it may be missing "
        "where the article that was kept failed later, which the detail then names.",
        "Who looks for a dropped copy must find the document that stands in its place.",
        Query(
            """
            SELECT source_name FROM exclusions e
            WHERE (reason IN ('duplicate', 'earlier_version')) <> (duplicate_of IS NOT NULL) AND NOT (
                reason IN ('duplicate', 'earlier_version') AND EXISTS (
                    SELECT 1 FROM exclusions f WHERE f.reason = 'failed' AND contains(e.detail, f.source_name)
                )
            )
            """,
            "exclusions",
        ),
    ),
    Rule(
        "exclusions",
        "earlier_version_has_its_number",
        "version is there where, and only where, the reason is earlier_version.",
        "Who reads an earlier version must know which one it is.",
        Query(
            "SELECT source_name FROM exclusions WHERE (reason = 'earlier_version') <> (version IS NOT NULL)",
            "exclusions",
        ),
    ),
    Rule(
        "exclusions",
        "detail_says_something",
        "The detail of every exclusion says what exactly was found.",
        "A bare reason does not tell its reader what to change.",
        Query("SELECT source_name FROM exclusions WHERE trim(detail) = ''", "exclusions"),
        severity="warning",
    ),
)
