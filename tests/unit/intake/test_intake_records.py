from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import ids
from pipeline.intake.batch import from_row, to_batch
from pipeline.intake.snapshot import Snapshot
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import READ
from tests.unit.intake.builders import ARTICLE, PAGE, packed, problems, read

NOON = datetime(2026, 3, 31, 12)  # noqa: DTZ001  (all times are UTC without a zone)


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def table(**columns: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def one(folder: Path, record: object, manifest: str = "file\n") -> Snapshot:
    [snapshot] = read(folder, {"wire.jsonl": lines(record), "manifest.csv": manifest})
    assert snapshot.source_name == "wire.jsonl#1"
    return snapshot


def test_a_record_says_where_it_comes_from(tmp_path: Path) -> None:
    snapshot = one(
        tmp_path,
        {
            "text": ARTICLE,
            "title": " The\n pool ",
            "authors": ["Ann Lee", {"@type": "Person", "name": "Bo Ek"}, None, 7],
            "publisher": {"name": "The Post"},
            "url": "https://post.example/1",
            "date": "2026-03-31T14:00:00+02:00",
            "fetched_at": "2026-04-01T12:00:00Z",
            "language": "en_GB",
            "license": "https://creativecommons.org/licenses/by/4.0/",
        },
    )
    assert snapshot == Snapshot(
        source_name="wire.jsonl#1",
        source_sha256=ids.sha256(ARTICLE.encode()),
        media_type="text/plain",
        content=ARTICLE.encode(),
        title="The pool",
        byline="Ann Lee; Bo Ek",
        publisher="The Post",
        url="https://post.example/1",
        published_at=NOON,
        published_offset=120,
        captured_at=NOON.replace(month=4, day=1),
        language="en",
        licence="CC-BY-4.0",
    )


@pytest.mark.parametrize(
    ("record", "media_type", "content"),
    [
        ({"html": PAGE}, "text/html", PAGE),
        ({"text": "", "html": PAGE}, "text/html", PAGE),
        ({"text": ARTICLE, "html": PAGE}, "text/plain", ARTICLE),
        ({"text": "Half a pair \ud83d here"}, "text/plain", "Half a pair � here"),
        ({"text": "A pair \ud83d\ude00"}, "text/plain", "A pair 😀"),
        ({"text": " \n"}, "text/plain", " \n"),
    ],
)
def test_what_holds_the_article(tmp_path: Path, record: object, media_type: str, content: str) -> None:
    snapshot = one(tmp_path, record)
    assert (snapshot.problem, snapshot.media_type, snapshot.content.decode()) == (None, media_type, content)


def test_a_manifest_maps_fields_and_fills_what_a_record_does_not_say(tmp_path: Path) -> None:
    manifest = (
        "file,publisher,url,published_at,licence,fields\n"
        "wire.jsonl,Wire,https://wire.example/all,2026-03-31,CC0-1.0,text=article.body;url=a.b;publisher=from;title=h\n"
    )
    record = {"article": {"body": ARTICLE}, "a.b": "https://post.example/1", "from": "", "title": "No", "h": "Yes"}
    snapshot = one(tmp_path, record, manifest)
    assert (snapshot.content.decode(), snapshot.title) == (ARTICLE, "Yes")
    assert (snapshot.url, snapshot.publisher, snapshot.licence) == ("https://post.example/1", "Wire", "CC0-1.0")
    assert (snapshot.published_at, snapshot.published_offset) == (NOON.replace(hour=0), None)


def test_the_offset_belongs_to_the_time_that_counts(tmp_path: Path) -> None:
    manifest = "file,published_at\nwire.jsonl,2026-03-30T12:00:00+05:30\n"
    snapshot = one(tmp_path, {"text": ARTICLE, "date": "2026-03-31T12:00:00"}, manifest)
    assert (snapshot.published_at, snapshot.published_offset) == (NOON, None)
    snapshot = one(tmp_path, {"text": ARTICLE}, manifest)
    assert (snapshot.published_at, snapshot.published_offset) == (NOON.replace(day=30, hour=6, minute=30), 330)


def test_the_address_of_an_archive_is_not_that_of_its_records(tmp_path: Path) -> None:
    assert one(tmp_path, {"text": ARTICLE}, "file,url\nwire.jsonl,https://wire.example/all\n").url is None


@pytest.mark.parametrize(
    ("line", "problem", "words"),
    [
        (b"{", "unreadable", "line 2: no JSON"),
        (b"\xff\xfe", "unreadable", "line 2: no JSON"),
        (b"[" * 100_000, "unreadable", "line 2: no JSON"),
        (b'{"n": ' + b"9" * 5000 + b"}", "unreadable", "line 2: no JSON"),
        (b"[1]", "unreadable", "line 2: no JSON object"),
        (b'"text"', "unreadable", "line 2: no JSON object"),
        (b"{}", "unreadable", "line 2: no text in text or html"),
        (b'{"body": "x", "link": "y"}', "unreadable", "which field holds it: body, link"),
        (b'{"text": 7}', "unreadable", "line 2: no text in text or html"),
        (b'{"text": ["x"]}', "unreadable", "line 2: no text in text or html"),
        (b'{"text": ""}', "empty", "line 2: nothing in text or html"),
        (b'{"html": null}', "empty", "line 2: nothing in text or html"),
        (b'{"text": "\\u0000\\u0001"}', "unreadable", "control characters"),
    ],
)
def test_a_bad_line_is_told_and_passed_over(tmp_path: Path, line: bytes, problem: str, words: str) -> None:
    good = lines({"text": ARTICLE})
    found = read(tmp_path, {"wire.jsonl": b"\xef\xbb\xbf" + good + line + b"\r\n\n" + good})
    assert problems(found) == {"wire.jsonl#1": None, "wire.jsonl#2": problem, "wire.jsonl#3": None}
    assert words in (found[1].detail or "")


@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_long_line_is_too_large_and_passed_over(tmp_path: Path, end: bytes) -> None:
    good = lines({"text": ARTICLE})
    long = lines({"text": "x" * 1000}).strip()
    found = read(tmp_path, {"wire.jsonl": good + long + b"\n" + good + long + end}, limit=200)
    assert list(problems(found).values()) == [None, "too_large", None, "too_large"]
    assert found[1].source_sha256 == ids.sha256(long[:200])


def test_a_line_that_does_not_end_ends_the_reading(tmp_path: Path) -> None:
    found = read(tmp_path, {"wire.jsonl.gz": gzip.compress(b"x" * (8 << 20))}, limit=1000)
    assert problems(found) == {"wire.jsonl.gz#1": "too_large", "wire.jsonl.gz#2": "unreadable"}
    assert found[1].detail == "the file breaks off after record 1: line 1 does not end"


@pytest.mark.parametrize("name", ["wire.jsonl", "wire.ndjson", "wire.jsonl.gz", "wire.jsonl.zst", "wire"])
def test_lines_may_be_packed(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, {name: packed(name, lines({"text": ARTICLE}, {"html": PAGE}))})
    assert problems(found) == {f"{name}#1": None, f"{name}#2": None}


@pytest.mark.parametrize("name", ["wire.jsonl.gz", "wire.jsonl.zst"])
def test_a_file_that_breaks_off_gives_what_it_has(tmp_path: Path, name: str) -> None:
    texts = [{"text": ids.sha256(str(number).encode())} for number in range(20_000)]
    content = packed(name, lines(*texts))
    found = read(tmp_path, {name: content[: len(content) // 2]})
    assert len(found) > 1000
    assert {snapshot.problem for snapshot in found[:-1]} == {None}
    assert found[-1].source_name == f"{name}#{len(found)}"
    assert found[-1].problem == "unreadable"
    assert f"breaks off after record {len(found) - 1}" in (found[-1].detail or "")


def test_rows_are_records(tmp_path: Path) -> None:
    content = table(
        text=["one", None, ""],
        html=[None, b"<p>two \x93", None],
        date=pa.array([NOON.replace(tzinfo=UTC), None, NOON], pa.timestamp("ns", "America/New_York")),
        authors=[["A", "B"], [], None],
        other=[1, 2, 3],
    )
    found = read(tmp_path, {"a.parquet": content})
    assert problems(found) == {"a.parquet#1": None, "a.parquet#2": None, "a.parquet#3": "empty"}
    assert [s.content for s in found] == [b"one", b"<p>two \x93", b""]
    assert [s.media_type for s in found[:2]] == ["text/plain", "text/html"]
    assert [s.published_at for s in found] == [NOON, None, NOON]
    assert [s.byline for s in found] == ["A; B", None, None]


def test_a_manifest_maps_columns(tmp_path: Path) -> None:
    content = table(**{"article": [{"body": ARTICLE, "no": 1}], "my.link": ["https://post.example/1"]})
    manifest = "file,fields\n*.parquet,text=article.body;url=my.link\n"
    [snapshot] = read(tmp_path, {"a.parquet": content, "manifest.csv": manifest})
    assert (snapshot.content.decode(), snapshot.url) == (ARTICLE, "https://post.example/1")


def test_a_table_without_articles_is_told_once(tmp_path: Path) -> None:
    [snapshot] = read(tmp_path, {"a.parquet": table(body=[ARTICLE] * 3, link=["x"] * 3)})
    assert (snapshot.source_name, snapshot.problem) == ("a.parquet", "unreadable")
    assert "which field holds it: body, link" in (snapshot.detail or "")


def test_a_table_without_rows_is_empty(tmp_path: Path) -> None:
    assert problems(read(tmp_path, {"a.parquet": table(text=pa.array([], pa.string()))})) == {"a.parquet": "empty"}


def test_a_large_row_is_too_large(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.parquet": table(text=["x" * 100, "x" * 101])}, limit=100)
    assert list(problems(found).values()) == [None, "too_large"]


def test_a_broken_row_group_ends_the_table(tmp_path: Path) -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": [ARTICLE] * 3}), file, row_group_size=1, use_dictionary=False)
    content = bytearray(file.getvalue())
    page = pq.ParquetFile(file).metadata.row_group(1).column(0).data_page_offset
    content[page : page + 8] = b"\xff" * 8
    found = read(tmp_path, {"a.parquet": bytes(content)})
    assert problems(found) == {"a.parquet#1": None, "a.parquet#2": "unreadable"}
    assert "breaks off after record 1" in (found[1].detail or "")


def test_snapshots_travel_as_rows(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a.txt": ARTICLE,
        "b.png": b"",
        "c.jsonl": lines({"text": "x", "date": "2026-03-31", "title": "T"}),
    }
    snapshots = read(tmp_path, files)
    batch = to_batch(snapshots)
    assert batch.schema == arrow_schema(READ)
    assert [from_row(row) for row in batch.to_pylist()] == snapshots
    assert to_batch([]).num_rows == 0
