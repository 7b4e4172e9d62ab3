"""The rule for ids of claims looks at turns only where claims are alike; it finds what a look at all of them finds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from expectations.rule import Query
from expectations.rules import RULES
from expectations.suites import as_keys
from pipeline import ids

RULE = next(rule.test for rule in RULES if rule.name == "claim_id_can_be_computed_again")
PLAIN = """
    SELECT claim_id FROM (
        SELECT *, row_number() OVER (
            PARTITION BY document_id, coalesce(speaker_text, ''), words_of(text) ORDER BY "start", "end", claim_id
        ) - 1 AS turn
        FROM claims
    ) c WHERE claim_id IS DISTINCT FROM mint_claim_id(document_id, speaker_text, text, turn) AND NOT EXISTS (
        SELECT 1 FROM range(1, 10) gap(missing)
        WHERE c.claim_id = mint_claim_id(c.document_id, c.speaker_text, c.text, c.turn + missing)
    )"""
"""The rule as one would write it first: a window over all claims."""
SPEAKERS = ("Ada Quist", "", None)
TEXTS = ("We sail.", "we sail", "Straße", "STRASSE", "No…")
TURNS = (0, 0, 0, 1, 2, 10, None)


def _claims(document: str | None, rng: random.Random) -> Iterator[dict[str, object]]:
    """A few claims, many of them alike, most of them with a turn that is not theirs."""
    for _ in range(rng.randint(1, 6)):
        speaker, text, turn, start = rng.choice(SPEAKERS), rng.choice(TEXTS), rng.choice(TURNS), rng.randint(0, 4)
        own = None if turn is None else ids.claim_id(document or "doc", speaker, text, turn)
        yield {
            "claim_id": own,
            "document_id": document,
            "speaker_text": speaker,
            "text": text,
            "start": start,
            "end": 9,
        }


def test_turns_are_held_as_by_a_look_at_all_claims(small: duckdb.DuckDBPyConnection) -> None:
    assert isinstance(RULE, Query)
    rng = random.Random(0)  # noqa: S311 - nothing secret
    documents = (None, *(f"doc_{number}" for number in range(500)))
    rows = pa.Table.from_pylist([claim for document in documents for claim in _claims(document, rng)])
    small.register("incoming", rows)
    small.execute("CREATE TEMP TABLE claims AS FROM main.claims LIMIT 0; INSERT INTO temp.claims BY NAME FROM incoming")
    plain, ruled = (small.execute(f"{as_keys(query)} ORDER BY 1").fetchall() for query in (Query(PLAIN, ""), RULE))
    assert ruled == plain
    assert 100 < len(ruled) < rows.num_rows - 100
