from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from pipeline.extraction.claims import find_claims
from pipeline.extraction.names import find_mentions
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.resolution.article.document import resolve
from pipeline.resolution.article.records import Publication

GIVEN = ("Anna", "Maria", "Peter", "Ruth")


def _name(number: int) -> str:
    """A name of its own for each number, in letters."""
    first, second, third = number % 17, number // 17 % 13, number // 221
    return "BCDFGKLMNPRSTVWYZ"[first] + "aeiou"[third % 5] + "bdfgklmnprstv"[second] + "eno"


TEXTS: dict[str, Callable[[int], str]] = {
    "people": lambda n: f"{GIVEN[n % 4]} {_name(n)} met him.",
    "surnames": lambda n: f"Mr {_name(n)} said he left.",
    "bodies": lambda n: f"The {_name(n)} Union said it left.",
    "speakers": lambda n: f"“I know he left,” {GIVEN[n % 4]} {_name(n)} said.",
    "nouns": lambda n: f"The spokeswoman of {_name(n)} told a critic that the company left.",
    "marks": lambda _: '"a" “b',
}


def _calls(work: Callable[[], object]) -> int:
    """How many functions are called, those of C included: the same at every run, however busy the machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _calls_for(text: str) -> int:
    parsed = parse(text, paragraphs_of(text))
    return _calls(lambda: resolve(parsed, find_claims(parsed), find_mentions(parsed), (), Publication()))


@pytest.mark.parametrize("sentence", TEXTS.values(), ids=TEXTS)
def test_work_grows_with_the_text_and_not_with_its_square(sentence: Callable[[int], str]) -> None:
    _calls_for(sentence(0))  # reads the tables
    few, many = (_calls_for(" ".join(map(sentence, range(size)))) for size in (60, 240))
    assert many < 6 * few
