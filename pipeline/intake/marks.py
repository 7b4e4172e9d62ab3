"""What other file systems say of inputs that changes with their content, so that they need not be fetched to be told.

Belongs here: which of it can be trusted. Does not: fetching (`remote`), or what is done if nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.intake.manifest import Entry
from pipeline.intake.remote import files_behind

_SAYS = ("ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "Digest", "generation", "sha")
"""What object stores, web servers and GitHub call a hash or number that no two contents of one name share."""
_WEAK = "W/"
"""How an ETag begins that may stay when bytes change (RFC 9110, 8.8.1)."""
_REST = timedelta(seconds=2)
"""A file that changed so shortly before may change again within the same tick of its clock (RFC 9110, 8.8.2.2)."""


def marks(entries: Mapping[str, Entry]) -> list[tuple[str, str]] | None:
    """A mark of each file behind these URLs, by name, that another content would not have; None if one has none.

    Raises OnRecordError where a file system cannot be asked, or a URL names nothing.
    """
    found = [(name, _mark(system, path)) for name, (_, system, path) in sorted(files_behind(entries).items())]
    sure = [(name, mark) for name, mark in found if mark is not None]
    return sure if len(sure) == len(found) else None


def _mark(system: Any, path: str) -> str | None:
    try:
        says = system.info(path)
        found = [(name, str(says[name])) for name in _SAYS if says.get(name)]
        sure = [pair for pair in found if not pair[1].startswith(_WEAK)]
        return repr(sure) if sure else _changed(says.get("size"), system.modified(path))
    except Exception:  # noqa: BLE001  (every file system fails in its own way, and this one tells nothing)
        return None


def _changed(size: int | None, modified: datetime) -> str | None:
    """Size and time of change, if that time is long enough ago."""
    at = modified if modified.tzinfo else modified.replace(tzinfo=UTC)
    return None if datetime.now(UTC) - at < _REST else repr((size, at.isoformat()))
