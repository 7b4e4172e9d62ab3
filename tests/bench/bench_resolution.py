"""Time and memory of resolution across documents: `python tests/bench/bench_resolution.py [DOCUMENTS]`.

Generated documents with ten mentions each, whose names follow a Zipf distribution, as names in the news do. Prints
seconds and peak memory for identities alone, for what 1,000 more documents cost, and for all tables with claim groups.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from pipeline import ids
from pipeline.resolution.corpus import resolve_corpus
from pipeline.resolution.curation import Curation
from pipeline.resolution.identity import Blocks, Occurrence
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import EXTRACTED
from pipeline.schema.tables import table

MENTIONS = 10
NAMES = 200_000
SYLLABLES = [
    "ba",
    "ke",
    "li",
    "mo",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "za",
    "dor",
    "gan",
    "hel",
    "kir",
    "lund",
    "mar",
    "nor",
    "pel",
    "quin",
    "ster",
]
WORDS = [
    "river",
    "harbour",
    "council",
    "money",
    "winter",
    "school",
    "price",
    "road",
    "vote",
    "plan",
    "water",
    "bridge",
    "union",
    "ferry",
    "tax",
    "house",
]
START = datetime(2026, 1, 1)  # noqa: DTZ001 - the schema keeps UTC without a zone


def name_of(number: int) -> tuple[str, str]:
    """A name and its kind; the same number gives the same name."""
    rng = random.Random(number)  # noqa: S311 - nothing secret
    word = "".join(rng.choices(SYLLABLES, k=3)).capitalize()
    if number % 3:
        return f"{''.join(rng.choices(SYLLABLES, k=2)).capitalize()} {word}", "person"
    return f"{word} {rng.choice(('Council', 'Trust', 'Group'))}", "organisation"


def zipf(rng: random.Random) -> int:
    """A rank up to NAMES whose frequency falls with its inverse."""
    return min(NAMES - 1, int(NAMES ** rng.random()))


def documents(count: int, first: int = 0) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows of the table documents and of the stage EXTRACTED."""
    rng = random.Random(first)  # noqa: S311 - nothing secret
    for number in range(first, first + count):
        yield _document(number, rng)


def _document(number: int, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    entities = [name_of(zipf(rng)) for _ in range(MENTIONS)]
    said = " ".join(rng.choices(WORDS, k=14)) + f" {number % 50_000}"
    text = ", ".join(name for name, _ in entities) + ": " + said
    document_id = ids.document_id(None, str(number))
    about: dict[str, Any] = dict.fromkeys(table("documents").column_names)
    segment = {"role": "body", "start": 0, "end": len(text), "source_start": 0, "source_end": len(text)}
    about |= {"document_id": document_id, "text": text, "segments": [segment]}
    about |= {"published_at": START + timedelta(hours=number % 8000), "publisher": f"Paper {zipf(rng) % 500}"}
    return about, _extracted(document_id, text, entities, said)


def _extracted(document_id: str, text: str, entities: list[tuple[str, str]], said: str) -> dict[str, Any]:
    mentions, at = [], 0
    for number, (name, _) in enumerate(entities):
        place = {"start": at, "end": at + len(name), "source_start": at, "source_end": at + len(name)}
        mentions.append({"entity": number, "section": "body", "surface": name, "form": "name", **place})
        at += len(name) + 2
    values = {"is_named": True, "wikidata_id": None, "country": None}
    row: dict[str, Any] = {"document_id": document_id, "mentions": mentions, "roles": [], "quantities": []}
    row["entities"] = [{"name": name, "kind": kind, **values} for name, kind in entities]
    row["claims"] = [_claim(text.index(said), said)]
    return row


def _claim(start: int, said: str) -> dict[str, Any]:
    fragment = {"start": start, "end": start + len(said), "source_start": start, "source_end": start + len(said)}
    row: dict[str, Any] = {"section": "body", "fragments": [fragment], "mode": "direct", "act": "statement"}
    row |= dict.fromkeys(
        ("cue_text", "cue_start", "cue_end", "cue_lemma", "speaker_text", "speaker_start", "speaker_end")
    )
    row |= {"speaker": 0, "co_speakers": [], "is_negated": False, "is_hedged": False, "level": 1}
    return row | {"rule": "bench", "confidence": 1.0, "addressee": None, "medium": None}


def occurrences(row: dict[str, Any]) -> Iterator[Occurrence]:
    """The entities of a document as they fall into blocks."""
    for number, (entity, mention) in enumerate(zip(row["entities"], row["mentions"], strict=True)):
        yield Occurrence(row["document_id"], number, place=mention["source_start"], **entity)


def report(what: str, since: float, note: str = "") -> None:
    """Prints seconds since then, and the peak memory of the process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    sys.stdout.write(f"{what:34s} {time.perf_counter() - since:8.1f} s   peak {peak:5.2f} GiB   {note}\n")


def identities(count: int) -> None:
    """Times the blocks: all documents, then 1,000 more."""
    blocks, since = Blocks(), time.perf_counter()
    blocks.add(entity for _, row in documents(count) for entity in occurrences(row))
    report(f"{count * MENTIONS} mentions into blocks", since, f"{len(blocks.entities)} blocks")
    since = time.perf_counter()
    touched = blocks.add(entity for _, row in documents(1000, first=count) for entity in occurrences(row))
    report("1,000 more documents", since, f"{touched} blocks touched")


def tables(count: int) -> None:
    """Times all tables of a corpus."""
    abouts, rows = arrow_schema(table("documents")), arrow_schema(EXTRACTED)
    chunks: list[tuple[pa.Table, pa.Table]] = []
    for first in range(0, count, 5000):
        made = list(documents(min(5000, count - first), first))
        nullable = pa.schema([field.with_nullable(True) for field in abouts])
        about = pa.Table.from_pylist([document for document, _ in made], schema=nullable)
        chunks.append((about, pa.Table.from_pylist([row for _, row in made], schema=rows)))
    all_documents, all_rows = (pa.concat_tables(list(part)) for part in zip(*chunks, strict=True))
    since = time.perf_counter()
    corpus = resolve_corpus(all_documents, all_rows, Curation())
    report("all tables", since, ", ".join(f"{name} {made.num_rows}" for name, made in corpus.tables.items()))


if __name__ == "__main__":
    number_of_documents = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    identities(number_of_documents)
    tables(number_of_documents)
