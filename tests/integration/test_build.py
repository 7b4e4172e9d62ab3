"""The main job: a folder of raw articles becomes a release that can be trusted."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.schema.tables import TABLES
from pipeline.schema.vocabulary import EXCLUSION_REASONS, REMOVAL_REASONS
from tests.integration.commands import ROOT, Run

EXPECTED = ROOT / "tests" / "data" / "seeds_expected.csv"
NEVER_IN_SEEDS = {"failed", "earlier_version"}
"""Crashes and second versions are no part of the seeds; tests of the batch functions and of the corpus make them."""


def rows(sql: str, **names: str | Path) -> list[tuple[object, ...]]:
    return duckdb.execute(sql.format(**names)).fetchall()


def pairs(sql: str, **names: str | Path) -> dict[object, object]:
    return {row[0]: row[1] for row in rows(sql, **names)}


def test_every_table_is_published(release: Path) -> None:
    assert {table.name for table in TABLES} == {path.stem for path in release.glob("*.parquet")}


def test_every_seed_comes_out_as_expected(release: Path) -> None:
    kept = pairs("SELECT source_name, document_id FROM '{release}/documents.parquet'", release=release)
    out = pairs("SELECT source_name, reason FROM '{release}/exclusions.parquet'", release=release)
    removed: dict[object, set[object]] = {}
    for document, reason in rows("SELECT document_id, reason FROM '{release}/removals.parquet'", release=release):
        removed.setdefault(document, set()).add(reason)
    with EXPECTED.open(encoding="utf-8") as lines:
        expected = list(csv.DictReader(lines))
    wrong = {
        line["source_name"]: (got, missing)
        for line in expected
        if (got := "kept" if line["source_name"] in kept else out.get(line["source_name"])) != line["outcome"]
        or (
            missing := set(filter(None, line["reasons"].split(";"))) - removed.get(kept.get(line["source_name"]), set())
        )
    }
    assert not wrong
    assert {line["source_name"] for line in expected} == {*kept, *out}


def test_every_reason_occurs(release: Path) -> None:
    removed = {reason for (reason,) in rows("SELECT DISTINCT reason FROM '{r}/removals.parquet'", r=release)}
    excluded = {reason for (reason,) in rows("SELECT DISTINCT reason FROM '{r}/exclusions.parquet'", r=release)}
    assert removed == set(REMOVAL_REASONS.names)
    assert excluded == set(EXCLUSION_REASONS.names) - NEVER_IN_SEEDS


def test_the_data_package_is_valid(release: Path) -> None:
    import frictionless

    report = frictionless.validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])


def test_croissant_loads_and_gives_records(release: Path) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    record = next(iter(dataset.records("claims")))
    assert any(str(key).endswith("claim_id") for key in record)


def test_a_second_build_makes_no_second_release(seeds_build: Path, run: Run, tmp_path: Path) -> None:
    output = tmp_path / "copy"
    shutil.copytree(seeds_build, output, symlinks=True)
    done = run("build", "--output", output)
    assert done.returncode == 0, done.stderr
    assert "Nothing changed" in done.stdout
    assert len([path for path in (output / "releases").iterdir() if path.is_dir() and not path.is_symlink()]) == 1


@pytest.fixture(scope="module")
def another_machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of another user on another machine: clock, locale, time zone, hash seed, home."""
    folder = tmp_path_factory.mktemp("machine")
    shutil.copy(ROOT / "tests" / "data" / "another_clock.py", folder / "sitecustomize.py")  # which Python starts with
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
    foreign = [name for name in listed if not name.startswith(("C", "POSIX", "en_"))]
    name = next(iter(foreign), "POSIX")
    other = {"LC_ALL": name, "LANG": name, "LANGUAGE": name, "TZ": "Pacific/Auckland"}
    return {**other, "PYTHONHASHSEED": "7", "PYTHONPATH": str(folder), "HOME": str(folder)}


def test_the_other_machine_has_another_clock(another_machine: dict[str, str]) -> None:
    ask = "import time, datetime as d; print(d.date.today().year, d.datetime.now().year, d.datetime.now(d.UTC).year,"
    ask += "time.gmtime().tm_year, time.localtime(time.time_ns() / 1e9).tm_year, time.ctime()[-4:], time.tzname[0])"
    env = {**os.environ, **another_machine}
    told = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True).stdout
    *years, zone = told.split()
    assert {int(year) - datetime.now(UTC).year for year in years} <= {15, 16}
    assert zone == "NZST"


def test_another_machine_makes_the_same_bytes(
    release: Path, fresh: Run, another_machine: dict[str, str], tmp_path: Path
) -> None:
    """Besides, another folder, another order on the disk, and three workers instead of one."""
    documents = tmp_path / "elsewhere" / "documents"
    documents.mkdir(parents=True)
    for path in sorted((ROOT / "seeds" / "documents").iterdir(), reverse=True):
        shutil.copyfile(path, documents / path.name)
    other = {**another_machine, "ONRECORD_CURATION": str(ROOT / "seeds" / "curation")}
    done = fresh("build", "--documents", documents, "--output", tmp_path / "out", "--workers", "3", **other)
    assert done.returncode == 0, done.stderr
    same = tmp_path / "out" / "releases" / release.name / "SHA256SUMS"
    assert same.read_text(encoding="utf-8") == (release / "SHA256SUMS").read_text(encoding="utf-8")


def test_the_summary_says_where_things_are(seeds_build: Path, release: Path) -> None:
    shown = (seeds_build / "stdout.txt").read_text(encoding="utf-8")
    assert str(release) in shown
    for word in ("Kept", "Removed", "Excluded", "Found", "paywall", "duplicate", "duckdb.sql"):
        assert word in shown


def test_a_release_verifies_and_a_changed_byte_does_not(release: Path, run: Run, tmp_path: Path) -> None:
    assert run("verify", release).returncode == 0
    copy = tmp_path / release.name
    shutil.copytree(release, copy)
    damaged = copy / "claims.parquet"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    done = run("verify", copy)
    assert done.returncode == 1
    assert "claims.parquet" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def dropped_in(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of one file of which no manifest says anything."""
    folder = tmp_path_factory.mktemp("mine")
    (folder / "documents").mkdir()
    text = "Mayor opens bridge\n\nThe mayor, Ada Brook, said the bridge would last a century. " + "It is long. " * 30
    (folder / "documents" / "note.txt").write_text(text, encoding="utf-8")
    done = run("build", "--documents", folder / "documents", "--output", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "out" / "releases" / "latest"


def test_a_diff_shows_what_another_input_changes(release: Path, dropped_in: Path, run: Run) -> None:
    assert run("diff", release, release).returncode == 0
    done = run("diff", release, dropped_in)
    assert done.returncode == 1
    assert "documents: 1 added, 0 changed, 20 removed" in done.stdout


def test_closed_texts_stay_closed(release: Path) -> None:
    leaked = rows(
        "SELECT document_id FROM '{r}/documents.parquet' WHERE NOT text_is_open AND text IS NOT NULL", r=release
    )
    assert not leaked
    assert rows("SELECT 1 FROM '{r}/documents.parquet' WHERE NOT text_is_open", r=release)


def test_a_file_dropped_in_goes_through_as_all_rights_reserved(dropped_in: Path) -> None:
    assert rows("SELECT licence, text FROM '{r}/documents.parquet'", r=dropped_in) == [("all-rights-reserved", None)]
    assert rows("SELECT speaker_text FROM '{r}/claims.parquet'", r=dropped_in)
