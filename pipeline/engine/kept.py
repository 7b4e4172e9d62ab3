"""Results kept from earlier runs, addressed by content: (row, stage, code version of the stage) -> result.

Belongs here: which rows need no work again. Does not: the work itself (`engines`), or the files (`shards`).

What an article did to a worker (crash, time, memory) is not kept: it says as much about this machine as about the
article, so the next run tries again, and until then a mark stands beside the results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.engine.batches import Progress, Rows, Stage, Stream, batches_in, batches_of, silent
from pipeline.engine.content import KEY_BYTES, row_keys
from pipeline.engine.engines import engine
from pipeline.engine.shards import GROUP_BYTES, Shards
from pipeline.lock import held
from pipeline.settings import Settings


def run(stage: Stage, rows: Rows, settings: Settings, progress: Progress = silent, *, forget: bool = True) -> Stream:
    """The stage's rows, in the order of the rows given; a row that was seen before takes its kept result.

    Seen before is what has the same content, for the same code version. The rows may come batch by batch: those that
    need work wait on disk, so that they are counted before any is worked. Results are kept as they come, and the rows
    given back are read from there, as often as they are asked for, until this stage runs in this output again. Results
    for other rows are forgotten, unless these are only some of the rows that will come. Raises OnRecordError if
    another process does this stage in this output.
    """
    folder = settings.stages / "kept" / stage.name
    refusal = f"{folder}: another build is at work here; wait until it ends, or choose another output folder"
    with held(folder, ".lock", refusal):
        return _Run(stage, settings, progress, Shards(folder, stage.schema)).result(rows, forget=forget)


def is_to_try_again(settings: Settings) -> bool:
    """True if a row failed when its stage was last run in this output, so that the next run has work with it."""
    return any((settings.stages / "kept").glob(f"*/{_FAILED}"))


_FAILED = ".failed"
"""The name of the mark in the folder of a stage."""


@dataclass
class _Run:
    """One walk over the rows: first their keys, then the work, then all results in order."""

    stage: Stage
    settings: Settings
    progress: Progress
    shards: Shards
    keys: list[bytes] = field(default_factory=list)
    failed: set[bytes] = field(default_factory=set)

    def result(self, rows: Rows, *, forget: bool) -> Stream:
        """The stage's rows, in the order of the rows given."""
        folder = self.settings.stages / "kept" / self.stage.name
        with _Waiting(folder / ".waiting.tmp") as waiting:
            for batch in batches_in(rows):
                self._sort_out(batch, waiting)
            self._work(waiting)
        self._mark(folder / _FAILED)
        shards, keys = self.shards, [_passing(key) if key in self.failed else key for key in self.keys]
        if forget:
            shards.keep_only(keys)
        self.progress(self.stage.name, len(keys), len(keys))
        return Stream(lambda: shards.take(keys))

    def _mark(self, mark: Path) -> None:
        if self.failed:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)

    def _sort_out(self, batch: pa.RecordBatch, waiting: _Waiting) -> None:
        keys = self._keys(batch)
        self.keys += keys
        waiting.add(batch, {key: row for row, key in enumerate(keys) if key not in self.shards})

    def _keys(self, batch: pa.RecordBatch) -> list[bytes]:
        return row_keys(batch, self.stage.named_by or batch.schema.names, self.stage.version)

    def _work(self, waiting: _Waiting) -> None:
        done, at = 0, iter(waiting.keys)
        for worked in engine(self.settings).work(self.stage, waiting.batches(), self.settings):
            keys = [next(at) for _ in range(worked.rows.num_rows)]
            failed = {keys[row] for row in worked.failed}
            self.failed |= failed
            self.shards.add([_passing(key) if key in failed else key for key in keys], worked.rows)
            done += len(keys)
            self.progress(self.stage.name, done, len(waiting.keys))


def _passing(key: bytes) -> bytes:
    """The key under which the result of a row that failed stands until the next run; no other run looks there."""
    return hashlib.blake2b(b"failed" + key, digest_size=KEY_BYTES).digest()


class _Waiting:
    """Rows that need work, each key once: in memory if they are few, else in a Parquet file that is gone afterwards."""

    def __init__(self, path: Path) -> None:
        self.keys: dict[bytes, None] = {}
        self._path = path
        self._group: list[pa.RecordBatch] = []
        self._bytes = 0
        self._open = ExitStack()
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._path.unlink(missing_ok=True)

    def add(self, batch: pa.RecordBatch, rows: dict[bytes, int]) -> None:
        """Puts these rows (by key, by their place in the batch) to those that wait."""
        new = {key: row for key, row in rows.items() if key not in self.keys}
        if new:
            self.keys |= dict.fromkeys(new)
            self._group.append(batch.take(pa.array(new.values(), pa.int64())))
            self._bytes += self._group[-1].nbytes
        if self._bytes > GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        group = pa.Table.from_batches(self._group)
        self._group, self._bytes = [], 0
        if self._writer is None:
            self._writer = self._open.enter_context(pq.ParquetWriter(self._path, group.schema, compression="zstd"))
        self._writer.write_table(group, row_group_size=group.num_rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All of them in order, in batches for a worker."""
        last = pa.Table.from_batches(self._group) if self._group else None
        self._open.close()
        if self._writer is not None:
            with pq.ParquetFile(self._path) as file:
                for number in range(file.num_row_groups):
                    yield from batches_of(file.read_row_group(number).combine_chunks(), len(self.keys))
        if last is not None:
            yield from batches_of(last.combine_chunks(), len(self.keys))
