"""How sure a claim is: from a rule's score to the share of such claims that were right.

Belongs here: reading seeds/reference/calibration.csv, and which rules share a row of it. Does not: the scores
(`circumstances`, `quoted`), which decide what becomes a claim at all.

The table gives, for each family of rules and each tenth of the score, how many claims it made of 840 articles (the
training part of PolNeAR, Newell et al. 2018) and how many agreed with the annotation: content by a Dice coefficient of
at least 0.5, and speaker. The counts are drawn towards the score by ten claims, so that a row of few says little.
`tests/bench/bench_calibration.py` counts again.

seeds/reference/calibration_check.csv says what came of it on 84 other articles (the development part), by the
confidence that comes out.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from pipeline.errors import OnRecordError
from pipeline.extraction.records import Claim

TABLE = Path(__file__).parents[2] / "seeds" / "reference" / "calibration.csv"
CHECK = TABLE.with_name("calibration_check.csv")
WEIGHT = 10
"""Claims that the score counts for beside those that were counted."""
_FAMILIES = {"inf": "infinitive", "ing": "infinitive", "on inf": "infinitive", "obj inf": "infinitive"}


def family(claim: Claim) -> str:
    """The family of rules that made the claim: a rule for quotations by its name, a cue by its frame."""
    _, is_cue, frame = claim.rule.partition(": ")
    if not is_cue:
        return claim.rule
    if not claim.speakers:
        return "agentless"
    if frame in ("that", "wh", "according", "obj"):
        return frame
    return _FAMILIES.get(frame) or {"noun": "noun", "obj": "object with more"}.get(
        frame.partition(" ")[0], "preposition"
    )


def calibrated(claim: Claim) -> float:
    """The share of such claims that were right, 0 to 1; the score itself where none were counted."""
    made, right = _counts().get((family(claim), band(claim.confidence)), (0, 0))
    return round((right + WEIGHT * claim.confidence) / (made + WEIGHT), 2)


def band(score: float) -> int:
    """The tenth that a score lies in: 9 from 0.9 on."""
    return min(9, int(round(score, 2) * 10 + 1e-9))


def checked() -> list[dict[str, float]]:
    """What confidence was worth on other news: claims of a confidence of `at_least`, and the share that was right."""
    with CHECK.open(encoding="utf-8", newline="") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return [
        {"at_least": row["at_least"], "claims": int(row["claims"]), "right": round(row["right"] / row["claims"], 3)}
        for row in rows
    ]


@lru_cache(maxsize=1)
def _counts() -> dict[tuple[str, int], tuple[int, int]]:
    try:
        with TABLE.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
            return {(row["family"], int(row["tenth"])): (int(row["claims"]), int(row["right"])) for row in rows}
    except (KeyError, ValueError, OSError) as error:
        raise OnRecordError(f"{TABLE}: {error}; restore the file or correct the row") from error
