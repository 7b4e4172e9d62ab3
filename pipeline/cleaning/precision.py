"""How often each rule of cleaning is right: figures that were measured once and travel with every release.

Method: on pages and pasted texts whose article was marked by hand, a removal counts as wrong if the marked article
holds its words (six words in a row; of a shorter removal, a whole line or four words) more often than the cleaned one.
Only removals that the rule itself decided are hits; what the extractor had left out already is `not_main_text`.
Belongs here: reading seeds/reference/cleaning/precision.csv. Does not: measuring, which needs texts that are not ours
to give away.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from pipeline.errors import OnRecordError
from pipeline.settings import REFERENCE

TABLE = REFERENCE / "cleaning" / "precision.csv"


def rule_precision(path: Path = TABLE) -> list[dict[str, Any]]:
    """A row for each rule and reason: rule, reason, hits, right, precision (0 to 1, None if unmeasured), measured_on.

    Raises OnRecordError if the table cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return [_row(line) for line in csv.DictReader(lines)]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise OnRecordError(f"{path}: not a table of measured rules ({error}); restore it") from error


def _row(line: dict[str, str]) -> dict[str, Any]:
    return {
        "rule": line["rule"],
        "reason": line["reason"],
        "hits": int(line["hits"]),
        "right": int(line["right"]),
        "precision": float(line["precision"]) if line["precision"] else None,
        "measured_on": line["measured_on"] or None,
    }
