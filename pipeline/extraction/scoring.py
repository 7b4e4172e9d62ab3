"""How well extraction does against a key: precision, recall and F1 of claims.

Belongs here: the arithmetic of `onrecord evaluate`. Does not: making predictions, or any gold data.

A claim is right when the Dice coefficient of the content words is at least 0.5 and the speakers share a word (or
neither side names one): the joint measure usual in attribution extraction (Pareti 2013; Newell et al. 2018, PolNeAR).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

WORD = re.compile(r"\w+(?:['’]\w+)*")
MODES = ("direct", "mixed", "indirect")
_ENOUGH = 0.5

Attribution = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, 0 to 1; `gold` and `predicted` count what they stand on."""

    precision: float
    recall: float
    f1: float
    gold: int
    predicted: int

    @classmethod
    def of(cls, right: int, predicted: int, found: int, gold: int) -> Self:
        """From `right` of `predicted` and `found` of `gold`; nothing to find and nothing found is no score but 0."""
        precision = right / predicted if predicted else 0.0
        recall = found / gold if gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return cls(precision, recall, f1, gold, predicted)

    def to_dict(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Scores:
    """The joint measure in all and by mode, exact contents, and the share of found contents with the right speaker."""

    all: Score
    by_mode: Mapping[str, Score]
    content_exact: Score
    speaker_accuracy: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "all": self.all.to_dict(),
            **{mode: score.to_dict() for mode, score in self.by_mode.items()},
            "content_exact": self.content_exact.to_dict(),
            "speaker_accuracy": self.speaker_accuracy,
        }


@dataclass(frozen=True, slots=True)
class _Claim:
    content: frozenset[int]
    source: frozenset[int]
    mode: str


@dataclass(frozen=True, slots=True)
class _Pair:
    gold: _Claim
    predicted: _Claim

    @property
    def names_speaker(self) -> bool:
        return bool(self.gold.source & self.predicted.source) or not (self.gold.source or self.predicted.source)


def score(gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]) -> Scores:
    """Scores records {"doc_id", "text", "attributions"} against gold records of the same shape and doc_ids."""
    found = {record["doc_id"]: record for record in predicted}
    golds: list[_Claim] = []
    guesses: list[_Claim] = []
    pairs: list[_Pair] = []
    for record in gold:
        words = [match.span() for match in WORD.finditer(record["text"])]
        left = _claims(record["attributions"], words)
        right = _claims(found.get(record["doc_id"], {}).get("attributions", ()), words)
        golds, guesses = golds + left, guesses + right
        pairs += _align(left, right)
    return _scores(golds, guesses, pairs)


def _scores(golds: Sequence[_Claim], guesses: Sequence[_Claim], pairs: Sequence[_Pair]) -> Scores:
    close = [pair for pair in pairs if _dice(pair.gold.content, pair.predicted.content) >= _ENOUGH]
    right = [pair for pair in close if pair.names_speaker]
    exact = sum(pair.gold.content == pair.predicted.content for pair in pairs)
    return Scores(
        all=Score.of(len(right), len(guesses), len(right), len(golds)),
        by_mode={mode: _of_mode(mode, golds, guesses, right) for mode in MODES},
        content_exact=Score.of(exact, len(guesses), exact, len(golds)),
        speaker_accuracy=len(right) / len(close) if close else 0.0,
    )


def _of_mode(mode: str, golds: Sequence[_Claim], guesses: Sequence[_Claim], right: Sequence[_Pair]) -> Score:
    """Precision by the mode that was predicted, recall by the mode of the key."""
    return Score.of(
        sum(pair.predicted.mode == mode for pair in right),
        sum(claim.mode == mode for claim in guesses),
        sum(pair.gold.mode == mode for pair in right),
        sum(claim.mode == mode for claim in golds),
    )


def _claims(attributions: Iterable[Attribution], words: Sequence[tuple[int, int]]) -> list[_Claim]:
    claims = [
        _Claim(_words(a["content"], words), _words(a.get("source") or (), words), a.get("type", "indirect"))
        for a in attributions
    ]
    return [claim for claim in claims if claim.content]


def _words(spans: Iterable[Sequence[int]], words: Sequence[tuple[int, int]]) -> frozenset[int]:
    places = [(span[0], span[1]) for span in spans]
    return frozenset(
        number for number, (start, end) in enumerate(words) if any(s < end and start < e for s, e in places)
    )


def _dice(left: frozenset[int], right: frozenset[int]) -> float:
    return 2 * len(left & right) / (len(left) + len(right))


def _align(golds: Sequence[_Claim], guesses: Sequence[_Claim]) -> list[_Pair]:
    """One to one, greedily by falling Dice of the contents."""
    candidates = sorted(
        (-_dice(gold.content, guess.content), i, j)
        for i, gold in enumerate(golds)
        for j, guess in enumerate(guesses)
        if gold.content & guess.content
    )
    left, right, pairs = set(range(len(golds))), set(range(len(guesses))), []
    for _, i, j in candidates:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append(_Pair(golds[i], guesses[j]))
    return pairs
