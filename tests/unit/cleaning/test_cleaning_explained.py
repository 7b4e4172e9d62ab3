"""What `onrecord clean --explain` shows reads well on a narrow terminal and on a wide one."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from pipeline.cleaning.document import Cleaned
from pipeline.console import show_cleaning

Read = Callable[..., Cleaned]
TEXT = (
    "Council votes to save the harbour\nBy Olive Penhallow\n"
    "The harbour will stay open for another year, councillors decided after talks that lasted until dawn on Friday.\n"
    "“Nobody in this room [bold]wants[/bold] to close it,” said the leader of the council, Thora Quillan, on Friday.\n"
    "© 2026 Quay Press Ltd"
)


def shown(cleaned: Cleaned, width: int) -> str:
    console = Console(file=StringIO(), width=width)
    show_cleaning(console, cleaned)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [40, 120])
def test_each_span_with_its_mark_and_each_rule(width: int, read: Read) -> None:
    lines = shown(read(TEXT), width).splitlines()
    assert all(len(line) <= width for line in lines)
    assert [line.split()[:2] for line in lines if line.startswith(("+", "-"))] == [
        ["+", "headline"], ["-", "byline"], ["+", "body"], ["+", "body"], ["-", "legal"],
    ]  # fmt: skip
    text = " ".join(" ".join(lines).split())
    assert "(by_author)" in text
    assert "[bold]wants[/bold]" in text
    assert "truncation none" in text


def test_an_exclusion_says_why(read: Read) -> None:
    assert "excluded: empty" in shown(read("", source_name="empty.txt"), 60)
