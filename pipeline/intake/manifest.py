"""The manifest: what is known of the files of a folder, from a table that a person keeps.

Belongs here: reading and checking manifest.csv, and which line speaks of which file. Does not: reading the files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.intake.dates import from_iso
from pipeline.intake.origin import NOTHING_KNOWN, Origin
from pipeline.intake.polling.sources import NAME as SOURCES
from pipeline.intake.polling.sources import read_sources
from pipeline.intake.record import FIELD_NAMES, language_code
from pipeline.intake.source import kind_of
from pipeline.intake.table import Row, read_rows

NAME = "manifest.csv"
COLUMNS = ("file", "publisher", "url", "published_at", "licence", "language", "fields")

_WILD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the manifest: the origin of a file, and how the fields of its records are called."""

    origin: Origin = NOTHING_KNOWN
    fields: Mapping[str, str] = field(default_factory=dict)


NO_ENTRY = Entry()
"""A file of which nothing is known: all rights reserved."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Entries by the path of a file, by pattern in the order of the lines, and by URL."""

    exact: Mapping[str, Entry] = field(default_factory=dict)
    patterns: tuple[tuple[re.Pattern[str], Entry], ...] = ()
    remote: Mapping[str, Entry] = field(default_factory=dict)
    """By URL: inputs that lie in another file system."""

    def entry(self, name: str) -> Entry:
        """The entry of a file by its path from the folder: an exact one, else the first pattern that matches it."""
        if name in self.exact:
            return self.exact[name]
        return next((entry for pattern, entry in self.patterns if pattern.fullmatch(name)), NO_ENTRY)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder; an empty one if there is none.

    Raises OnRecordError with file and line for an unknown or missing column, a file that is not there, a bad date,
    language or mapping, a file or pattern named twice, and a manifest that is no CSV file in UTF-8.
    """
    path = folder / NAME
    fetched = _fetched(folder)
    if not os.path.lexists(path):
        return Manifest(patterns=fetched)
    exact: dict[str, Entry] = {}
    patterns: dict[str, Entry] = {}
    remote: dict[str, Entry] = {}
    for row in map(_Line.of, read_rows(path, COLUMNS, needed=("file",))):
        name = row.file(folder)
        entries = remote if _is_url(name) else patterns if _is_pattern(folder, name) else exact
        if name in entries:
            raise row.error(f"{name} stands here a second time", "keep one of its lines")
        entries[name] = row.entry()
        if (entries is patterns or (_is_url(name) and _WILD.search(name))) and row.cells["url"]:
            raise row.error(f"one url for all of {name}", "give each file a line of its own, or leave url empty")
    return Manifest(exact, (*((_pattern(glob), entry) for glob, entry in patterns.items()), *fetched), remote)


def _fetched(folder: Path) -> tuple[tuple[re.Pattern[str], Entry], ...]:
    """What is known of the archives that a poll wrote: what the table of sources says of theirs."""
    return tuple(
        (_pattern(f"{source.folder}/*"), Entry(Origin(publisher=source.publisher, licence=source.licence)))
        for source in read_sources(folder)
    )


class _Line(Row):
    """A line of the manifest."""

    def file(self, folder: Path) -> str:
        """The path, pattern or URL that the line speaks of."""
        given = self.cells["file"]
        if not given:
            raise self.error("no file is named", "fill the column file, or take the line out")
        if _is_url(given):
            return given
        name = PurePosixPath(given).as_posix()
        if name.startswith("/") or ".." in PurePosixPath(name).parts:
            raise self.error(f"{given} lies outside the folder", "name files by their path from the manifest's folder")
        if not is_input(name):
            raise self.error(f"{given} is no article", "rename it (hidden files, README and LICENSE are not read)")
        if not _is_pattern(folder, name) and kind_of(folder / name) != "file":
            way_out = (
                f"write {name}/*" if kind_of(folder / name) == "folder" else "correct the name, or take the line out"
            )
            raise self.error(f"there is no file {given}", way_out)
        return name

    def entry(self) -> Entry:
        origin = Origin(
            publisher=self.cells["publisher"] or None,
            url=self.cells["url"] or None,
            published=self.checked("published_at", from_iso, "write it like 2026-03-31T18:00:00+01:00"),
            language=self.checked("language", _language, "write two letters, like en"),
            licence=self.cells["licence"] or None,
        )
        ours = ", ".join(FIELD_NAMES)
        mapping = self.checked("fields", _mapping, f"write pairs like text=body;url=link; there are {ours}")
        return Entry(origin, mapping or {})


def is_input(name: str) -> bool:
    """True unless the path names one of our tables, or what folders hold beside articles: hidden, README, LICENSE."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") for part in parts)
    return name not in (NAME, SOURCES) and not hidden and not _BESIDE.fullmatch(parts[-1])


_BESIDE = re.compile(r"(?:README|LICEN[CS]E)(?:[._-].*)?|(?i:readme|licen[cs]e)(?:\.(?:md|txt|rst))?", re.DOTALL)
"""Capitals, or the whole name: an article license-fees-rise.txt must not disappear."""


def _is_url(name: str) -> bool:
    """True for s3://bucket/file and the like; a file of a folder has no name with ://."""
    return "://" in name


def _is_pattern(folder: Path, name: str) -> bool:
    """A name with wild cards is a pattern, unless a file is called just so."""
    return _WILD.search(name) is not None and kind_of(folder / name) is None


_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_STEPS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression: * and ? stay within a folder, ** crosses folders."""
    return re.compile("".join(_STEPS.get(step, re.escape(step)) for step in _GLOB.findall(glob)), re.DOTALL)


def _language(tag: str) -> str:
    code = language_code(tag)
    if code is None:
        raise ValueError(tag)
    return code


def _mapping(text: str) -> dict[str, str]:
    """The pairs ours=theirs of a mapping. Raises ValueError."""
    mapping: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not equals or not theirs or ours not in FIELD_NAMES or ours in mapping:
            raise ValueError(pair)
        mapping[ours] = theirs
    return mapping
