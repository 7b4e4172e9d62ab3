"""How well this code does on the project's own key, so that each release can say so.

Belongs here: running extraction over the key and keeping the scores. Does not: the arithmetic
(`pipeline.extraction.scoring`), or figures that come from a release's own rows (`pipeline.release.quality`).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.batches import annotate_one
from pipeline.extraction.scoring import score
from pipeline.ids import sha256
from pipeline.settings import REFERENCE, Settings
from pipeline.stages import code_version

KEY = REFERENCE / "gold" / "claims.jsonl"
_WHAT = "seeds/reference/gold: claims of our own articles, marked by hand; rules were written with it in sight"


def measured(settings: Settings) -> dict[str, Any]:
    """Scores by the name of their key, shares between 0 and 1; computed once for each version of code and key."""
    key = KEY.read_bytes()
    kept = settings.stages / "kept" / f"scores-{code_version('extract')}-{sha256(key)[:12]}.json"
    found = _read(kept)
    if found is None:
        found = _scores([json.loads(line) for line in key.decode().splitlines()])
        kept.parent.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(".tmp")
        temporary.write_text(json.dumps(found), encoding="utf-8")
        temporary.replace(kept)
    return {_WHAT: found}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none yet, or torn
        return None
    return found


def _scores(records: list[dict[str, Any]]) -> dict[str, Any]:
    predicted = [annotate_one(record["doc_id"], record["text"]) for record in records]
    scores = asdict(score(records, predicted))
    return {"documents": len(records), "claims": sum(len(r["attributions"]) for r in records), **_rounded(scores)}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return round(value, 4) if isinstance(value, float) else value
