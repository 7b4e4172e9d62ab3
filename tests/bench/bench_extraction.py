"""Words per CPU second and memory of `onrecord annotate`, one process, without loading the model.

    python tests/bench/bench_extraction.py [FILE.jsonl] [--passes N]
    python tests/bench/bench_extraction.py --stream 50000

FILE holds documents {"text": ...}; without it, the project's own articles are read several times over. What a machine
does in a second changes by the hour, so each pass also runs spaCy's model alone over the same texts, as spaCy runs it,
and prints how many times as many words a second we do. `--stream` reads so many short made-up articles, each with words
of its own, and prints the memory after every tenth of them.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batches import annotate_one
from pipeline.extraction.claims import find_claims
from pipeline.extraction.names import find_mentions
from pipeline.extraction.parse import MODEL, paragraphs_of, parse
from pipeline.extraction.quantities import find_quantities
from pipeline.resolution.article.document import resolve
from pipeline.resolution.article.records import Publication

if TYPE_CHECKING:
    from spacy.language import Language

ARTICLES = Path(__file__).parents[2] / "seeds" / "documents"


def _texts(path: Path | None) -> list[str]:
    if path is None:
        articles = [file.read_bytes().decode("utf-8", "replace") for file in sorted(ARTICLES.glob("*.txt"))]
        return [text for text in articles if text.strip()] * 10
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def _peak() -> float:
    """Peak memory of the process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _memory() -> float:
    """Memory of the process now in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def measure(texts: list[str]) -> dict[str, float]:
    """CPU seconds of each step over all texts, which are read one by one as a worker reads them."""
    spent: dict[str, float] = {}

    def timed(name: str, step: Callable[..., Any], *given: Any) -> Any:
        started = time.process_time()
        found = step(*given)
        spent[name] = spent.get(name, 0.0) + time.process_time() - started
        return found

    for text in texts:
        parsed = timed("parse", parse, text, paragraphs_of(text))
        claims = timed("claims", find_claims, parsed)
        mentions = timed("mentions", find_mentions, parsed)
        amounts = timed("quantities", find_quantities, parsed, None)
        timed("actors", resolve, parsed, claims, mentions, amounts, Publication())
    return spent


def model_alone(language: Language, texts: list[str]) -> float:
    """CPU seconds of the whole model over all texts, in batches as spaCy makes them."""
    started = time.process_time()
    deque(language.pipe(texts), maxlen=0)
    return time.process_time() - started


def short_articles(count: int) -> Iterator[str]:
    """Made-up articles of some forty words, the same at each run; one word in ten is new in each."""
    chance = random.Random(50_000)  # noqa: S311 - no secret
    for _ in range(count):
        who, where, what = ("".join(chance.choices("abcdefghiklmnoprstuvw", k=7)).capitalize() for _ in range(3))
        yield (
            f"{who} Council opens bridge\n\nThe mayor of {where}, Anna {who}, said the bridge was safe. “We knew that "
            f"the {what.lower()} would hold,” she said on Friday. Some {chance.randrange(100, 9_999)} people came, "
            f"and {what} Holdings paid for it."
        )


def stream(count: int) -> None:
    """Annotate made-up articles one by one and print the memory on the way."""
    for number, text in enumerate(short_articles(count), start=1):
        annotate_one(str(number), text)
        if number % max(1, count // 10) == 0:
            print(f"{number} documents: {_memory():.0f} MB", flush=True)  # noqa: T201


def compare(texts: list[str], passes: int) -> None:
    """Annotate all texts and run the model alone over them, in turns, and print both."""
    import spacy  # not before `pipeline`, which sets the number of NumPy's threads

    words, whole = sum(len(text.split()) for text in texts), spacy.load(MODEL)
    annotate_one("first", texts[0])  # loads model and tables
    model_alone(whole, texts[:1])
    for _ in range(passes):
        alone, spent = model_alone(whole, texts), measure(texts)
        ours = sum(spent.values())
        each = ", ".join(f"{name} {1e6 * seconds / words:.0f} µs" for name, seconds in spent.items())
        print(f"{words} words, {words / ours:,.0f} words/s, peak {_peak():.0f} MB; per word: {each}")  # noqa: T201
        print(f"  model alone {words / alone:,.0f} words/s, {1e6 * alone / words:.0f} µs; ratio {alone / ours:.2f}")  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--stream", type=int, default=0)
    asked = parser.parse_args()
    if asked.stream:
        stream(asked.stream)
        return
    compare(_texts(asked.file), asked.passes)


if __name__ == "__main__":
    main()
