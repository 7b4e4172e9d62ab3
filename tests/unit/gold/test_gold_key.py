"""The hand-made key to the project's own articles is well formed and true to the files."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml.html import document_fromstring

from pipeline.cleaning.document import PARAGRAPH

SEEDS = Path(__file__).parents[3] / "seeds"
KEY = SEEDS / "reference" / "gold" / "claims.jsonl"
RECORDS: list[dict[str, Any]] = [json.loads(line) for line in KEY.read_text(encoding="utf-8").splitlines()]
CP1252 = {"08-bridge-closure-cp1252.txt"}
DOUBLE = r"“[^”\n]*(?:”|$)|\"[^\"\n]*\""
SINGLE = r"‘[^‘\n]*?’(?!\w)|(?<!\w)'[^\n]*?'(?!\w)"
IN_A_QUOTATION = r"‘[^‘\n]*?’(?!\w)|\"[^\"\n]*\""
TYPES = {"PERSON", "ORG", "GPE", "NORP", "GROUP"}
KINDS = {"name", "title", "pronoun", "nominal"}

each_article = pytest.mark.parametrize("record", RECORDS, ids=[record["doc_id"] for record in RECORDS])


def source_of(name: str) -> str:
    return (SEEDS / "documents" / name).read_bytes().decode("cp1252" if name in CP1252 else "utf-8")


def spans(record: dict[str, Any]) -> list[tuple[int, int]]:
    claims = [
        tuple(span) for claim in record["attributions"] for role in ("content", "cue", "source") for span in claim[role]
    ]
    return claims + [(mention["start"], mention["end"]) for mention in record["mentions"]]


def body_start(text: str) -> int:
    """Where the paragraph after headline and standfirst begins."""
    return [match.end() for match in re.finditer(PARAGRAPH, text)][1]


def type_of(text: str, claim: dict[str, Any]) -> str:
    """What the quotation marks around the claim's words say."""
    in_heading = claim["content"][0][1] <= body_start(text)
    marks = IN_A_QUOTATION if claim["level"] == 2 else f"{DOUBLE}|{SINGLE}" if in_heading else DOUBLE
    quoted = [match.span() for match in re.finditer(marks, text, re.MULTILINE)]
    words = [match.start() + s for s, e in claim["content"] for match in re.finditer(r"\w+", text[s:e])]
    inside = [any(start < word < end for start, end in quoted) for word in words]
    return "direct" if all(inside) else "mixed" if any(inside) else "indirect"


def test_each_article_is_there_once() -> None:
    names = [record["doc_id"] for record in RECORDS]
    assert len(set(names)) == len(names) == 12
    assert {name[:2] for name in names} == {"01", "02", "03", "04", "05", "06", "07", "08", "10", "16", "17", "18"}


@each_article
def test_every_span_is_in_one_paragraph_without_white_space_around_it(record: dict[str, Any]) -> None:
    text = record["text"]
    for start, end in spans(record):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert PARAGRAPH not in text[start:end]


@each_article
def test_every_claim_has_words_a_cue_and_a_source_that_stand_apart(record: dict[str, Any]) -> None:
    for claim in record["attributions"]:
        assert claim["content"], claim
        assert claim["cue"], claim
        assert claim["source"], claim
        ordered = sorted(tuple(span) for role in ("content", "cue", "source") for span in claim[role])
        assert all(end <= start for (_, end), (start, _) in pairwise(ordered)), claim


@each_article
def test_no_claim_is_given_twice(record: dict[str, Any]) -> None:
    claims = [json.dumps([claim["content"], claim["cue"]]) for claim in record["attributions"]]
    assert len(set(claims)) == len(claims)


@each_article
def test_types_agree_with_the_quotation_marks(record: dict[str, Any]) -> None:
    text = record["text"]
    for claim in record["attributions"]:
        start = claim["content"][0][0]
        is_answer = text[:start].endswith(PARAGRAPH + "A: ")
        assert claim["type"] == ("direct" if is_answer else type_of(text, claim)), text[start : start + 80]


@each_article
def test_what_is_told_inside_a_quotation_lies_in_it(record: dict[str, Any]) -> None:
    claims = record["attributions"]
    quotations = [span for claim in claims if claim["level"] == 1 for span in claim["content"]]
    for claim in claims:
        start, end = claim["content"][0]
        within = any(s <= start and end <= e for s, e in quotations if (s, e) != (start, end))
        assert claim["level"] == (2 if within else 1), record["text"][start:end]


@each_article
def test_mentions_and_speakers_lead_to_actors(record: dict[str, Any]) -> None:
    actors = {actor["entity_id"]: actor for actor in record["actors"]}
    assert len(actors) == len(record["actors"])
    assert {mention["entity_id"] for mention in record["mentions"]} == actors.keys()
    for mention in record["mentions"]:
        assert mention["kind"] in KINDS
        assert mention["type"] == actors[mention["entity_id"]]["type"]
    assert {actor["type"] for actor in record["actors"]} <= TYPES
    speakers = {claim["speaker"] for claim in record["attributions"]} - {None}
    assert speakers <= {actor["canonical"] for actor in record["actors"]}


def test_wikidata_ids_are_the_same_everywhere() -> None:
    known: dict[str, set[str]] = {}
    for actor in (actor for record in RECORDS for actor in record["actors"] if actor["qid"]):
        assert re.fullmatch(r"Q[1-9]\d*", actor["qid"])
        known.setdefault(actor["canonical"], set()).add(actor["qid"])
    assert known
    assert all(len(ids) == 1 for ids in known.values()), known


@each_article
def test_every_paragraph_stands_in_the_file(record: dict[str, Any]) -> None:
    source = source_of(record["doc_id"])
    if record["doc_id"].endswith(".html"):
        source = " ".join(document_fromstring(source).text_content().split())
        paragraphs = [" ".join(paragraph.split()) for paragraph in record["text"].split(PARAGRAPH)]
    else:
        paragraphs = record["text"].split(PARAGRAPH)
    positions = [source.find(paragraph) for paragraph in paragraphs]
    assert -1 not in positions, paragraphs[positions.index(-1)]
