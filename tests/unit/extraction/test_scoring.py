"""The scorer, on cases small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.extraction.scoring import score

TEXT = "Ada Brook said the old bridge is safe. Critics denied it."


def place(words: str) -> list[int]:
    start = TEXT.index(words)
    return [start, start + len(words)]


def record(*claims: tuple[str, str | None, str]) -> dict[str, Any]:
    attributions = [
        {"content": [place(content)], "source": [place(source)] if source else [], "type": mode}
        for content, source, mode in claims
    ]
    return {"doc_id": "1", "text": TEXT, "attributions": attributions}


GOLD = record(("the old bridge is safe", "Ada Brook", "indirect"), ("it", "Critics", "direct"))


def test_the_key_against_itself_is_perfect() -> None:
    scores = score([GOLD], [GOLD])
    assert scores.all.f1 == scores.content_exact.f1 == scores.speaker_accuracy == 1.0
    assert scores.by_mode["direct"].gold == 1
    assert scores.by_mode["mixed"].f1 == 0.0


def test_half_of_the_words_are_enough_and_less_is_not() -> None:
    assert score([GOLD], [record(("bridge is safe", "Brook", "indirect"))]).all.recall == 0.5
    assert score([GOLD], [record(("safe", "Brook", "indirect"))]).all.recall == 0.0


def test_the_wrong_speaker_is_wrong() -> None:
    scores = score([GOLD], [record(("the old bridge is safe", "Critics", "indirect"))])
    assert scores.all.f1 == 0.0
    assert scores.content_exact.precision == 1.0
    assert scores.speaker_accuracy == 0.0


def test_a_claim_counts_once() -> None:
    twice = record(("the old bridge is safe", "Ada Brook", "indirect"), ("the old bridge is", "Ada Brook", "indirect"))
    scores = score([GOLD], [twice])
    assert (scores.all.precision, scores.all.recall) == (0.5, 0.5)


def test_nobody_named_on_both_sides_agrees() -> None:
    assert score([record(("it", None, "direct"))], [record(("it", None, "direct"))]).all.f1 == 1.0


def test_precision_goes_by_the_predicted_mode_and_recall_by_the_key() -> None:
    scores = score([GOLD], [record(("the old bridge is safe", "Ada Brook", "mixed"))])
    assert scores.by_mode["mixed"].precision == 1.0
    assert scores.by_mode["indirect"].recall == 1.0


@pytest.mark.parametrize("predicted", [[], [{"doc_id": "2", "text": TEXT, "attributions": []}]])
def test_no_prediction_scores_nothing(predicted: list[dict[str, Any]]) -> None:
    assert score([GOLD], predicted).all.recall == 0.0
