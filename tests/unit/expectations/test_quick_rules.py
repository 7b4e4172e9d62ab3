"""Rules that are written for speed find what the same rules find as one would write them first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from expectations.rule import Query
from expectations.rules import RULES
from expectations.suites import as_keys
from tests.conftest import as_table

Row = dict[str, Any]

PLAIN = {
    "text_is_its_segments": """
        SELECT document_id FROM documents d LEFT JOIN (
            SELECT document_id, bool_or("start" <> expected) AS is_broken, max("end") AS reached
            FROM (
                SELECT *, coalesce(lag("end") OVER (PARTITION BY document_id ORDER BY position) + 2, 0) AS expected
                FROM segments
            ) GROUP BY document_id
        ) s USING (document_id)
        WHERE s.is_broken IS DISTINCT FROM false OR s.reached IS DISTINCT FROM length(d.text)""",
    "segments_agree_with_the_source": """
        SELECT DISTINCT document_id
        FROM segments s JOIN documents d USING (document_id) JOIN sources USING (source_name)
        WHERE slice(text, s."start", s."end") IS DISTINCT FROM slice(source_text, s.source_start, s.source_end)""",
    "source_is_kept_or_removed_exactly_once": """
        SELECT d.document_id FROM documents d LEFT JOIN (
            SELECT document_id, bool_or(source_start <> reached) AS is_broken, max(source_end) AS reached
            FROM (
                SELECT *, lag(source_end, 1, 0) OVER (
                    PARTITION BY document_id ORDER BY source_start, source_end
                ) AS reached
                FROM (SELECT document_id, source_start, source_end FROM segments
                      UNION ALL SELECT document_id, source_start, source_end FROM removals)
            ) GROUP BY document_id
        ) s USING (document_id)
        WHERE coalesce(s.is_broken, false) OR coalesce(s.reached, 0) <> d.source_length""",
    "fragments_stand_in_paragraphs": """
        SELECT DISTINCT claim_id FROM (
            SELECT *, lag("end", 1, 0) OVER (PARTITION BY claim_id ORDER BY position) AS reached FROM fragments
        ) f
        WHERE "end" <= "start" OR "start" < reached OR NOT EXISTS (
            SELECT 1 FROM segments s
            WHERE s.document_id = f.document_id AND f."start" >= s."start" AND f."end" <= s."end"
        )""",
}
ELSEWHERE = {
    "segments_agree_with_the_source": PLAIN["text_is_its_segments"],
    "source_is_kept_or_removed_exactly_once": """
        SELECT document_id FROM segments WHERE source_end <= source_start
        UNION SELECT document_id FROM removals WHERE source_end <= source_start""",
}
"""What other rules report, of which the quick form may say less or more."""
LETTERS = "ab é“😀\n"


def _document(name: str, rng: random.Random) -> tuple[Row, str, list[Row]]:
    """A document of a few segments and removals in turn, its source, and its removals; often one number is wrong."""
    segments: list[Row] = []
    removals: list[Row] = []
    source, reached = "", 0
    for _ in range(rng.randint(0, 5)):
        piece = "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 6)))
        at = {"source_start": len(source), "source_end": len(source) + len(piece)}
        if rng.random() < 0.5:
            removals.append({"document_id": name, **at, "reason": "share", "rule": "share_line"})
        else:
            segments.append({"role": "body", "start": reached, "end": reached + len(piece), **at})
            reached += len(piece) + 2
        source += piece
    text = "\n\n".join(source[s["source_start"] : s["source_end"]] for s in segments)
    document: Row = {"document_id": name, "source_name": name, "text": text, "segments": segments}
    document["source_length"] = len(source)
    if rng.random() < 0.5:
        _spoil(rng, document, removals)
    return document, source if rng.random() < 0.9 else source.replace("a", "b", 1), removals


def _spoil(rng: random.Random, document: Row, removals: list[Row]) -> None:
    """Makes a number wrong, doubles a span, leaves one out, or puts another letter into the text."""
    spans = [*document["segments"], *removals]
    what = rng.randrange(4)
    if what == 0 and spans:
        span = rng.choice(spans)
        column = rng.choice([name for name in span if name.endswith(("start", "end"))])
        span[column] = max(0, span[column] + rng.choice((-1, 1, 2)))
    elif what == 1 and removals:
        removals.append(dict(rng.choice(removals)))
    elif what == 2 and spans:
        (document["segments"] or removals).pop()
    else:
        document["text"] = document["text"].replace("b", "c", 1)


def _claims(document: Row, rng: random.Random) -> Iterator[Row]:
    """Claims that are whole segments; some have a fragment more, anywhere."""
    for number, segment in enumerate(document["segments"]):
        fragments = [{name: segment[name] for name in ("start", "end", "source_start", "source_end")}]
        if rng.random() < 0.5:
            start = rng.randint(0, 20)
            fragments.append(fragments[0] | {"start": start, "end": start + rng.randint(0, 4)})
            fragments.sort(key=lambda fragment: fragment["start"])
        if rng.random() < 0.1:
            fragments.reverse()
        claim = {"claim_id": f"{document['document_id']} {number}", "document_id": document["document_id"]}
        yield claim | {"fragments": fragments}


@pytest.fixture
def spoiled(small: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A warehouse of two thousand tiny documents, about half of which break some rule."""
    rng = random.Random(7)  # noqa: S311 - nothing secret
    made = [_document(f"doc_{number}", rng) for number in range(2000)]
    tables = {
        "documents": as_table("documents", [document for document, _, _ in made]),
        "removals": as_table("removals", [row for _, _, removals in made for row in removals]),
        "claims": as_table("claims", [claim for document, _, _ in made for claim in _claims(document, rng)]),
        "sources": pa.table(
            {"source_name": [one["source_name"] for one, _, _ in made], "source_text": [text for _, text, _ in made]}
        ),
    }
    for name, rows in tables.items():
        small.register("incoming", rows)
        small.execute(f"CREATE OR REPLACE TABLE {name} AS FROM incoming")
    return small


@pytest.mark.parametrize("name", PLAIN)
def test_the_quick_form_finds_what_the_plain_one_finds(spoiled: duckdb.DuckDBPyConnection, name: str) -> None:
    quick = next(rule.test for rule in RULES if rule.name == name)
    assert isinstance(quick, Query)
    told_elsewhere = ELSEWHERE.get(name, "SELECT '' WHERE false")
    plain, found, others = (
        {key for (key,) in spoiled.execute(as_keys(query)).fetchall()}
        for query in (Query(PLAIN[name], ""), quick, Query(told_elsewhere, ""))
    )
    assert found - others == plain - others
    ((population,),) = spoiled.execute(f"SELECT count(*) FROM {quick.population}").fetchall()
    assert 100 < len(found - others) < population - 100
