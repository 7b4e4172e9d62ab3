"""What resolution keeps from one build to the next, in three files: decided names, rows of documents, compared claims.

Belongs here: reading and replacing these files. Does not: when something kept may be used again (each part knows what
its results depend on). A file that is missing, damaged or of another version of the code holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.engine.shards import refuse_if_unreadable, write_atomically

_VERSION = b"code_version"
_PREFIX, _SUFFIX = ".resolving-", ".tmp"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The files of a folder, as far as this version of the code wrote them."""

    folder: Path
    version: str

    def workplace(self) -> TemporaryDirectory[str]:
        """A folder for what is in the making. What builds that were killed left of theirs goes first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            rmtree(leftover)
        return TemporaryDirectory(_SUFFIX, _PREFIX, self.folder)

    def read(self, name: str, schema: pa.Schema) -> pa.RecordBatchReader:
        """The rows kept under this name, batch by batch, up to where the file is damaged.

        Raises OnRecordError if the system does not let the file be read now.
        """
        path = self._path(name)
        try:
            file = pq.ParquetFile(path, page_checksum_verification=True)
        except FileNotFoundError:
            file = None
        except (OSError, pa.ArrowInvalid) as error:
            refuse_if_unreadable(path, error)
            file = None
        return pa.RecordBatchReader.from_batches(schema, self._batches(file, schema) if file else iter(()))

    def _batches(self, file: pq.ParquetFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with suppress(OSError, pa.ArrowInvalid), file:
            found = file.schema_arrow
            if found.equals(schema) and (found.metadata or {}).get(_VERSION) == self.version.encode():
                for number in range(file.num_row_groups):
                    yield from file.read_row_group(number).cast(schema).to_batches()

    def replace(self, name: str, rows: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Keeps these rows under this name; what was kept there may be read meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(rows, self._versioned(schema), self._path(name))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _versioned(self, schema: pa.Schema) -> pa.Schema:
        return schema.with_metadata({_VERSION: self.version.encode()})


class InOrder:
    """Rows in order of `document_id`, handed out piece by piece."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches = iter(batches)
        self._schema = schema
        self._left: pa.Table = schema.empty_table()

    def until(self, document_id: str) -> pa.Table:
        """The rows up to this document that were not handed out yet."""
        parts = [self._schema.empty_table()]
        while self._left.num_rows or self._more():
            count = pc.sum(pc.less_equal(self._left["document_id"], document_id)).as_py()
            parts.append(self._left.slice(0, count))
            self._left = self._left.slice(count)
            if self._left.num_rows:
                break
        return pa.concat_tables(parts)

    def _more(self) -> bool:
        for batch in self._batches:
            if batch.num_rows:
                self._left = pa.Table.from_batches([batch], schema=self._schema)
                return True
        return False
