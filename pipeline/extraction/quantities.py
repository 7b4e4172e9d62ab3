"""Amounts in a text: money, percentages, counts of things, dates.

Belongs here: patterns of amounts and their values. Does not: what an amount is paid for, or who claims it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.extraction.parse import Parsed
from pipeline.extraction.records import Quantity, Span
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc

_MULTIPLIERS = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "trn": 1e12,
}  # fmt: skip
_SMALL = {
    word: value
    for value, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
    )
}  # fmt: skip
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_VAGUE = {"half": 0.5, "dozen": 12.0, "a": 1.0, "an": 1.0}

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD_NUMBER = "|".join((*_TENS, *sorted(_SMALL, key=len, reverse=True)))
_NUMBER = rf"(?:{_DIGITS}|(?:{_WORD_NUMBER})(?:[- ](?:{_WORD_NUMBER}))?)"
_LARGE = r"(?:hundred|thousand|million|billion|trillion)"
_SCALE = rf"(?:\s*-?\s?{_LARGE}|(?:bn|mn|mln|trn|tn|[kKmMbB])(?![\w]))"

_SIGNS = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "R$": "BRL", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₽": "RUB", "₴": "UAH", "₺": "TRY",
    "₩": "KRW", "₦": "NGN", "₪": "ILS", "zł": "PLN", "Rs": "INR", "Rs.": "INR",
}  # fmt: skip
"""A bare $ is the US dollar, unless the text says which dollar; the other signs stand for one currency."""
_PLAIN_NAMES = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "pound sterling": "GBP", "yen": "JPY", "yuan": "CNY",
    "renminbi": "CNY",
    "rouble": "RUB", "ruble": "RUB", "rupee": "INR", "hryvnia": "UAH", "lira": "TRY", "shekel": "ILS", "rand": "ZAR",
    "real": "BRL", "zloty": "PLN", "forint": "HUF", "naira": "NGN", "won": "KRW", "baht": "THB", "franc": "CHF",
    "cent": "USD", "penny": "GBP", "pence": "GBP",
}  # fmt: skip
"""Names of currencies without a country, as English news uses them."""
_HUNDREDTHS = words("cent cents penny pence pennies")


def find_quantities(parsed: Parsed, published_at: datetime | None) -> tuple[Quantity, ...]:
    """All amounts in order of place; where two readings overlap, the one that says more is kept.

    Values have their multipliers applied (£1.5m is 1500000.0; percentages are in percent, 12.5 for 12.5%). Dates are
    ISO 8601 as precise as the text and `published_at` (UTC) allow; a relative date without `published_at` has none.
    """
    text = parsed.text
    readings = chain(_money(text), _percent(text), _dates(text, published_at), _counts(parsed))
    return tuple(sorted(_apart(readings, len(text)), key=lambda quantity: quantity.span))


def _apart(readings: Iterable[Quantity], length: int) -> Iterator[Quantity]:
    """The readings that overlap no earlier one."""
    taken = bytearray(length)
    for quantity in readings:
        start, end = quantity.span
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            yield quantity


# Numbers


def number(text: str) -> float | None:
    """Value of a number in digits or words with its multiplier ("1.5m", "two hundred million"); None if it is none."""
    match = re.fullmatch(rf"({_NUMBER}|half a|a|an)((?:{_SCALE})*)", text.strip().lower())
    if match is None:
        return None
    value = _base(match.group(1))
    for scale in re.findall(r"[a-z]+", match.group(2)):
        value *= _MULTIPLIERS[scale]
    return _clean(value)


def _clean(value: float) -> float:
    """Without the dust of binary fractions: 1.1 million is 1100000.0."""
    return round(value, 6)


def _base(text: str) -> float:
    if text[0].isdigit():
        return float(text.replace(",", ""))
    if text == "half a":
        return 0.5
    return float(
        sum(_SMALL.get(word, 0) + _TENS.get(word, 0) for word in re.split(r"[- ]", text)) or _VAGUE.get(text, 0)
    )


# Money


@lru_cache(maxsize=1)
def _currencies() -> dict[str, str]:
    """ISO codes by the names that CLDR gives them in English, in lower case, singular and plural."""
    from babel import Locale

    names: dict[str, str] = {}
    for code, name in sorted(Locale("en").currencies.items()):
        low = name.lower()
        if "(" not in low and len(low.split()) > 1 and re.fullmatch(r"[A-Z]{3}", code):
            names.setdefault(low, code)
            names.setdefault(low + "s", code)
    for name, code in _PLAIN_NAMES.items():
        names[name] = names[name + "s"] = code
    return names


@lru_cache(maxsize=1)
def _money_pattern() -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
    codes = "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|RUB|UAH|INR|SEK|NOK|DKK|PLN|TRY|ZAR|BRL|MXN|SGD|HKD|KRW"
    names = "|".join(re.escape(name) for name in sorted(_currencies(), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w$£€])(?P<sign>{signs}|(?:{codes})(?=[\s\d]))\s?(?P<a>{_DIGITS})(?P<as>{_SCALE})?(?![\d])"
        rf"|(?<![\w.,$£€-])(?P<b>{_NUMBER}|half a|(?<=\s)an?)(?P<bs>(?:{_SCALE})*)[\s-]"
        rf"(?P<name>{codes}|(?i:{names}))\b",
    )


def _money(text: str) -> Iterator[Quantity]:
    for found in _money_pattern().finditer(text):
        amount = found.group("a") or found.group("b")
        scale = found.group("as") or found.group("bs") or ""
        value = number(amount + scale)
        mark = found.group("sign") or found.group("name")
        currency = _SIGNS.get(mark) or (mark if mark.isupper() else _currencies()[mark.lower()])
        if value is None or (amount.lower() in ("a", "an") and not scale):
            continue
        if mark.lower() in _HUNDREDTHS:
            value = _clean(value / 100)
        yield Quantity(Span(*found.span()), "money", value, None, currency)


# Percentages

_PERCENT = re.compile(
    rf"(?<![\w.,$£€-])(?P<n>{_NUMBER})(?P<unit>\s?%|[\s-](?:per\s?cent|percent|percentage[\s-]points?|pct)\b)",
    re.IGNORECASE,
)


def _percent(text: str) -> Iterator[Quantity]:
    for found in _PERCENT.finditer(text):
        value = number(found.group("n"))
        unit = "percentage point" if "point" in found.group("unit") else "per cent"
        yield Quantity(Span(*found.span()), "percent", value, unit)


# Dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.|Apr\.?|Jun\.|Jul\.|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_YEAR = r"(?:1[89]\d\d|20\d\d)"
_DATE = re.compile(
    rf"\b(?P<d1>{_DAY})(?:st|nd|rd|th)?(?:\sof)?\s(?P<m1>{_MONTH})(?:,?\s(?P<y1>{_YEAR}))?\b"
    rf"|\b(?P<m2>{_MONTH})\s(?P<d2>{_DAY})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y2>{_YEAR}))?\b"
    rf"|\b(?P<m3>{_MONTH}),?\s(?P<y3>{_YEAR})\b"
    rf"|\b(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))\b"
    r"|\b(?P<near>today|tonight|yesterday|tomorrow|this morning|this afternoon|this evening|last night)\b"
    r"|\b(?:(?P<side>last|next|this)\s)?(?P<day>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b(?!['’]s)"
    r"|\b(?P<which>last|this|next)\s(?P<unit>year|month|week)\b"
    rf"|(?<![\w.,$£€#-])(?P<y4>{_YEAR})(?![\w%-]|[.,]\d|\s(?:people|troops|men|women|jobs|homes|dollars|pounds|euros))",
    re.IGNORECASE,
)
_NEAR = {"yesterday": -1, "last night": -1, "tomorrow": 1}


def _dates(text: str, published_at: datetime | None) -> Iterator[Quantity]:
    for found in _DATE.finditer(text):
        parts = {name: part for name, part in found.groupdict().items() if part}
        if parts.get("m2", "").lower() == "may" and parts["m2"] == "may":
            continue
        resolved = next((resolve(parts, published_at) for key, resolve in _RESOLVERS.items() if key in parts), None)
        yield Quantity(Span(*found.span()), "date", date_value=resolved)


def _month_number(name: str) -> int:
    return _MONTHS[name.lower().rstrip(".")]


def _day(year: str | None, month: str, day: str, published_at: datetime | None) -> str | None:
    """A day; without a year, the one that brings it nearest to the publication."""
    if year is None and published_at is None:
        return None
    years = [int(year)] if year else [published_at.year + step for step in (-1, 0, 1)] if published_at else []
    days = [made for made in (_made(y, _month_number(month), int(day)) for y in years) if made is not None]
    if published_at is not None and not year:
        days.sort(key=lambda made: abs(made - published_at))
    return days[0].strftime("%Y-%m-%d") if days else None


def _made(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - a day of the calendar has no zone
    except ValueError:
        return None


def _weekday(parts: dict[str, str], published_at: datetime | None) -> str | None:
    if published_at is None:
        return None
    ahead = (_WEEKDAYS.index(parts["day"].lower()) - published_at.weekday()) % 7
    back = ahead if parts.get("side", "").lower() in ("next", "this") else ahead - 7 if ahead else 0
    if parts.get("side", "").lower() in ("last", "next") and not ahead:
        back = -7 if parts["side"].lower() == "last" else 7
    return (published_at + timedelta(days=back)).strftime("%Y-%m-%d")


def _period(parts: dict[str, str], published_at: datetime | None) -> str | None:
    unit, step = parts["unit"].lower(), {"last": -1, "this": 0, "next": 1}[parts["which"].lower()]
    if published_at is None or unit == "week":
        return None
    if unit == "year":
        return str(published_at.year + step)
    months = published_at.year * 12 + published_at.month - 1 + step
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _near(parts: dict[str, str], published_at: datetime | None) -> str | None:
    if published_at is None:
        return None
    return (published_at + timedelta(days=_NEAR.get(parts["near"].lower(), 0))).strftime("%Y-%m-%d")


_RESOLVERS: dict[str, Callable[[dict[str, str], datetime | None], str | None]] = {
    "iso": lambda parts, _: parts["iso"],
    "d1": lambda parts, at: _day(parts.get("y1"), parts["m1"], parts["d1"], at),
    "d2": lambda parts, at: _day(parts.get("y2"), parts["m2"], parts["d2"], at),
    "m3": lambda parts, _: f"{parts['y3']}-{_month_number(parts['m3']):02d}",
    "near": _near,
    "day": _weekday,
    "unit": _period,
    "y4": lambda parts, _: parts["y4"],
}


# Counts

_NO_UNIT = words(
    "year years month months day days hour hours minute minutes week weeks am pm a.m. p.m. time times percent"
)
"""Nouns behind a number that make it a time, an age or a rate, not a count of things."""


def _counts(parsed: Parsed) -> Iterator[Quantity]:
    """Numbers with the plural noun that they count: 40 people, 1,200 jobs."""
    for noun in parsed.doc:
        if noun.tag_ != "NNS" or noun.lower_ in _NO_UNIT:
            continue
        first = next((child for child in noun.lefts if child.dep_ == "nummod" and child.tag_ == "CD"), None)
        if first is None:
            continue
        start, end = _number_span(parsed.doc, first.i)
        value = number(parsed.text[start:end])  # doc.text is put together anew at each call
        if value is not None:
            yield Quantity(Span(start, noun.idx + len(noun)), "count", value, noun.lemma_.lower())


def _number_span(doc: Doc, last: int) -> tuple[int, int]:
    first = last
    while first > 0 and (doc[first - 1].tag_ == "CD" or (doc[first - 1].text == "-" and doc[first - 2].tag_ == "CD")):
        first -= 1
    return doc[first].idx, doc[last].idx + len(doc[last])
