"""Truncation against a labelled set: sixty texts that stop short, sixty that are complete."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cleaning.document import Cleaned

Read = Callable[..., Cleaned]
DATA: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "data" / "truncation.toml").read_text(encoding="utf-8"),
)
MISSING = {"suspected", "confirmed"}


def as_page(text: str) -> str:
    title, *lines = text.split("\n")
    return f"<html><body><article><h1>{title}</h1>{''.join(f'<p>{line}</p>' for line in lines)}</article></body></html>"


def levels(read: Read, label: str, media_type: str) -> dict[tuple[str, int], str]:
    found = {}
    for case in DATA[label]:
        for number, body in enumerate(DATA["bodies"]):
            text = f"{body}\n{case['ending']}"
            document = read(as_page(text) if media_type == "text/html" else text, media_type).document
            assert document is not None
            found[case["name"], number] = document.truncation
    return found


@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_precision_and_recall(read: Read, media_type: str) -> None:
    truncated, complete = levels(read, "truncated", media_type), levels(read, "complete", media_type)
    assert len(truncated) == len(complete) == 60
    hits = sum(level in MISSING for level in truncated.values())
    false = [key for key, level in complete.items() if level in MISSING]
    assert hits / len(truncated) >= 0.85, [key for key, level in truncated.items() if level not in MISSING]
    assert hits / (hits + len(false)) >= 0.95, false


def test_a_notice_on_a_complete_article_is_only_a_notice(read: Read) -> None:
    assert set(levels(read, "complete", "text/plain").values()) == {"none", "notice_present"}


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
