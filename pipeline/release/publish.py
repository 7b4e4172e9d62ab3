"""From the warehouse to output/releases/<version>/: written aside, verified, synced, renamed.

Belongs here: the order of the steps. Does not: how any one file is made (the other modules of this package).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.engine.batches import Progress, silent
from pipeline.errors import OnRecordError
from pipeline.lock import output_lock
from pipeline.release import files, index, notes
from pipeline.release.archive import archive_name, write_archive
from pipeline.release.changelog import changelog
from pipeline.release.checks import CheckResult, blocking
from pipeline.release.content import working_tables, write_tables
from pipeline.release.database import write_database
from pipeline.release.delta import empty_tables, read_tables, write_deltas
from pipeline.release.digest import digest_of
from pipeline.release.layout import Layout, months_in, paths_of, release_tables
from pipeline.release.page import PageContent, render_page
from pipeline.release.parquet import write_parquet
from pipeline.release.provenance import Provenance
from pipeline.release.quality import quality
from pipeline.release.queries import queries_sql
from pipeline.release.registry import continued
from pipeline.release.relations import Tables
from pipeline.release.rows import claim_lines, csv_chunks, write_gzip
from pipeline.release.steps import Done, Steps
from pipeline.release.verify import verify
from pipeline.release.version import Version, next_version, release_date, released
from pipeline.schema.render.croissant import croissant
from pipeline.schema.render.datapackage import FileFacts, csv_path, data_package, parquet_path
from pipeline.schema.render.dictionary import dictionary
from pipeline.schema.tables import IDENTIFIERS, TABLES
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse, connect, limited


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
    tables: Tables
    digests: Mapping[str, str]
    previous: Path | None
    changes: Tables
    checks: Sequence[CheckResult]
    provenance: Mapping[str, Any]
    quality: Mapping[str, Any]


def publish(
    settings: Settings,
    checks: Sequence[CheckResult],
    provenance: Provenance,
    measured: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Release:
    """Makes the next release from the warehouse, or finds that the newest one holds the same data.

    `measured` maps the name of a gold set to its scores; they are written to quality.json. `progress` counts steps, not
    rows. Raises OnRecordError, and leaves nothing new, if a check with severity error failed, another publisher is at
    work or the result does not hold.
    """
    _refuse_failed(checks)
    with output_lock(settings.output, "publish"), limited(settings):
        files.remove_leftovers(settings.output)
        with (
            files.temporary_folder(settings.output) as folder,
            Warehouse.open(settings.warehouse, read_only=True) as warehouse,
        ):
            judged = _Judged(checks, provenance, measured)
            release = _next(settings, folder, warehouse, judged, progress)
        index.refresh(settings.output, settings.releases)
    return release


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is known of the data beside them."""

    checks: Sequence[CheckResult]
    provenance: Provenance
    measured: Mapping[str, Any] | None


def _refuse_failed(checks: Sequence[CheckResult]) -> None:
    failed = blocking(checks)
    if failed:
        names = ", ".join(f"{check.table}.{check.rule} ({check.failed} rows)" for check in failed)
        raise OnRecordError(f"no release: the data break {names}; correct the data or the rule, then build again")


def _next(settings: Settings, folder: Path, warehouse: Warehouse, judged: _Judged, progress: Progress) -> Release:
    """The next release, in its place; or the newest one, if it holds the same data."""
    versions = released(settings.releases)
    existing = settings.releases / str(versions[-1]) if versions else None
    working = working_tables(warehouse)
    newest = warehouse.query("SELECT max(published_at) AS newest FROM documents")["newest"].to_pylist()
    when = release_date(settings.source_date, newest)
    version = next_version(when, versions)
    release = folder / str(version)
    release.mkdir()
    before = read_tables(existing) if existing else empty_tables()
    done = Steps(progress, forms=3 if existing else 2)
    write_tables(working, Layout(release, settings.rows_per_file), done)
    register = continued(before, working, str(version), existing.name if existing else None)
    write_parquet(IDENTIFIERS, register, release / parquet_path(IDENTIFIERS))
    done()
    tables = release_tables(release)
    digests = _write_csv(release, tables, done)
    if existing and index.read_package(existing)["digest"] == digest_of(digests):
        done.end()
        return Release(existing.name, existing, is_new=False)
    draft = Draft(
        version,
        when,
        tables,
        digests,
        existing,
        write_deltas(before, tables, release / "delta", done) if existing else {},
        sorted(judged.checks, key=lambda check: (check.table, check.rule)),
        judged.provenance.to_dict(warehouse.stream("snapshots", ("source_name", "source_sha256")), digests),
        quality(tables, judged.measured),
    )
    write_release(release, draft, done)
    published = _put_in_place(release, settings.releases / str(version), existing)
    done()
    return published


def _put_in_place(release: Path, target: Path, previous: Path | None) -> Release:
    problems = verify(release, previous)
    if problems:
        raise OnRecordError(f"{target}: not published, because it does not hold: {'; '.join(problems[:5])}")
    files.sync(release)
    files.move_in_place(release, target)
    return Release(target.name, target, is_new=True)


def write_release(release: Path, draft: Draft, done: Done) -> None:
    """Writes every file of a release into the folder where its tables stand as Parquet and CSV."""
    write_gzip(release / "claims.jsonl.gz", claim_lines(draft.tables))
    done()
    write_database(draft.tables, release / files.DATABASE)
    done()
    _write_descriptions(release, draft)
    _write_papers(release, draft)
    names = [name for name in files.listing(release) if not files.is_apart(name)]
    facts = {name: file_facts(release / name) for name in names}
    content = PageContent(
        str(draft.version), draft.date, draft.tables, draft.checks, draft.quality, facts, months_in(release)
    )
    (release / "index.html").write_text(render_page(content), encoding="utf-8")
    done()
    files.write_sums(release)
    whole = [name for name in files.listing(release) if not files.is_apart(name)]
    write_archive(release, [*whole, files.SUMS], release / archive_name(release.name))
    files.write_sums(release)
    done()


def file_facts(path: Path, rows: int = 0) -> FileFacts:
    """Size and checksum of a file that is there."""
    return FileFacts(path.stat().st_size, files.sha256_of(path), rows)


def _write_csv(release: Path, tables: Tables, done: Done) -> dict[str, str]:
    """Writes each table as CSV; gives the SHA-256 of its rows as such, which is its digest."""
    digests = {}
    with connect() as connection:
        for spec in TABLES:
            rows = csv_chunks(spec, tables[spec.name], connection)
            digests[spec.name] = write_gzip(release / csv_path(spec), rows)
            done()
    return digests


def _write_descriptions(release: Path, draft: Draft) -> None:
    facts = {
        path.relative_to(release).as_posix(): file_facts(path, draft.tables[spec.name].num_rows)
        for spec in TABLES
        for path in (release / csv_path(spec), *paths_of(spec, release))
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
    months = months_in(release)
    papers = {
        "README.md": notes.readme(draft.version, draft.date, draft.tables, months, has_delta=bool(draft.previous)),
        "LICENSE": notes.LICENSE,
        "CITATION.cff": notes.citation(draft.version, draft.date),
        "CHANGELOG.md": changelog(draft.version, draft.date, draft.tables, draft.changes, before),
        "DICTIONARY.md": dictionary(TABLES),
        "queries.sql": queries_sql(months),
    }
    for name, text in papers.items():
        (release / name).write_text(text, encoding="utf-8")
