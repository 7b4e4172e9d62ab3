from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.quantities import find_quantities, number

WEDNESDAY = datetime(2026, 2, 18)  # noqa: DTZ001 - times are UTC without a zone here


def _found(text: str, published_at: datetime | None = WEDNESDAY) -> list[tuple[str, str, object]]:
    parsed = parse(text, paragraphs_of(text))
    return [
        (text[slice(*one.span)], one.kind, one.date_value if one.kind == "date" else one.value)
        for one in find_quantities(parsed, published_at)
    ]


@pytest.mark.parametrize(
    ("text", "surface", "value", "currency"),
    [
        ("It cost £200 million.", "£200 million", 2e8, "GBP"),
        ("It cost $1.5bn in all.", "$1.5bn", 1.5e9, "USD"),
        ("It cost A$3m.", "A$3m", 3e6, "AUD"),
        ("It cost €30,000.", "€30,000", 30_000.0, "EUR"),
        ("It cost EUR 30m.", "EUR 30m", 3e7, "EUR"),
        ("It cost two hundred million euros.", "two hundred million euros", 2e8, "EUR"),
        ("It cost half a million pounds.", "half a million pounds", 5e5, "GBP"),
        ("It cost 5 million Swiss francs.", "5 million Swiss francs", 5e6, "CHF"),
        ("It cost 50 cents.", "50 cents", 0.5, "USD"),
        ("It is a 100-million-dollar plan.", "100-million-dollar", 1e8, "USD"),
        ("It cost $1.1 million.", "$1.1 million", 1_100_000.0, "USD"),
    ],
)
def test_money(text: str, surface: str, value: float, currency: str) -> None:
    (one,) = find_quantities(parse(text, paragraphs_of(text)), None)
    assert (text[slice(*one.span)], one.kind, one.value, one.currency) == (surface, "money", value, currency)


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("It fell 12.5%.", "12.5%", 12.5),
        ("It fell ten per cent.", "ten per cent", 10.0),
        ("It fell 2 percentage points.", "2 percentage points", 2.0),
    ],
)
def test_percentages(text: str, surface: str, value: float) -> None:
    assert _found(text) == [(surface, "percent", value)]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("She left on 24 February 2026.", "24 February 2026", "2026-02-24"),
        ("She left on February 24, 2026.", "February 24, 2026", "2026-02-24"),
        ("She left on March 3.", "March 3", "2026-03-03"),
        ("She left on Dec. 5.", "Dec. 5", "2025-12-05"),
        ("She left in January 2025.", "January 2025", "2025-01"),
        ("She left yesterday.", "yesterday", "2026-02-17"),
        ("She left on Monday.", "Monday", "2026-02-16"),
        ("She leaves next Monday.", "next Monday", "2026-02-23"),
        ("She left last year.", "last year", "2025"),
        ("She leaves next month.", "next month", "2026-03"),
        ("She left in 2019.", "2019", "2019"),
        ("She left on 2026-01-31.", "2026-01-31", "2026-01-31"),
    ],
)
def test_dates(text: str, surface: str, value: str) -> None:
    assert _found(text) == [(surface, "date", value)]


def test_relative_dates_need_the_publication() -> None:
    assert _found("She left yesterday and on March 3.", None) == [
        ("yesterday", "date", None),
        ("March 3", "date", None),
    ]
    assert _found("It was on 30 February 2026.") == [("30 February 2026", "date", None)]


def test_counts_have_their_unit() -> None:
    text = "Some 1,200 new jobs went and fifty-five people left after 3 years."
    found = find_quantities(parse(text, paragraphs_of(text)), None)
    assert [(one.value, one.unit) for one in found] == [(1200.0, "job"), (55.0, "people")]


@pytest.mark.parametrize("text", ["You may 5 go.", "Route A$ is closed.", "She is a dollar short of a pound of flesh."])
def test_near_misses(text: str) -> None:
    assert [one for one in _found(text) if one[1] in ("money", "date")] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5),
        ("twenty-five", 25.0),
        ("3 thousand", 3000.0),
        ("2bn", 2e9),
        ("two hundred thousand", 2e5),
        ("x", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value
