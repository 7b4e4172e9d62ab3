"""A release is whole, says nothing of the clock or the machine, and is made only when it may and when data changed."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.errors import OnRecordError
from pipeline.lock import output_lock
from pipeline.release.checks import CheckResult
from pipeline.release.index import refresh
from pipeline.release.layout import by_month, months_in, paths_of
from pipeline.release.page.sections import WHOLE
from pipeline.release.publish import Release
from pipeline.release.queries import QUERIES, Query
from pipeline.release.verify import verify
from pipeline.release.version import REFERENCE_DATE, Version, next_version, release_date, released
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import CLAIMS, TABLES
from pipeline.warehouse import Warehouse
from tests.unit.release.tables_of_releases import rows_of

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]

EXPECTED = {
    "CHANGELOG.md", "CITATION.cff", "DICTIONARY.md", "LICENSE", "README.md", "SHA256SUMS", "SHA256SUMS.apart",
    "checks.json", "claims.jsonl.gz", "croissant.json", "datapackage.json", "index.html", "onrecord.duckdb",
    "onrecord-2026.10.0.tar.zst",
    "provenance.json", "quality.json", "queries.sql",
}  # fmt: skip


def reordered(tables: Tables) -> Tables:
    return {name: rows.take(list(range(rows.num_rows))[::-1]) for name, rows in tables.items()}


def without(rows: pa.Table, column: str, value: str) -> pa.Table:
    return rows.filter(pc.fill_null(pc.not_equal(rows[column], value), fill_value=True))


def with_value(rows: pa.Table, column: str, value: Any) -> pa.Table:
    """The table with this value in the first row of the column."""
    index = rows.schema.get_field_index(column)
    values = [value, *rows[column].to_pylist()[1:]]
    return rows.set_column(index, rows.schema.field(index), pa.array(values, rows.schema.field(index).type))


def test_a_release_has_every_file_and_holds(release: Path) -> None:
    names = {path.name for path in release.iterdir() if path.is_file()}
    assert names == EXPECTED | {f"{spec.name}.parquet" for spec in TABLES}
    assert {path.name for path in (release / "csv").iterdir()} == {f"{spec.name}.csv.gz" for spec in TABLES}
    assert verify(release) == []


def test_it_tells_of_every_step_up_to_the_last(tmp_path: Path, small_tables: Tables, publish_tables: Publish) -> None:
    """Of a first release, of the same data again, and of a second release, which has deltas."""
    fewer = small_tables | {"quantities": small_tables["quantities"].slice(1)}
    for tables, is_whole in ((small_tables, True), (small_tables, False), (fewer, True)):
        told: list[tuple[str, int, int]] = []
        publish_tables(tmp_path, tables, progress=lambda *step, told=told: told.append(step))
        steps = [done for _, done, _ in told]
        total = told[0][2]
        assert {(name, of) for name, _, of in told} == {("publish", total)}
        assert steps == list(range(1, total + 1)) if is_whole else steps == [*range(1, len(steps)), total]


def test_the_same_rows_in_another_order_and_folder_give_the_same_checksums(
    tmp_path: Path, release: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    other = publish_tables(tmp_path / "deeper" / "other", reordered(small_tables))
    assert (release / "SHA256SUMS").read_bytes() == (other.path / "SHA256SUMS").read_bytes()


CHILD = """
import sys
from pathlib import Path
from pipeline.release.checks import CheckResult
from pipeline.release.provenance import Provenance
from pipeline.release.publish import publish
from pipeline.settings import Settings
settings = Settings(output=Path(sys.argv[1]))
print(publish(settings, [CheckResult("claims", "r", "d", "error", True, 6, 0)], Provenance.of_this_code(settings)).path)
"""


def test_another_process_time_zone_locale_and_hash_seed_give_the_same_checksums(
    tmp_path: Path, small_tables: Tables
) -> None:
    sums = set()
    for name, seed, zone, locale in (("a", "1", "UTC", "C.UTF-8"), ("b", "77", "Asia/Tokyo", "de_DE.UTF-8")):
        output = tmp_path / name
        with Warehouse.open(output / "onrecord.duckdb") as warehouse:
            warehouse.replace(small_tables)
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale}
        done = subprocess.run(
            [sys.executable, "-c", CHILD, output], env=env, capture_output=True, text=True, check=True
        )
        sums.add((Path(done.stdout.strip()) / "SHA256SUMS").read_bytes())
    assert len(sums) == 1


def test_a_failed_error_forbids_the_release_and_leaves_nothing(
    tmp_path: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    failed = CheckResult("claims", "text_is_there", "d", "error", passed=False, checked=6, failed=2)
    output = tmp_path / "output"
    with pytest.raises(OnRecordError, match=r"claims\.text_is_there \(2 rows\)"):
        publish_tables(output, small_tables, failed)
    assert {path.name for path in output.iterdir()} == {"onrecord.duckdb"}


def test_a_result_that_does_not_hold_is_not_published(
    tmp_path: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    output = tmp_path / "output"
    for name, problem in (("claim_groups", "claim_group_id"), ("actors", "speaker_id"), ("documents", "document_id")):
        broken = small_tables | {name: small_tables[name].slice(0, 0)}
        with pytest.raises(OnRecordError, match=f"{problem} is not in {name}"):
            publish_tables(output, broken)
        assert not (output / "releases").exists()
        assert not list(output.glob(".tmp-*"))


def test_a_value_that_the_schema_forbids_is_named(
    tmp_path: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    broken = small_tables | {"actors": with_value(small_tables["actors"], "kind", "rumour")}
    with pytest.raises(OnRecordError, match=r'a row breaks the schema .*"actors"'):
        publish_tables(tmp_path, broken)
    assert not (tmp_path / "releases").exists()


def test_the_same_data_make_no_second_release(own_output: Path, small_tables: Tables, publish_tables: Publish) -> None:
    again = publish_tables(own_output, reordered(small_tables))
    assert again == Release("2026.10.0", own_output / "releases" / "2026.10.0", is_new=False)


def test_changed_data_make_the_next_release_with_a_proved_delta(
    own_output: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    changed = small_tables | {
        "claims": with_value(small_tables["claims"], "confidence", 0.25),
        "quantities": small_tables["quantities"].slice(1),
    }
    second = publish_tables(own_output, changed)
    assert second.version == "2026.10.1"
    assert verify(second.path) == []
    claims = pq.read_table(second.path / "delta" / "claims.parquet").to_pylist()
    assert [(row["op"], row["op_reason"], row["confidence"]) for row in claims] == [
        ("changed", "changed: confidence", 0.25)
    ]
    gone = pq.read_table(second.path / "delta" / "quantities.parquet").to_pylist()
    assert [(row["op"], row["op_reason"], row["text"]) for row in gone] == [("removed", "not_found", None)]
    log = (second.path / "CHANGELOG.md").read_text()
    assert "| claims | 0 | 1 | 0 | changed (1) |" in log
    assert log.index("## 2026.10.1") < log.index("## 2026.10.0")
    index = json.loads((own_output / "releases" / "index.json").read_text())
    assert [entry["version"] for entry in index["releases"]] == ["2026.10.1", "2026.10.0"]
    assert (own_output / "releases" / "latest").resolve() == second.path.resolve()
    assert verify(own_output / "releases" / "2026.10.0") == []


def test_a_retracted_document_leaves_only_keys_and_a_reason(
    own_output: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    documents = small_tables["documents"].to_pylist()
    gone = next(row for row in documents if row["publisher"] is None)
    tables = {
        name: without(rows, "document_id", gone["document_id"]) if "document_id" in rows.column_names else rows
        for name, rows in small_tables.items()
    }
    excluded = {"source_name": gone["source_name"], "source_sha256": gone["source_sha256"], "reason": "retracted"}
    schema = tables["exclusions"].schema
    row = dict.fromkeys(schema.names) | excluded | {"detail": "by a person"}
    tables["exclusions"] = pa.concat_tables([tables["exclusions"], pa.Table.from_pylist([row], schema)])
    second = publish_tables(own_output, tables)
    for name in ("documents", "claims"):
        rows = pq.read_table(second.path / "delta" / f"{name}.parquet").to_pylist()
        assert {(row["op"], row["op_reason"]) for row in rows} == {("removed", "document_excluded: retracted")}
        assert all(row["text"] is None for row in rows)
    for path in second.path.rglob("*"):
        if path.is_file():
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            assert b"nobody said a word" not in content, path


def test_a_withdrawn_newest_document_does_not_turn_versions_back() -> None:
    assert next_version(date(2026, 9, 30), [Version(2026, 10, 0)]) == Version(2026, 10, 1)


@pytest.mark.parametrize(
    ("existing", "expected"),
    [([], "2026.10.0"), ([(2026, 9, 7)], "2026.10.0"), ([(2026, 10, 9), (2026, 9, 30)], "2026.10.10")],
)
def test_versions_are_compared_as_numbers(existing: list[tuple[int, int, int]], expected: str) -> None:
    assert str(next_version(date(2026, 10, 21), [Version(*parts) for parts in existing])) == expected
    assert max(Version(2026, 10, 10), Version(2026, 10, 9)) == Version(2026, 10, 10)


@pytest.mark.parametrize("name", ["latest", "2026.13.0", "2026.1", "2026.01.0", "v2026.1.0", "2026.1.00"])
def test_other_folders_are_no_releases(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    assert released(tmp_path) == []


def test_the_date_comes_from_the_data() -> None:
    asked, newest = datetime.fromisoformat("2025-02-03"), datetime.fromisoformat("2026-10-21T17:05:09")
    assert release_date(asked, [newest]) == asked.date()
    assert release_date(None, [None, newest]) == newest.date()
    assert release_date(None, [None]) == REFERENCE_DATE


def test_closed_articles_leave_no_sentence_outside_a_claim(either: Path) -> None:
    documents = rows_of(either, "documents").to_pylist()
    closed = [row for row in documents if not row["text_is_open"]]
    assert [row["text"] for row in closed] == [None]
    assert all(row["text"] for row in documents if row["text_is_open"])
    for path in either.rglob("*"):
        if path.is_file():
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            assert b"Nobody on the quay wanted to wait" not in content, path


def test_parquet_files_are_sorted_commented_and_indexed(either: Path) -> None:
    for spec in TABLES:
        for path in paths_of(spec, either):
            assert pq.read_schema(path).equals(arrow_schema(spec, comments=True), check_metadata=True)
            columns = pq.read_metadata(path).row_group(0)
            assert columns.column(0).has_column_index
            assert columns.column(0).compression == "ZSTD"
            order = [tuple(row[name] for name in spec.sort) for row in pq.read_table(path).to_pylist()]
            assert order == sorted(order, key=lambda values: [(value is None, value) for value in values])
    with duckdb.connect() as connection:
        sql = "SELECT bloom_filter_offset FROM parquet_metadata(?) WHERE path_in_schema = 'claim_id'"
        for path in paths_of(CLAIMS, either):
            assert connection.execute(sql, [str(path)]).fetchall()[0][0] is not None


def test_the_database_has_tables_comments_and_views(either: Path) -> None:
    with duckdb.connect(str(either / "onrecord.duckdb"), read_only=True) as connection:
        for spec in TABLES:
            rows = connection.sql(f'SELECT count(*) FROM "{spec.name}"').fetchall()[0][0]
            assert rows == rows_of(either, spec.name).num_rows
        comment = "SELECT comment FROM duckdb_columns() WHERE table_name = 'claims' AND column_name = 'mode'"
        assert connection.sql(comment).fetchall() == [("How the words are reported.",)]
        assert ("Ada Quist",) in connection.sql("SELECT speaker FROM claims_in_context").fetchall()
        assert connection.sql("SELECT name, claims FROM speakers ORDER BY claims DESC").fetchall()[0] == (
            "Ada Quist",
            3,
        )


def test_claims_as_json_lines_have_their_actors_nested(either: Path) -> None:
    lines = [json.loads(line) for line in gzip.decompress((either / "claims.jsonl.gz").read_bytes()).splitlines()]
    told = next(line for line in lines if line["cue_text"] == "told")
    assert {(actor["part"], actor["name"]) for actor in told["actors"]} == {
        ("speaker", "Ada Quist"), ("addressee", "The Daily Lantern"), ("medium", "The Daily Lantern"),
    }  # fmt: skip
    assert told["document"]["published_at"] == "2026-10-21T17:05:09Z"


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.question)
def test_every_query_runs_in_the_folder_and_finds_something(query: Query, either: Path) -> None:
    sql = by_month(query.sql, months_in(either))
    assert sql in (either / "queries.sql").read_text()
    with duckdb.connect(config={"file_search_path": str(either)}) as connection:
        assert connection.sql(sql).fetchall()


def test_every_sql_block_of_the_readme_runs(either: Path) -> None:
    blocks = re.findall(r"```sql\n(.*?)```", (either / "README.md").read_text(), flags=re.DOTALL)
    assert blocks
    with duckdb.connect(config={"file_search_path": str(either)}) as connection:
        for block in blocks:
            assert connection.sql(block).fetchall()


def test_checksums_are_those_that_sha256sum_reads(either: Path) -> None:
    for sums in ("SHA256SUMS", "SHA256SUMS.apart"):
        done = subprocess.run(["sha256sum", "-c", "--strict", sums], cwd=either, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_no_file_names_this_machine_or_the_day_of_the_build(release: Path) -> None:
    forbidden = (
        str(release.parents[2]).encode(),
        os.uname().nodename.encode() + b".",
        str(Path.home()).encode() + b"/",
    )
    for path in release.rglob("*"):
        if path.is_file() and path.suffix not in {".duckdb", ".zst"}:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            assert not [word for word in forbidden if word in content], path


def test_a_second_publisher_is_told_to_wait(tmp_path: Path, small_tables: Tables, publish_tables: Publish) -> None:
    with output_lock(tmp_path, "publish"), pytest.raises(OnRecordError, match="another publish is at work"):
        publish_tables(tmp_path, small_tables)


def test_what_a_killed_build_left_is_removed(tmp_path: Path, small_tables: Tables, publish_tables: Publish) -> None:
    left = tmp_path / ".tmp-killed"
    (left / "2026.10.0").mkdir(parents=True)
    (tmp_path / ".tmp-index").write_text("half")
    publish_tables(tmp_path, small_tables)
    assert not list(tmp_path.glob(".tmp-*"))


def test_a_lost_index_comes_back_with_the_next_build(
    own_output: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    (own_output / "releases" / "latest").unlink()
    (own_output / "releases" / "index.json").unlink()
    assert not publish_tables(own_output, small_tables).is_new
    assert (own_output / "releases" / "latest" / "SHA256SUMS").is_file()
    assert (own_output / "releases" / "index.json").is_file()


def test_the_list_of_releases_proves_the_database_and_the_archive(second: Path, tmp_path: Path) -> None:
    releases = shutil.copytree(second.parent, tmp_path / "releases", symlinks=True)
    first, second = releases / "2026.10.0", releases / second.name
    lines = {path: (path / "SHA256SUMS.apart").read_text(encoding="utf-8").splitlines() for path in (first, second)}
    page = (tmp_path / "releases" / "index.html").read_text(encoding="utf-8")
    for path, sums in lines.items():
        assert len(sums) == 2
        for digest, name in (line.split("  ") for line in sums):
            assert f'href="{path.name}/{name}"' in page
            assert digest in page
    for link in ('href="SHA256SUMS.apart"', f'href="../index.html#{WHOLE}"'):
        assert link in (second / "index.html").read_text(encoding="utf-8")
    assert f'id="{WHOLE}"' in page
    (first / "onrecord.duckdb").unlink()
    refresh(tmp_path, tmp_path / "releases")
    page = (tmp_path / "releases" / "index.html").read_text(encoding="utf-8")
    assert [line.split("  ")[0] in page for line in (*lines[first], *lines[second])] == [True, False, True, True]


def test_frictionless_finds_the_data_package_valid(either: Path) -> None:
    from frictionless import Package

    report = Package(str(either / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_mlcroissant_loads_every_table_and_the_fragments_of_claims(either: Path) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(str(either / "croissant.json"))
    assert not dataset.metadata.issues.errors
    for spec in TABLES:
        records = list(dataset.records(spec.name))
        assert len(records) == rows_of(either, spec.name).num_rows
    fragments = [len(record["claims/fragments"]) for record in dataset.records("claims")]
    assert sorted(fragments) == [1, 1, 1, 1, 1, 2]
