"""The version of a release: CalVer YYYY.M.N, from the data and never from the clock.

Belongs here: which version comes next, and which are there. Does not: the version of the schema (`schema.tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Self

REFERENCE_DATE = date(2026, 11, 1)
"""The date of a release whose documents bear no date: that of the reference data in seeds/reference."""

_FORM = re.compile(r"([0-9]{4})\.([1-9]|1[0-2])\.(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Year, month and number of a release; compared as numbers, so that 2026.10.0 follows 2026.9.3."""

    year: int
    month: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The version that a text names, or None."""
        found = _FORM.fullmatch(text)
        return cls(*map(int, found.groups())) if found else None

    def __str__(self) -> str:
        return f"{self.year}.{self.month}.{self.number}"


def release_date(source_date: datetime | None, published: Iterable[datetime | None]) -> date:
    """The date that a release bears: SOURCE_DATE_EPOCH's, else its newest document's, else the reference data's."""
    newest = source_date or max((when for when in published if when), default=None)
    return newest.date() if newest else REFERENCE_DATE


def next_version(when: date, existing: Iterable[Version]) -> Version:
    """The version after the existing ones: the date's year and month, or the newest version's if that is later.

    A newest document that is withdrawn must not make a release that sorts before the one it replaces.
    """
    latest = max(existing, default=None)
    first = Version(when.year, when.month, 0)
    return first if latest is None or latest < first else Version(latest.year, latest.month, latest.number + 1)


def released(releases: Path) -> list[Version]:
    """The versions in a folder of releases, oldest first."""
    if not releases.is_dir():
        return []
    found = (Version.parse(path.name) for path in releases.iterdir() if path.is_dir() and not path.is_symlink())
    return sorted(version for version in found if version)
