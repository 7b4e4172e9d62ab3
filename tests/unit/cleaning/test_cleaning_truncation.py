"""Truncation against a labelled set: sixty sources that stop short, sixty that are whole."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cleaning.document import Cleaned, Document

Read = Callable[..., Cleaned]
FOLDER = Path(__file__).parents[2] / "data"
DATA: dict[str, Any] = tomllib.loads((FOLDER / "truncation.toml").read_text(encoding="utf-8"))
MISSING = {"suspected", "confirmed"}


def levels(read: Read, label: str, written: Callable[[str, str], str]) -> dict[str, Document]:
    found = {}
    for case in DATA[label]:
        document = read(written(case["source"], case["media_type"]), case["media_type"]).document
        assert document is not None, case["name"]
        found[case["name"]] = document
    return found


def test_precision_and_recall(read: Read, written: Callable[[str, str], str]) -> None:
    truncated, complete = levels(read, "truncated", written), levels(read, "complete", written)
    assert len(truncated) == len(complete) == 60
    missed = [name for name, document in truncated.items() if document.truncation not in MISSING]
    false = [name for name, document in complete.items() if document.truncation in MISSING]
    hits = len(truncated) - len(missed)
    assert hits / len(truncated) >= 0.85, missed
    assert hits / (hits + len(false)) >= 0.95, false
    assert all(document.truncation_evidence for name, document in truncated.items() if name not in missed)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("overlay on the whole article", "notice_present"),
        ("meter with articles left", "notice_present"),
        ("locked, whole, not counted", "none"),
        ("paywall is the subject", "none"),
        ("brief", "none"),
    ],
)
def test_a_notice_on_a_whole_article_is_only_a_notice(
    name: str, level: str, read: Read, written: Callable[[str, str], str]
) -> None:
    case = next(case for case in DATA["complete"] if case["name"] == name)
    document = read(written(case["source"], case["media_type"]), case["media_type"]).document
    assert document is not None
    assert document.truncation == level


def page(read: Read, words: int, **stated: Any) -> Any:
    sentence = "The wall will be rebuilt in steel before the winter storms, the minister said."
    head = json.dumps({"@type": "NewsArticle", "headline": "Wall to be rebuilt", **stated})
    body = "".join(f"<p>{sentence} Part {n}.</p>" for n in range(words // 16))
    markup = f'<script type="application/ld+json">{head}</script><article><h1>Wall to be rebuilt</h1>{body}</article>'
    document = read(f"<html><body>{markup}</body></html>", "text/html").document
    assert document is not None
    return document


def test_far_fewer_words_than_stated(read: Read) -> None:
    assert page(read, 160, wordCount=900).truncation == "suspected"
    assert "of the 900 that the page states" in page(read, 160, wordCount=900).truncation_evidence
    assert page(read, 800, wordCount=900).truncation == "none"


def test_locked_states_rights_not_truncation(read: Read) -> None:
    assert page(read, 500, isAccessibleForFree=False).truncation == "none"
    assert page(read, 500, isAccessibleForFree=False).access == "False"
    assert page(read, 60, isAccessibleForFree=False).truncation == "suspected"
    assert page(read, 60, isAccessibleForFree=False, wordCount=900).truncation == "confirmed"
