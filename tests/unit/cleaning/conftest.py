"""What the tests of cleaning share: inputs from strings, and the laws that every result obeys."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.document import PARAGRAPH, Cleaned, Document
from pipeline.intake.snapshot import Snapshot
from pipeline.schema.vocabulary import REMOVAL_REASONS, ROLES, TRUNCATIONS
from pipeline.settings import Settings


def snapshot(content: str | bytes, media_type: str = "text/plain", **fields: Any) -> Snapshot:
    data = content.encode() if isinstance(content, str) else content
    fields.setdefault("source_name", "input")
    name = fields.pop("source_name")
    return Snapshot(name, hashlib.sha256(data).hexdigest(), media_type, data, **fields)  # type: ignore[arg-type]


def check_laws(cleaned: Cleaned) -> None:
    """Every character of the source text stands in exactly one span, and the text is made of the kept ones."""
    document, source = cleaned.document, cleaned.source_text
    assert (document is None) == (cleaned.problem is not None)
    if document is None or source is None:
        return
    spans = sorted(
        [(s.source_start, s.source_end) for s in document.segments]
        + [(r.source_start, r.source_end) for r in cleaned.removals]
    )
    assert spans[0][0] == 0
    assert spans[-1][1] == len(source)
    assert all(start < end for start, end in spans)
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert document.text == PARAGRAPH.join(source[s.source_start : s.source_end] for s in document.segments)
    assert all(document.text[s.start : s.end] == source[s.source_start : s.source_end] for s in document.segments)
    assert {s.role for s in document.segments} <= set(ROLES.names)
    assert {r.reason for r in cleaned.removals} <= set(REMOVAL_REASONS.names)
    assert document.truncation in TRUNCATIONS.names


@pytest.fixture
def read() -> Callable[..., Cleaned]:
    """Clean a text or page, and hold the result against the laws."""

    def run(content: str | bytes, media_type: str = "text/plain", **fields: Any) -> Cleaned:
        cleaned = clean(snapshot(content, media_type, **fields), Settings())
        check_laws(cleaned)
        return cleaned

    return run


@pytest.fixture
def read_page(read: Callable[..., Cleaned]) -> Callable[..., Cleaned]:
    """As `read`, for a page; `head` goes into its head element."""

    def run(body: str, head: str = "", **fields: Any) -> Cleaned:
        return read(
            f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>", "text/html", **fields
        )

    return run


def fates(cleaned: Cleaned) -> dict[str, str]:
    """What became of each span of the source text: its role, or the reason of its removal."""
    source = cleaned.source_text or ""
    found = {source[r.source_start : r.source_end]: r.reason for r in cleaned.removals if r.reason != "blank"}
    if cleaned.document is not None:
        found |= {source[s.source_start : s.source_end]: s.role for s in cleaned.document.segments}
    return found


def document_of(cleaned: Cleaned) -> Document:
    assert cleaned.document is not None, cleaned.detail
    return cleaned.document


@pytest.fixture(name="fates")
def fates_fixture() -> Callable[[Cleaned], dict[str, str]]:
    return fates


@pytest.fixture(name="document_of")
def document_of_fixture() -> Callable[[Cleaned], Document]:
    return document_of


@pytest.fixture(name="check_laws")
def check_laws_fixture() -> Callable[[Cleaned], None]:
    return check_laws


_TEXTS: dict[str, str] = tomllib.loads((Path(__file__).parents[2] / "data" / "pages.toml").read_text(encoding="utf-8"))[
    "texts"
]
_NAMED = re.compile(r"(@@?)([a-z]\w)@@?")


@pytest.fixture
def written() -> Callable[[str, str], str]:
    """A source of tests/data with the paragraphs that it names: @h0@ is one, @@h0@@ is the same in JSON."""

    def fill(source: str, media_type: str) -> str:
        def paragraph(found: re.Match[str]) -> str:
            text = _TEXTS[found[2]]
            if found[1] == "@@":
                return json.dumps(text)[1:-1]
            return escape(text) if media_type == "text/html" else text

        return _NAMED.sub(paragraph, source)

    return fill
