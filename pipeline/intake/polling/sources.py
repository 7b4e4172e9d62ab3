"""The sources of a folder: feeds and sitemaps, from a table that a person keeps.

Belongs here: reading and checking sources.csv, and where the answers of each source are kept. Does not: asking them.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from pipeline.intake.table import Row, read_rows

NAME = "sources.csv"
COLUMNS = ("name", "kind", "url", "publisher", "licence", "domains", "pages", "recheck_hours")
FETCHED = "fetched"
"""The folder, within that of the articles, for what the sources gave: a folder for each source by its name."""

PAGES, RECHECK_HOURS = 200, 24.0
"""What holds for a source that says nothing else."""

Kind = Literal["feed", "sitemap"]


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed (RSS, Atom, JSON Feed) or a sitemap.

    Only articles on its own domain count, and on the `domains` named: publisher and licence hold for no others.
    `pages` bounds how many articles one poll asks for; `recheck_hours` is how long an article that still stands in the
    feed rests before it is asked for again, for a newer version.
    """

    name: str
    kind: Kind
    url: str
    publisher: str | None = None
    licence: str | None = None
    domains: tuple[str, ...] = ()
    pages: int = PAGES
    recheck_hours: float = RECHECK_HOURS

    @property
    def folder(self) -> str:
        """Where its archives lie, from the folder of the articles."""
        return f"{FETCHED}/{self.name}"


def read_sources(folder: Path) -> tuple[FeedSource, ...]:
    """The sources of a folder of articles, in the order of its sources.csv; none if there is no such file.

    Raises OnRecordError with file and line for a name, kind, address or number that is none, and for a name that
    stands there twice.
    """
    path = folder / NAME
    if not os.path.lexists(path):
        return ()
    found: dict[str, FeedSource] = {}
    for row in read_rows(path, COLUMNS, needed=("name", "kind", "url")):
        source = _source(row)
        if source.name in found:
            raise row.error(f"{source.name} stands here a second time", "give each source a name of its own")
        found[source.name] = source
    return tuple(found.values())


def _source(row: Row) -> FeedSource:
    name = row.checked("name", _name, "write small letters, digits and hyphens")
    kind = row.checked("kind", _kind, "write feed or sitemap")
    url = row.checked("url", _url, "write an address that starts with https:// or http://, without a password")
    if name is None or kind is None or url is None:
        raise row.error("name, kind and url are needed", "fill them, or take the line out")
    return FeedSource(
        name,
        kind,
        url,
        row.cells["publisher"] or None,
        row.cells["licence"] or None,
        row.checked("domains", _domains, "write names such as courier.example;gazette.example") or (),
        row.checked("pages", _positive_whole, "write a whole number above 0") or PAGES,
        row.checked("recheck_hours", _positive, "write a number above 0") or RECHECK_HOURS,
    )


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", text):
        raise ValueError(text)
    return text


def _kind(text: str) -> Kind:
    if text not in ("feed", "sitemap"):
        raise ValueError(text)
    return cast("Kind", text)


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password is not None:
        raise ValueError(text)
    return text


def _domains(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(";"))
    if not all(re.fullmatch(r"[\w-]+(\.[\w-]+)+", name) for name in names):
        raise ValueError(text)
    return names


def _positive_whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number
