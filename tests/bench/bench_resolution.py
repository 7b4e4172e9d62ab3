"""Time and memory of resolution across documents: `python tests/bench/bench_resolution.py [DOCUMENTS …]`.

Generated documents with ten mentions and two claims each (`--mentions`, `--claims`). Names, words and repeated
quotations follow a Zipf distribution, as they do in the news. For each number of documents: all tables from nothing,
the same again with what was kept, and with 1 % more documents; seconds by the clock and of the processor, peak memory
and what had to be done anew. Then the exponent of processor time against size. `--once` leaves out what comes after
the first.

`--memory MIB` is what DuckDB may take. Peak memory is what the process has for itself: pages of files that it reads
where they stand are left out, as the system takes them back when it needs them.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import ids
from pipeline.engine.batches import Stream
from pipeline.resolution.corpus.earlier import Earlier
from pipeline.resolution.corpus.tables import resolve_corpus
from pipeline.resolution.people.curation import Curation
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import EXTRACTED
from pipeline.schema.tables import table
from pipeline.settings import DATABASE_BYTES
from pipeline.warehouse import within

SIZES = (10_000, 30_000, 100_000)
NAMES, WORDS = 200_000, 30_000
SEASON, QUOTES = 10_000, 5_000
"""Claims that are quotations of others, after which others are in the news, and how many there are at a time."""
BATCH, PART = 2_000, 20_000
"""Documents that are made at once, and that stand in one file."""
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
START = datetime(2026, 1, 1)  # noqa: DTZ001 - the schema keeps UTC without a zone


@lru_cache(maxsize=NAMES)
def name_of(number: int) -> tuple[str, str]:
    """A name and its kind; the same number gives the same name."""
    rng = random.Random(number)  # noqa: S311 - nothing secret
    word = "".join(rng.choices(SYLLABLES, k=3)).capitalize()
    if number % 3:
        return f"{''.join(rng.choices(SYLLABLES, k=2)).capitalize()} {word}", "person"
    return f"{word} {rng.choice(('Council', 'Trust', 'Group'))}", "organisation"


def zipf(rng: random.Random, most: int = NAMES) -> int:
    """A rank below `most` whose frequency falls with its inverse."""
    return min(most - 1, int(most ** rng.random()))


@lru_cache(maxsize=WORDS)
def word_of(number: int) -> str:
    """A word; the same number gives the same word."""
    return "".join(random.Random(-number - 1).choices(SYLLABLES, k=2 + number % 3))  # noqa: S311 - nothing secret


@lru_cache(maxsize=2 * QUOTES)
def quote_of(number: int) -> tuple[int, tuple[str, ...]]:
    """A quotation that several documents have, and the number of who says it."""
    rng = random.Random(number)  # noqa: S311 - nothing secret
    return zipf(rng), tuple(word_of(zipf(rng, WORDS)) for _ in range(rng.randint(8, 40)))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a document has: claims, of which every second is a quotation that others have too, and mentions."""

    claims: int
    mentions: int


def documents(shape: Shape, count: int, first: int = 0) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows of the table documents and of the stage EXTRACTED."""
    for number in range(first, first + count):
        yield _document(shape, number, random.Random(number))  # noqa: S311 - nothing secret


def _document(shape: Shape, number: int, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    shared = range(number * (shape.claims // 2), (number + 1) * (shape.claims // 2))
    quoted = [quote_of(one // SEASON * QUOTES + zipf(rng, QUOTES)) for one in shared]
    claims = [" ".join(words[rng.randint(0, len(words) // 3) :]) for _, words in quoted]
    own = range(shape.claims - len(claims))
    claims += [" ".join(word_of(zipf(rng, WORDS)) for _ in range(rng.randint(6, 30))) for _ in own]
    entities = [name_of(speaker) for speaker, _ in quoted]
    entities += [name_of(zipf(rng)) for _ in range(shape.mentions - len(entities))]
    text = ", ".join(name for name, _ in entities) + ": " + ". ".join(claims)
    document_id = ids.document_id(None, str(number))
    about: dict[str, Any] = dict.fromkeys(table("documents").column_names)
    segment = {"role": "body", "start": 0, "end": len(text), "source_start": 0, "source_end": len(text)}
    about |= {"document_id": document_id, "text": text, "segments": [segment]}
    about |= {"published_at": START + timedelta(minutes=4 * number), "publisher": f"Paper {zipf(rng) % 500}"}
    return about, _extracted(document_id, text, entities, claims)


def _extracted(document_id: str, text: str, entities: list[tuple[str, str]], claims: list[str]) -> dict[str, Any]:
    mentions, at = [], 0
    for number, (name, _) in enumerate(entities):
        place = {"start": at, "end": at + len(name), "source_start": at, "source_end": at + len(name)}
        mentions.append({"entity": number, "section": "body", "surface": name, "form": "name", **place})
        at += len(name) + 2
    values = {"is_named": True, "wikidata_id": None, "country": None}
    row: dict[str, Any] = {"document_id": document_id, "mentions": mentions, "roles": [], "quantities": []}
    row["entities"] = [{"name": name, "kind": kind, **values} for name, kind in entities]
    row["claims"] = [_claim(text.index(said), said, speaker) for speaker, said in enumerate(claims)]
    return row


def _claim(start: int, said: str, speaker: int) -> dict[str, Any]:
    fragment = {"start": start, "end": start + len(said), "source_start": start, "source_end": start + len(said)}
    row: dict[str, Any] = {"section": "body", "fragments": [fragment], "mode": "direct", "act": "statement"}
    row |= dict.fromkeys(
        ("cue_text", "cue_start", "cue_end", "cue_lemma", "speaker_text", "speaker_start", "speaker_end")
    )
    row |= {
        "speaker": speaker,
        "co_speakers": [],
        "is_negated": False,
        "is_hedged": False,
        "is_factive": False,
        "level": 1,
    }
    return row | {"rule": "bench", "confidence": 1.0, "addressee": None, "medium": None}


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents, in a file that is read where it stands, and what was extracted from them, in files of Parquet."""

    documents: pa.Table
    extracted: tuple[Path, ...]

    def __add__(self, other: Inputs) -> Inputs:
        return Inputs(pa.concat_tables([self.documents, other.documents]), self.extracted + other.extracted)

    def stage(self) -> Stream:
        """Rows EXTRACTED, as a build has them."""
        return Stream(lambda: (batch for path in self.extracted for batch in pq.ParquetFile(path).iter_batches(BATCH)))


def written(shape: Shape, count: int, first: int, folder: Path) -> Inputs:
    """So many documents, in this folder."""
    parts = [(shape, start, min(PART, first + count - start), folder) for start in range(first, first + count, PART)]
    with multiprocessing.get_context("fork").Pool() as pool:
        paths = pool.starmap(_write, parts, chunksize=1)
    known = [pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path, _ in paths]
    return Inputs(pa.concat_tables(known), tuple(path for _, path in paths))


def _write(shape: Shape, first: int, count: int, folder: Path) -> tuple[Path, Path]:
    about, extracted = folder / f"documents-{first}.arrow", folder / f"extracted-{first}.parquet"
    with (
        pa.ipc.new_file(str(about), _DOCUMENTS) as documents_file,
        pq.ParquetWriter(extracted, arrow_schema(EXTRACTED), compression="zstd") as extracted_file,
    ):
        for start in range(first, first + count, BATCH):
            rows = documents(shape, min(BATCH, first + count - start), start)
            known, found = (list(part) for part in zip(*rows, strict=True))
            documents_file.write_table(pa.Table.from_pylist(known, schema=_DOCUMENTS))
            extracted_file.write_table(pa.Table.from_pylist(found, schema=arrow_schema(EXTRACTED)))
    return about, extracted


_DOCUMENTS = pa.schema([field.with_nullable(True) for field in arrow_schema(table("documents"))])


def timed(what: str, inputs: Inputs, kept: Path, memory: int) -> float:
    """Processor seconds that all tables take, in a process of their own; prints what it took."""
    pipe, other = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_resolve, args=(what, inputs, kept, memory, other))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)
    return float(pipe.recv())


def _resolve(what: str, inputs: Inputs, kept: Path, memory: int, pipe: Any) -> None:
    peak = Peak()
    peak.start()
    since, worked = time.perf_counter(), time.process_time()
    with within(memory):
        made = resolve_corpus(inputs.documents, inputs.stage(), Curation(), Earlier(kept, "bench"))
    seconds, work = time.perf_counter() - since, time.process_time() - worked
    rows = ", ".join(f"{name} {rows.num_rows}" for name, rows in made.tables.items() if rows.num_rows)
    took = f"{seconds:8.1f} s {work:8.1f} CPU s   own memory {peak.bytes / 1024**3:5.2f} GiB"
    sys.stdout.write(f"{what:24s} {took}   anew: {dict(made.work)}   {rows}\n")
    sys.stdout.flush()
    pipe.send(work)


class Peak(threading.Thread):
    """The most memory that this process has had for itself since this began, in bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes = 0

    def run(self) -> None:
        """Looks ten times a second."""
        while True:
            status = Path("/proc/self/status").read_text(encoding="ascii")
            self.bytes = max(self.bytes, int(status.partition("RssAnon:")[2].split()[0]) * 1024)
            time.sleep(0.1)


def sized(shape: Shape, count: int, memory: int, *, once: bool) -> float:
    """Processor seconds for this many documents from nothing; prints also what comes after."""
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "kept"
        inputs = written(shape, count, 0, Path(folder))
        seconds = timed(f"{count} from nothing", inputs, kept, memory)
        if not once:
            timed("nothing new", inputs, kept, memory)
            timed(f"{count // 100} more", inputs + written(shape, count // 100, count, Path(folder)), kept, memory)
    return seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", metavar="DOCUMENTS", default=SIZES)
    parser.add_argument("--memory", type=int, metavar="MIB", default=DATABASE_BYTES // 1024**2)
    parser.add_argument("--claims", type=int, default=2, help="of a document")
    parser.add_argument("--mentions", type=int, default=10, help="of a document, as many as claims at least")
    parser.add_argument("--once", action="store_true", help="only from nothing")
    given = parser.parse_args()
    sizes = given.sizes
    shape = Shape(given.claims, given.mentions)
    took = [sized(shape, size, given.memory * 1024**2, once=given.once) for size in sizes]
    for (small, before), (large, after) in zip(
        zip(sizes, took, strict=True), zip(sizes[1:], took[1:], strict=True), strict=False
    ):
        exponent = math.log(after / before) / math.log(large / small)
        sys.stdout.write(f"time grows with size to the power of {exponent:.2f} from {small} to {large} documents\n")
