"""What Dagster takes for stale: whatever is made of something that says other things now, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver
from dagster._core.loader import LoadingContextForTest

from assets.batches import WORKED
from assets.definitions import build_defs
from assets.polling import FETCHED
from assets.resources import OnRecord
from assets.versions import data_versions
from pipeline.engine.batches import Progress, Rows, silent
from pipeline.release.checks import CheckResult
from pipeline.release.files import SUMS
from pipeline.release.publish import Release
from tests.unit.assets.small_graph import Small


class Reading(Small):
    """Reads a real folder; what follows gives the small tables, and a release of nothing but its checksums."""

    def read(self, progress: Progress = silent) -> Rows:
        return OnRecord.read(self, progress)

    def publish(self, progress: Progress = silent) -> tuple[Release, Sequence[CheckResult]]:
        progress("publish", 1, 1)
        release = self.settings.releases / "1.0.0"
        release.mkdir(parents=True, exist_ok=True)
        (release / SUMS).write_text(str(data_versions(self.tables)))
        return Release(release.name, release, is_new=True), ()


class Books:
    """A Dagster instance in which this graph is materialised."""

    def __init__(self, folder: Path) -> None:
        self.articles = folder / "articles"
        self.articles.mkdir()
        (self.articles / "one.txt").write_text("The bridge is shut, the mayor said.")
        self._defs = build_defs(Reading(documents=str(self.articles), output=str(folder / "output")), [])
        self._instance = dg.DagsterInstance.ephemeral()

    def materialise(self, *names: str, job: str = "everything") -> dict[str, str]:
        """Materialises these assets, or all; gives their data versions."""
        keys = [dg.AssetKey.from_user_string(name) for name in names] or None
        done = self._defs.resolve_job_def(job).execute_in_process(instance=self._instance, asset_selection=keys)
        made = [event.materialization for event in done.get_asset_materialization_events()]
        return {one.asset_key.to_user_string(): (one.tags or {})["dagster/data_version"] for one in made}

    def stale(self) -> set[str]:
        """The assets that Dagster shows as stale."""
        graph = self._defs.resolve_asset_graph()
        books = CachingStaleStatusResolver(self._instance, graph, LoadingContextForTest(self._instance))
        told = {key: books.get_status(key).name for key in graph.get_all_asset_keys() - {FETCHED, WORKED}}
        assert set(told.values()) <= {"FRESH", "STALE"}
        return {key.to_user_string() for key, status in told.items() if status == "STALE"}


@pytest.fixture
def books(tmp_path: Path, small_tables: Mapping[str, pa.Table]) -> Books:
    Small.tables = small_tables
    return Books(tmp_path)


def test_what_is_made_of_something_new_is_stale_and_nothing_else(books: Books) -> None:
    before = books.materialise()
    assert books.stale() == set()
    assert books.materialise() == before
    assert books.stale() == set()
    (books.articles / "two.txt").write_text("Another article, she said.")
    assert books.materialise("stages/read")["stages/read"] != before["stages/read"]
    assert books.stale() == {"stages/cleaned", "snapshots"}
    claims = Small.tables["claims"]
    other = claims.set_column(
        claims.schema.get_field_index("confidence"),
        claims.schema.field("confidence"),
        pc.divide(claims["confidence"], 2),
    )
    Small.tables = {**Small.tables, "claims": other}
    after = books.materialise("stages/cleaned", "stages/extracted", *Small.tables)
    assert {name for name, version in after.items() if version != before[name]} == {"claims"}
    assert books.stale() == {"release"}
    assert books.materialise("release")["release"] != before["release"]


def test_new_archives_of_polled_articles_make_reading_stale(books: Books) -> None:
    books.materialise("fetched", job="fetch")
    books.materialise()
    archives = books.articles / "fetched" / "quay"
    archives.mkdir(parents=True)
    (archives / ".polled.sqlite").write_text("what was asked")
    books.materialise("fetched", job="fetch")
    assert books.stale() == set()
    (archives / "20260302T093000Z.warc").write_bytes(b"WARC/1.1")
    books.materialise("fetched", job="fetch")
    assert books.stale() == {"stages/read"}


def test_the_version_of_a_table_is_what_its_rows_say() -> None:
    rows = pa.table({"name": ["a", None], "places": [[1, 2], []]})
    turned = rows.take([1, 0])
    others = [rows.slice(1), rows.slice(0, 0), pa.table({"name": ["", "a"], "places": [[], [1, 2]]})]
    versions = [data_versions({"rows": one})["rows"] for one in (rows, turned, *others)]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 4
