"""A table in a file that is read where it stands: the system keeps in memory what it has room for.

Belongs here: rows into such a file, and the table that they are. Does not: what is kept from build to build (`shards`).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa


class Mapped:
    """Rows on their way into a file, whose space is free again when nobody has the rows any more."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema)

    def add(self, rows: pa.Table | pa.RecordBatch) -> None:
        """Puts these rows behind the others."""
        self._writer.write(rows)

    def close(self) -> pa.Table:
        """All rows; the file's name goes."""
        self._writer.close()
        self._sink.close()
        rows = pa.ipc.open_file(pa.memory_map(str(self._path))).read_all()
        self._path.unlink()
        return rows
