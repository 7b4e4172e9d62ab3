"""The Parquet files that a table is published in: one, or for a large table one for each month of publication.

Belongs here: where a release keeps rows, and reading them from there. Does not: how one file is written (`parquet`).

A table of more rows than `Settings.rows_per_file` is a folder in the layout of Hive, which DuckDB, Arrow, Polars and
Spark read as one table: `claims/published_month=2026-10/part-0.parquet`. The month stands in the folder's name only: in
the files, too, it would be a column that the schema does not know, and readers that find it in both places disagree on
which one counts. Tables that nobody publishes on a day (actors, their names, exclusions, decisions, identifiers) are
one file at any size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.release.parquet import write_parquet
from pipeline.release.relations import Stored, key_order, streamed
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.datapackage import MONTH, parquet_path
from pipeline.schema.render.duckdb import literal, quote
from pipeline.schema.tables import TABLES

UNKNOWN = "unknown"
"""The month of what has no date. Hive has a word that readers take for null, but with it Arrow, and so pandas, refuses
to read the folder."""

_OF_DOCUMENT = ("d.published_at", "LEFT JOIN documents AS d ON d.document_id = r.document_id")
_PUBLISHED = {
    "documents": ("r.published_at", ""),
    "claim_groups": ("r.first_published_at", ""),
    "claim_actors": (
        "d.published_at",
        """LEFT JOIN claims AS c ON c.claim_id = r.claim_id
           LEFT JOIN documents AS d ON d.document_id = c.document_id""",
    ),
}


def published_at(spec: Table) -> tuple[str, str] | None:
    """SQL for when a row `r` was published, and the joins that it needs; None for a table without such a time."""
    return _PUBLISHED.get(spec.name, _OF_DOCUMENT if "document_id" in spec.column_names else None)


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of a release, and how many rows a file may have before its table is divided by month."""

    release: Path
    rows_per_file: int


def write_rows(
    connection: duckdb.DuckDBPyConnection,
    spec: Table,
    name: str,
    layout: Layout,
    change: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]] = iter,
) -> Stored:
    """Writes the rows that the connection shows as `name` into the release, sorted; gives them as they stand there.

    They go through `change`, which leaves their order. For months the connection shows documents and claims, too.
    Raises ValueError for rows that do not fit the schema.
    """
    ((count,),) = connection.execute(f"SELECT count(*) FROM {quote(name)}").fetchall()
    columns, schema = ", ".join(map(quote, spec.column_names)), arrow_schema(spec, comments=True)
    published = published_at(spec)
    if published is None or count <= layout.rows_per_file:
        sql = f"SELECT {columns} FROM {quote(name)} ORDER BY {key_order(spec)}"
        write_parquet(spec, change(streamed(connection, sql, schema)), layout.release / parquet_path(spec))
    else:
        when, joins = published
        sql = f"""
            SELECT {columns}, coalesce(strftime(published, '%Y-%m'), '{UNKNOWN}') AS {MONTH}
            FROM (SELECT r.*, {when} AS published FROM {quote(name)} AS r {joins})
            ORDER BY date_trunc('month', published) NULLS LAST, {key_order(spec)}"""
        with_month = schema.append(pa.field(MONTH, pa.string()))
        _write_months(spec, change(streamed(connection, sql, with_month)), layout)
    return stored(spec, layout.release)


def _write_months(spec: Table, batches: Iterable[pa.RecordBatch], layout: Layout) -> None:
    for month, pieces in groupby(_by_month(batches), key=lambda piece: piece[0]):
        folder = layout.release / spec.name / f"{MONTH}={month}"
        folder.mkdir(parents=True)
        for number, part in enumerate(_parts((rows for _, rows in pieces), layout.rows_per_file)):
            write_parquet(spec, part, folder / f"part-{number}.parquet")


def _by_month(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Months with the rows of each, which come in order of months, and leave without that column."""
    for batch in batches:
        months = batch[MONTH].to_pylist()
        rows = batch.drop_columns([MONTH])
        start = 0
        for month, own in groupby(months):
            length = sum(1 for _ in own)
            yield month, rows.slice(start, length)
            start += length


def _parts(batches: Iterator[pa.RecordBatch], rows_per_file: int) -> Iterator[Iterator[pa.RecordBatch]]:
    """The same rows in parts of so many; each is to be read before the next."""
    pieces = _cut(batches, rows_per_file)
    for first in pieces:
        yield _one_part(first, pieces, rows_per_file)


def _one_part(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch], room: int) -> Iterator[pa.RecordBatch]:
    yield first
    room -= first.num_rows
    while room > 0 and (more := next(rest, None)) is not None:
        room -= more.num_rows
        yield more


def _cut(batches: Iterable[pa.RecordBatch], every: int) -> Iterator[pa.RecordBatch]:
    """The same rows, cut so that no batch goes over a multiple of `every`."""
    at = 0
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            piece = batch.slice(start, every - at)
            yield piece
            start, at = start + piece.num_rows, (at + piece.num_rows) % every


def paths_of(spec: Table, release: Path) -> list[Path]:
    """The Parquet files of a table in a release; none if it has no such table."""
    single = release / parquet_path(spec)
    return [single] if single.is_file() else sorted((release / spec.name).glob(f"{MONTH}=*/part-*.parquet"))


def months_in(release: Path) -> frozenset[str]:
    """The names of the tables that a release has by month."""
    return frozenset(spec.name for spec in TABLES if (release / spec.name).is_dir())


def stored(spec: Table, release: Path) -> Stored:
    """The rows of a table of a release. Raises FileNotFoundError if it has none."""
    paths = paths_of(spec, release)
    if not paths:
        raise FileNotFoundError(f"{parquet_path(spec)} is missing")
    columns = ", ".join(map(quote, spec.column_names))
    return in_files(f"SELECT {columns}", paths)


def in_files(select: str, paths: Sequence[Path]) -> Stored:
    """What a SELECT gives of these Parquet files; several of them are each sorted alone."""
    names = ", ".join(literal(str(path)) for path in paths)
    sql = f"{select} FROM read_parquet([{names}], hive_partitioning = false)"
    return Stored(sql, sum(pq.read_metadata(path).num_rows for path in paths), is_sorted=len(paths) == 1)


def release_tables(release: Path) -> dict[str, Stored]:
    """All tables of a release of today's schema. Raises FileNotFoundError if one is missing."""
    return {spec.name: stored(spec, release) for spec in TABLES}


def misplaced(connection: duckdb.DuckDBPyConnection, spec: Table, release: Path) -> str | None:
    """The file of a row that was published in another month than its folder says, if there is one.

    The connection shows documents and claims.
    """
    published = published_at(spec)
    if published is None or spec.name not in months_in(release):
        return None
    when, joins = published
    for path in paths_of(spec, release):
        month = path.parent.name.removeprefix(f"{MONTH}=")
        sql = f"""
            SELECT 1 FROM read_parquet({literal(str(path))}, hive_partitioning = false) AS r {joins}
            WHERE coalesce(strftime({when}, '%Y-%m'), '{UNKNOWN}') <> {literal(month)} LIMIT 1"""
        if connection.execute(sql).fetchone():
            return path.relative_to(release).as_posix()
    return None


def by_month(code: str, names: Iterable[str]) -> str:
    """Code that reads each table from one file, made to read those of these names by month (SQL, pandas, Polars)."""
    for name in sorted(names):
        folder = f"read_parquet('{name}/**/*.parquet', hive_partitioning = true)"
        code = code.replace(f"'{name}.parquet'", folder).replace(f'"{name}.parquet"', f'"{name}/"')
    return code
