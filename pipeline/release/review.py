"""What of a release most needs a person's eye, as a table to be filled in: review.csv.

Belongs here: which questions are asked, and in which order. Does not: reading the answers
(`pipeline.resolution.people.decisions`), or what follows from them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import OnRecordError
from pipeline.release.files import SUMS
from pipeline.release.layout import release_tables
from pipeline.release.relations import show_all
from pipeline.warehouse import connect

COLUMNS = (
    "urgency", "question", "what", "context", "decision", "reason", "decided_on", "decided_by", "words",
    "target", "other", "document", "confidence", "outlet", "published_at", "url",
)  # fmt: skip
"""The columns in the order in which a person reads them."""
SURE = 0.6
"""Claims that are at least as sure are not asked about."""
FREQUENT = 3
"""Mentions from which on a name that has no Wikidata id is asked about."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the words that answer it, and SQL that gives what it is asked about; `urgency` is from 0 to 100."""

    name: str
    words: str
    sql: str


_FOUND = "(SELECT actor_id, sum(mention_count) AS mentions FROM actor_names GROUP BY actor_id)"
_AROUND = """coalesce(substr(d.text, greatest(1, c."start" - 160), c."end" - c."start" + 320), '')"""
_NAMES = "(SELECT DISTINCT actor_id, lower(name) AS known_as FROM actor_names WHERE form IN ('name', 'acronym'))"

QUESTIONS = (
    Question(
        "unsure_claim",
        "right; retract; speaker_id=act_… (or nothing behind =); act=…; mode=…; span=START-END",
        f"""
        SELECT 100 * (1 - c.confidence) AS urgency, claim_id AS target,
               concat('“', c.text, '”, says ', coalesce(a.name, c.speaker_text, 'nobody'), ' (', c.mode, ' ', c.act,
                      ', rule ', c.rule, ', ', c."start", '-', c."end", ')') AS what,
               {_AROUND} AS context, document_id AS document, c.confidence
        FROM claims AS c JOIN documents AS d USING (document_id) LEFT JOIN actors AS a ON a.actor_id = c.speaker_id
        WHERE c.confidence < {SURE}""",
    ),
    Question(
        "unlinked_name",
        "right; link=Q…; retract; merge (with the id of the same actor in `other`)",
        f"""
        SELECT least(70, 10 * a.document_count + mentions) AS urgency, actor_id AS target,
               concat(a.name, ' (', a.kind, '), ', mentions, ' mentions in ', a.document_count, ' documents') AS what,
               (SELECT string_agg(concat(role, ' (', substr(source_name, 1, 40), ')'), ', ' ORDER BY role, source_name)
                FROM roles JOIN documents USING (document_id) WHERE roles.actor_id = a.actor_id) AS context,
               (SELECT min(document_id) FROM mentions WHERE mentions.actor_id = a.actor_id) AS document
        FROM actors AS a JOIN {_FOUND} USING (actor_id)
        WHERE is_named AND wikidata_id IS NULL AND mentions >= {FREQUENT}""",
    ),
    Question(
        "same_name",
        "merge; right; retract",
        f"""
        SELECT least(100, 75 + a.document_count + b.document_count) AS urgency, a.actor_id AS target,
               b.actor_id AS other,
               concat(a.name, ' (', a.kind, ', ', a.claim_count, ' claims) and ', b.name, ' (', b.kind, ', ',
                      b.claim_count, ' claims)') AS what,
               concat('both are called ', string_agg(n.known_as, ', ' ORDER BY n.known_as)) AS context,
               (SELECT min(document_id) FROM mentions WHERE mentions.actor_id = b.actor_id) AS document
        FROM {_NAMES} AS n JOIN {_NAMES} AS m ON n.known_as = m.known_as AND n.actor_id <> m.actor_id
        JOIN actors AS a ON a.actor_id = n.actor_id JOIN actors AS b ON b.actor_id = m.actor_id
        WHERE (a.claim_count, b.actor_id) > (b.claim_count, a.actor_id)
            AND (contains(n.known_as, ' ') OR a.kind <> 'person' OR b.kind <> 'person')
        GROUP BY ALL""",
    ),
    Question(
        "unlike_names",
        "right; split (the name in `what` is somebody else's in `document`); retract",
        """
        SELECT least(100, 60 + 5 * count(*)) AS urgency, a.actor_id AS target,
               concat(a.name, ' (', a.kind, ') is also called ', n.name) AS what, min(m.document_id) AS document,
               concat(count(*), ' mentions') AS context
        FROM actors AS a JOIN actor_names AS n USING (actor_id)
        JOIN mentions AS m ON m.actor_id = a.actor_id AND m.surface = n.name AND m.form = n.form
        WHERE a.wikidata_id IS NULL AND n.form = 'name'
            AND NOT list_has_any(regexp_split_to_array(lower(a.name), '[^\\w]+'),
                                 regexp_split_to_array(lower(n.name), '[^\\w]+'))
        GROUP BY a.actor_id, a.name, a.kind, n.name""",
    ),
    Question(
        "redirect",
        "right; split (of an actor: it is somebody else in `document`); retract",
        """
        SELECT 65 AS urgency, i.superseded_by AS target, i.identifier AS other,
               concat(i.kind, ' ', coalesce(a.name, c.text), ' took the place of ', i.identifier, ', last in ',
                      i.last_release) AS what,
               coalesce(c.document_id, (SELECT min(document_id) FROM mentions WHERE mentions.actor_id = a.actor_id))
                   AS document
        FROM identifiers AS i
        LEFT JOIN actors AS a ON a.actor_id = i.superseded_by LEFT JOIN claims AS c ON c.claim_id = i.superseded_by
        WHERE i.status = 'superseded' AND i.reason IS NULL AND coalesce(a.actor_id, c.claim_id) IS NOT NULL""",
    ),
)
"""The questions of the vocabulary `question`, each with what it is asked about."""

_ASKED = """
    SELECT CAST(round(urgency) AS INTEGER) AS urgency, $question AS question, $words AS words, target, other, what,
           context, document, confidence, d.publisher AS outlet, d.published_at, d.url
    FROM (FROM (SELECT NULL AS other, NULL AS context, NULL AS confidence) WHERE false
          UNION ALL BY NAME FROM ({sql})) AS asked
    LEFT JOIN documents AS d ON d.document_id = document
    WHERE NOT EXISTS (
        FROM decisions WHERE decisions.target = asked.target AND decision = 'confirmation'
            AND field = concat_ws(' ', $question, other)
    )"""


def review(release: Path, limit: int) -> str:
    """The most urgent questions about a release as CSV (RFC 4180), with empty columns for the answers.

    What people found right is not asked again. Raises OnRecordError if `release` is no release.
    """
    if not (release / SUMS).is_file():
        raise OnRecordError(f"{release}: no release; run `onrecord build`, or name a folder such as releases/2026.11.0")
    rows: list[dict[str, Any]] = []
    with connect() as connection:
        show_all(connection, release_tables(release))
        for asked in QUESTIONS:
            known = {"question": asked.name, "words": asked.words}
            rows += connection.sql(_ASKED.format(sql=asked.sql), params=known).to_arrow_table().to_pylist()
    rows.sort(key=lambda row: (-row["urgency"], row["question"], row["target"], row["other"] or "", row["what"]))
    text = io.StringIO()
    lines = csv.DictWriter(text, COLUMNS, restval="")
    lines.writeheader()
    lines.writerows({name: _cell(row.get(name)) for name in COLUMNS} for row in rows[:limit])
    return text.getvalue()


def _cell(value: object) -> str:
    """One line; words of an article must not become a formula in a spreadsheet."""
    words = " ".join(str("" if value is None else value).split())
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words
