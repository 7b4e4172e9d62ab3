"""Texts as JSON lines, the way `onrecord annotate` and `onrecord evaluate` take them.

Belongs here: reading and checking the lines; a bad one is bad usage and ends the reading, for its text would be missed
in what comes out. Does not: articles in JSON Lines (`jsonl`), whose bad lines become exclusions.
"""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import OnRecordError

STDIN = Path("-")
"""What stands for standard input."""
_SHAPE = 'write {"doc_id": "1", "text": "An article."} on a line'
_KEY_SHAPE = (
    'write attributions as [{"content": [[start, end]], "source": [[start, end]], "type": "direct"}], '
    "with offsets in code points of the text"
)


def read_texts(path: Path) -> Iterator[dict[str, Any]]:
    """The object of each line that is not blank; it has `doc_id`, and `text` is a string.

    `-` is standard input, which is read while it comes. Raises OnRecordError with file and line where a line is none.
    """
    return (record for _, record in _numbered(path))


def read_key(path: Path) -> list[dict[str, Any]]:
    """The documents of an annotation, in the shape that `onrecord annotate` prints.

    Raises OnRecordError with file and line for what cannot be scored: no document, a `doc_id` that stands there twice
    or is no name, claims without content, source and type, offsets outside the text.
    """
    found: dict[Any, dict[str, Any]] = {}
    for where, record in _numbered(path):
        name = record["doc_id"]
        if not isinstance(name, str | int):
            raise OnRecordError(f"{where}: doc_id is neither a string nor a number; give each document its own")
        if name in found:
            raise OnRecordError(f"{where}: doc_id {name} stands there a second time; give each document its own")
        if not _is_annotation(record.get("attributions"), len(record["text"])):
            raise OnRecordError(f"{where}: attributions are missing, or not of the right shape; {_KEY_SHAPE}")
        found[name] = record
    if not found:
        raise OnRecordError(f"{_called(path)}: there is no document; {_SHAPE}, with attributions")
    return list(found.values())


def _numbered(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object, and where it stands."""
    name = _called(path)
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, 1):
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                if content.strip():
                    where = f"{name}, line {number}"
                    yield where, _record(content, where)
    except OSError as error:
        raise OnRecordError(f"{name}: cannot be read ({error.strerror}); name a file of JSON lines") from error


def _called(path: Path) -> str:
    return "standard input" if path == STDIN else str(path)


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb")


def _record(line: bytes, where: str) -> dict[str, Any]:
    try:
        record: Any = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise OnRecordError(f"{where}: not UTF-8; save it as JSON lines in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise OnRecordError(f"{where}: no JSON ({error}); {_SHAPE}") from error
    if not isinstance(record, dict):
        raise OnRecordError(f"{where}: no JSON object; {_SHAPE}")
    if "doc_id" not in record:
        raise OnRecordError(f"{where}: doc_id is missing; {_SHAPE}")
    if not isinstance(record.get("text"), str):
        raise OnRecordError(f"{where}: text is missing or no string; {_SHAPE}")
    return record


def _is_annotation(claims: object, length: int) -> bool:
    return isinstance(claims, list) and all(
        isinstance(claim, dict)
        and isinstance(claim.get("type"), str)
        and all(_are_spans(claim.get(part), length) for part in ("content", "source"))
        for claim in claims
    )


def _are_spans(spans: object, length: int) -> bool:
    return isinstance(spans, list) and all(
        isinstance(span, list) and [type(offset) for offset in span] == [int, int] and 0 <= span[0] <= span[1] <= length
        for span in spans
    )
