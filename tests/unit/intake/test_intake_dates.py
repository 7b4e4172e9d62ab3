from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pipeline.intake.dates import Moment, from_iso, from_value

NOON = datetime(2026, 3, 31, 12)  # noqa: DTZ001  (all times are UTC without a zone)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-03-31T12:00:00", None),
        ("2026-03-31T12:00:00Z", 0),
        ("2026-03-31T13:00:00+01:00", 60),
        (" 2026-03-31 07:00-05:00 ", -300),
        ("2026-03-31T12:00:30+00:00:30", 0),
    ],
)
def test_iso_times_become_utc_and_keep_their_offset(text: str, offset: int | None) -> None:
    assert from_iso(text) == Moment(NOON, offset)


@pytest.mark.parametrize("text", ["", "yesterday", "31/03/2026", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_iso(text)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-31T12:00:00Z",
        "Tue, 31 Mar 2026 13:00:00 +0100",
        NOON,
        NOON.replace(tzinfo=UTC),
        NOON.replace(tzinfo=timezone(timedelta(0))),
        1774958400,
        1774958400.0,
        1774958400000,
    ],
)
def test_records_write_times_in_many_ways(value: object) -> None:
    found = from_value(value)
    assert found is not None
    assert found.at == NOON


def test_a_day_begins_at_midnight() -> None:
    assert from_value(date(2026, 3, 31)) == from_value("2026-03-31") == Moment(NOON.replace(hour=0))


@pytest.mark.parametrize("value", [None, True, "soon", [], {}, float("nan"), float("inf"), 10**400, -(10**18)])
def test_other_values_are_no_time(value: object) -> None:
    assert from_value(value) is None
