from __future__ import annotations

import pytest

from pipeline.extraction.parse import paragraphs_of
from pipeline.extraction.quotations import find_quotations


def _quoted(text: str, level: int = 1) -> list[str]:
    found = find_quotations(text, paragraphs_of(text))
    return [text[slice(*quotation.inner)] for quotation in found if quotation.level == level]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "yes" and "no".', ["yes", "no"]),
        ("He said “yes” and “no”.", ["yes", "no"]),
        ("He said «yes».", ["yes"]),
        ("He said ''yes'' to her.", ["yes"]),
        ("He said ``yes'' to her.", ["yes"]),
        ("He said „yes“ to her.", ["yes"]),
        ("Mayor ‘to resign’ in May", ["to resign"]),
        ("Mayor 'to resign' in May", ["to resign"]),
        ("He is 6'2\" tall and said “yes”.", ["yes"]),
        ("It isn't the dogs' fault, he's said.", []),
        ("They wore '90s shirts and rock 'n' roll hats.", []),
        ("“First.” Then “second.”", ["First.", "second."]),
    ],
)
def test_marks_are_paired(text: str, expected: list[str]) -> None:
    assert _quoted(text) == expected


def test_single_marks_inside_double_ones_are_level_two() -> None:
    text = "She said: “They told us ‘never’ and left.”"
    assert _quoted(text) == ["They told us ‘never’ and left."]
    assert _quoted(text, level=2) == ["never"]


def test_an_open_quotation_ends_with_its_paragraph() -> None:
    text = "He said: “We will stay.\n\nThe council met."
    (quotation,) = find_quotations(text, paragraphs_of(text))
    assert text[slice(*quotation.inner)] == "We will stay."
    assert not quotation.is_closed


def test_marks_opened_again_continue_the_quotation() -> None:
    text = "He said: “We will stay.\n\n“We will fight.”\n\n“Others too,” she said."
    first, second, third = find_quotations(text, paragraphs_of(text))
    assert [first.continues, second.continues, third.continues] == [False, True, False]


def test_a_mark_opened_twice_starts_anew() -> None:
    assert _quoted("He said “we will “stay” here.") == ["we will ", "stay"]
