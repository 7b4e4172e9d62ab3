from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import OnRecordError
from pipeline.extraction import calibration
from pipeline.extraction.calibration import band, calibrated, family
from pipeline.extraction.records import Claim, Span
from pipeline.extraction.scoring import agreeing

CLAIM = Claim((Span(0, 5),), "indirect", "statement", "say: that", 0.9, speakers=(Span(9, 12),))


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "calibration.csv"
    monkeypatch.setattr(calibration, "TABLE", path)
    calibration._counts.cache_clear()
    return path


@pytest.fixture(autouse=True)
def _fresh() -> object:
    yield
    calibration._counts.cache_clear()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("say: that", "that"),
        ("vow: inf", "infinitive"),
        ("urge: obj inf", "infinitive"),
        ("accuse: obj of", "object with more"),
        ("claim: noun that", "noun"),
        ("talk: about", "preposition"),
        ("cue-after-quotation", "cue-after-quotation"),
    ],
)
def test_rules_of_one_kind_share_their_counts(rule: str, expected: str) -> None:
    assert family(replace(CLAIM, rule=rule)) == expected


def test_reports_without_a_speaker_are_a_family_of_their_own() -> None:
    assert family(replace(CLAIM, speakers=())) == "agentless"


def test_confidence_is_the_share_that_was_right_drawn_towards_the_score(table: Path) -> None:
    table.write_text("family,tenth,claims,right\nthat,9,90,45\n")
    assert calibrated(CLAIM) == 0.54  # (45 + 10 * 0.9) / (90 + 10)
    assert calibrated(replace(CLAIM, confidence=0.5)) == 0.5


def test_a_broken_table_is_named(table: Path) -> None:
    table.write_text("family,tenth,claims,right\nthat,nine,90,45\n")
    with pytest.raises(OnRecordError, match=r"calibration\.csv: .*restore"):
        calibrated(CLAIM)


def test_scores_fall_into_tenths() -> None:
    assert [band(score) for score in (0.349, 0.35, 0.7, 0.8, 0.899, 1.0)] == [3, 3, 7, 8, 9, 9]


def test_the_table_counts_no_more_right_than_made_and_more_right_where_the_score_is_higher() -> None:
    shares = defaultdict(list)
    with calibration.TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert 0 < int(row["right"]) < int(row["claims"])
            shares[row["family"]].append((int(row["tenth"]), int(row["right"]) / int(row["claims"])))
    lowest_and_highest = [(min(rows)[1], max(rows)[1]) for rows in shares.values() if len(rows) > 1]
    assert len(lowest_and_highest) >= 5
    assert all(low < high for low, high in lowest_and_highest)


def test_a_predicted_claim_is_right_if_content_and_speaker_agree() -> None:
    text = "Ann said it was late. Bob said it was early."

    def one(content: str, source: str) -> dict[str, object]:
        spans = [[[text.index(words), text.index(words) + len(words)]] for words in (content, source)]
        return {"content": spans[0], "source": spans[1], "type": "indirect"}

    annotated = [one("it was late", "Ann"), one("it was early", "Bob")]
    assert agreeing(text, annotated, [one("it was early", "Ann"), one("it was late", "Ann")]) == [False, True]


def test_on_other_news_confidence_kept_its_word() -> None:
    bands = calibration.checked()
    assert [row["at_least"] for row in bands] == sorted((row["at_least"] for row in bands), reverse=True)
    assert all(row["right"] >= row["at_least"] for row in bands)
    assert sum(row["claims"] for row in bands) > 1000
