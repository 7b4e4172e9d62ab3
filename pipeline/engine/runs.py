"""Rows in order of a key, however many: an external merge sort (Knuth, The Art of Computer Programming, volume 3, 5.4).

Belongs here: sorted runs on disk, and handing their rows out part by part. Does not: what the rows are. Rows with lists
in them are as large as the articles they tell of; a sort of them in DuckDB, beside what else is open there, needed more
than its limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.engine.batches import gathered
from pipeline.engine.mapped import Mapped

RUN_BYTES = 64 * 1024 * 1024
"""Rows of this size are sorted in memory."""

Keys = npt.NDArray[np.bytes_]


class Runs:
    """Rows in sorted runs, in files of this folder whose space is free again when these runs are gone.

    `key` is a column of texts without null characters. Memory holds a run while it is made, and the keys of all rows.
    """

    def __init__(self, folder: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema, key: str) -> None:
        folder.mkdir()
        self._schema, self._key = schema, key
        pieces = enumerate(gathered(batches, RUN_BYTES))
        self._runs = [self._sorted(rows, folder / f"{number}.arrow") for number, rows in pieces]
        self._keys = [np.array([row.encode() for row in run[key].to_pylist()], dtype=bytes) for run in self._runs]

    def _sorted(self, rows: pa.Table, path: Path) -> pa.Table:
        file = Mapped(path, self._schema)
        file.add(rows.sort_by(self._key).combine_chunks())
        return file.close()

    def bounds(self, rows: int) -> Keys:
        """The last key of each part of so many rows, the last part aside."""
        return np.sort(np.concatenate([*self._keys, np.array([], dtype=bytes)]))[rows - 1 :: rows]

    def parts(self, bounds: Keys) -> Iterator[pa.Table]:
        """The rows in order, cut after these keys: one part more than there are keys, some of them perhaps empty."""
        cuts = [np.searchsorted(keys, bounds, side="right") for keys in self._keys]
        for number in range(len(bounds) + 1):
            pieces = [self._schema.empty_table()]
            for run, at in zip(self._runs, cuts, strict=True):
                start = at[number - 1] if number else 0
                end = at[number] if number < len(bounds) else run.num_rows
                pieces.append(run.slice(start, end - start))
            yield pa.concat_tables(pieces).sort_by(self._key).combine_chunks()
