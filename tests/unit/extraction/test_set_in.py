"""Words set in without marks, and interviews: tests/data/set_in.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.extraction.claims import find_claims
from pipeline.extraction.parse import Paragraph, paragraphs_of, parse
from pipeline.extraction.records import Claim

DATA = tomllib.loads((Path(__file__).parents[2] / "data" / "set_in.toml").read_text(encoding="utf-8"))
_SAID = re.compile("⟦(.*?)⟧", re.DOTALL)


def _claims(entry: dict[str, Any]) -> tuple[str, tuple[Claim, ...]]:
    text = re.sub("[⟦⟧]", "", entry["text"]).strip()
    roles = {int(number): role for number, role in entry.get("roles", {}).items()}
    paragraphs = tuple(
        Paragraph(paragraph.span, paragraph.section, roles.get(number, "body"))
        for number, paragraph in enumerate(paragraphs_of(text))
    )
    return text, find_claims(parse(text, paragraphs))


@pytest.mark.parametrize("entry", DATA["article"], ids=lambda entry: entry["name"])
def test_words_set_in_are_claims_of_their_speaker(entry: dict[str, Any]) -> None:
    text, claims = _claims(entry)
    speaker = entry["speaker"]
    mine = [
        claim
        for claim in claims
        if claim.mode == "direct" and claim.level == 1 and speaker in [text[start:end] for start, end in claim.speakers]
    ]
    said = [" ".join(text[start:end].split()) for claim in mine for start, end in claim.fragments]
    assert said == [" ".join(line.split()) for piece in _SAID.findall(entry["text"]) for line in piece.split("\n\n")]


@pytest.mark.parametrize("entry", DATA["near_miss"], ids=lambda entry: entry["name"])
def test_what_nobody_says_is_no_direct_claim(entry: dict[str, Any]) -> None:
    _, claims = _claims(entry)
    assert [claim for claim in claims if claim.mode == "direct"] == []
