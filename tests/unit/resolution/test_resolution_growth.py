from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction.claims import find_claims
from pipeline.extraction.names import find_mentions
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.records import Claim, Mention
from pipeline.resolution.article.document import resolve
from pipeline.resolution.article.records import Publication
from pipeline.resolution.article.roles import Titles, head_nouns
from pipeline.resolution.article.roles import _own_words as own_words


def _name(number: int) -> str:
    """A name of its own for each number."""
    letters = "".join(chr(97 + number // 26**place % 26) for place in range(3))
    return f"B{letters}o"


def _one_quotation(count: int) -> str:
    return "“" + " ".join(["I said that he left and we told him."] * count) + "” said Ann Lee."


def _offices(count: int) -> str:
    return "\n".join(
        f"The minister left.\nOda {_name(i)}, director of {_name(i)}, said the {_name(i)} director won."
        for i in range(count)
    )


@contextmanager
def counted_steps() -> Iterator[list[int]]:
    """Counts the interpreter's instructions in the block: unlike time they are the same on any machine at any hour."""
    counted = [0]

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        frame.f_trace_opcodes = True
        counted[0] += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield counted
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("text", [_one_quotation, _offices])
def test_resolution_takes_no_more_than_its_share_of_a_longer_text(text: Callable[[int], str]) -> None:
    def steps(count: int) -> int:
        article = text(count)
        parsed = parse(article, paragraphs_of(article))
        claims: tuple[Claim, ...] = find_claims(parsed)
        mentions: tuple[Mention, ...] = find_mentions(parsed)
        with counted_steps() as counted:
            resolve(parsed, claims, mentions, (), Publication())
        return counted[0]

    assert steps(240) < 7 * steps(60)  # four times the text; comparing all with all would take sixteen times


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="ab ", max_size=5), max_size=6), st.text(alphabet="ab ", max_size=5))
def test_titles_are_found_as_if_each_were_compared(others: list[str], words: str) -> None:
    titles, title = [f"minister {other}" for other in (*others, "", "a b")], f"{words} minister"
    wanted = own_words(title)
    agreeing = [n for n, other in enumerate(titles) if wanted <= own_words(other) or own_words(other) <= wanted]
    assert Titles(titles).like(title) == agreeing
    assert Titles([other.replace("minister", "mayor") for other in titles]).like(title) == []
    assert head_nouns(title) == {"minister"}
