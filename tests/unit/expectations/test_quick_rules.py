"""Rules that are written for speed find what the same rules find as one would write them first."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from expectations.rule import Query, Rule
from expectations.rules import RULES
from expectations.suites import _cleared, as_keys
from pipeline import ids
from pipeline.schema.fields import ELLIPSIS
from pipeline.schema.tables import table
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
    "text_sha256_is_of_the_text": "SELECT document_id FROM documents WHERE text_sha256 IS DISTINCT FROM sha256(text)",
    "segments_are_as_long_as_their_source": """
        SELECT DISTINCT document_id FROM segments
        WHERE source_end - source_start <> "end" - "start" OR "end" <= "start" """,
    "body_starts_at_its_first_segment": """
        SELECT document_id FROM documents d LEFT JOIN (
            SELECT document_id, min("start") AS body FROM segments WHERE section = 'body' GROUP BY document_id
        ) s USING (document_id)
        WHERE d.body_start <> coalesce(s.body, length(d.text))""",
    "claim_lies_in_its_section": """
        SELECT DISTINCT c.claim_id FROM claims c JOIN fragments f USING (claim_id) JOIN segments s
            ON s.document_id = f.document_id AND f."start" >= s."start" AND f."end" <= s."end"
        WHERE c.section IS DISTINCT FROM s.section""",
}
ELSEWHERE = {
    "segments_agree_with_the_source": PLAIN["text_is_its_segments"],
    "source_is_kept_or_removed_exactly_once": """
        SELECT document_id FROM segments WHERE source_end <= source_start
        UNION SELECT document_id FROM removals WHERE source_end <= source_start""",
}
"""What other rules report, of which the quick form may say less or more."""
LETTERS = "ab é“😀\n"
SIEVED = [rule for rule in RULES if isinstance(rule.test, Query) and rule.test.sieve]
DAYS = (None, datetime(1850, 1, 1), datetime(2024, 1, 1), datetime(2025, 1, 1))  # noqa: DTZ001 - a column in UTC


def _document(name: str, rng: random.Random) -> tuple[Row, str, list[Row]]:
    """A document of a few segments and removals in turn, its source, and its removals; often one number is wrong."""
    segments: list[Row] = []
    removals: list[Row] = []
    source, reached = "", 0
    for _ in range(rng.randint(0, 5)):
        piece = "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 6)))
        at = {"source_start": len(source), "source_end": len(source) + len(piece)}
        if rng.random() < 0.5:
            removals.append(
                {"document_id": name, **at, "reason": rng.choice(("share", "caption")), "rule": "share_line"}
            )
        else:
            role = rng.choice(("headline", "standfirst", "body", None))
            segments.append({"role": role, "start": reached, "end": reached + len(piece), **at})
            reached += len(piece) + 2
        source += piece
    text = "\n\n".join(source[s["source_start"] : s["source_end"]] for s in segments)
    document: Row = {"document_id": name, "source_name": name, "text": text, "segments": segments}
    document |= _metadata(rng) | {"source_length": len(source), "text_sha256": ids.sha256(text.encode())}
    bodies = [s["start"] for s in segments if s["role"] in ("body", None)]
    document["body_start"] = min(bodies, default=len(text))
    if rng.random() < 0.5:
        _spoil(rng, document, removals)
    return document, source if rng.random() < 0.9 else source.replace("a", "b", 1), removals


def _metadata(rng: random.Random) -> Row:
    """Columns that stand for themselves; most of them break no rule."""
    return {
        "url": rng.choice((None, "https://news.example/a", "https://news.example/b", "news.example")),
        "language": rng.choice(("en", "en", "en", "de", None)),
        "licence": rng.choice(("all-rights-reserved", "CC0-1.0")),
        "text_is_open": rng.random() < 0.3,
        "publisher": rng.choice((None, "The Tidings")),
        "publisher_id": rng.choice((None, "act_a")),
        "published_at": rng.choice(DAYS),
        "modified_at": rng.choice(DAYS),
        "truncation": rng.choice(("none", "none", "suspected")),
        "truncation_evidence": rng.choice((None, "It stops.")),
        "is_truncated": rng.random() < 0.3,
    }


def _spoil(rng: random.Random, document: Row, removals: list[Row]) -> None:
    """Makes a number wrong, doubles a span, leaves one out, or puts another letter into the text."""
    spans = [*document["segments"], *removals]
    what = rng.choice((0, 0, 0, 1, 2, 3, 4, 5))
    if what == 0 and spans:
        span = rng.choice(spans)
        column = rng.choice([name for name in span if name.endswith(("start", "end"))])
        span[column] = max(0, span[column] + rng.choice((-1, 1, 2)))
    elif what == 1 and removals:
        removals.append(dict(rng.choice(removals)))
    elif what == 2 and spans:
        (document["segments"] or removals).pop()
    elif what == 3:
        document["text"] = rng.choice((None, "", " \n"))
    elif what == 4:
        document["body_start"] += 1
        document["source_length"] += rng.randint(0, 1)
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
        yield claim | {"fragments": fragments} | _words(document["text"] or "", fragments, rng)


def _words(text: str, fragments: Sequence[Row], rng: random.Random) -> Row:
    """What a claim says of its words; often a place is another one, or not in the text, or missing."""
    found: Row = {
        "text": ELLIPSIS.join(text[f["start"] : f["end"]] for f in fragments),
        "section": rng.choice(("headline", "standfirst", "body", "body")),
        "claim_group_id": rng.choice((None, *(f"grp_{number}" for number in range(300)))),
    }
    for part in ("cue", "speaker"):
        start = rng.randint(0, 12)
        end = start + rng.randint(0, 5)
        found |= {f"{part}_text": text[start:end], f"{part}_start": start, f"{part}_end": end}
        if rng.random() < 0.3:
            found |= dict.fromkeys((f"{part}_text", f"{part}_start", f"{part}_end"))
    if rng.random() < 0.4:
        found[rng.choice([*found, "cue_start", "cue_end", "speaker_end"])] = None
    if rng.random() < 0.3:
        found[f"{rng.choice(('cue', 'speaker'))}_{rng.choice(('start', 'end'))}"] = rng.randint(-9, 40)
    return found


def _mentions(document: Row, source: str, removals: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """A mention at the start of every segment and caption; some have a wrong place, section or wording."""
    captions = [row for row in removals if row["reason"] == "caption"]
    for number, span in enumerate((*document["segments"], *captions)):
        size = rng.randint(1, 2)
        at = {"source_start": span["source_start"], "source_end": span["source_start"] + size}
        found = {"mention_id": f"{document['document_id']} {number}", "document_id": document["document_id"], **at}
        found["surface"] = source[at["source_start"] : at["source_end"]]
        if span in captions:
            found["section"] = "caption"
        else:
            found |= {"section": _section(span["role"]), "start": span["start"], "end": span["start"] + size}
        if rng.random() < 0.3:
            wrong = rng.choice(("start", "end", "source_start", "source_end"))
            found |= rng.choice(({wrong: None}, {wrong: rng.randint(0, 20)}, {"section": "body"}, {"surface": "e"}))
        yield found


def _section(role: str | None) -> str:
    return role if role in ("headline", "standfirst") else "body"


def _groups(claims: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """Groups of claims, half of them with the id that is theirs; some figures are wrong, some groups have no row."""
    members: dict[str, list[Row]] = defaultdict(list)
    for claim in claims:
        members[claim["claim_group_id"] or ""].append(claim)
    for name in sorted(members.keys() - {""}):
        own = members[name]
        if rng.random() < 0.5:
            for claim in own:
                claim["claim_group_id"] = ids.claim_group_id([claim["claim_id"] for claim in own])
        yield {
            "claim_group_id": own[0]["claim_group_id"],
            "claim_count": len(own) + (rng.random() < 0.2),
            "document_count": len({claim["document_id"] for claim in own}) + (rng.random() < 0.2),
            "publisher_count": rng.choice((0, 1)),
            "first_published_at": rng.choice(DAYS),
            "text": rng.choice((None, max((claim["text"] or "" for claim in own), key=len))),
        }


@pytest.fixture
def spoiled(small: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A warehouse of two thousand tiny documents, about half of which break some rule."""
    rng = random.Random(7)  # noqa: S311 - nothing secret
    made = [_document(f"doc_{number}", rng) for number in range(2000)]
    claims = [claim for document, _, _ in made for claim in _claims(document, rng)]
    tables = {
        "documents": as_table("documents", [document for document, _, _ in made]),
        "removals": as_table("removals", [row for _, _, removals in made for row in removals]),
        "claim_groups": as_table("claim_groups", [group for group in _groups(claims, rng) if rng.random() < 0.9]),
        "claims": as_table("claims", claims),
        "mentions": as_table(
            "mentions", [row for one, text, removals in made for row in _mentions(one, text, removals, rng)]
        ),
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


@pytest.mark.parametrize("rule", SIEVED, ids=lambda rule: f"{rule.table}.{rule.name}")
def test_a_sieve_lets_nothing_through_that_breaks_its_rule(spoiled: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    assert isinstance(rule.test, Query)
    assert rule.test.sieve
    (key,) = table(rule.table).primary_key
    kept = Query(f"SELECT DISTINCT {key} FROM {rule.test.sieve.source} WHERE {rule.test.sieve.wrong}", "")
    broken, held = ({found for (found,) in spoiled.execute(as_keys(query)).fetchall()} for query in (rule.test, kept))
    assert broken - held == set()
    there = {found for (found,) in spoiled.execute(f"SELECT {key} FROM {rule.table}").fetchall()}
    assert len(broken) > 10
    assert len(there - held) > 10


def test_nothing_is_asked_twice_of_sound_tables(small: duckdb.DuckDBPyConnection) -> None:
    queries = [(rule, rule.test) for rule in SIEVED if isinstance(rule.test, Query)]
    for name in {rule.table for rule in SIEVED}:
        of_table = [(rule, query) for rule, query in queries if rule.table == name]
        assert _cleared(small, of_table) == {rule.name for rule, _ in of_table}
