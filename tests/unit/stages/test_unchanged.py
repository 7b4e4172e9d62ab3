"""Nothing to do if nothing changed: what counts as a change, and what a damaged output is taken for."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import unchanged
from pipeline.engine import embedded, kept
from pipeline.release.checks import CheckResult
from pipeline.release.files import sha256_of
from pipeline.release.publish import Release
from pipeline.settings import Settings
from pipeline.unchanged import Built, fingerprint, recall, remember, take_away_damaged
from pipeline.warehouse import Warehouse
from tests.unit.engine.poison import STAGE

CHECK = CheckResult("claims", "key_is_unique", "Each claim stands once.", "error", passed=True, checked=3, failed=0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    documents = tmp_path / "documents"
    (documents / "inner").mkdir(parents=True)
    (tmp_path / "curation").mkdir()
    (documents / "a.txt").write_text("The bridge is shut, the mayor said.", encoding="utf-8")
    (documents / "inner" / "b.txt").write_text("The mayor denied it.", encoding="utf-8")
    return Settings(documents=documents, output=tmp_path / "out", curation_folder=tmp_path / "curation")


@pytest.fixture
def built(settings: Settings, small_tables: dict[str, pa.Table]) -> Built:
    """Something like an output: a warehouse, a stage, a release with two files, the list of releases."""
    with Warehouse.open(settings.warehouse) as warehouse:
        warehouse.replace(small_tables)
    release = settings.releases / "2026.11.0"
    for path in (release / "SHA256SUMS", release / "claims.parquet", settings.releases / "index.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name, encoding="utf-8")
    settings.stages.mkdir(parents=True)
    (settings.stages / "cleaned.parquet").write_text("rows", encoding="utf-8")
    (settings.releases / "latest").symlink_to("2026.11.0")
    return Built(Release("2026.11.0", release, is_new=True), (CHECK,), ("merges.csv, line 2: no such actor",))


CHANGES: dict[str, Callable[[Settings], object]] = {
    "another word": lambda s: (s.documents / "a.txt").write_text("The bridge is open, the mayor said.", "utf-8"),
    "one more": lambda s: (s.documents / "c.txt").touch(),
    "one less": lambda s: (s.documents / "inner" / "b.txt").unlink(),
    "another name": lambda s: (s.documents / "a.txt").rename(s.documents / "z.txt"),
    "another folder": lambda s: (s.documents / "inner").rename(s.documents / "outer"),
    "a manifest": lambda s: (s.documents / "manifest.csv").write_text("file,licence\na.txt,CC0-1.0\n", "utf-8"),
    "a link": lambda s: (s.documents / "d.txt").symlink_to("a.txt"),
    "a decision": lambda s: (s.curation / "merges.csv").touch(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(settings: Settings, change: str) -> None:
    before = fingerprint(settings)
    CHANGES[change](settings)
    assert fingerprint(settings) != before


def test_it_is_told_how_much_was_looked_at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "_TOLD", 2)
    told: list[tuple[str, int, int | None]] = []
    fingerprint(settings, lambda *args: told.append(args))
    assert told == [("look", 2, None), ("look", 3, 3)]


def test_times_folders_and_workers_do_not_count(settings: Settings, tmp_path: Path) -> None:
    before = fingerprint(settings)
    os.utime(settings.documents / "a.txt", (1, 1))
    moved = settings.documents.rename(tmp_path / "elsewhere")
    assert before is not None
    assert fingerprint(replace(settings, documents=moved, workers=7, output=tmp_path)) == before


@pytest.mark.parametrize("other", [{"max_input_bytes": 9}, {"source_date": datetime.fromisoformat("2026-01-01")}])
def test_settings_that_act_count(settings: Settings, other: dict[str, object]) -> None:
    assert fingerprint(replace(settings, **other)) != fingerprint(settings)  # type: ignore[arg-type]


def test_code_counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(settings)
    monkeypatch.setattr(unchanged, "version", lambda _package: "99")
    assert fingerprint(settings) != before


def test_a_pipe_among_the_articles_is_not_waited_for(settings: Settings) -> None:
    os.mkfifo(settings.documents / "pipe.txt")
    assert fingerprint(settings)


def test_without_a_folder_nothing_can_be_told(settings: Settings, tmp_path: Path) -> None:
    assert fingerprint(replace(settings, documents=tmp_path / "nowhere")) is None


def test_the_same_input_recalls_what_was_made(settings: Settings, built: Built) -> None:
    mark = fingerprint(settings)
    remember(settings, mark, built)
    assert recall(settings, mark) == replace(built, release=replace(built.release, is_new=False))
    assert recall(settings, "0" * 64) is None
    assert recall(settings, None) is None


DAMAGE: dict[str, Callable[[Settings], object]] = {
    "no warehouse": lambda s: s.warehouse.unlink(),
    "a file cut": lambda s: (s.releases / "2026.11.0" / "claims.parquet").write_text("cl", "utf-8"),
    "a file gone": lambda s: (s.releases / "2026.11.0" / "claims.parquet").unlink(),
    "a file more": lambda s: (s.releases / "2026.11.0" / "notes.txt").touch(),
    "a file written": lambda s: os.utime(s.releases / "2026.11.0" / "claims.parquet", (1, 1)),
    "no latest": lambda s: (s.releases / "latest").unlink(),
    "no list of releases": lambda s: (s.releases / "index.json").unlink(),
    "a later release": lambda s: (s.releases / "2026.12.0").mkdir(),
    "no stage": lambda s: (s.stages / "cleaned.parquet").unlink(),
    "half a record": lambda s: (s.stages / "built.json").write_text('{"fingerprint": "', "utf-8"),
    "another record": lambda s: (s.stages / "built.json").write_text("[]", "utf-8"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_after_damage_the_build_goes_its_whole_way(settings: Settings, built: Built, damage: str) -> None:
    mark = fingerprint(settings)
    remember(settings, mark, built)
    DAMAGE[damage](settings)
    assert recall(settings, mark) is None


def test_an_article_that_brought_a_worker_down_is_tried_again(settings: Settings, built: Built) -> None:
    mark = fingerprint(settings)
    for names, is_recalled in ((["good", "exit"], False), (["good"], True)):
        kept.run(STAGE, pa.table({"name": names}), settings)
        remember(settings, mark, built)
        assert (recall(settings, mark) is not None) == is_recalled
    embedded.release(settings)


def test_an_article_over_which_the_code_stumbled_is_not_tried_again(settings: Settings, built: Built) -> None:
    with Warehouse.open(settings.warehouse) as warehouse:
        exclusions = warehouse.read("exclusions")
        at = exclusions.schema.get_field_index("reason")
        failed = exclusions.set_column(at, "reason", pa.array(["failed"] * exclusions.num_rows))
        warehouse.replace({"exclusions": failed})
    mark = fingerprint(settings)
    remember(settings, mark, built)
    assert recall(settings, mark)


def test_only_a_damaged_release_of_the_same_input_is_taken_away(settings: Settings, built: Built) -> None:
    mark, release = fingerprint(settings), built.release.path
    (release / "SHA256SUMS").write_text(f"{sha256_of(release / 'claims.parquet')}  claims.parquet\n", encoding="utf-8")
    take_away_damaged(settings, mark)  # nothing is known of it
    remember(settings, mark, built)
    take_away_damaged(settings, mark)  # it is whole
    (release / "claims.parquet").write_text("changed", encoding="utf-8")
    take_away_damaged(settings, "0" * 64)  # other input: nothing could take its place
    assert release.is_dir()
    take_away_damaged(settings, mark)
    assert not release.exists()
    assert not list(settings.output.glob(".tmp-*"))


def test_a_release_that_cannot_be_read_now_stays(
    settings: Settings, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(path))

    (built.release.path / "SHA256SUMS").write_text(f"{'0' * 64}  claims.parquet\n", encoding="utf-8")
    remember(settings, fingerprint(settings), built)
    monkeypatch.setattr("pipeline.release.verify.sha256_of", refuse)
    with pytest.raises(OSError, match="Too many open files"):
        take_away_damaged(settings, fingerprint(settings))
    assert built.release.path.is_dir()
