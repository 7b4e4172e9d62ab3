"""Times of publication, in UTC.

Belongs here: reading the ways in which manifests and records write a time. Does not: finding dates in articles.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (all times here are UTC without a zone)
_MILLISECONDS = 1e11
"""A number above this counts milliseconds: as seconds it would lie in the year 5138."""


def from_iso(text: str) -> datetime:
    """A time in ISO 8601, as UTC without a zone; without an offset it is taken as UTC. Raises ValueError."""
    return _in_utc(datetime.fromisoformat(text.strip()))


def from_value(value: object) -> datetime | None:
    """A time as a record may hold it: ISO 8601, RFC 5322, a date, seconds or milliseconds since 1970; else None."""
    try:
        return _parsed(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _parsed(value: object) -> datetime | None:
    match value:
        case bool():
            return None
        case datetime():
            return _in_utc(value)
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
        return from_iso(text)
    except ValueError:
        return _in_utc(parsedate_to_datetime(text))


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError(f"{moment.isoformat()} lies outside the years 1 to 9999 in UTC") from error
