"""From the warehouse to output/releases/<version>/: written aside, verified, synced, renamed.

Belongs here: the order of the steps. Does not: how any one file is made (the other modules of this package).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import OnRecordError
from pipeline.lock import output_lock
from pipeline.release import files, index, notes
from pipeline.release.archive import archive_name, write_archive
from pipeline.release.changelog import changelog
from pipeline.release.checks import CheckResult, blocking
from pipeline.release.content import published, working_tables
from pipeline.release.database import write_database
from pipeline.release.delta import deltas, empty_tables, read_tables
from pipeline.release.digest import digest_of, table_digests
from pipeline.release.page import PageContent, render_page
from pipeline.release.parquet import write_parquet
from pipeline.release.provenance import Provenance
from pipeline.release.quality import quality
from pipeline.release.queries import queries_sql
from pipeline.release.registry import continued
from pipeline.release.rows import claim_lines, csv_chunks, write_gzip
from pipeline.release.verify import verify
from pipeline.release.version import Version, next_version, release_date, released
from pipeline.schema.render.croissant import croissant
from pipeline.schema.render.datapackage import FileFacts, csv_path, data_package, parquet_path
from pipeline.schema.render.dictionary import dictionary
from pipeline.schema.tables import TABLES
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse, connect


@dataclass(frozen=True, slots=True)
class Release:
    """A release that stands at `path`. `is_new` is False if the data were those of the newest release already."""

    version: str
    path: Path
    is_new: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a release is written from."""

    version: Version
    date: date
    tables: Mapping[str, pa.Table]
    digests: Mapping[str, str]
    previous: Path | None
    changes: Mapping[str, pa.Table]
    checks: Sequence[CheckResult]
    provenance: Mapping[str, Any]
    quality: Mapping[str, Any]


def publish(
    settings: Settings,
    checks: Sequence[CheckResult],
    provenance: Provenance,
    measured: Mapping[str, Any] | None = None,
) -> Release:
    """Makes the next release from the warehouse, or finds that the newest one holds the same data.

    `measured` maps the name of a gold set to its scores; they are written to quality.json. Raises OnRecordError, and
    leaves nothing new, if a check with severity error failed, another publisher is at work or the result does not hold.
    """
    _refuse_failed(checks)
    with output_lock(settings.output, "publish"):
        files.remove_leftovers(settings.output)
        with Warehouse.open(settings.warehouse, read_only=True) as warehouse:
            working = working_tables(warehouse)
            snapshots = warehouse.read("snapshots", ["source_name", "source_sha256"]).to_pylist()
        versions = released(settings.releases)
        existing = settings.releases / str(versions[-1]) if versions else None
        when = release_date(settings.source_date, working["documents"]["published_at"].to_pylist())
        version = next_version(when, versions)
        before = read_tables(existing) if existing else empty_tables()
        register = continued(before, working, str(version), existing.name if existing else None)
        tables = {**published(working), "identifiers": register}
        digests = table_digests(tables)
        if existing and index.read_package(existing)["digest"] == digest_of(digests):
            release = Release(existing.name, existing, is_new=False)
        else:
            inputs = [(row["source_name"], row["source_sha256"]) for row in snapshots]
            release = _make(
                settings,
                Draft(
                    version,
                    when,
                    tables,
                    digests,
                    existing,
                    deltas(before, tables) if existing else {},
                    sorted(checks, key=lambda check: (check.table, check.rule)),
                    provenance.to_dict(inputs, digests),
                    quality(tables, measured),
                ),
            )
        index.refresh(settings.output, settings.releases)
    return release


def _refuse_failed(checks: Sequence[CheckResult]) -> None:
    failed = blocking(checks)
    if failed:
        names = ", ".join(f"{check.table}.{check.rule} ({check.failed} rows)" for check in failed)
        raise OnRecordError(f"no release: the data break {names}; correct the data or the rule, then build again")


def _make(settings: Settings, draft: Draft) -> Release:
    target = settings.releases / str(draft.version)
    with files.temporary_folder(settings.output) as folder:
        release = folder / str(draft.version)
        release.mkdir()
        write_release(release, draft)
        problems = verify(release, draft.previous)
        if problems:
            raise OnRecordError(f"{target}: not published, because it does not hold: {'; '.join(problems[:5])}")
        files.sync(release)
        files.move_in_place(release, target)
    return Release(target.name, target, is_new=True)


def write_release(release: Path, draft: Draft) -> None:
    """Writes every file of a release into an empty folder."""
    _write_data(release, draft)
    _write_descriptions(release, draft)
    _write_papers(release, draft)
    names = [name for name in files.listing(release) if not files.is_apart(name)]
    facts = {name: file_facts(release / name) for name in names}
    content = PageContent(str(draft.version), draft.date, draft.tables, draft.checks, draft.quality, facts)
    (release / "index.html").write_text(render_page(content), encoding="utf-8")
    files.write_sums(release)
    whole = [name for name in files.listing(release) if not files.is_apart(name)]
    write_archive(release, [*whole, files.SUMS], release / archive_name(release.name))
    files.write_sums(release)


def file_facts(path: Path, rows: int = 0) -> FileFacts:
    """Size and checksum of a file that is there."""
    return FileFacts(path.stat().st_size, files.sha256_of(path), rows)


def _write_data(release: Path, draft: Draft) -> None:
    with connect() as connection:
        for spec in TABLES:
            rows = draft.tables[spec.name]
            write_parquet(spec, rows, release / parquet_path(spec))
            write_gzip(release / csv_path(spec), csv_chunks(rows, connection))
    write_gzip(release / "claims.jsonl.gz", claim_lines(draft.tables))
    write_database(draft.tables, release / files.DATABASE)
    for name, delta in draft.changes.items():
        (release / "delta").mkdir(exist_ok=True)
        pq.write_table(delta, release / "delta" / f"{name}.parquet", compression="zstd")


def _write_descriptions(release: Path, draft: Draft) -> None:
    facts = {
        path(spec): file_facts(release / path(spec), draft.tables[spec.name].num_rows)
        for spec in TABLES
        for path in (csv_path, parquet_path)
    }
    version = str(draft.version)
    package = data_package(TABLES, version, facts) | {
        "date": draft.date.isoformat(),
        "previous": draft.previous.name if draft.previous else None,
        "digest": digest_of(draft.digests),
    }
    files.write_json(release / "datapackage.json", package)
    files.write_json(release / "croissant.json", croissant(TABLES, version, draft.date.isoformat(), facts))
    files.write_json(release / "checks.json", [check.to_dict() for check in draft.checks])
    files.write_json(release / "quality.json", draft.quality)
    files.write_json(release / "provenance.json", draft.provenance)


def _write_papers(release: Path, draft: Draft) -> None:
    before = (draft.previous / "CHANGELOG.md").read_text(encoding="utf-8") if draft.previous else ""
    papers = {
        "README.md": notes.readme(draft.version, draft.date, draft.tables, has_delta=draft.previous is not None),
        "LICENSE": notes.LICENSE,
        "CITATION.cff": notes.citation(draft.version, draft.date),
        "CHANGELOG.md": changelog(draft.version, draft.date, draft.tables, draft.changes, before),
        "DICTIONARY.md": dictionary(TABLES),
        "queries.sql": queries_sql(),
    }
    for name, text in papers.items():
        (release / name).write_text(text, encoding="utf-8")
