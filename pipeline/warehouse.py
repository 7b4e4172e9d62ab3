"""The warehouse: one DuckDB file that holds the working tables, with a single writer.

Belongs here: opening, replacing and reading tables. Does not: what a table means (`schema`), or what is published
(`release`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import Any, Self, TypeAlias

import duckdb
import pyarrow as pa

from pipeline.engine.batches import Progress, silent
from pipeline.errors import OnRecordError
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.duckdb import comments, create_table, quote
from pipeline.schema.tables import WORKING_TABLES, table
from pipeline.settings import DATABASE_BYTES, TEMPORARY, Settings

Arrow: TypeAlias = "pa.Table | pa.RecordBatchReader"
_INCOMING = "incoming_rows"
_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much memory (bytes) a connection may take, and the folder that takes what is more."""

    memory: int = DATABASE_BYTES
    spill: Path = field(default_factory=lambda: Path(gettempdir()) / "onrecord-duckdb")


_LIMITS: ContextVar[Limits] = ContextVar("limits", default=Limits())  # noqa: B039  (frozen)


@contextmanager
def limited(settings: Settings) -> Iterator[None]:
    """Within the block connections keep to the memory of these settings, and spill into the output folder."""
    with _bounded(Limits(settings.database_bytes, settings.output / f"{TEMPORARY}duckdb")):
        yield


@contextmanager
def within(memory: int) -> Iterator[None]:
    """Within the block connections keep to this memory (bytes). Raises OnRecordError if it does not do."""
    try:
        with _bounded(Limits(memory)):
            yield
    except duckdb.OutOfMemoryException as error:
        raise OnRecordError(f"{_first_line(error)}; give DuckDB more with ONRECORD_DATABASE_BYTES") from error


@contextmanager
def _bounded(limits: Limits) -> Iterator[None]:
    token = _LIMITS.set(limits)
    try:
        yield
    finally:
        _LIMITS.reset(token)


def connect(path: Path | None = None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection (in memory without a path) that neither downloads nor loads extensions by itself."""
    limits = _LIMITS.get()
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": f"{limits.memory}B",
        "preserve_insertion_order": True,
        # A database without a file would spill into the folder that the person happens to stand in.
        "temp_directory": str(path.with_name(f".{path.name}.tmp") if path else limits.spill),
    }
    connection = duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=config)
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


class Warehouse:
    """The working tables in one DuckDB file. Use it as a context manager; only one writer at a time can have it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """The warehouse at `path`, made if it is missing.

        Raises OnRecordError if the file is locked, broken, or (read only) missing.
        """
        if read_only and not path.is_file():
            raise OnRecordError(f"{path}: there is no warehouse yet; run `onrecord build` first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return cls(connect(path, read_only=read_only), path)
        except (duckdb.Error, OSError, ValueError) as error:
            raise OnRecordError(_explain(path, str(error))) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file free for the next writer."""
        self._connection.close()

    def replace(self, tables: Mapping[str, Arrow], progress: Progress = silent) -> None:
        """Put these tables in the place of the ones of the same names: all of them, or none if one does not fit.

        They come as tables or batch by batch. Each has the columns of its schema, in any order. Values that break a
        rule of the schema come in, so that the expectations report them all instead of a crash at the first. Raises
        OnRecordError for a table or column that the schema does not know, and for a type that does not fit.
        """
        with self._transaction():
            for done, name in enumerate(sorted(tables)):
                progress("load", done, len(tables))
                self._load(_known(name), tables[name])
        progress("load", len(tables), len(tables))

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table, or some columns of it, in the types of its schema, ordered by its sort columns and primary key."""
        spec = _known(name)
        chosen = list(columns) if columns is not None else list(spec.column_names)
        fields = [arrow_schema(spec).field(spec.column(column).name) for column in chosen]
        select = ", ".join(map(quote, chosen))
        rows = self.query(f"SELECT {select} FROM {quote(name)} ORDER BY {order_of(spec)}")
        return rows.cast(pa.schema([field.with_nullable(True) for field in fields]))

    def stream(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a table with these columns, ordered by them; no other query may run meanwhile."""
        chosen = ", ".join(map(quote, columns))
        found = self._connection.execute(f"SELECT {chosen} FROM {quote(_known(name).name)} ORDER BY ALL")
        while rows := found.fetchmany(_ROWS):
            yield from rows

    def query(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """What an SQL query gives; write ORDER BY where the order of rows matters."""
        try:
            return self._connection.sql(sql, params=params).to_arrow_table()
        except duckdb.CatalogException as error:
            raise OnRecordError(
                f"{self.path}: {_first_line(error)}; run `onrecord build` to make the tables"
            ) from error

    def count(self, name: str) -> int:
        """Number of rows of a table."""
        return int(self.query(f"SELECT count(*) AS n FROM {quote(_known(name).name)}")["n"][0].as_py())

    def names(self) -> tuple[str, ...]:
        """The working tables that are there, in the order of the schema."""
        found = set(self.query("SELECT table_name FROM duckdb_tables()")["table_name"].to_pylist())
        return tuple(spec.name for spec in WORKING_TABLES if spec.name in found)

    def _load(self, spec: Table, rows: Arrow) -> None:
        missing = set(spec.column_names) ^ set(rows.schema.names)
        if missing:
            raise OnRecordError(
                f"{spec.name}: columns missing or unknown: {', '.join(sorted(missing))}; see pipeline/schema/tables.py"
            )
        columns = ", ".join(map(quote, spec.column_names))
        self._connection.execute(create_table(spec, checks=False))
        self._connection.register(_INCOMING, rows)
        try:
            self._connection.execute(
                f"INSERT INTO {quote(spec.name)} SELECT {columns} FROM {_INCOMING} ORDER BY {order_of(spec)}"
            )
        except duckdb.ConversionException as error:
            raise OnRecordError(f"{spec.name}: {_first_line(error)}; see pipeline/schema/tables.py") from error
        finally:
            self._connection.unregister(_INCOMING)
        self._connection.execute(comments(spec))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def order_of(spec: Table) -> str:
    """The order in which a table is read and published: its sort columns, its primary key, then every other column.

    The last part only matters for rows that break the key; with it they too come in the same order every time.
    """
    columns = dict.fromkeys((*spec.sort, *spec.primary_key, *spec.column_names))
    return ", ".join(f"{quote(column)} ASC NULLS LAST" for column in columns)


def _known(name: str) -> Table:
    try:
        return table(name)
    except KeyError as error:
        raise OnRecordError(f"no table is named {name}; see pipeline/schema/tables.py") from error


def _explain(path: Path, message: str) -> str:
    if "lock" in message.lower():
        return f"{path}: another program is using the warehouse; wait until it ends, or close it"
    return (
        f"{path}: cannot be opened as a warehouse ({message.splitlines()[0]}); delete it and run `onrecord build` again"
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
