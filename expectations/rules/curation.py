"""Rules for what people decided.

Belongs here: what must hold of decisions and of what they leave behind. Does not: reading them (`pipeline.resolution`).
"""

from __future__ import annotations

from expectations.rule import Query, Rule

RULES = (
    Rule(
        "decisions",
        "decision_found_what_it_is_about",
        "Every decision found the document, claim or actor that it is about.",
        "A decision that no longer matches anything was meant to change something, and changes nothing.",
        Query("SELECT concat_ws(' ', decision, target, field) FROM decisions WHERE NOT is_applied", "decisions"),
        severity="warning",
    ),
    Rule(
        "decisions",
        "decision_has_its_reason",
        "Every decision but a confirmation gives its reason.",
        "What is gone or changed by hand must say why: nobody can look it up in the text.",
        Query(
            "SELECT concat_ws(' ', decision, target) FROM decisions "
            "WHERE decision <> 'confirmation' AND reason IS NULL",
            "decisions WHERE decision <> 'confirmation'",
        ),
    ),
    Rule(
        "decisions",
        "what_was_retracted_is_gone",
        "No document, claim or actor that people retracted has a row.",
        "A retraction that leaves a row behind is none.",
        Query(
            """
            SELECT target FROM decisions WHERE decision = 'retraction' AND target IN (
                SELECT document_id FROM documents UNION ALL SELECT claim_id FROM claims
                UNION ALL SELECT actor_id FROM actors UNION ALL SELECT url FROM documents WHERE url IS NOT NULL
                UNION ALL SELECT source_name FROM documents UNION ALL SELECT source_sha256 FROM documents
            )
            """,
            "decisions WHERE decision = 'retraction'",
        ),
    ),
    Rule(
        "decisions",
        "what_was_merged_is_gone",
        "No actor that people merged into another has a row under its old id.",
        "Both ids in the data would count one actor twice.",
        Query(
            "SELECT target FROM decisions WHERE decision = 'merge' AND is_applied "
            "AND target IN (SELECT actor_id FROM actors)",
            "decisions WHERE decision = 'merge'",
        ),
    ),
)
