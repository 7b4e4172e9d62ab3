from __future__ import annotations

import zlib
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import ids
from pipeline.intake.encoding import decode
from pipeline.intake.snapshot import Snapshot
from tests.unit.intake.builders import ARTICLE, PAGE, packed, problems, read, response, warc_record, zipped

URL = "https://post.example/1"
CHUNKED = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"


def archive(folder: Path, *records: bytes, limit: int = 1 << 20) -> list[Snapshot]:
    return read(folder, {"crawl.warc": b"".join(records)}, limit)


def one(folder: Path, record: bytes, limit: int = 1 << 20) -> Snapshot:
    [snapshot] = archive(folder, record, limit=limit)
    assert snapshot.source_name == "crawl.warc#1"
    return snapshot


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "crawl.warc.zst", "crawl", "crawl.wet"])
def test_pages_come_from_an_archive(tmp_path: Path, name: str) -> None:
    records = [
        warc_record("warcinfo", "x", b"software: x\r\n", "application/warc-fields"),
        warc_record("request", URL, b"GET / HTTP/1.1\r\n\r\n"),
        response(URL, PAGE.encode()),
        warc_record("metadata", URL, b"a: b", "application/warc-fields"),
        warc_record("resource", f"<{URL}>", PAGE.encode(), "text/html; charset=utf-8"),
        warc_record("conversion", URL, ARTICLE.encode(), "text/plain"),
        warc_record("revisit", URL, b"HTTP/1.1 200 OK\r\n\r\n"),
    ]
    content = b"".join(packed(name, record) for record in records)
    manifest = "file,publisher,url\ncrawl*,The Post,\n"
    found = read(tmp_path, {name: content, "manifest.csv": manifest})
    assert problems(found) == {f"{name}#{number}": None for number in (1, 2, 3)}
    assert [s.media_type for s in found] == ["text/html", "text/html", "text/plain"]
    assert [s.content.decode() for s in found] == [PAGE, PAGE, ARTICLE]
    assert {(s.url, s.publisher) for s in found} == {(URL, "The Post")}


@pytest.mark.parametrize(
    ("record", "problem", "words"),
    [
        (response(URL, b"x", status="404 Not Found"), "empty", "HTTP status 404"),
        (response(URL, b"", status="301 Moved"), "empty", "HTTP status 301"),
        (response(URL, b"x", "image/png"), "unsupported_format", "content type image/png"),
        (response(URL, b"x", ""), "unsupported_format", "content type unknown"),
        (response(URL, b"x", headers="TDM-Reservation: 1\r\n"), "no_licence", "tdm-reservation"),
        (response(URL, b""), "empty", "no bytes"),
        (response(URL, bytes(range(256))), "unreadable", "control characters"),
        (warc_record("response", URL, b"no http"), "unreadable", ""),
        (warc_record("response", URL, b""), "unreadable", ""),
        (warc_record("response", "dns:post.example", b"1.2.3.4", "text/dns"), "unsupported_format", "text/dns"),
        (response(URL, b"\x1f\x8b\x08x", headers="Content-Encoding: gzip\r\n"), "unreadable", "content coding"),
        (response(URL, zipped(b"x")[:-4], headers="Content-Encoding: gzip\r\n"), "unreadable", "coding"),
        (response(URL, zlib.compress(b"x" * 99)[:-6], headers="Content-Encoding: deflate\r\n"), "unreadable", "coding"),
        (response(URL, b"x", headers="Content-Encoding: gzip, gzip, gzip, gzip\r\n"), "unreadable", "4 codings"),
        (response(URL, b"x" * 301), "too_large", "300"),
        (response(URL, zipped(b"x" * 301), headers="Content-Encoding: gzip\r\n"), "too_large", "300"),
        (response(URL, zlib.compress(b"x" * 301), headers="Content-Encoding: deflate\r\n"), "too_large", "300"),
    ],
)
def test_an_answer_without_a_page_is_told(tmp_path: Path, record: bytes, problem: str, words: str) -> None:
    good = response(URL, b"<p>good")
    found = archive(tmp_path, record, good, limit=300)
    assert problems(found) == {"crawl.warc#1": problem, "crawl.warc#2": None}
    assert words in (found[0].detail or "")
    assert found[0].content == b""


@pytest.mark.parametrize(
    ("body", "headers", "content"),
    [
        (b"<p>x", "TDM-Reservation: 0\r\n", b"<p>x"),
        (CHUNKED, "Transfer-Encoding: chunked\r\n", b"hello world"),
        (b"<p>taken out", "Transfer-Encoding: chunked\r\n", b"<p>taken out"),
        (zipped(b"<p>x"), "Content-Encoding: gzip\r\n", b"<p>x"),
        (b"<p>taken out", "Content-Encoding: GZIP\r\n", b"<p>taken out"),
        (zlib.compress(b"<p>x"), "Content-Encoding: deflate\r\n", b"<p>x"),
        (bare_deflate(b"<p>x"), "Content-Encoding: deflate\r\n", b"<p>x"),
        (pa.compress(b"<p>x", "brotli", asbytes=True), "Content-Encoding: br\r\n", b"<p>x"),
        (pa.compress(b"<p>x", "zstd", asbytes=True), "Content-Encoding: zstd\r\n", b"<p>x"),
        (zipped(zipped(b"<p>x")), "Content-Encoding: gzip, gzip\r\n", b"<p>x"),
        (b"<p>x", "Content-Encoding: identity\r\n", b"<p>x"),
    ],
)
def test_a_page_is_taken_out_of_its_codings(tmp_path: Path, body: bytes, headers: str, content: bytes) -> None:
    snapshot = one(tmp_path, response(URL, body, headers=headers))
    assert (snapshot.problem, snapshot.content) == (None, content)
    assert snapshot.source_sha256 == ids.sha256(content)


def test_the_charset_of_the_header_goes_with_the_bytes(tmp_path: Path) -> None:
    page = "<meta charset=windows-1251><p>Wałęsa"
    snapshot = one(tmp_path, response(URL, page.encode("cp1250"), 'text/HTML; charset="Windows-1250"'))
    assert decode(snapshot.content, snapshot.media_type, snapshot.charset) == page


def test_the_limit_is_the_last_size_that_is_read(tmp_path: Path) -> None:
    assert one(tmp_path, response(URL, b"x" * 300), limit=300).problem is None


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_an_archive_that_is_cut_anywhere_gives_its_whole_records_and_says_so(tmp_path: Path, name: str) -> None:
    records = [
        response(f"{URL}{letter}", b"<p>" + letter.encode() * 40 + ids.sha256(letter.encode()).encode())
        for letter in "abc"
    ]
    records.insert(2, warc_record("request", URL, b"GET / HTTP/1.1\r\n\r\n"))
    whole = [packed(name, record) for record in records]
    ends = [len(b"".join(whole[: number + 1])) for number in range(4)]
    for cut in range(1, ends[-1], 7):
        if any(end - 20 <= cut <= end for end in ends):
            continue  # only the end of a member, or nothing, is missing: no record misses a byte
        found = read(tmp_path, {name: b"".join(whole)[:cut]})
        complete = sum(end <= cut for end in (ends[0], ends[1], ends[3]))
        assert [s.problem for s in found] == [None] * complete + ["unreadable"], cut


def test_an_archive_with_rubbish_inside_gives_what_stands_before_it(tmp_path: Path) -> None:
    found = archive(tmp_path, response(URL, b"<p>x"), b"rubbish " * 10, response(URL, b"<p>y"))
    assert problems(found) == {"crawl.warc#1": None, "crawl.warc#2": "unreadable"}
    assert "breaks off after record 1" in (found[1].detail or "")


def packed_records(name: str, count: int, level: int = 9) -> tuple[list[bytes], list[bytes]]:
    """Pages that do not pack well, and the records that hold them as an archive of that name packs them one by one."""
    pages = [
        b"<p>" + "".join(ids.sha256(f"{number}{n}".encode()) for n in range(3)).encode() for number in range(count)
    ]
    records = [response(f"{URL}{number}", page) for number, page in enumerate(pages)]
    return pages, [zipped(record, level) if name.endswith(".gz") else packed(name, record) for record in records]


def flipped(content: bytes, *places: int) -> bytes:
    changed = bytearray(content)
    for place in places:
        changed[place] ^= 0xFF
    return bytes(changed)


def test_a_broken_record_in_the_middle_takes_no_other_with_it(tmp_path: Path) -> None:
    pages, records = packed_records("crawl.warc.gz", 4)
    first, second = len(records[0]), len(records[1])
    for place in range(0, second, 3):
        content = flipped(b"".join(records), first + place)
        found = read(tmp_path, {"crawl.warc.gz": content})
        assert [snapshot.content for snapshot in found] in (pages, [pages[0], b"", *pages[2:]]), place
        for snapshot in found:
            if snapshot.problem:
                assert (snapshot.source_name, snapshot.problem) == ("crawl.warc.gz#2", "unreadable")
                assert f"bytes {first} to {first + second} of the file are left out" in (snapshot.detail or "")


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.warc.zst"])
def test_each_lost_stretch_of_an_archive_is_told(tmp_path: Path, name: str) -> None:
    pages, records = packed_records(name, 7)
    for lost in (1, 3, 4):
        records[lost] = flipped(records[lost], *range(8, 40))
    found = read(tmp_path, {name: b"".join(records)[:-30]})
    assert [s.content for s in found if s.content] == [pages[0], pages[2], pages[5]]
    assert [s.source_name.partition("#")[2] for s in found if s.problem] == ["2", "4", "6"]
    ends = [len(b"".join(records[: number + 1])) for number in range(7)]
    told = [s.detail or "" for s in found if s.problem]
    assert [f"bytes {ends[0]} to {ends[1]} ", f"bytes {ends[2]} to {ends[4]} "] == [
        detail[: detail.index("of the file")] for detail in told[:2]
    ]
    assert "breaks off after record 5: the compressed data is cut off" in told[2]


def test_what_looks_like_a_member_inside_a_broken_one_is_none(tmp_path: Path) -> None:
    page = zipped(b"no record") + b"\x1f\x8b\x08" * 50
    record = zipped(response(URL, page, headers="Content-Encoding: x\r\n"), 0)
    good = zipped(response(URL, b"<p>good"))
    found = read(tmp_path, {"crawl.warc.gz": flipped(record, 40) + good})
    assert [(s.problem, s.content) for s in found] == [("unreadable", b""), (None, b"<p>good")]


def test_an_archive_packed_as_a_whole_ends_at_its_break(tmp_path: Path) -> None:
    pages, _ = packed_records("crawl.warc.gz", 4)
    whole = zipped(b"".join(response(URL, page) for page in pages), 0)
    at = whole.index(pages[2]) + 5
    assert [s.content for s in read(tmp_path, {"crawl.warc.gz": whole[:at]})] == [*pages[:2], b""]
    broken = read(tmp_path, {"crawl.warc.gz": whole[:-8] + bytes(8)})
    assert [s.content for s in broken] == [*pages[:3], b""]  # the last one may be what is wrong
