"""What an article prints of itself: its author and its date, in lines that cleaning takes out of the text.

Belongs here: reading names and dates in those lines. Does not: finding the lines (`rules`), or fields that a page
declares (`metadata`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from pipeline.cleaning.assemble import Partition
from pipeline.cleaning.document import PARAGRAPHS
from pipeline.intake.dates import Moment

_NAMING_RULES = frozenset({"by_author", "name_line", "author_and_office", "byline_name"})
_AFTER_NAME = re.compile(r",(?! (?:and|&) )|\s[|•·–—-]\s|\s(?:for|in|at|on|of|@\w+)\b")
_OFFICE = re.compile(r"\b(editor|reporter|correspondent|writer|columnist|staff|agency|contributor)s?$", re.IGNORECASE)
_UPDATED = re.compile(r"\b(updated|modified|edited)\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATES = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ .-](?:of )?{_MONTH},?[ -](?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
)
"""Dates with a year whose month cannot be mistaken; 3/4/2026 is March to some readers and April to others."""
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?P<zone>[A-Z]{2,4})\b)?",
    re.IGNORECASE,
)
_ZONES = {
    "UTC": 0.0, "GMT": 0.0, "BST": 1.0, "CET": 1.0, "CEST": 2.0, "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0,
    "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "HST": -10.0, "AEST": 10.0, "AEDT": 11.0,
}  # fmt: skip
"""Hours ahead of UTC; a time in any other zone, or in none, is taken as UTC."""
_NOON = 12


def authors(parts: Partition) -> tuple[str, ...]:
    """The names in the removed lines that name an author, without what follows a comma or a bar."""
    lines = (parts.source[r.source_start : r.source_end] for r in parts.removals if r.rule in _NAMING_RULES)
    names = (_AFTER_NAME.split(line)[0].strip() for line in lines)
    return tuple(name for name in names if name[:1].isalpha() and not _OFFICE.search(name))


def published(parts: Partition) -> Moment | None:
    """The first full date in the lines of dates and names between headline and body, or None.

    What stands behind a word such as "updated" is no date of publication, nor is a date above the headline: that is
    the day on which somebody opened the page.
    """
    lines = (_UPDATED.split(line)[0] for line in _date_lines(parts))
    return next((found for found in map(moment, lines) if found is not None), None)


def _date_lines(parts: Partition) -> Iterator[str]:
    first = next((segment.source_end for segment in parts.segments if segment.role == "headline"), 0)
    last = next((segment.source_start for segment in parts.segments if segment.role in PARAGRAPHS), len(parts.source))
    for removal in parts.removals:
        if removal.reason in {"dateline", "byline"} and first <= removal.source_start < last:
            yield parts.source[removal.source_start : removal.source_end]


def moment(line: str) -> Moment | None:
    """The date that a line holds, with its time of day if there is one; None without a year."""
    for pattern in _DATES:
        found = pattern.search(line)
        if found is None:
            continue
        try:
            month = _month(found.groupdict())
            return _at(date(int(found["year"]), month, int(found["day"])), line)
        except (ValueError, OverflowError):
            continue
    return None


def _month(found: dict[str, str]) -> int:
    return int(found["number"]) if "number" in found else _MONTHS.index(found["month"].lower()) + 1


def _at(day: date, line: str) -> Moment:
    """The day at the time that the line gives, or at midnight. Raises OverflowError at the ends of the calendar."""
    found = _TIME.search(line)
    if found is None:
        return Moment(datetime.combine(day, time()))
    hour, minute, half = int(found["hour"]), int(found["minute"]), (found["half"] or "").lower()
    if half and 1 <= hour <= _NOON:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        at = datetime.combine(day, time(hour, minute))
    except ValueError:
        return Moment(datetime.combine(day, time()))
    hours = _ZONES.get((found["zone"] or "").upper())
    return Moment(at) if hours is None else Moment(at - timedelta(hours=hours), round(60 * hours))
