"""What every test may use: a small warehouse content that obeys the whole schema.

Belongs here: fixtures that more than one area needs. Does not: tests, or data of one area alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import settings

from pipeline import ids
from pipeline.cleaning.document import PARAGRAPH
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import WORKING_TABLES, table

settings.register_profile("share", max_examples=150, derandomize=True)  # the same ones for everybody
settings.register_profile("long", max_examples=10_000)
settings.load_profile("share")

Row = dict[str, Any]


@dataclass(frozen=True)
class Article:
    """An input written as pieces: (segment role or removal reason, words)."""

    name: str
    pieces: tuple[tuple[str, str], ...]
    licence: str
    is_open: bool
    publisher: str | None = None
    url: str | None = None
    published_at: datetime | None = None

    @property
    def source(self) -> str:
        return "".join(words for _, words in self.pieces)

    @property
    def sha256(self) -> str:
        return ids.sha256(self.source.encode())

    @property
    def document_id(self) -> str:
        return ids.document_id(self.url, self.sha256)


ROLES = ("headline", "standfirst", "body", "subhead", "note")

FERRY = Article(
    "harbour/ferry.txt",
    (
        ("navigation", "Home | News | Sport"),
        ("blank", "\n"),
        ("headline", "Ferry link to return, minister promises"),
        ("blank", "\n\n"),
        ("standfirst", "Boats stopped in the storm of 2025."),
        ("blank", "\n\n"),
        ("body", "“The ferry will sail again by May,” said Transport Minister Ada Quist, “and fares will not rise.”"),
        ("blank", "\n\n"),
        ("body", "Critics said that 40 per cent of the money is missing. Norland has set aside £2.5 million."),
        ("newsletter", "\nSign up for our morning letter"),
    ),
    "CC-BY-4.0",
    is_open=True,
    publisher="The Harbour Post",
    url="https://harbourpost.example/2026/ferry",
    published_at=datetime.fromisoformat("2026-10-03T08:30:00"),
)
ECHO = Article(
    "harbour/echo.txt",
    (
        ("headline", "Ferry row grows"),
        ("blank", "\n\n"),
        ("body", "Ms Quist told The Daily Lantern: “The ferry will sail again by May.”"),
        ("blank", "\n"),
        ("caption", "Ada Quist at the quay"),
        ("blank", "\n"),
        ("body", "The operator, Blue Line, did not say when boats would be ready. Nobody on the quay wanted to wait."),
    ),
    "all-rights-reserved",
    is_open=False,
    publisher="The Daily Lantern",
    url="https://lantern.example/ferry-row",
    published_at=datetime.fromisoformat("2026-10-21T17:05:09"),
)
NOTE = Article(
    "plain.txt",
    (
        ("body", "It was a quiet day in Oldport — nothing <b>happened</b> & nobody said a word."),
        ("blank", "\n"),
    ),
    "CC0-1.0",
    is_open=True,
)
ARTICLES = (FERRY, ECHO, NOTE)

ACTORS: dict[str, Row] = {
    "quist": {"name": "Ada Quist", "kind": "person", "is_named": True, "country": "GB"},
    "norland": {"name": "Norland", "kind": "state", "is_named": True, "wikidata_id": "Q4242424242"},
    "ministry": {"name": "Ministry of Transport", "kind": "government_body", "is_named": True},
    "blueline": {"name": "Blue Line", "kind": "organisation", "is_named": True},
    "The Harbour Post": {"name": "The Harbour Post", "kind": "media", "is_named": True},
    "The Daily Lantern": {"name": "The Daily Lantern", "kind": "media", "is_named": True},
    "critics": {"name": "critics", "kind": "group", "is_named": False},
}


@dataclass(frozen=True)
class Statement:
    """A claim by its words; `speaker` and the others are keys of ACTORS."""

    article: Article
    fragments: tuple[str, ...]
    mode: str
    act: str = "statement"
    cue: str | None = None
    speaker_text: str | None = None
    speaker: str | None = None
    addressee: str | None = None
    medium: str | None = None
    about: tuple[str, ...] = ()
    flags: Row = field(default_factory=dict)


PROMISE = Statement(
    FERRY,
    ("The ferry will sail again by May,", "and fares will not rise."),
    "direct",
    "promise",
    "said",
    "Transport Minister Ada Quist",
    "quist",
    about=("norland",),
)
REPEATED = Statement(
    ECHO,
    ("The ferry will sail again by May.",),
    "direct",
    "promise",
    "told",
    "Ms Quist",
    "quist",
    addressee="The Daily Lantern",
    medium="The Daily Lantern",
)
STATEMENTS = (
    Statement(FERRY, ("Ferry link to return",), "indirect", "promise", "promises", "minister", "quist"),
    PROMISE,
    Statement(
        FERRY,
        ("40 per cent of the money is missing",),
        "indirect",
        "accusation",
        "said",
        "Critics",
        "critics",
        flags={"confidence": 0.6},
    ),
    Statement(
        ECHO,
        ("when boats would be ready",),
        "indirect",
        cue="did not say",
        speaker_text="The operator, Blue Line",
        speaker="blueline",
        flags={"is_negated": True},
    ),
    REPEATED,
    Statement(NOTE, ("nobody said a word",), "indirect", cue="said", speaker_text="nobody"),
)

MENTIONS: tuple[tuple[Article, str, str, str], ...] = (
    (FERRY, "minister", "quist", "title"),
    (FERRY, "Ada Quist", "quist", "name"),
    (FERRY, "Critics", "critics", "nominal"),
    (FERRY, "Norland", "norland", "name"),
    (ECHO, "Ms Quist", "quist", "name"),
    (ECHO, "The Daily Lantern", "The Daily Lantern", "name"),
    (ECHO, "Ada Quist", "quist", "name"),
    (ECHO, "Blue Line", "blueline", "name"),
)

QUANTITIES: tuple[tuple[Article, str, str, Row], ...] = (
    (FERRY, "40 per cent", "percent", {"value": 40.0, "unit": "per cent"}),
    (FERRY, "£2.5 million", "money", {"value": 2_500_000.0, "currency": "GBP"}),
    (FERRY, "2025", "date", {"date_value": "2025"}),
    (ECHO, "May", "date", {}),
)


def _segments(article: Article) -> list[Row]:
    rows, at, place = [], 0, 0
    for kind, words in article.pieces:
        if kind in ROLES:
            row = {"role": kind, "start": place, "end": place + len(words), "source_start": at}
            rows.append(row | {"source_end": at + len(words)})
            place += len(words) + len(PARAGRAPH)
        at += len(words)
    return rows


def _text(article: Article) -> str:
    return PARAGRAPH.join(words for kind, words in article.pieces if kind in ROLES)


def _words_of(article: Article, role: str) -> str | None:
    return next((words for kind, words in article.pieces if kind == role), None)


def _find(article: Article, words: str) -> Row:
    start = _text(article).index(words)
    segment = next(s for s in _segments(article) if s["start"] <= start < s["end"])
    source = start - segment["start"] + segment["source_start"]
    return {"start": start, "end": start + len(words), "source_start": source, "source_end": source + len(words)}


def _section(article: Article, start: int) -> str:
    role = next(s["role"] for s in _segments(article) if s["start"] <= start < s["end"])
    return role if role in ("headline", "standfirst") else "body"


def _actor_id(key: str | None) -> str | None:
    if key is None:
        return None
    actor = ACTORS[key]
    if not actor["is_named"]:
        return ids.unnamed_actor_id(FERRY.document_id, _find(FERRY, "Critics")["source_start"])
    if "wikidata_id" in actor:
        return ids.linked_actor_id(actor["wikidata_id"])
    return ids.named_actor_id(actor["kind"], actor["name"])


def _document(article: Article) -> Row:
    text = _text(article)
    body = next(s["start"] for s in _segments(article) if s["role"] == "body")
    return {
        "document_id": article.document_id,
        "title": _words_of(article, "headline"),
        "standfirst": _words_of(article, "standfirst"),
        "publisher": article.publisher,
        "url": article.url,
        "version": 1,
        "published_at": article.published_at,
        "language": "en",
        "text": text,
        "segments": _segments(article),
        "body_start": body,
        "word_count": len(text[body:].split()),
        "is_truncated": False,
        "truncation": "none",
        "licence": article.licence,
        "text_is_open": article.is_open,
        "source_name": article.name,
        "source_sha256": article.sha256,
        "source_length": len(article.source),
        "text_sha256": ids.sha256(text.encode()),
        "publisher_id": _actor_id(article.publisher),
        "metadata_sources": "{}",
    }


def _removals(article: Article) -> list[Row]:
    rows, at = [], 0
    for kind, words in article.pieces:
        if kind not in ROLES:
            row = {"document_id": article.document_id, "source_start": at, "source_end": at + len(words)}
            rows.append(row | {"reason": kind, "rule": f"{kind}_line"})
        at += len(words)
    return rows


def _claim_text(statement: Statement) -> str:
    return " … ".join(statement.fragments)


def _claim_id(statement: Statement) -> str:
    return ids.claim_id(statement.article.document_id, statement.speaker_text, _claim_text(statement), 0)


def _spoken(statement: Statement) -> Row:
    row: Row = {}
    if statement.cue:
        at = _find(statement.article, statement.cue)
        row |= {"cue_text": statement.cue, "cue_start": at["start"], "cue_end": at["end"], "cue_lemma": "say"}
    if statement.speaker_text:
        at = _find(statement.article, statement.speaker_text)
        row |= {"speaker_text": statement.speaker_text, "speaker_start": at["start"], "speaker_end": at["end"]}
    return row


def _claim(statement: Statement) -> Row:
    places = [_find(statement.article, words) for words in statement.fragments]
    group = ids.claim_group_id([_claim_id(PROMISE), _claim_id(REPEATED)])
    return {
        "claim_id": _claim_id(statement),
        "document_id": statement.article.document_id,
        "section": _section(statement.article, places[0]["start"]),
        **{name: places[0][name] for name in ("start", "source_start")},
        **{name: places[-1][name] for name in ("end", "source_end")},
        "fragments": places,
        "text": _claim_text(statement),
        "text_extent": "whole",
        "mode": statement.mode,
        "act": statement.act,
        **_spoken(statement),
        "speaker_id": _actor_id(statement.speaker),
        "addressee_id": _actor_id(statement.addressee),
        "medium_id": _actor_id(statement.medium),
        "is_negated": False,
        "is_hedged": False,
        "is_factive": False,
        "level": 1,
        "claim_group_id": group if statement in (PROMISE, REPEATED) else None,
        "rule": "quote_then_verb" if statement.mode == "direct" else "verb_that_clause",
        "confidence": 0.95,
        **statement.flags,
    }


def _claim_actors(statement: Statement) -> list[Row]:
    parts = [("speaker", statement.speaker), ("addressee", statement.addressee), ("medium", statement.medium)]
    parts += [("about", key) for key in statement.about]
    return [{"claim_id": _claim_id(statement), "actor_id": _actor_id(key), "part": part} for part, key in parts if key]


def _group() -> Row:
    return {
        "claim_group_id": ids.claim_group_id([_claim_id(PROMISE), _claim_id(REPEATED)]),
        "relation": "same_quote",
        "text": _claim_text(PROMISE),
        "claim_count": 2,
        "document_count": 2,
        "publisher_count": 2,
        "first_published_at": FERRY.published_at,
        "score": 1.0,
    }


def _mention(article: Article, words: str, key: str, form: str) -> Row:
    in_caption = words not in _text(article)
    if in_caption:
        start = article.source.index(words)
        at: Row = {"start": None, "end": None, "source_start": start, "source_end": start + len(words)}
    else:
        at = _find(article, words)
    return {
        "mention_id": ids.mention_id(article.document_id, at["source_start"], at["source_end"]),
        "document_id": article.document_id,
        "actor_id": _actor_id(key),
        "section": "caption" if in_caption else _section(article, at["start"]),
        **at,
        "surface": words,
        "form": form,
    }


def _actor(key: str, mentions: list[Row]) -> Row:
    own = _actor_id(key)
    documents = {row["document_id"] for row in mentions if row["actor_id"] == own}
    documents |= {article.document_id for article in ARTICLES if article.publisher == key}
    dates = sorted(a.published_at for a in ARTICLES if a.document_id in documents and a.published_at)
    return {
        "actor_id": own,
        **ACTORS[key],
        "document_count": len(documents) or 1,
        "claim_count": sum(statement.speaker == key for statement in STATEMENTS),
        "first_seen": dates[0] if dates else None,
        "last_seen": dates[-1] if dates else None,
    }


def _actor_names(mentions: list[Row]) -> list[Row]:
    named = {row["actor_id"] for row in mentions}
    seen = {(_actor_id(key), actor["name"], "name"): 0 for key, actor in ACTORS.items() if _actor_id(key) not in named}
    for row in mentions:
        key = (row["actor_id"], row["surface"], row["form"])
        seen[key] = seen.get(key, 0) + 1
    return [
        {"actor_id": actor, "name": name, "form": form, "mention_count": count}
        for (actor, name, form), count in seen.items()
    ]


def _role() -> Row:
    at = _find(FERRY, "Transport Minister")
    return {
        "actor_id": _actor_id("quist"),
        "role": "Transport Minister",
        "organisation_id": _actor_id("ministry"),
        "document_id": FERRY.document_id,
        "start": at["start"],
        "end": at["end"],
        "as_of": FERRY.published_at,
    }


def _quantity(article: Article, words: str, kind: str, values: Row) -> Row:
    at = _find(article, words)
    inside = [
        claim for claim in STATEMENTS if claim.article is article and any(words in piece for piece in claim.fragments)
    ]
    return {
        "quantity_id": ids.quantity_id(article.document_id, at["source_start"], at["source_end"]),
        "document_id": article.document_id,
        "claim_id": _claim_id(inside[0]) if inside else None,
        **at,
        "text": words,
        "kind": kind,
        **values,
    }


def _exclusions() -> list[Row]:
    copy = {"source_name": "harbour/ferry-copy.txt", "source_sha256": ids.sha256(b"copy"), "reason": "duplicate"}
    empty = {"source_name": "empty.txt", "source_sha256": ids.sha256(b""), "reason": "empty", "detail": "no text"}
    return [copy | {"detail": "the same words", "duplicate_of": FERRY.document_id}, empty]


def _decision() -> Row:
    return {
        "decision": "confirmation",
        "target": _claim_id(PROMISE),
        "field": "unsure_claim",
        "decided_on": "2026-11-02",
        "decided_by": "a curator",
        "is_applied": True,
    }


def small_rows() -> dict[str, list[Row]]:
    """Rows of every working table, consistent in keys, counts and offsets."""
    mentions = [_mention(*mention) for mention in MENTIONS]
    sources = [(article.name, article.sha256) for article in ARTICLES]
    sources += [(row["source_name"], row["source_sha256"]) for row in _exclusions()]
    return {
        "snapshots": [
            {"source_name": name, "source_sha256": sha256, "media_type": "text/plain"} for name, sha256 in sources
        ],
        "documents": [_document(article) for article in ARTICLES],
        "removals": [row for article in ARTICLES for row in _removals(article)],
        "exclusions": _exclusions(),
        "claims": [_claim(statement) for statement in STATEMENTS],
        "claim_actors": [row for statement in STATEMENTS for row in _claim_actors(statement)],
        "claim_groups": [_group()],
        "mentions": mentions,
        "actors": [_actor(key, mentions) for key in ACTORS],
        "actor_names": _actor_names(mentions),
        "roles": [_role()],
        "quantities": [_quantity(*quantity) for quantity in QUANTITIES],
        "decisions": [_decision()],
    }


def as_table(name: str, rows: list[Row]) -> pa.Table:
    """Rows as an Arrow table of the schema; columns that a row leaves out are null."""
    schema = arrow_schema(table(name))
    return pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema=schema)


@pytest.fixture(scope="session")
def small_tables() -> dict[str, pa.Table]:
    """Three articles (open, closed, hostile), two exclusions, and all that was found in them. Not to be changed."""
    rows = small_rows()
    return {spec.name: as_table(spec.name, rows[spec.name]) for spec in WORKING_TABLES}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Path:
    """The folder of golden files. `pytest --update-golden` writes them anew."""
    return Path(request.config.rootpath) / "tests" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ways to run the tests that are the project's own."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
