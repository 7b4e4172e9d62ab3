"""What resolution keeps between builds: the same tables as from nothing, and only what changed is done again."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ids
from pipeline.engine import runs
from pipeline.engine.batches import Stream
from pipeline.errors import OnRecordError
from pipeline.resolution.corpus import tables
from pipeline.resolution.corpus.earlier import Earlier
from pipeline.resolution.corpus.tables import Corpus, resolve_corpus
from pipeline.resolution.people.curation import Curation
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import EXTRACTED
from pipeline.schema.tables import table
from pipeline.settings import ROOT

HERE = Path(__file__).parent
DAY = datetime(2026, 5, 1)  # noqa: DTZ001 - the schema keeps UTC without a zone
PEOPLE = ("Ada Quill", "Ada B. Quill", "Ada C Quill", "Quill", "Bram Oster", "Harbour Trust")
QUOTES = (
    "we will rebuild the lighthouse before the herring come back",
    "rebuild the lighthouse before the herring come back to us",
    "we will not rebuild the lighthouse before the herring come back",
    "the lighthouse needs new lamps, new glass and a keeper who sleeps by day",
    "our thoughts and prayers are with the families of the victims",
)


class Article(NamedTuple):
    """What a generated document says: who is named in it, and which quotation each of them is given."""

    number: int
    named: tuple[int, ...]
    said: tuple[int, ...]
    day: int | None
    publisher: str | None


def about(article: Article, text: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(table("documents").column_names)
    segments = [{"role": "body", "start": 0, "end": len(text), "source_start": 0, "source_end": len(text)}]
    published = None if article.day is None else DAY + timedelta(days=article.day)
    return row | {
        "document_id": ids.document_id(None, str(article.number)),
        "text": text,
        "segments": segments,
        "published_at": published,
        "publisher": article.publisher,
    }


def place(start: int, end: int) -> dict[str, int]:
    return {"start": start, "end": end, "source_start": start, "source_end": end}


def found_in(article: Article) -> tuple[str, dict[str, Any]]:
    """The text of a document, and its row of EXTRACTED."""
    text, mentions, claims = "", [], []
    for entity, (who, quote) in enumerate(zip(article.named, article.said, strict=False)):
        start = len(text)
        text += f"{PEOPLE[who]} said: {QUOTES[quote]}. "
        name, said = place(start, start + len(PEOPLE[who])), place(start + len(PEOPLE[who]) + 7, len(text) - 2)
        mentions.append({"entity": entity, "section": "body", "surface": PEOPLE[who], "form": "name", **name})
        claims.append(claim(entity, said))
    kinds = ["organisation" if PEOPLE[who] == "Harbour Trust" else "person" for who in article.named]
    entities = [
        {"name": PEOPLE[who], "kind": kind, "is_named": True, "wikidata_id": None, "country": None}
        for who, kind in zip(article.named, kinds, strict=True)
    ]
    document_id = ids.document_id(None, str(article.number))
    row = {"document_id": document_id, "mentions": mentions, "claims": claims, "entities": entities}
    return text or "Nothing.", row | {"roles": [], "quantities": []}


def claim(speaker: int, fragment: dict[str, int]) -> dict[str, Any]:
    row: dict[str, Any] = {"section": "body", "fragments": [fragment], "mode": "direct", "act": "statement"}
    row |= dict.fromkeys(("cue_text", "cue_start", "cue_end", "cue_lemma", "speaker_text"))
    row |= dict.fromkeys(("speaker_start", "speaker_end", "addressee", "medium"))
    row |= {
        "speaker": speaker,
        "co_speakers": [],
        "is_negated": False,
        "is_hedged": False,
        "is_factive": False,
        "level": 1,
    }
    return row | {"rule": "test", "confidence": 1.0}


def resolved(articles: Sequence[Article], earlier: Earlier | None = None, batch: int = 3) -> Corpus:
    found = [(article, *found_in(article)) for article in articles]
    nullable = pa.schema([field.with_nullable(True) for field in arrow_schema(table("documents"))])
    documents = pa.Table.from_pylist([about(article, text) for article, text, _ in found], schema=nullable)
    extracted = pa.Table.from_pylist([row for _, _, row in found], schema=arrow_schema(EXTRACTED))
    stream = Stream(lambda: iter(extracted.to_batches(max_chunksize=batch)))
    return resolve_corpus(documents, stream, Curation(), earlier)


ARTICLES = st.lists(
    st.builds(
        Article,
        st.integers(0, 9),
        st.lists(st.integers(0, len(PEOPLE) - 1), max_size=3).map(tuple),
        st.lists(st.integers(0, len(QUOTES) - 1), min_size=3, max_size=3).map(tuple),
        st.sampled_from([None, 0, 1, 40]),
        st.sampled_from([None, "The Quay Courier", "Ada Quill Gazette"]),
    ),
    max_size=9,
    unique_by=lambda article: article.number,
)
"""A state of the corpus. From one to the next documents come, go, and change."""


@settings(max_examples=4, deadline=None)
@given(st.lists(ARTICLES, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_whatever_came_before_the_tables_are_those_from_nothing(
    states: list[list[Article]], shuffle: random.Random
) -> None:
    with TemporaryDirectory() as folder:
        earlier = Earlier(Path(folder), "v1")
        for articles in states:
            shuffled = shuffle.sample(articles, len(articles))
            grown, whole = resolved(shuffled, earlier, shuffle.randint(1, 9)), resolved(articles)
            assert grown.tables == whole.tables
            assert publishers(grown, shuffled) == publishers(whole, articles)


def publishers(corpus: Corpus, articles: list[Article]) -> dict[int, str | None]:
    """The publisher of each article by its number."""
    found: list[str | None] = corpus.publishers.to_pylist()
    return {article.number: publisher for article, publisher in zip(articles, found, strict=True)}


CORPUS = [Article(n, (n % 6, 4), (n % 5, 3, 0), n % 3, "The Quay Courier") for n in range(8)]
WHOLE = resolved(CORPUS).tables


@pytest.mark.parametrize(("run_bytes", "chunk"), [(1, 1), (1, 3), (10**9, 2)])
def test_how_much_is_in_memory_at_once_changes_nothing(
    run_bytes: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "RUN_BYTES", run_bytes)
    monkeypatch.setattr(tables, "CHUNK", chunk)
    assert resolved(CORPUS[::-1], batch=1).tables == WHOLE


def test_nothing_is_done_again_for_what_did_not_change(tmp_path: Path) -> None:
    earlier = Earlier(tmp_path, "v1")
    assert resolved(CORPUS, earlier).work["documents"] == len(CORPUS)
    assert dict(resolved(CORPUS, earlier).work) == {"blocks": 0, "documents": 0, "pairs": 0}


def test_a_new_document_touches_its_own_blocks_only(tmp_path: Path) -> None:
    earlier = Earlier(tmp_path, "v1")
    resolved(CORPUS, earlier)
    work = resolved([*CORPUS, Article(99, (4,), (3,), 0, None)], earlier).work
    assert (work["blocks"], work["documents"]) == (1, 1)


def test_another_version_of_the_code_uses_nothing_kept(tmp_path: Path) -> None:
    resolved(CORPUS, Earlier(tmp_path, "v1"))
    again = resolved(CORPUS, Earlier(tmp_path, "v2"))
    assert again.work["documents"] == len(CORPUS)
    assert again.tables == WHOLE


@pytest.mark.parametrize(("name", "harm"), [("names", "gone"), ("rows", "flipped"), ("pairs", "cut")])
def test_a_damaged_file_costs_time_and_nothing_else(tmp_path: Path, name: str, harm: str) -> None:
    earlier = Earlier(tmp_path, "v1")
    resolved(CORPUS, earlier)
    path = tmp_path / f"{name}.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content if harm == "flipped" else content[: len(content) // 2])
    if harm == "gone":
        path.unlink()
    again = resolved(CORPUS, earlier)
    assert again.tables == WHOLE
    assert again.work


def test_what_cannot_be_read_now_is_not_taken_for_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_to_open(*_args: object, **_options: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    earlier = Earlier(tmp_path, "v1")
    resolved(CORPUS, earlier)
    monkeypatch.setattr("pipeline.resolution.corpus.earlier.pq.ParquetFile", refuse_to_open)
    with pytest.raises(OnRecordError, match="Too many open files"):
        resolved(CORPUS, earlier)


def test_documents_that_come_one_by_one_give_the_same_tables(tmp_path: Path) -> None:
    earlier = Earlier(tmp_path, "v1")
    for count in range(2, len(CORPUS) + 1, 3):
        grown = resolved(CORPUS[-count:][::-1], earlier)
    assert grown.tables == WHOLE


def digest() -> str:
    """A hash over all tables of the corpus."""
    return ids.sha256(repr({name: rows.to_pylist() for name, rows in WHOLE.items()}).encode())


def test_the_order_of_sets_and_dictionaries_changes_nothing() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join((str(HERE), str(ROOT)))}
    program = [sys.executable, "-c", "import test_incremental_resolution as t; print(t.digest())"]
    other = subprocess.run(program, env=environment, capture_output=True, check=True, text=True)
    assert other.stdout.strip() == digest()


def test_few_files_are_kept_and_nothing_of_a_killed_build_stays(tmp_path: Path) -> None:
    (tmp_path / ".resolving-0.tmp" / "scratch").mkdir(parents=True)
    resolved(CORPUS, Earlier(tmp_path, "v1"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["names.parquet", "pairs.parquet", "rows.parquet"]
