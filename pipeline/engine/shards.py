"""Rows under their keys, in a folder of Parquet files that only grows by whole files.

Belongs here: adding, finding and dropping rows, and what survives a crash. Does not: what a key is made of (`content`),
or which rows are needed (`kept`).

Each batch becomes a file of its own at once, so that a build that is killed loses the batch it was at and no more; many
small files are folded into one now and then. A file is written aside and renamed, its pages have checksums, and one
that cannot be read is as good as none: what it held is computed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engine.content import KEY_TYPE

KEY = "key"
SMALL, FOLD = 2**20, 64
"""A file with fewer bytes is small, and so many small ones become one."""
GROUP_BYTES = 16 * 1024 * 1024
"""Bytes of a row group: what is in memory at once when a file is written or read batch by batch."""
SLICE = 512
"""Rows that are put in order at once; bounds memory."""

Place = tuple[int, int]
"""Number of a file, and of a row in it."""


class Damaged(Exception):  # noqa: N818  (an answer of a search before it is an error)
    """A file could not be read; it is gone now, and its rows with it."""


class Shards:
    """The files of one stage, and where each key stands in them."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder = folder
        self._schema = schema.append(pa.field(KEY, KEY_TYPE))
        self._rows: dict[int, int] = {}
        self._small: set[int] = set()
        self._places: dict[bytes, Place] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(".*.tmp"):
            leftover.unlink()
        for path in sorted(folder.glob("*.parquet")):
            self._open(path)

    def _open(self, path: Path) -> None:
        try:
            number = int(path.stem)
            if not pq.read_schema(path).equals(self._schema):
                raise pa.ArrowInvalid(f"{path} has other columns")
            keys = pq.read_table(path, columns=[KEY], page_checksum_verification=True)[KEY].to_pylist()
        except (OSError, ValueError):  # damaged, of another version, or not ours
            path.unlink()
            return
        self._note(number, keys)

    def _note(self, number: int, keys: Sequence[bytes]) -> None:
        self._rows[number] = len(keys)
        if self._path(number).stat().st_size < SMALL:
            self._small.add(number)
        self._places.update((key, (number, row)) for row, key in enumerate(keys))

    def __contains__(self, key: bytes) -> bool:
        place = self._places.get(key)
        return place is not None and place[0] in self._rows

    def add(self, keys: Sequence[bytes], rows: pa.RecordBatch) -> None:
        """Keeps these rows; they are on disk when this returns."""
        if keys:
            table = pa.Table.from_batches([rows]).append_column(self._schema.field(KEY), pa.array(keys, KEY_TYPE))
            self._write(table)
        if len(self._small) >= FOLD:
            self._rewrite(sorted(self._small))

    def _write(self, table: pa.Table) -> None:
        number = max(self._rows, default=0) + 1
        write_atomically(table.cast(self._schema).to_batches(), self._schema, self._path(number))
        self._note(number, table[KEY].to_pylist())

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.parquet"

    def take(self, keys: Sequence[bytes]) -> pa.Table:
        """The rows of these keys, in their order. Raises Damaged if a file cannot be read any more."""
        places = [self._places[key] for key in keys]
        left = Counter(number for number, _ in places)
        opened: dict[int, pa.Table] = {}
        parts = []
        for start in range(0, len(places), SLICE):
            part = places[start : start + SLICE]
            parts.append(self._slice(part, opened))
            left.subtract(number for number, _ in part)
            opened = {number: table for number, table in opened.items() if left[number]}
        return pa.concat_tables([self._schema.empty_table(), *parts]).drop_columns([KEY])

    def _slice(self, places: Sequence[Place], opened: dict[int, pa.Table]) -> pa.Table:
        runs = [list(run) for _, run in groupby(places, key=lambda place: place[0])]
        tables = []
        for run in runs:
            number = run[0][0]
            if number not in opened:
                opened[number] = self._read(number)
            tables.append(opened[number].take(pa.array([row for _, row in run], pa.int64())))
        return pa.concat_tables(tables).combine_chunks()

    def _read(self, number: int) -> pa.Table:
        path = self._path(number)
        try:
            return pq.read_table(path, page_checksum_verification=True)
        except (OSError, ValueError) as error:
            self._drop([number])
            raise Damaged(str(path)) from error

    def keep_only(self, keys: Iterable[bytes]) -> None:
        """Drops all other rows: a result of an input that is gone must not stay on the disk."""
        wanted = {key for key in keys if key in self}
        live = Counter(self._places[key][0] for key in wanted)
        self._drop([number for number in self._rows if not live[number]])
        for number in [number for number, held in self._rows.items() if live[number] < held]:
            self._rewrite([number], wanted)
        self._places = {key: place for key, place in self._places.items() if key in wanted}

    def _rewrite(self, numbers: Sequence[int], wanted: set[bytes] | None = None) -> None:
        """Writes the rows of these files into a new one; first the new, then the old go, so a crash loses nothing."""
        tables = list(self._live(numbers, wanted))
        if tables:
            self._write(pa.concat_tables(tables))
        self._drop(numbers)

    def _live(self, numbers: Sequence[int], wanted: set[bytes] | None) -> Iterator[pa.Table]:
        for number in numbers:
            try:
                table = self._read(number)
            except Damaged:
                continue
            keys = table[KEY].to_pylist()
            rows = [
                row
                for row, key in enumerate(keys)
                if self._places.get(key) == (number, row) and (wanted is None or key in wanted)
            ]
            yield table.take(pa.array(rows, pa.int64()))

    def _drop(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._path(number).unlink(missing_ok=True)
            self._rows.pop(number, None)
            self._small.discard(number)


def write_atomically(batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path) -> None:
    """Writes a Parquet file so that a reader sees the old one or the new one, never half of it."""
    temporary = path.with_name(f".{path.name}.tmp")
    with pq.ParquetWriter(temporary, schema, compression="zstd", write_page_checksum=True) as writer:
        for group in _groups(batches):
            writer.write_table(group, row_group_size=group.num_rows)
    temporary.replace(path)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.nbytes for one in waiting) >= GROUP_BYTES:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)
