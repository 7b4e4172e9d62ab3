"""Rows under their keys, in a folder of Parquet files that only grows by whole files.

Belongs here: adding, finding and dropping rows, and what survives a crash. Does not: what a key is made of (`content`),
or which rows are needed (`kept`).

Each batch becomes a file of its own at once, so that a build that is killed loses the batch it was at and no more. Many
files of like size are folded into one now and then (size-tiered compaction, as log-structured stores do it): fewer than
eighty files are smaller than 16 MiB, and a row is written again about once for each tier. A file is written aside and
renamed, and its name ends in a hash of its bytes: one that was damaged since is as good as none, and what it held is
computed again.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engine.batches import gathered
from pipeline.engine.content import KEY_TYPE
from pipeline.errors import OnRecordError

KEY = "key"
TIERS = (2**20, 2**24)
"""Bytes below which a file is of the first tier, of the second.

Larger ones are not folded, since to forget a row costs writing its file again.
"""
FOLD, FEW = (64, 16), 8
"""So many files of each tier become one while rows are added, and so many of the first tier at the end."""
GROUP_BYTES = 16 * 1024 * 1024
"""Bytes of a row group: what is in memory at once when a file is written or read batch by batch."""
SLICE = 512
"""Rows that are put in order at once; bounds memory."""
_DIGEST_BYTES = 8

Place = tuple[int, int, int]
"""Number of a file, of a row group in it, and of a row in that."""
Group = tuple[int, int]


class Shards:
    """The files of one stage, and where each key stands in them."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder = folder
        self._schema = schema.append(pa.field(KEY, KEY_TYPE))
        self._paths: dict[int, Path] = {}
        self._rows: dict[int, int] = {}
        self._tiers: dict[int, int] = {}
        self._places: dict[bytes, Place] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(".*.tmp"):
            leftover.unlink()
        for path in sorted(folder.glob("*.parquet")):
            self._open(path)

    def _open(self, path: Path) -> None:
        try:
            if path.stem != _named(_number(path), path):
                raise pa.ArrowInvalid(f"{path} was damaged since it was written")
            if not pq.read_schema(path).equals(self._schema):
                raise pa.ArrowInvalid(f"{path} has other columns")
            self._note(_number(path), path)
        except (OSError, ValueError) as error:
            refuse_if_unreadable(path, error)
            path.unlink()  # damaged, of another version, or not ours

    def _note(self, number: int, path: Path) -> None:
        with pq.ParquetFile(path) as file:
            groups = [file.read_row_group(i, columns=[KEY])[KEY].to_pylist() for i in range(file.num_row_groups)]
        self._paths[number], self._rows[number] = path, sum(map(len, groups))
        self._tiers[number] = bisect_right(TIERS, path.stat().st_size)
        self._places.update((key, (number, i, row)) for i, keys in enumerate(groups) for row, key in enumerate(keys))

    def __contains__(self, key: bytes) -> bool:
        place = self._places.get(key)
        return place is not None and place[0] in self._rows

    def add(self, keys: Sequence[bytes], rows: pa.RecordBatch) -> None:
        """Keeps these rows; they are on disk when this returns."""
        if keys:
            table = pa.Table.from_batches([rows]).append_column(self._schema.field(KEY), pa.array(keys, KEY_TYPE))
            self._write(table.cast(self._schema).to_batches())
        self._fold(*FOLD)

    def _fold(self, *limits: int) -> None:
        """Makes one file of all those of a tier, if it has so many; the smallest tier first."""
        for tier, many in enumerate(limits):
            alike = sorted(number for number, its in self._tiers.items() if its == tier)
            if len(alike) >= many:
                self._rewrite(alike)

    def _write(self, batches: Iterable[pa.RecordBatch]) -> None:
        number = max(self._rows, default=0) + 1
        temporary = self._folder / f".{number:08}.tmp"
        _write(batches, self._schema, temporary)
        path = self._folder / f"{_named(number, temporary)}.parquet"
        temporary.replace(path)
        self._note(number, path)

    def take(self, keys: Sequence[bytes]) -> Iterator[pa.RecordBatch]:
        """The rows of these keys, in their order, a few at a time.

        Raises OnRecordError if a file cannot be read any more.
        """
        left = Counter(self._places[key][:2] for key in keys)
        opened: dict[Group, pa.Table] = {}
        for start in range(0, len(keys), SLICE):
            places = [self._places[key] for key in keys[start : start + SLICE]]
            yield from self._slice(places, opened).drop_columns([KEY]).to_batches()
            left.subtract(place[:2] for place in places)
            opened = {group: table for group, table in opened.items() if left[group]}

    def _slice(self, places: Sequence[Place], opened: dict[Group, pa.Table]) -> pa.Table:
        tables = []
        for group, run in groupby(places, key=lambda place: place[:2]):
            if group not in opened:
                opened[group] = self._read(*group)
            tables.append(opened[group].take(pa.array([row for *_, row in run], pa.int64())))
        return pa.concat_tables(tables).combine_chunks()

    def _read(self, number: int, group: int) -> pa.Table:
        path = self._paths[number]
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                return file.read_row_group(group)
        except (OSError, ValueError) as error:
            refuse_if_unreadable(path, error)
            raise OnRecordError(f"{path} was damaged while the build ran; build again") from error

    def keep_only(self, keys: Iterable[bytes]) -> None:
        """Drops all other rows: a result of an input that is gone must not stay on the disk."""
        wanted = {key for key in keys if key in self}
        live = Counter(self._places[key][0] for key in wanted)
        self._drop([number for number in self._rows if not live[number]])
        for number in [number for number, held in self._rows.items() if live[number] < held]:
            self._rewrite([number], wanted)
        self._places = {key: place for key, place in self._places.items() if key in wanted}
        self._fold(FEW, *FOLD[1:])

    def _rewrite(self, numbers: Sequence[int], wanted: set[bytes] | None = None) -> None:
        """Writes the rows of these files into a new one; first the new, then the old go, so a crash loses nothing."""
        self._write(self._live(numbers, wanted))
        self._drop(numbers)

    def _live(self, numbers: Sequence[int], wanted: set[bytes] | None) -> Iterator[pa.RecordBatch]:
        for number in numbers:
            for group in range(pq.read_metadata(self._paths[number]).num_row_groups):
                table = self._read(number, group)
                rows = [
                    row
                    for row, key in enumerate(table[KEY].to_pylist())
                    if self._places.get(key) == (number, group, row) and (wanted is None or key in wanted)
                ]
                yield from table.take(pa.array(rows, pa.int64())).combine_chunks().to_batches()

    def _drop(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._paths.pop(number).unlink(missing_ok=True)
            del self._rows[number]
            del self._tiers[number]


def refuse_if_unreadable(path: Path, error: Exception) -> None:
    """Raises OnRecordError if the system does not let a file be read now: what it holds may be good, and must stay.

    What Arrow says of a damaged file bears no number of the system's.
    """
    if isinstance(error, OSError) and error.errno is not None:
        reason = os.strerror(error.errno)
        raise OnRecordError(f"{path} cannot be read ({reason}); mend that, then build again") from error


def _number(path: Path) -> int:
    return int(path.stem.partition("-")[0])


def _named(number: int, path: Path) -> str:
    """The name, without its ending, of a file with these bytes."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES))
    return f"{number:08}-{digest.hexdigest()}"


def write_atomically(batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path) -> None:
    """Writes a Parquet file so that a reader sees the old one or the new one, never half of it."""
    temporary = path.with_name(f".{path.name}.tmp")
    _write(batches, schema, temporary)
    temporary.replace(path)


def _write(batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for group in gathered(batches, GROUP_BYTES):
            writer.write_table(group, row_group_size=group.num_rows)
