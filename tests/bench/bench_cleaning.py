"""Speed of cleaning against trafilatura's own, on the same pages in one run.

usage: python tests/bench/bench_cleaning.py [PAGES.jsonl[.gz]] [--rounds N]

PAGES has a page a line, its markup in the field html; without it, the pages of seeds/documents are read 20 times over.
Printed: pages per CPU second of trafilatura.extract(with_metadata=True), of clean(), and their ratio (goal: 0.8), from
the best of N rounds that take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.cleaning.clean import clean
from pipeline.intake.encoding import NotTextError, decode
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import ROOT, Settings

GOAL = 0.8


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
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


if __name__ == "__main__":
    main()
