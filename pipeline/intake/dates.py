"""Times as manifests, records and pages write them: the instant in UTC, and the offset that was written.

Belongs here: reading the ways in which a time is written. Does not: finding dates in articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (all times here are UTC without a zone)
_MILLISECONDS = 1e11
"""A number above this counts milliseconds: as seconds it would lie in the year 5138."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time: `at` is UTC without a zone, `offset` the minutes ahead of UTC that were written, None if none were.

    A time without an offset is taken as UTC.
    """

    at: datetime
    offset: int | None = None


def from_iso(text: str) -> Moment:
    """A time in ISO 8601. Raises ValueError."""
    return _moment(datetime.fromisoformat(text.strip()))


def from_value(value: object) -> Moment | None:
    """A time as a record may hold it: ISO 8601, RFC 5322, a date, seconds or milliseconds since 1970; else None."""
    try:
        found = _parsed(value)
        return None if found is None else _moment(found)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _moment(written: datetime) -> Moment:
    offset = written.utcoffset()
    return Moment(_in_utc(written), None if offset is None else int(offset.total_seconds() // 60))


def _parsed(value: object) -> datetime | None:
    match value:
        case bool():
            return None
        case datetime():
            return value
        case date():
            return datetime.combine(value, time())
        case int() | float():
            return _EPOCH + timedelta(seconds=value / 1000 if abs(value) > _MILLISECONDS else value)
        case str():
            return _written(value)
        case _:
            return None


def _written(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return parsedate_to_datetime(text)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError(f"{moment.isoformat()} lies outside the years 1 to 9999 in UTC") from error
