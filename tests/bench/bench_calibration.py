"""How often claims are right, by how sure they are: of the claims at 0.9, nine in ten should be.

    python tests/bench/bench_calibration.py GOLD.jsonl         the table, for documents with all attributions marked
    python tests/bench/bench_calibration.py --counts GOLD.jsonl    what seeds/reference/calibration.csv is made of

GOLD.jsonl holds a document {"text", "attributions": [{"content", "source"}]} a line, as `onrecord evaluate` reads it.
Right is a claim that agrees with an annotated one: content by a Dice coefficient of at least 0.5, and speaker.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline.extraction import calibration
from pipeline.extraction.claims import find_claims
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.records import Claim, Span
from pipeline.extraction.scoring import agreeing

LEAST = 30
"""Claims of a family and tenth from which their count says something."""


def _judged(paths: Iterable[str]) -> Iterator[tuple[Claim, bool]]:
    """Every claim of level 1 in the documents, and whether it is right."""
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            document: dict[str, Any] = json.loads(line)
            text = document["text"]
            claims = [claim for claim in find_claims(parse(text, paragraphs_of(text))) if claim.level == 1]
            right = agreeing(text, document["attributions"], [_as_annotated(claim) for claim in claims])
            yield from zip(claims, right, strict=True)


def _as_annotated(claim: Claim) -> dict[str, Any]:
    def spans(found: Iterable[Span | None]) -> list[list[int]]:
        return [[span.start, span.end] for span in found if span]

    return {"content": spans(claim.fragments), "source": spans([*claim.speakers, claim.via]), "type": claim.mode}


def _counted(paths: Iterable[str], key: Callable[[Claim], str]) -> dict[str, tuple[int, int]]:
    """By key, in its order: claims made, and claims that are right."""
    made: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for claim, is_right in _judged(paths):
        made[key(claim)] += 1
        hits[key(claim)] += is_right
    return {name: (made[name], hits[name]) for name in sorted(made)}


def _table(paths: Iterable[str]) -> Iterator[str]:
    yield "confidence  claims  right"
    for tenth, (made, hits) in _counted(paths, lambda claim: f"{calibration.band(claim.confidence) / 10:.1f}").items():
        yield f"{tenth:>10}{made:8,}{hits / made:7.3f}"


def _counts(paths: Iterable[str]) -> Iterator[str]:
    """Rows of the table of calibration, by the scores of the rules as they are without it."""
    yield "family,tenth,claims,right"
    with patch.object(calibration, "calibrated", lambda claim: claim.confidence):
        counted = _counted(paths, lambda claim: f"{calibration.family(claim)},{calibration.band(claim.confidence)}")
    yield from (f"{name},{made},{hits}" for name, (made, hits) in counted.items() if made >= LEAST)


def main() -> None:
    paths = [path for path in sys.argv[1:] if path != "--counts"]
    for line in _counts(paths) if "--counts" in sys.argv else _table(paths):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
