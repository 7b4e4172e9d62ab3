from __future__ import annotations

from typing import Any

import pytest

from pipeline.extraction.scoring import score

TEXT = "Ann said it was late. Bob said “we must go” now."


def _one(content: str, source: str, mode: str = "indirect") -> dict[str, Any]:
    def span(words: str) -> list[list[int]]:
        return [[TEXT.index(words), TEXT.index(words) + len(words)]] if words else []

    return {"content": span(content), "source": span(source), "type": mode}


def _document(*attributions: dict[str, Any]) -> dict[str, Any]:
    return {"doc_id": "d", "text": TEXT, "attributions": list(attributions)}


GOLD = _document(_one("it was late", "Ann"), _one("“we must go”", "Bob", "direct"))


def test_the_same_claims_score_one() -> None:
    found = score([GOLD], [GOLD])
    assert (found.joint.f1, found.content_exact.f1, found.source_accuracy) == (1.0, 1.0, 1.0)
    assert found.by_mode["direct"].f1 == 1.0
    assert found.by_mode["mixed"].f1 == 0.0


def test_marks_do_not_count_and_half_a_content_is_found() -> None:
    found = score([GOLD], [_document(_one("we must go", "Bob", "direct"), _one("was late", "Ann"))])
    assert found.joint.f1 == 1.0
    assert found.content_exact.recall == 0.5


def test_a_wrong_speaker_is_found_but_not_joint() -> None:
    found = score([GOLD], [_document(_one("it was late", "Bob"))])
    assert (found.joint.precision, found.joint.recall, found.source_accuracy) == (0.0, 0.0, 0.0)


def test_a_claim_too_many_costs_precision_and_a_missing_document_recall() -> None:
    found = score([GOLD], [_document(*GOLD["attributions"], _one("now", "Bob"))])
    assert found.joint.precision == pytest.approx(2 / 3)
    assert score([GOLD], []).joint.recall == 0.0


def test_without_an_annotated_speaker_none_may_be_predicted() -> None:
    gold = _document(_one("it was late", ""))
    assert score([gold], [gold]).joint.f1 == 1.0
    assert score([gold], [_document(_one("it was late", "Ann"))]).joint.f1 == 0.0
