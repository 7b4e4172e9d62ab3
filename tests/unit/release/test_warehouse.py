"""The warehouse keeps what it is given, and says in one line what is wrong with its file."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import OnRecordError
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import WORKING_TABLES, table
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse, connect, limited

Tables = dict[str, pa.Table]


def test_every_table_comes_back_as_its_schema(tmp_path: Path, small_tables: Tables) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.replace(small_tables)
        for spec in WORKING_TABLES:
            given, back = small_tables[spec.name], warehouse.read(spec.name)
            assert back.schema.names == arrow_schema(spec).names
            assert [field.type for field in back.schema] == [field.type for field in arrow_schema(spec)]
            assert sorted(map(str, back.to_pylist())) == sorted(map(str, given.to_pylist()))
            assert warehouse.count(spec.name) == given.num_rows


def test_rows_come_in_the_published_order_whatever_order_they_went_in(tmp_path: Path, small_tables: Tables) -> None:
    backwards = {name: rows.take(list(range(rows.num_rows))[::-1]) for name, rows in small_tables.items()}
    with Warehouse.open(tmp_path / "a.duckdb") as one, Warehouse.open(tmp_path / "b.duckdb") as other:
        one.replace(small_tables)
        other.replace(backwards)
        assert all(one.read(name).equals(other.read(name)) for name in small_tables)


def test_it_is_told_which_of_the_tables_are_in(tmp_path: Path, small_tables: Tables) -> None:
    told: list[tuple[str, int, int | None]] = []
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.replace(small_tables, lambda *args: told.append(args))
    assert told == [("load", done, len(small_tables)) for done in range(len(small_tables) + 1)]


def test_bad_values_come_in_for_the_expectations_to_report(tmp_path: Path) -> None:
    row = {"source_name": ["a", None], "source_sha256": ["no hash", "x"], "media_type": ["m", "m"]}
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.replace({"snapshots": pa.table(row)})
        assert warehouse.read("snapshots", ["source_name"])["source_name"].to_pylist() == ["a", None]


def test_all_tables_are_replaced_or_none(tmp_path: Path, small_tables: Tables) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.replace(small_tables)
        bad = {"actors": arrow_schema(table("actors")).empty_table(), "claims": pa.table({"claim_id": ["x"]})}
        with pytest.raises(OnRecordError, match="claims: columns missing"):
            warehouse.replace(bad)
        assert warehouse.count("actors") == small_tables["actors"].num_rows


def test_comments_of_the_schema_stand_in_the_file(tmp_path: Path, small_tables: Tables) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.replace(small_tables)
        sql = "SELECT comment FROM duckdb_columns() WHERE table_name = ? AND column_name = ?"
        found = warehouse.query(sql, ["claims", "mode"])["comment"].to_pylist()
    assert found == ["How the words are reported."]


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    code = f"from pathlib import Path\nfrom pipeline.warehouse import Warehouse\nWarehouse.open(Path({str(path)!r}))"
    with Warehouse.open(path):
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "another program is using the warehouse" in other.stderr


def test_a_broken_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(b"this is no database " * 1000)
    with pytest.raises(OnRecordError, match=r"w\.duckdb: cannot be opened.*delete it and run"):
        Warehouse.open(path)


def test_reading_what_was_never_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match="no warehouse yet"):
        Warehouse.open(tmp_path / "w.duckdb", read_only=True)
    with (
        Warehouse.open(tmp_path / "w.duckdb") as warehouse,
        pytest.raises(OnRecordError, match="run `onrecord build`"),
    ):
        warehouse.read("claims")


def test_unknown_tables_are_refused(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse, pytest.raises(OnRecordError, match="no table is named"):
        warehouse.replace({"rumours": pa.table({"x": [1]})})


def test_nothing_is_downloaded(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        found = warehouse.query(
            "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%extensions' ORDER BY name"
        )
    assert found["value"].to_pylist() == ["false", "false"]


def test_rows_may_come_batch_by_batch(tmp_path: Path, small_tables: Tables) -> None:
    claims = small_tables["claims"]
    with Warehouse.open(tmp_path / "a.duckdb") as one, Warehouse.open(tmp_path / "b.duckdb") as other:
        one.replace({"claims": claims})
        other.replace({"claims": pa.RecordBatchReader.from_batches(claims.schema, claims.to_batches(max_chunksize=2))})
        assert other.read("claims").equals(one.read("claims"))


SORTED = (
    "CREATE TABLE t AS SELECT hash(i) AS h, repeat('word ', 40) || i AS text FROM range(700_000) AS r(i) ORDER BY h"
)


def test_what_is_more_than_the_memory_allowed_goes_into_the_output_folder(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path, database_bytes=110 * 2**20)
    with limited(settings), closing(connect()) as connection:
        connection.execute("SET threads = 2")  # each takes some for itself
        connection.execute(SORTED)
        limit = connection.sql("SELECT current_setting('memory_limit')").fetchall()
        spilt = connection.sql("SELECT sum(size) FROM duckdb_temporary_files()").fetchall()[0][0]
        assert connection.sql("SELECT count(*), count(DISTINCT h) FROM t").fetchall() == [(700_000, 700_000)]
        assert [path.name for path in tmp_path.iterdir()] == [".tmp-duckdb"]
    assert limit == [("110.0 MiB",)]
    assert spilt > 10 * 2**20
    assert not list(tmp_path.iterdir())
