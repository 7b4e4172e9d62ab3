"""The measured precision of each rule: complete, and in agreement with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cleaning.precision import rule_precision
from pipeline.cleaning.rules import rules
from pipeline.errors import OnRecordError
from pipeline.schema.vocabulary import REMOVAL_REASONS


def test_every_rule_stands_in_the_table_once() -> None:
    keys = [(row["rule"], row["reason"]) for row in rule_precision()]
    assert keys == sorted(set(keys))
    assert {(rule.name, rule.reason) for rule in rules()} <= set(keys)
    assert {reason for _, reason in keys} <= set(REMOVAL_REASONS.names)


def test_the_figures_agree_and_no_rule_is_poor() -> None:
    for row in rule_precision():
        assert 0 <= row["right"] <= row["hits"], row
        assert (row["precision"] is None) == (row["measured_on"] is None) == (row["hits"] == 0), row
        if row["hits"]:
            assert row["precision"] == round(row["right"] / row["hits"], 4), row
        if row["hits"] >= 10:
            assert row["precision"] >= 0.8, row


@pytest.mark.parametrize(
    "content", ["rule,reason\nx,y\n", "rule,reason,hits,right,precision,measured_on\nx,y,one,1,1,z\n"]
)
def test_a_broken_table_names_its_file(content: str, tmp_path: Path) -> None:
    table = tmp_path / "precision.csv"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(OnRecordError, match=r"precision\.csv: not a table of measured rules"):
        rule_precision(table)
