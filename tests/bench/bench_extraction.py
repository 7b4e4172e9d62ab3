"""Words per CPU second and peak memory of extraction, one process, without loading the model.

    python tests/bench/bench_extraction.py [FILE.jsonl] [PASSES]

FILE holds documents {"text": ...}; without it, the project's own articles are read several times over.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.extraction.claims import find_claims
from pipeline.extraction.names import find_mentions
from pipeline.extraction.parse import Parsed, paragraphs_of, parse
from pipeline.extraction.quantities import find_quantities

ARTICLES = Path(__file__).parents[2] / "seeds" / "documents"


def _texts(path: Path | None) -> list[str]:
    if path is None:
        articles = [file.read_bytes().decode("utf-8", "replace") for file in sorted(ARTICLES.glob("*.txt"))]
        return [text for text in articles if text.strip()] * 10
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def _memory() -> float:
    """Peak memory of the process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    texts = _texts(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    passes = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    words = sum(len(text.split()) for text in texts)
    find_claims(parse(texts[0], paragraphs_of(texts[0])))  # loads model and tables
    for _ in range(passes):
        spent = _measure(texts)
        each = ", ".join(f"{name} {1e6 * seconds / words:.0f} µs" for name, seconds in spent.items())
        print(f"{words} words, {words / sum(spent.values()):,.0f} words/s, peak {_memory():.0f} MB; per word: {each}")  # noqa: T201


def _measure(texts: list[str]) -> dict[str, float]:
    """CPU seconds of each step over all texts, which are read one by one as a worker reads them."""
    spent = dict.fromkeys(("parse", "claims", "mentions", "quantities"), 0.0)
    for text in texts:
        parsed: list[Parsed] = []
        spent["parse"] += _seconds(partial(_parse, text, parsed))
        spent["claims"] += _seconds(partial(find_claims, parsed[0]))
        spent["mentions"] += _seconds(partial(find_mentions, parsed[0]))
        spent["quantities"] += _seconds(partial(find_quantities, parsed[0], None))
    return spent


def _parse(text: str, into: list[Parsed]) -> None:
    into.append(parse(text, paragraphs_of(text)))


if __name__ == "__main__":
    main()
