"""How well claims agree with an annotation: precision, recall and F1.

Belongs here: the measure behind `onrecord evaluate`. Does not: reading files, or any corpus.

Everything is compared on words, so that punctuation and quotation marks do not count. Predicted and annotated claims
of a document are paired one to one, greedily, by falling Dice coefficient of their content words; a pair is *found* if
that is at least 0.5 and the words that name the speakers have one in common (as for attribution extraction since Pareti
2015 and Newell et al. 2018, with one threshold instead of several).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

THRESHOLD = 0.5
"""Dice coefficient of the content words from which a claim counts as found."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MODES = ("direct", "mixed", "indirect")


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1; 0 where nothing is there to be measured."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement, all documents together.

    `joint`: content and speaker right. `by_mode`: precision by predicted, recall by annotated mode. `content_exact`:
    the same words of content, whoever speaks. `source_accuracy`: share of right speakers among the contents found.
    """

    joint: Rates
    by_mode: dict[str, Rates]
    content_exact: Rates
    source_accuracy: float


@dataclass(frozen=True, slots=True)
class _Item:
    content: frozenset[int]
    source: frozenset[int]
    mode: str
    is_speech: bool


def score(gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]) -> Score:
    """Agreement of predicted with annotated claims.

    Both are documents `{"doc_id", "text", "attributions": [{"content": [[start, end], …], "source": [[start, end], …],
    "type": mode}]}` with offsets in code points; a document without prediction counts as one without claims. Where
    they say so, claims inside others (`level` 2) count neither way, nor does a predicted belief or wish (`act`) that
    the annotation does not have: annotations differ in whether these are claims. Raises KeyError if a field is missing.
    """
    predictions = {document["doc_id"]: document["attributions"] for document in predicted}
    counts: Counter[tuple[str, str]] = Counter()
    for document in gold:
        text = document["text"]
        counts += _count(_items(text, document["attributions"]), _items(text, predictions.get(document["doc_id"], [])))
    return Score(
        _rates(counts, "joint"),
        {mode: _rates(counts, mode) for mode in _MODES},
        _rates(counts, "exact"),
        _share(counts["source", "right"], counts["source", "all"]),
    )


def agreeing(text: str, annotated: Iterable[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]]) -> list[bool]:
    """For each predicted claim of a document whether it is right: content and speaker agree with an annotated one."""
    gold, found = _items(text, annotated), _items(text, predicted)
    right = {id(other) for one, other in _pairs(gold, found) if _same_speaker(one, other)}
    return [id(item) in right for item in found]


def _same_speaker(one: _Item, other: _Item) -> bool:
    return bool(one.source & other.source) if one.source else not other.source


def _items(text: str, attributions: Iterable[Mapping[str, Any]]) -> list[_Item]:
    items = [
        _Item(
            _words(text, one["content"]),
            _words(text, one["source"]),
            one["type"],
            is_speech=one.get("act") not in ("belief", "wish"),
        )
        for one in attributions
        if one.get("level", 1) == 1
    ]
    return [item for item in items if item.content]


def _words(text: str, spans: Iterable[Sequence[int]]) -> frozenset[int]:
    return frozenset(found.start() for start, end in spans for found in _WORD.finditer(text, start, end))


def _count(gold: list[_Item], predicted: list[_Item]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    pairs = _pairs(gold, predicted)
    found = {id(other) for _, other in pairs}
    predicted = [item for item in predicted if item.is_speech or id(item) in found]
    for side, items in (("gold", gold), ("predicted", predicted)):
        counts["joint", side] += len(items)
        counts["exact", side] += len(items)
        counts.update((item.mode, side) for item in items)
    shared = Counter(item.content for item in gold) & Counter(item.content for item in predicted)
    counts["exact", "gold right"] = counts["exact", "predicted right"] = sum(shared.values())
    for one, other in pairs:
        counts["source", "all"] += 1
        if _same_speaker(one, other):
            counts["source", "right"] += 1
            counts.update((name, "gold right") for name in ("joint", one.mode))
            counts.update((name, "predicted right") for name in ("joint", other.mode))
    return counts


def _pairs(gold: list[_Item], predicted: list[_Item]) -> list[tuple[_Item, _Item]]:
    """Pairs whose contents agree enough, best first, each item used once."""
    candidates = sorted(
        (-dice, g, p)
        for g, one in enumerate(gold)
        for p, other in enumerate(predicted)
        if (dice := 2 * len(one.content & other.content) / (len(one.content) + len(other.content))) >= THRESHOLD
    )
    pairs, used_gold, used_predicted = [], set(), set()
    for _, g, p in candidates:
        if g not in used_gold and p not in used_predicted:
            used_gold.add(g)
            used_predicted.add(p)
            pairs.append((gold[g], predicted[p]))
    return pairs


def _rates(counts: Counter[tuple[str, str]], name: str) -> Rates:
    precision = _share(counts[name, "predicted right"], counts[name, "predicted"])
    recall = _share(counts[name, "gold right"], counts[name, "gold"])
    return Rates(precision, recall, _share(2 * precision * recall, precision + recall))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
