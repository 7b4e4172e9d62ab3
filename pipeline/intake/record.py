"""A record of named values (a JSON object, a row of a table) becomes a snapshot.

Belongs here: which names hold what, and the shapes their values come in. Does not: how records are stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.intake.dates import from_value
from pipeline.intake.origin import Origin, characters, refused, snapshot, too_large
from pipeline.intake.snapshot import MediaType, Snapshot
from pipeline.intake.source import Source

FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "html": ("html",),
    "title": ("title",),
    "byline": ("byline", "author", "authors"),
    "publisher": ("publisher",),
    "url": ("url",),
    "published_at": ("published_at", "date"),
    "captured_at": ("captured_at", "fetched_at"),
    "language": ("language",),
    "licence": ("licence", "license"),
}
"""The names that records are expected to use, by ours; the first that holds a value counts."""

_MEDIA_TYPES: tuple[tuple[str, MediaType], ...] = (("text", "text/plain"), ("html", "text/html"))
"""What may hold the article. Text comes first: where a record has both, somebody has already found the text."""

_UNPRINTABLE = dict.fromkeys((*range(32), 127), " ")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


def read_record(name: str, place: str, record: Mapping[str, Any], source: Source) -> Snapshot:
    """The snapshot of one record; `place` names it for a person ("line 3"). Its values go before the manifest's."""
    origin = _origin(record, source.fields).or_else(source.shared)
    for ours, media_type in _MEDIA_TYPES:
        content = _content(value_of(record, ours, source.fields))
        if content is not None and len(content) > source.limit:
            return too_large(name, content, source.limit, origin)
        if content:
            return snapshot(name, content, media_type, origin)
    return _without_content(name, place, record, source, origin)


def names_of(ours: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which a record may hold a value of ours."""
    return (mapping[ours],) if ours in mapping else FIELD_NAMES[ours]


def value_of(record: Mapping[str, Any], ours: str, mapping: Mapping[str, str]) -> Any:
    """The first value that is there; a dot in a mapped name leads into a record inside the record."""
    for name in names_of(ours, mapping):
        value = record[name] if name in record else _inside(record, name.split("."))
        if value not in (None, "", b"", []):
            return value
    return None


def _inside(value: Any, path: Iterable[str]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _content(value: Any) -> bytes | None:
    if isinstance(value, str):
        return characters(value).encode()
    return value if isinstance(value, bytes) else None


def content_names(mapping: Mapping[str, str]) -> list[str]:
    """The names under which a record may hold the article."""
    return [name for ours, _ in _MEDIA_TYPES for name in names_of(ours, mapping)]


def no_content(mapping: Mapping[str, str], there: Iterable[str]) -> str:
    """What to tell a person whose records hold the article under another name."""
    wanted, names = " or ".join(content_names(mapping)), ", ".join(map(str, there)) or "none"
    return f"no text in {wanted}; say in manifest.csv, column fields, which field holds it: {names}"


def _without_content(name: str, place: str, record: Mapping[str, Any], source: Source, origin: Origin) -> Snapshot:
    wanted = content_names(source.fields)
    there = any(field.split(".")[0] in record for field in wanted)
    if there and all(value_of(record, ours, source.fields) is None for ours, _ in _MEDIA_TYPES):
        return refused(name, "empty", f"{place}: nothing in {' or '.join(wanted)}", origin=origin)
    return refused(name, "unreadable", f"{place}: {no_content(source.fields, record)}", origin=origin)


def _origin(record: Mapping[str, Any], mapping: Mapping[str, str]) -> Origin:
    values = {ours: value_of(record, ours, mapping) for ours in FIELD_NAMES}
    return Origin(
        title=_words(values["title"]),
        byline=_words(values["byline"]),
        publisher=_words(values["publisher"]),
        url=_words(values["url"]),
        published=from_value(values["published_at"]),
        captured=from_value(values["captured_at"]),
        language=language_code(_words(values["language"]) or ""),
        licence=_words(values["licence"]),
    )


def _words(value: Any) -> str | None:
    """A value as one line: of a list its items, of a thing with a name (as in JSON-LD) its name."""
    if isinstance(value, Mapping):
        return _words(value.get("name"))
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value))) or None
    if not isinstance(value, str):
        return None
    return " ".join(characters(value).translate(_UNPRINTABLE).split()) or None


def language_code(tag: str) -> str | None:
    """The ISO 639-1 code of a language tag (en of en-GB), or None."""
    found = _LANGUAGE.fullmatch(tag.strip())
    return found[1].lower() if found else None
