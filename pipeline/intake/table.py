"""Tables that a person keeps as CSV files beside the articles.

Belongs here: reading them line by line, with errors that name file, line and way out. Does not: what a column means.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from pipeline.errors import OnRecordError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file, by column (stripped; empty if it has none), and where it stands."""

    path: Path
    line: int
    cells: Mapping[str, str]

    @classmethod
    def of(cls, row: Row) -> Self:
        """The same line, with what the class knows of its columns."""
        return cls(row.path, row.line, row.cells)

    def error(self, what: str, way_out: str) -> OnRecordError:
        """An error that names the file and the line."""
        return OnRecordError(f"{self.path}, line {self.line}: {what}; {way_out}")

    def checked(self, column: str, parse: Callable[[str], _T], way_out: str) -> _T | None:
        """The value of a cell, None for an empty one. Raises OnRecordError where `parse` raises ValueError."""
        value = self.cells[column]
        try:
            return parse(value) if value else None
        except ValueError as error:
            raise self.error(f"bad {column} {value}", way_out) from error


def read_rows(path: Path, columns: Sequence[str], needed: Sequence[str] = ()) -> Iterator[Row]:
    """The lines that are not blank, in order.

    Raises OnRecordError with file and line for an unknown, doubled or missing column, a line with too many cells, and
    a file that is no CSV file in UTF-8.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if header is None:
                header = _header(path, stripped, columns, needed)
            elif any(stripped):
                yield _row(path, reader.line_num, header, columns, stripped)
    except csv.Error as error:
        way_out = "save it as a CSV file with commas and double quotes"
        raise OnRecordError(f"{path}, line {reader.line_num}: {error}; {way_out}") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise OnRecordError(f"{path} cannot be read ({error.strerror}); give yourself the right to read it") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise OnRecordError(f"{path}, line {line}: not UTF-8; save the file as CSV in UTF-8") from error


def _header(path: Path, found: list[str], columns: Sequence[str], needed: Sequence[str]) -> list[str]:
    allowed = f"the columns are {','.join(columns)}"
    for column in found:
        if column not in columns:
            raise OnRecordError(f"{path}, line 1: unknown column {column or '(no name)'}; {allowed}")
        if found.count(column) > 1:
            raise OnRecordError(f"{path}, line 1: two columns {column}; {allowed}")
    for column in needed:
        if column not in found:
            raise OnRecordError(f"{path}, line 1: no column {column}; {allowed}")
    return found


def _row(path: Path, line: int, header: list[str], columns: Sequence[str], cells: list[str]) -> Row:
    row = Row(path, line, dict.fromkeys(columns, "") | dict(zip(header, cells, strict=False)))
    if any(cells[len(header) :]):
        raise row.error(f"{len(cells)} cells for {len(header)} columns", "put cells that hold commas in double quotes")
    return row
