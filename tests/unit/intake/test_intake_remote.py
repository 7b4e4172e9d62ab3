"""Inputs in other file systems, named by URL in the manifest; fsspec's own memory plays the store."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import OnRecordError
from pipeline.intake.folder import read_folder
from pipeline.settings import Settings


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)


def within(folder: Path) -> Settings:
    return Settings(output=folder.with_name(f"{folder.name}-output"))


def parquet(*bodies: str) -> bytes:
    stream = io.BytesIO()
    pq.write_table(
        pa.table({"body": bodies, "link": [f"https://quay.example/{n}" for n in range(len(bodies))]}), stream
    )
    return stream.getvalue()


def folder(tmp_path: Path, *lines: str) -> Path:
    (tmp_path / "local.txt").write_text("An article that lies here.")
    (tmp_path / "manifest.csv").write_text("\n".join(["file,publisher,licence,fields", *lines]) + "\n")
    return tmp_path


def test_parquet_files_behind_a_pattern_are_read_with_their_columns(
    store: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    store.pipe("/news/2026/b.parquet", parquet("Third."))
    store.pipe("/news/2026/a.parquet", parquet("First.", "Second."))
    line = "memory://news/2026/*.parquet,The Quay Courier,CC-BY-4.0,text=body;url=link"
    found = list(read_folder(folder(tmp_path, line), within(tmp_path)))
    assert [(s.source_name, s.content) for s in found] == [
        ("local.txt", b"An article that lies here."),
        ("memory:///news/2026/a.parquet#1", b"First."),
        ("memory:///news/2026/a.parquet#2", b"Second."),
        ("memory:///news/2026/b.parquet#1", b"Third."),
    ]
    assert {(s.publisher, s.licence) for s in found[1:]} == {("The Quay Courier", "CC-BY-4.0")}


def test_packed_json_lines_are_read(store: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    with store.open("/news/day.jsonl.gz", "wb", compression="gzip") as stream:
        stream.write(json.dumps({"text": "The ferry is back."}).encode())
    found = list(read_folder(folder(tmp_path, "memory://news/day.jsonl.gz,,,"), within(tmp_path)))
    assert [s.content for s in found[1:]] == [b"The ferry is back."]


def test_a_broken_file_there_is_a_problem_of_its_own(store: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    store.pipe("/news/broken.parquet", b"PAR1 and nothing more")
    found = list(read_folder(folder(tmp_path, "memory://news/broken.parquet,,,"), within(tmp_path)))
    assert [(s.source_name, s.problem) for s in found[1:]] == [("memory:///news/broken.parquet", "unreadable")]


def test_copies_stand_in_the_output_folder_while_they_are_read(
    store: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    store.pipe("/news/a.jsonl", b'{"text": "First."}\n{"text": "Second."}\n')
    settings = within(tmp_path)
    copies = settings.output / ".copies"
    copies.mkdir(parents=True)
    (copies / "tmpkilled.txt").write_text("left by a build that was killed")
    reading = iter(read_folder(folder(tmp_path, "memory://news/a.jsonl,,,"), settings))
    assert [next(reading).content for _ in range(2)][1] == b"First."
    assert len(list(copies.glob("tmp*.jsonl"))) == len(list(copies.glob("tmp*"))) == 1
    assert len(list(read_folder(tmp_path, settings))) == 3  # another one beside it takes nothing away
    assert next(reading).content == b"Second."
    assert not list(reading)
    assert not list(copies.glob("tmp*"))


def test_a_file_system_without_its_driver_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(OnRecordError, match=r"s3://news/a\.parquet cannot be read \(Install s3fs"):
        list(read_folder(folder(tmp_path, "s3://news/a.parquet,,,"), within(tmp_path)))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://news/absent.parquet", "names no file; correct the line"),
        ("memory://news/*.parquet", "names no file; correct the line"),
        ("nowhere://news/a.parquet", r"nowhere://news/a\.parquet cannot be read \(Protocol not known"),
        ("sftp://me:secret@host.example/a.txt", "^sftp://…: a password in a URL"),
    ],
)
def test_what_cannot_be_reached_stops_before_anything_is_lost(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(OnRecordError, match=message) as raised:
        list(read_folder(folder(tmp_path, f"{url},,,"), within(tmp_path)))
    assert "secret" not in str(raised.value)


def test_a_copy_that_breaks_off_stops_the_reading(
    store: fsspec.AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.pipe("/news/a.txt", b"text")

    def broken(*_: object, **__: object) -> None:
        raise ConnectionResetError("the other side hung up")

    monkeypatch.setattr(type(store), "open", broken)
    with pytest.raises(OnRecordError, match=r"memory:///news/a\.txt cannot be read \(the other side hung up\)"):
        list(read_folder(folder(tmp_path, "memory://news/a.txt,,,"), within(tmp_path)))
