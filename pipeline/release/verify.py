"""The proof of a release, from its files alone: it trusts nothing that the writer of the release computed in memory.

Belongs here: what must hold of a release that somebody downloaded. Does not: rules about the quality of the data
(`expectations`), or any repair.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import OnRecordError
from pipeline.release import registry, spans
from pipeline.release.content import CLOSED
from pipeline.release.delta import leads_to, read_deltas, read_tables
from pipeline.release.digest import digest_of
from pipeline.release.files import SUMS, SUMS_APART, empty_folders, listing, read_sums, sha256_of
from pipeline.release.index import read_package
from pipeline.release.layout import misplaced, paths_of, release_tables
from pipeline.release.relations import Tables, show, show_all
from pipeline.release.rows import claim_lines, csv_chunks
from pipeline.resolution.corpus.rights import TOO_MUCH_QUOTED
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.datapackage import csv_path
from pipeline.schema.render.duckdb import quote
from pipeline.schema.tables import SCHEMA_VERSION, TABLES
from pipeline.warehouse import connect

_BROKEN = (OSError, ValueError, KeyError, TypeError, pa.ArrowException, duckdb.Error)
"""What reading a damaged release may raise; it is a problem of the release, not of this program."""


def verify(release: Path, previous: Path | None = None) -> list[str]:
    """The problems of a release, each in one line; none if it holds.

    `previous` is the folder of the release before it; without it, the one beside it is taken, if it is there. Raises
    OnRecordError if `release` is no release at all.
    """
    if not (release / SUMS).is_file():
        raise OnRecordError(
            f"{release}: no release ({SUMS} is missing); give a folder such as output/releases/2026.11.0"
        )
    problems = _collect(lambda: checksums(release))
    if problems:
        return problems  # What follows would only repeat in many words that a file is not the one that was published.
    problems = _collect(lambda: _shapes(release))
    if problems:
        return problems
    tables = release_tables(release)
    proofs: list[Callable[[], Iterator[str]]] = [
        lambda: _counts(read_package(release), tables),
        lambda: _same_in_every_format(release, tables),
        lambda: _keys(tables),
        lambda: _months(release, tables),
        lambda: _closed_texts(tables),
        lambda: spans.problems(tables),
        lambda: _quoted(tables),
        lambda: _register(release, previous, tables),
        lambda: _delta(release, previous, tables),
    ]
    return [problem for proof in proofs for problem in _collect(proof)]


def _collect(proof: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(proof())
    except duckdb.OutOfMemoryException:
        raise  # the release may hold: this program has too little room to say so
    except _BROKEN as error:
        return [f"cannot be read: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"]


def checksums(release: Path) -> Iterator[str]:
    """Files that are missing, changed, or in no list of checksums, and folders that hold nothing."""
    listed = read_sums(release / SUMS) | read_sums(release / SUMS_APART)
    present = set(listing(release))
    for name in sorted(present | set(listed)):
        if name not in listed:
            yield f"{name}: stands in no list of checksums"
        elif name not in present:
            yield f"{name}: missing"
        elif sha256_of(release / name) != listed[name]:
            yield f"{name}: changed since the release was made (checksum differs)"
    for folder in empty_folders(release):
        yield f"{folder}/: an empty folder, which no release has"


def _shapes(release: Path) -> Iterator[str]:
    made_with = read_package(release)["schemaVersion"]
    if made_with != SCHEMA_VERSION:
        yield f"made with schema {made_with}; this program verifies {SCHEMA_VERSION}: use the version that made it"
        return
    for spec in TABLES:
        paths = paths_of(spec, release)
        # Comments apart: a better wording makes no release wrong.
        if not paths or not all(pq.read_schema(path).equals(arrow_schema(spec)) for path in paths):
            yield f"{spec.name}: columns or types are not those of schema {SCHEMA_VERSION}"


def _counts(package: dict[str, Any], tables: Tables) -> Iterator[str]:
    for resource in package["resources"]:
        name = resource["name"]
        if name in tables and resource["rows"] != tables[name].num_rows:
            yield f"{name}: {tables[name].num_rows} rows, but datapackage.json says {resource['rows']}"


def _same_in_every_format(release: Path, tables: Tables) -> Iterator[str]:
    digests = {}
    with connect() as connection:
        for spec in TABLES:
            same, digests[spec.name] = _compared(
                release / csv_path(spec), csv_chunks(spec, tables[spec.name], connection)
            )
            if not same:
                yield f"{spec.name}: the CSV file holds other rows than the Parquet file"
    if not _compared(release / "claims.jsonl.gz", claim_lines(tables))[0]:
        yield "claims.jsonl.gz: other claims than in the Parquet files"
    if read_package(release)["digest"] != digest_of(digests):
        yield "datapackage.json: the digest is not that of the rows"
    made = json.loads((release / "provenance.json").read_text(encoding="utf-8"))["tables"]
    for name, digest in digests.items():
        if made[name]["rows_sha256"] != digest:
            yield f"provenance.json: the digest of {name} is not that of its rows"


def _compared(path: Path, chunks: Iterable[bytes]) -> tuple[bool, str]:
    """Whether a gzip file holds just these bytes, and their SHA-256; the bytes are in memory chunk by chunk only."""
    digest, same = hashlib.sha256(), True
    with gzip.open(path, "rb") as packed:
        for chunk in chunks:
            digest.update(chunk)
            same = same and packed.read(len(chunk)) == chunk
        return same and not packed.read(1), digest.hexdigest()


def _keys(tables: Tables) -> Iterator[str]:
    with connect() as connection:
        show_all(connection, tables)
        for spec in TABLES:
            for what, sql in _key_queries(spec):
                bad = connection.sql(sql).fetchall()
                if bad:
                    yield f"{spec.name}: {what} ({bad[0][0]})"


def _key_queries(spec: Table) -> Iterator[tuple[str, str]]:
    key = ", ".join(map(quote, spec.primary_key))
    name = quote(spec.name)
    yield (
        f"two rows have the same {', '.join(spec.primary_key)}",
        f"SELECT concat_ws(' ', {key}) AS k FROM {name} GROUP BY {key} HAVING count(*) > 1 ORDER BY k LIMIT 1",
    )
    for foreign in spec.foreign_keys:
        column, (table, target) = f"t.{quote(foreign.column)}", foreign.references
        sql = f"""
            SELECT {column} FROM {name} AS t ANTI JOIN {quote(table)} AS r ON {column} = r.{quote(target)}
            WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 1"""
        yield f"{foreign.column} is not in {table}", sql


def _closed_texts(tables: Tables) -> Iterator[str]:
    held = ", ".join(f"CASE WHEN {name} IS NOT NULL THEN '{name}' END" for name in CLOSED)
    with connect() as connection:
        show(connection, "documents", tables["documents"])
        sql = f"""
            SELECT document_id, concat_ws(' and ', {held}) AS held FROM documents
            WHERE NOT text_is_open AND held <> '' ORDER BY document_id"""
        for document, held_there in connection.execute(sql).fetchall():
            yield f"documents: {document} has {held_there}, but its licence does not allow it"


def _quoted(tables: Tables) -> Iterator[str]:
    with connect() as connection:
        show_all(connection, tables, ("documents", "claims"))
        for document, length, quoted in connection.execute(TOO_MUCH_QUOTED).fetchall():
            yield f"claims: those of {document} give {quoted} of its {length} characters, more than may be"


def _months(release: Path, tables: Tables) -> Iterator[str]:
    with connect() as connection:
        show_all(connection, tables, ("documents", "claims"))
        for spec in TABLES:
            path = misplaced(connection, spec, release)
            if path:
                yield f"{path}: holds a row that was published in another month"


def _register(release: Path, previous: Path | None, tables: Tables) -> Iterator[str]:
    package = read_package(release)
    before = _before(release, previous)
    earlier = read_tables(before)["identifiers"] if before else None
    yield from registry.problems(tables, package["version"], package["previous"], earlier)


def _before(release: Path, previous: Path | None) -> Path | None:
    """The release before this one, if it is here."""
    name = read_package(release)["previous"]
    before = previous or (release.parent / name if name else None)
    return before if before and (before / SUMS).is_file() else None


def _delta(release: Path, previous: Path | None, tables: Tables) -> Iterator[str]:
    package = read_package(release)
    before = _before(release, previous)
    if package["previous"] is None or before is None:
        return  # The first release, or one whose previous one is not here: there is nothing to prove the delta against.
    if before.name != package["previous"]:
        yield f"delta: made against {package['previous']}, not against {before.name}"
        return
    earlier, changes = read_tables(before), read_deltas(release / "delta")
    with connect() as connection:
        for spec in TABLES:
            made_from = earlier[spec.name], changes[spec.name]
            if not leads_to(connection, spec, tables[spec.name], made_from):
                yield f"delta: {spec.name} of {before.name} with its delta does not give this release"
