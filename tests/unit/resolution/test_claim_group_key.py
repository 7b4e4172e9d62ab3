"""Groups of claims on a key of our own: reports of the same events by several outlets, with near misses."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest

from pipeline import ids
from pipeline.batches import extract_batch
from pipeline.cleaning.batch import to_batch
from pipeline.cleaning.document import Cleaned, Document, Segment
from pipeline.cleaning.tables import document_tables
from pipeline.resolution.corpus.tables import resolve_corpus
from pipeline.resolution.people.curation import Curation
from pipeline.settings import Settings

KEY = Path(__file__).resolve().parents[2] / "data" / "claim_groups.toml"
START = datetime(2026, 3, 2)  # noqa: DTZ001 - the schema keeps UTC without a zone
_MARK = re.compile(r"\{(\w+):([^}]*)\}")


class Said(NamedTuple):
    """A claim that was found: the labels of what it says, its text, and its group."""

    labels: frozenset[str]
    text: str
    group: str | None
    relation: str | None


class Marked(NamedTuple):
    """An article of the key: its plain text, and the places of what is said there, with their labels."""

    text: str
    places: tuple[tuple[int, int, str], ...]


def plain(text: str) -> Marked:
    """The text without its marks."""
    places, parts, at, before = [], [], 0, 0
    for mark in _MARK.finditer(text):
        parts += [text[before : mark.start()], mark[2]]
        start = at + mark.start() - before
        at = start + len(mark[2])
        before = mark.end()
        places.append((start, at, mark[1]))
    return Marked("".join((*parts, text[before:])), tuple(places))


def cleaned(number: int, article: dict[str, Any], marked: Marked) -> Cleaned:
    """The article as cleaning would give it: each line a paragraph of the body."""
    spans = [(line.start(), line.end()) for line in re.finditer(r"[^\n]+", marked.text)]
    document = Document(
        language="en",
        text=marked.text,
        segments=tuple(Segment("body", start, end, start, end) for start, end in spans),
        body_start=0,
        word_count=len(marked.text.split()),
        truncation="none",
        metadata_sources="{}",
        publisher=article["outlet"],
        url=f"https://example.org/{number}",
        published_at=START + timedelta(days=article["day"]),
    )
    return Cleaned(
        f"{number:03}.txt", ids.sha256(marked.text.encode()), "text/plain", document=document, source_text=marked.text
    )


@cache
def found() -> tuple[Said, ...]:
    """Every claim of the key's articles that says something marked, or stands in a group."""
    articles = tomllib.loads(KEY.read_text(encoding="utf-8"))["articles"]
    marked = [plain(article["text"].replace("\n", "\n\n")) for article in articles]
    rows = [cleaned(number, article, text) for number, (article, text) in enumerate(zip(articles, marked, strict=True))]
    extracted = pa.Table.from_batches([extract_batch(to_batch(rows), Settings())])
    corpus = resolve_corpus(document_tables([to_batch(rows)])["documents"], extracted, Curation())
    groups = {row["claim_group_id"]: row["relation"] for row in corpus.tables["claim_groups"].to_pylist()}
    claims: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for claim in corpus.tables["claims"].to_pylist():
        claims[claim["document_id"]].append(claim)
    by_id = {ids.document_id(f"https://example.org/{number}", ""): text for number, text in enumerate(marked)}
    return tuple(said for document, text in by_id.items() for said in _said(claims[document], text, groups))


def _said(claims: list[dict[str, Any]], article: Marked, groups: dict[str, str]) -> Iterator[Said]:
    """The claims of an article; what is marked inside the words of another is said by the inner claim."""
    labels: dict[str, set[str]] = defaultdict(set)
    for start, end, label in article.places:
        around = [claim for claim in claims if _covers(claim, start, end)]
        level = max((claim["level"] for claim in around), default=1)
        for claim in around:
            labels[claim["claim_id"]] |= {label} if claim["level"] == level else set()
    for claim in claims:
        group = claim["claim_group_id"]
        yield Said(frozenset(labels[claim["claim_id"]]), claim["text"], group, groups.get(group))


def _covers(claim: dict[str, Any], start: int, end: int) -> bool:
    shared = sum(max(0, min(end, f["end"]) - max(start, f["start"])) for f in claim["fragments"])
    return bool(2 * shared > end - start)


def joined(relation: str | None = None) -> Iterator[tuple[Said, Said]]:
    """Pairs of claims in one group."""
    grouped = [said for said in found() if said.group and relation in (None, said.relation)]
    return ((a, b) for a, b in combinations(grouped, 2) if a.group == b.group)


def say_the_same(a: Said, b: Said) -> bool:
    """True if both have a label in common, or are parts of one longer quotation that stands in their group."""
    together = [said.labels for said in found() if said.group == a.group]
    return bool(a.labels & b.labels) or any(labels & a.labels and labels & b.labels for labels in together)


def same(letter: str) -> Iterator[tuple[Said, Said]]:
    """Pairs of claims that say the same by the key: quotations (q), or statements (s)."""
    for a, b in combinations(found(), 2):
        if any(label.startswith(letter) for label in a.labels & b.labels):
            yield a, b


def test_the_key_is_large_and_its_claims_are_found() -> None:
    articles = tomllib.loads(KEY.read_text(encoding="utf-8"))["articles"]
    marks = sum(len(_MARK.findall(article["text"])) for article in articles)
    assert len(articles) >= 40
    assert sum(len(said.labels) for said in found()) >= 0.9 * marks


@pytest.mark.parametrize("relation", [None, "same_quote"])
def test_of_pairs_in_one_group_97_in_100_say_the_same(relation: str | None) -> None:
    pairs = list(joined(relation))
    wrong = [(a.text, b.text) for a, b in pairs if not say_the_same(a, b)]
    assert len(pairs) >= 25
    assert 1 - len(wrong) / len(pairs) >= 0.97, wrong


@pytest.mark.parametrize(("letter", "least"), [("q", 0.8), ("s", 0.8)])
def test_most_of_what_says_the_same_stands_in_one_group(letter: str, least: float) -> None:
    pairs = list(same(letter))
    apart = [(a.text, b.text) for a, b in pairs if not (a.group and a.group == b.group)]
    assert 1 - len(apart) / len(pairs) >= least, apart
