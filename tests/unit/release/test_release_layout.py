"""A large table has a file for each month of publication, and nothing else changes: not a row, not a digest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import OnRecordError
from pipeline.release.diff import differences
from pipeline.release.files import write_sums
from pipeline.release.layout import UNKNOWN, months_in, paths_of, published_at
from pipeline.release.parquet import write_parquet
from pipeline.release.publish import Release
from pipeline.release.review import review
from pipeline.release.verify import verify
from pipeline.release.why import why
from pipeline.schema.tables import CLAIMS, MENTIONS, TABLES, table
from pipeline.settings import Settings
from tests.unit.release.conftest import BY_MONTH
from tests.unit.release.tables_of_releases import rows_of

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]


def test_every_table_with_a_time_of_publication_can_be_divided() -> None:
    undated = {spec.name for spec in TABLES if published_at(spec) is None}
    assert undated == {"exclusions", "actors", "actor_names", "decisions", "identifiers"}


def test_a_release_by_month_holds_and_has_the_same_rows(release: Path, months: Path) -> None:
    assert {"documents", "claims", "claim_actors", "mentions"} <= months_in(months)
    assert months_in(release) == frozenset()
    assert verify(months) == []
    for spec in TABLES:
        assert rows_of(months, spec.name).equals(rows_of(release, spec.name)), spec.name
    packages = [json.loads((folder / "datapackage.json").read_text()) for folder in (release, months)]
    assert packages[0]["digest"] == packages[1]["digest"]


def test_files_are_bounded_and_named_by_month(months: Path) -> None:
    found: dict[str, list[str]] = {}
    for path in paths_of(CLAIMS, months):
        rows = pq.read_table(path)
        assert 0 < rows.num_rows <= BY_MONTH
        assert "published_month" not in rows.column_names
        found.setdefault(path.parent.name, []).append(path.name)
    assert {"published_month=2026-10", f"published_month={UNKNOWN}"} <= found.keys()
    assert max(map(len, found.values())) > 1
    assert all(names == [f"part-{number}.parquet" for number in range(len(names))] for names in found.values())


def test_every_row_lies_in_the_month_of_its_document(months: Path) -> None:
    documents = rows_of(months, "documents").to_pylist()
    published = {row["document_id"]: row["published_at"] for row in documents}
    for path in paths_of(CLAIMS, months):
        for document in pq.read_table(path)["document_id"].to_pylist():
            month = published[document].strftime("%Y-%m") if published[document] else UNKNOWN
            assert path.parent.name == f"published_month={month}"


def test_readers_give_the_month_as_one_more_column(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(months)
    whole = sorted(rows_of(months, "claims")["claim_id"].to_pylist())
    sql = "FROM read_parquet('claims/**/*.parquet', hive_partitioning = true)"
    asked = duckdb.execute(f"SELECT claim_id, published_month {sql} ORDER BY claim_id").fetchall()
    frame = pd.read_parquet("claims/").sort_values("claim_id")
    dataset = ds.dataset("claims", partitioning="hive").to_table(columns=["claim_id", "published_month"])
    assert [row[0] for row in asked] == whole == frame["claim_id"].tolist() == sorted(dataset["claim_id"].to_pylist())
    given_months = {month for _, month in asked}
    assert given_months == set(dataset["published_month"].to_pylist())
    assert "2026-10" in given_months


def test_deltas_lead_from_one_layout_to_the_other_and_back(
    own_output: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    mentions, quantities = small_tables["mentions"], small_tables["quantities"]
    fewer = small_tables | {"quantities": quantities.slice(1), "mentions": mentions.slice(0, 5)}
    one = own_output / "releases" / "2026.10.0"
    two = publish_tables(own_output, fewer, rows_per_file=BY_MONTH)
    three = publish_tables(own_output, small_tables)
    assert [len(months_in(release)) > 0 for release in (one, two.path, three.path)] == [False, True, False]
    assert [verify(release.path) for release in (two, three)] == [[], []]
    found = {difference.table: difference.removed for difference in differences(one, two.path)}
    assert found == {"quantities": 1, "mentions": mentions.num_rows - 5}
    path = two.path / "delta" / "quantities.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    write_sums(two.path)
    assert verify(two.path) == [f"delta: quantities of {one.name} with its delta does not give this release"]


def test_another_layout_alone_makes_no_release(tmp_path: Path, small_tables: Tables, publish_tables: Publish) -> None:
    assert publish_tables(tmp_path, small_tables).is_new
    assert not publish_tables(tmp_path, small_tables, rows_per_file=BY_MONTH).is_new
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == [
        "2026.10.0", "index.html", "index.json", "latest",
    ]  # fmt: skip


def test_the_order_of_rows_does_not_show_in_the_files_of_months(
    tmp_path: Path, months: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    backwards = {name: rows.take(list(range(rows.num_rows))[::-1]) for name, rows in small_tables.items()}
    other = publish_tables(tmp_path, backwards, rows_per_file=BY_MONTH).path
    assert (other / "SHA256SUMS").read_bytes() == (months / "SHA256SUMS").read_bytes()


def test_a_row_in_the_file_of_another_month_is_found(tmp_path: Path, months: Path) -> None:
    own = Path(shutil.copytree(months, tmp_path / months.name))
    own.joinpath("quantities").rename(own / "aside")
    for path in sorted((own / "aside").glob("*/*.parquet")):
        target = own / "quantities" / "published_month=1999-01" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    shutil.rmtree(own / "aside")
    write_sums(own)
    found = "quantities/published_month=1999-01/part-0.parquet: holds a row that was published in another month"
    assert found in verify(own)


def test_a_missing_file_of_a_month_is_found(tmp_path: Path, months: Path) -> None:
    own = Path(shutil.copytree(months, tmp_path / months.name))
    shutil.rmtree(paths_of(CLAIMS, own)[-1].parent)
    write_sums(own)
    assert "claims: 5 rows, but datapackage.json says 6" in verify(own)[0]


def test_questions_and_chains_are_the_same_in_either_layout(release: Path, months: Path) -> None:
    assert review(months, 100) == review(release, 100)
    claim = rows_of(release, "claims")["claim_id"][0].as_py()
    assert [line.text for line in why(claim, months)] == [line.text for line in why(claim, release)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=8))
def test_how_rows_came_does_not_show_in_a_file(
    small_tables: Tables, tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    rows = small_tables["mentions"]
    folder = tmp_path_factory.mktemp("rows")
    pieces, start = [], 0
    for length in (*sizes, rows.num_rows):
        pieces += rows.slice(start, length).to_batches()
        start = min(rows.num_rows, start + length)
    write_parquet(MENTIONS, rows.to_batches(), folder / "whole.parquet")
    write_parquet(MENTIONS, pieces, folder / "pieces.parquet")
    assert (folder / "whole.parquet").read_bytes() == (folder / "pieces.parquet").read_bytes()


def test_row_groups_are_bounded(tmp_path: Path, small_tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.release.parquet.ROWS_PER_GROUP", 2)
    write_parquet(table("removals"), small_tables["removals"].to_batches(), tmp_path / "r.parquet")
    found = pq.read_metadata(tmp_path / "r.parquet")
    groups = [found.row_group(number).num_rows for number in range(found.num_row_groups)]
    assert max(groups) == 2
    assert sum(groups) == small_tables["removals"].num_rows


def test_a_file_has_room_for_a_row() -> None:
    with pytest.raises(OnRecordError, match="ONRECORD_ROWS_PER_FILE"):
        Settings(rows_per_file=0)
