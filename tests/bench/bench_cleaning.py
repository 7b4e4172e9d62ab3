"""Speed of cleaning against trafilatura's own, on the same pages in one run, and its memory over many inputs.

usage: python tests/bench/bench_cleaning.py [PAGES.jsonl[.gz]] [--rounds N] [--inputs N]

PAGES has a page a line, its markup in the field html; without it, the pages of seeds/documents are read 20 times over.
Printed: pages per CPU second of trafilatura.extract(with_metadata=True), of clean(), and their ratio (goal: 0.8), from
the best of N rounds that take turns, so that a busy machine slows both. Then peak memory of a process of its own after
a fifth, three fifths and all of N made-up pages and texts (default 5,000; 0 leaves this out): what it holds must not
grow with what it has read (goal: 5 per cent).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pipeline.cleaning.clean import clean
from pipeline.intake.encoding import NotTextError, decode
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import ROOT, Settings

sys.path.insert(0, str(ROOT))
from tests.bench.corpus import Newsroom

GOAL = 0.8
GROWTH = 1.05
MARKS = (0.2, 0.6, 1.0)


def read_pages(path: Path | None) -> list[str]:
    if path is not None:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line)["html"] for line in lines if line.strip()]
    pages = []
    for file in sorted((ROOT / "seeds" / "documents").glob("*.html")):
        try:
            pages.append(decode(file.read_bytes(), "text/html"))
        except NotTextError:
            continue
    return pages * 20


def seconds(run: Callable[[], None]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def peaks(inputs: int) -> list[int]:
    """Peak memory of this process in bytes after each of the marks, cleaning this many made-up inputs."""
    newsroom, settings = Newsroom(1, people=500), Settings()
    marks, found = {round(inputs * mark) for mark in MARKS}, []
    for number in range(1, inputs + 1):
        article = newsroom.article()
        is_page = number % 2 == 0
        data = (newsroom.page(article) if is_page else newsroom.text(article)).encode()
        name = hashlib.sha256(data).hexdigest()
        clean(Snapshot(str(number), name, "text/html" if is_page else "text/plain", data), settings)
        if number in marks:
            found.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    return found


def show_memory(inputs: int) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(peaks, inputs).result()
    for mark, peak in zip(MARKS, found, strict=True):
        print(f"peak memory after {round(inputs * mark):6} inputs {peak / 1e6:7.1f} MB")  # noqa: T201
    print(f"growth      {found[-1] / found[0]:7.3f} (goal below {GROWTH})")  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--inputs", type=int, default=5_000)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    import trafilatura

    pages = read_pages(arguments.pages)
    inputs = [page.encode() for page in pages]
    snapshots = [Snapshot("page", hashlib.sha256(data).hexdigest(), "text/html", data) for data in inputs]
    settings = Settings()

    def theirs() -> None:
        for page in pages:
            trafilatura.extract(page, with_metadata=True)

    def ours() -> None:
        for snapshot in snapshots:
            clean(snapshot, settings)

    clean(snapshots[0], settings)  # rules and models are loaded once per process
    times = [(seconds(theirs), seconds(ours)) for _ in range(arguments.rounds)]
    best_theirs, best_ours = (min(side) for side in zip(*times, strict=True))
    ratio = best_theirs / best_ours
    print(f"pages {len(pages)}")  # noqa: T201
    print(f"trafilatura {len(pages) / best_theirs:7.1f} pages per CPU second")  # noqa: T201
    print(f"clean       {len(pages) / best_ours:7.1f} pages per CPU second")  # noqa: T201
    print(f"ratio       {ratio:7.2f} (goal {GOAL})")  # noqa: T201
    if arguments.inputs:
        show_memory(arguments.inputs)


if __name__ == "__main__":
    main()
