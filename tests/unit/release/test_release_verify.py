"""Verify finds every kind of damage, and says which file or row."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import OnRecordError
from pipeline.release.files import harmless_files, write_sums
from pipeline.release.publish import Release
from pipeline.release.spans import covers
from pipeline.release.verify import verify
from pipeline.schema.tables import TABLES
from pipeline.warehouse import within

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]
Row = dict[str, Any]


def rewrite(release: Path, name: str, change: Callable[[list[Row]], object]) -> None:
    """Changes the rows of a Parquet file and the checksums with it, as a forger would."""
    path = release / f"{name}.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    write_sums(release)


def test_a_whole_release_has_no_problem(own_release: Path) -> None:
    assert verify(own_release) == []


def test_what_is_no_release_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match="no release"):
        verify(tmp_path)


def test_a_changed_a_missing_and_a_foreign_file_are_found(own_release: Path) -> None:
    with (own_release / "claims.parquet").open("ab") as file:
        file.write(b"x")
    (own_release / "LICENSE").unlink()
    (own_release / "extra.txt").write_text("x")
    with (own_release / "onrecord.duckdb").open("ab") as file:
        file.write(b"x")
    assert verify(own_release) == [
        "LICENSE: missing",
        "claims.parquet: changed since the release was made (checksum differs)",
        "extra.txt: stands in no list of checksums",
        "onrecord.duckdb: changed since the release was made (checksum differs)",
    ]


def test_an_empty_folder_is_found(own_release: Path) -> None:
    (own_release / "more" / "still").mkdir(parents=True)
    (own_release / "csv" / "old").mkdir()
    assert verify(own_release) == [
        f"{name}/: an empty folder, which no release has" for name in ("csv/old", "more", "more/still")
    ]


def test_a_link_that_leads_nowhere_is_found(own_release: Path) -> None:
    (own_release / "claims.csv").symlink_to(own_release / "nowhere")
    assert verify(own_release) == ["claims.csv: stands in no list of checksums"]


def test_what_file_managers_leave_behind_is_named_and_harmless(own_release: Path) -> None:
    for name in (".DS_Store", "csv/Thumbs.db"):
        (own_release / name).write_bytes(b"a view of the folder")
    assert verify(own_release) == []
    assert harmless_files(own_release) == [".DS_Store", "csv/Thumbs.db"]


def closed_text(rows: list[Row]) -> None:
    next(row for row in rows if not row["text_is_open"])["text"] = "The whole article."


DAMAGE: list[tuple[str, Callable[[list[Row]], object], str]] = [
    ("claims", lambda rows: rows.append(dict(rows[0])), "two rows have the same claim_id"),
    ("claims", lambda rows: rows[0].update(speaker_id="act_" + "a" * 20), "speaker_id is not in actors"),
    ("claims", lambda rows: rows[0].update(claim_id="clm_" + "a" * 20), "the id is not that of its document, speaker"),
    ("claims", lambda rows: rows[0].update(cue_start=rows[0]["cue_start"] + 1), "the words of its cue do not stand"),
    (
        "claims",
        lambda rows: rows[0].update(speaker_start=rows[0]["speaker_start"] + 1),
        "the words of its speaker do not stand at its place",
    ),
    ("claims", lambda rows: rows[0]["fragments"][0].update(end=1), "its fragments are not its text"),
    ("documents", closed_text, "has text, but its licence does not allow it"),
    ("documents", lambda rows: rows[0].update(text=rows[0]["text"] + "!"), "the text is not that of its checksum"),
    ("documents", lambda rows: rows[0].update(source_length=9999), "do not cover the source text exactly once"),
    ("documents", lambda rows: rows[0].update(url="https://other.example/"), "the id is not that of its URL"),
    ("mentions", lambda rows: rows[0].update(surface="Somebody"), "its words do not stand at its place"),
    ("mentions", lambda rows: rows[0].update(source_start=0), "the id is not that of its place"),
    ("quantities", lambda rows: rows[0].update(text="nothing"), "its words do not stand at its place"),
    ("removals", lambda rows: rows.pop(), "do not cover the source text exactly once"),
    ("roles", lambda rows: rows.pop(), "rows, but datapackage.json says"),
    ("actors", lambda rows: rows[0].update(name="Somebody"), "the CSV file holds other rows"),
    ("actors", lambda rows: rows[0].update(name="Somebody"), "the digest is not that of the rows"),
    ("actors", lambda rows: rows[0].update(name="Somebody"), "the digest of actors is not that of its rows"),
    ("claim_actors", lambda rows: rows.pop(), "claims.jsonl.gz: other claims"),
]


@pytest.mark.parametrize(("table", "change", "problem"), DAMAGE, ids=[f"{t}-{p}" for t, _, p in DAMAGE])
def test_a_forged_row_is_found(
    table: str, change: Callable[[list[Row]], object], problem: str, own_release: Path
) -> None:
    rewrite(own_release, table, change)
    assert problem in "\n".join(verify(own_release))


@pytest.mark.parametrize("name", ["csv/roles.csv.gz", "claims.jsonl.gz"])
def test_lines_beyond_the_rows_are_found(name: str, own_release: Path) -> None:
    with gzip.open(own_release / name, "ab") as packed:
        packed.write(b"one more line\r\n")
    write_sums(own_release)
    assert len(verify(own_release)) == 1


def test_another_schema_is_found(own_release: Path) -> None:
    path = own_release / "roles.parquet"
    pq.write_table(pq.read_table(path).rename_columns(["x", *pq.read_schema(path).names[1:]]), path)
    write_sums(own_release)
    assert verify(own_release) == ["roles: columns or types are not those of schema 1.0.0"]


def test_a_release_whose_descriptions_were_worded_otherwise_holds(own_release: Path) -> None:
    path = own_release / "roles.parquet"
    rows = pq.read_table(path)
    fields = [field.with_metadata({"comment": "As it was put before."}) for field in rows.schema]
    pq.write_table(rows.cast(pa.schema(fields, metadata={"title": "Offices"})), path)
    write_sums(own_release)
    assert verify(own_release) == []


def test_a_release_of_another_schema_version_says_which_program_to_use(own_release: Path) -> None:
    path = own_release / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schemaVersion": "9.0.0"}))
    write_sums(own_release)
    assert verify(own_release) == ["made with schema 9.0.0; this program verifies 1.0.0: use the version that made it"]


def test_an_unreadable_file_is_a_problem_and_no_crash(own_release: Path) -> None:
    (own_release / "roles.parquet").write_bytes(b"no parquet")
    write_sums(own_release)
    assert [problem.split(":")[0] for problem in verify(own_release)] == ["cannot be read"]


def test_rows_that_cannot_be_read_are_a_problem_and_no_crash(own_release: Path) -> None:
    path = own_release / "claims.parquet"
    content = path.read_bytes()
    path.write_bytes(
        content[:4] + b"\xff" * 200 + content[204:]
    )  # the end of the file, which says what is in it, stands
    write_sums(own_release)
    problems = verify(own_release)
    assert problems
    assert all("cannot be read" in problem for problem in problems)


def test_too_little_memory_is_no_problem_of_the_release(own_release: Path) -> None:
    with pytest.raises(OnRecordError, match="give DuckDB more with ONRECORD_DATABASE_BYTES"), within(1024**2):
        verify(own_release)


def test_a_delta_that_does_not_lead_here_is_found(tmp_path: Path, second: Path) -> None:
    own = shutil.copytree(second.parent, tmp_path / "releases", symlinks=True) / second.name
    path = own / "delta" / "quantities.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    write_sums(own)
    assert verify(own) == ["delta: quantities of 2026.10.0 with its delta does not give this release"]
    shutil.rmtree(own.with_name("2026.10.0"))
    assert verify(own) == []


@pytest.mark.parametrize(
    ("pieces", "length", "whole"),
    [
        ([(0, 2), (2, 5)], 5, True),
        ([(2, 5), (0, 2)], 5, True),
        ([], 0, True),
        ([(0, 2), (3, 5)], 5, False),
        ([(0, 3), (2, 5)], 5, False),
        ([(0, 5)], 6, False),
        ([(0, 5), (0, 5)], 5, False),
    ],
)
def test_covering_means_every_place_exactly_once(pieces: list[tuple[int, int]], length: int, whole: bool) -> None:  # noqa: FBT001
    assert covers(pieces, length) is whole


def test_damage_is_tried_on_tables_of_the_schema() -> None:
    assert {table for table, _, _ in DAMAGE} <= {spec.name for spec in TABLES}
