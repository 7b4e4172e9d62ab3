"""What a source was asked before: its articles, what they answered, and when.

Belongs here: the file beside the archives of a source that says what is due. Does not: the articles, which stand in the
archives. Without this file the next poll asks for everything anew, and the build finds that nothing changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.errors import OnRecordError
from pipeline.intake.polling.web import Answer

NAME = ".polled.sqlite"
"""Hidden, so that no build takes it for an article."""

_TABLE = """
    CREATE TABLE IF NOT EXISTS asked (
        url TEXT PRIMARY KEY, place INTEGER, asked_at REAL, sha256 TEXT, etag TEXT, last_modified TEXT
    )
"""
"""`place` is where the address stands in the feed now; null if it stands there no more.

`asked_at` is in seconds of the epoch; null if it was never asked. Of what is postponed it is 0, and one less for each
time that a host was asked for it in vain: what always fails moves behind all others.
"""

_DUE = """
    SELECT url FROM asked WHERE place IS NOT NULL AND (asked_at IS NULL OR asked_at <= ?)
    ORDER BY CASE WHEN asked_at IS NULL THEN 0 WHEN asked_at > 0 THEN 1 ELSE 2 - asked_at END, place LIMIT ?
"""

_ASKED = """
    INSERT INTO asked (url, asked_at) VALUES (?, ?) ON CONFLICT (url) DO UPDATE SET asked_at = excluded.asked_at
"""

_POSTPONED = "UPDATE asked SET asked_at = min(coalesce(asked_at, 0), 0) - ? WHERE url = ?"


class Memory:
    """The memory of one source. Nothing is kept before `commit`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def list_anew(self, urls: Sequence[str]) -> None:
        """Says which articles stand in the feed now, in order."""
        self._connection.execute("UPDATE asked SET place = NULL")
        self._connection.executemany(
            "INSERT INTO asked (url, place) VALUES (?, ?) ON CONFLICT (url) DO UPDATE SET place = excluded.place",
            [(url, place) for place, url in enumerate(dict.fromkeys(urls))],
        )

    def listed(self) -> int:
        """How many articles stand in the feed."""
        return int(self._connection.execute("SELECT count(*) FROM asked WHERE place IS NOT NULL").fetchone()[0])

    def due(self, asked_before: float, most: int) -> list[str]:
        """Listed articles that were never asked, then those last asked before a time, then those postponed.

        The time is in seconds of the epoch.
        """
        return [url for (url,) in self._connection.execute(_DUE, (asked_before, most))]

    def validators(self, url: str) -> Mapping[str, str]:
        """The headers of a conditional request for an address, from its last answer."""
        row = self._connection.execute("SELECT etag, last_modified FROM asked WHERE url = ?", (url,)).fetchone()
        pairs = zip(("If-None-Match", "If-Modified-Since"), row or (), strict=False)
        return {name: value for name, value in pairs if value}

    def sha256(self, url: str) -> str | None:
        """The hash of the last body of an address; None if it never gave one."""
        row = self._connection.execute("SELECT sha256 FROM asked WHERE url = ?", (url,)).fetchone()
        return row[0] if row else None

    def remember(self, url: str, asked_at: float, answer: Answer | None = None, sha256: str | None = None) -> None:
        """Says that an address was asked, and what a new body and its validators were if it gave one."""
        self._connection.execute(_ASKED, (url, asked_at))
        if answer is not None:
            self._connection.execute(
                "UPDATE asked SET sha256 = ?, etag = ?, last_modified = ? WHERE url = ?",
                (sha256, answer.header("etag"), answer.header("last-modified"), url),
            )

    def postpone(self, url: str, *, in_vain: bool) -> None:
        """Says that a listed address waits for the next poll and what else is due then; `in_vain` if it was asked."""
        self._connection.execute(_POSTPONED, (in_vain, url))

    def commit(self) -> None:
        """Keeps all that was said."""
        self._connection.commit()


@contextmanager
def opened(folder: Path) -> Iterator[Memory]:
    """The memory of the source whose archives lie in a folder, which is made if missing.

    Raises OnRecordError if the file is damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(_TABLE)
            yield Memory(connection)
    except sqlite3.DatabaseError as error:
        raise OnRecordError(f"{path}: {error}; remove it, then its articles are asked for anew") from error
