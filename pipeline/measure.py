"""How well this code does on the project's own key, so that each release can say so.

Belongs here: running extraction over the key and keeping the scores. Does not: the arithmetic
(`pipeline.extraction.scoring`), or figures that come from a release's own rows (`pipeline.release.quality`).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from pipeline.batches import ANNOTATED, annotate_batch, annotate_failure, prepare_extraction
from pipeline.code import code_version
from pipeline.engine import kept
from pipeline.engine.batches import Stage
from pipeline.extraction.scoring import score
from pipeline.settings import REFERENCE, Settings

KEY = REFERENCE / "gold" / "claims.jsonl"
_WHAT = "seeds/reference/gold: claims of our own articles, marked by hand; rules were written with it in sight"


def measured(settings: Settings) -> dict[str, Any]:
    """Scores by the name of their key, shares between 0 and 1; a text is worked once for each version of the code."""
    records = [json.loads(line) for line in KEY.read_text(encoding="utf-8").splitlines()]
    return {_WHAT: _scores(records, settings)}


def _scores(records: list[dict[str, Any]], settings: Settings) -> dict[str, Any]:
    stage = Stage(
        "measure", annotate_batch, ANNOTATED, code_version("extract"), annotate_failure, prepare=prepare_extraction
    )
    texts = pa.table({name: [record[name] for record in records] for name in ("doc_id", "text")})
    found = (one for batch in kept.run(stage, texts, settings) for one in batch["annotations"].to_pylist())
    predicted = [json.loads(one) for one in found]
    scores = asdict(score(records, predicted))
    return {"documents": len(records), "claims": sum(len(r["attributions"]) for r in records), **_rounded(scores)}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return round(value, 4) if isinstance(value, float) else value
