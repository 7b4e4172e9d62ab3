"""JSON Lines: a record a line.

Belongs here: lines, their limits, JSON. Does not: what a record's fields mean (`record`).
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from typing import Any

from pipeline.intake.origin import refused, too_large
from pipeline.intake.record import read_record
from pipeline.intake.snapshot import Snapshot
from pipeline.intake.source import Source

_CHUNK = 1 << 16
_PATIENCE = 64
"""A line longer than this many limits ends the reading: it is no record but a broken or hostile file."""


def read(source: Source) -> Iterator[Snapshot]:
    """A snapshot for each line that is not blank. Raises OSError where the file cannot be read on."""
    record = 0
    with source.open() as stream:
        for line_number, line in _lines(stream, source.limit):
            if line.strip():
                record += 1
                yield _read_line(f"{source.name}#{record}", f"line {line_number}", line, source)


def _lines(stream: io.BufferedReader, limit: int) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; of a line longer than the limit, the first `limit` + 1 bytes."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if len(line) > limit and not line.endswith(b"\n"):
            _skip_line(stream, number, limit * _PATIENCE)


def _skip_line(stream: io.BufferedReader, number: int, patience: int) -> None:
    while (part := stream.readline(_CHUNK)) and not part.endswith(b"\n"):
        patience -= len(part)
        if patience < 0:
            raise OSError(f"line {number} does not end")


def _read_line(name: str, place: str, line: bytes, source: Source) -> Snapshot:
    if len(line) > source.limit:
        return too_large(name, line, source.limit, source.shared)
    try:
        record: Any = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        return refused(name, "unreadable", f"{place}: no JSON: {error}", line, source.shared)
    if not isinstance(record, dict):
        return refused(name, "unreadable", f"{place}: no JSON object", line, source.shared)
    return read_record(name, place, record, source)
