"""A release over HTTP: whole files and parts of them, to clients that have them already, and to nobody else."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import OnRecordError
from pipeline.release.layout import paths_of
from pipeline.release.serve import LocalServer, make_server
from pipeline.schema.tables import CLAIMS

Answer = tuple[int, HTTPMessage, bytes]


@contextmanager
def serving(folder: Path) -> Iterator[LocalServer]:
    made = make_server(folder, 0)
    thread = threading.Thread(target=made.run)
    thread.start()
    yield made
    made.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def server(release: Path) -> Iterator[LocalServer]:
    with serving(release.parent) as served:
        yield served


def place(server: LocalServer) -> tuple[str, int]:
    address = urlsplit(server.address)
    return str(address.hostname), int(address.port or 0)


def ask(server: LocalServer, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection(*place(server), timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


@pytest.fixture
def claims(release: Path) -> bytes:
    return (release / "claims.parquet").read_bytes()


def test_files_are_served_whole_and_by_their_head(server: LocalServer, claims: bytes) -> None:
    status, headers, body = ask(server, "/latest/claims.parquet")
    assert (status, body) == (200, claims)
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Length"] == str(len(claims))
    status, headers, body = ask(server, "/latest/claims.parquet", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(claims)), b"")


def test_the_files_of_months_are_served(months: Path) -> None:
    with serving(months.parent) as served:
        for path in paths_of(CLAIMS, months):
            status, headers, body = ask(served, f"/latest/{path.relative_to(months).as_posix()}")
            assert (status, body) == (200, path.read_bytes())
            assert headers["Content-Type"] == "application/vnd.apache.parquet"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-3", 0, 3),
        ("bytes=4-4", 4, 4),
        ("bytes=100-", 100, -1),
        ("bytes=-8", -8, -1),
        ("bytes=-99999999", 0, -1),
        ("bytes=10-99999999", 10, -1),
        ("BYTES=0-3", 0, 3),
    ],
)
def test_parts_of_a_file_are_served(server: LocalServer, claims: bytes, asked: str, first: int, last: int) -> None:
    start, end = first % len(claims), last % len(claims)
    found, headers, body = ask(server, "/latest/claims.parquet", Range=asked)
    assert (found, body) == (206, claims[start : end + 1])
    assert headers["Content-Range"] == f"bytes {start}-{end}/{len(claims)}"
    head = ask(server, "/latest/claims.parquet", "HEAD", Range=asked)
    assert (head[0], head[1]["Content-Length"], head[2]) == (206, str(len(body)), b"")


@pytest.mark.parametrize(
    ("asked", "status"), [("bytes=99999999-", 416), ("bytes=5-2", 400), ("bytes=-", 400), ("bytes=x", 400)]
)
def test_parts_that_are_not_there_are_refused(server: LocalServer, claims: bytes, asked: str, status: int) -> None:
    found, headers, _ = ask(server, "/latest/claims.parquet", Range=asked)
    assert found == status
    assert headers["Content-Range"] == (f"bytes */{len(claims)}" if status == 416 else None)


def test_parts_in_an_unknown_unit_are_the_whole_file(server: LocalServer, claims: bytes) -> None:
    status, headers, body = ask(server, "/latest/claims.parquet", Range="lines=0-3")
    assert (status, headers["Content-Range"], body) == (200, None, claims)


def test_several_parts_come_in_one_answer(server: LocalServer, claims: bytes) -> None:
    status, headers, body = ask(server, "/latest/claims.parquet", Range="bytes=0-3,50-59,-4")
    whole = message_from_bytes(b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body)
    parts = whole.get_payload()
    assert status == 206
    assert isinstance(parts, list)
    assert [str(part.get("Content-Range")).split("/")[0] for part in parts if isinstance(part, Message)] == [
        "bytes 0-3",
        "bytes 50-59",
        f"bytes {len(claims) - 4}-{len(claims) - 1}",
    ]
    assert claims[:4] in body
    assert claims[50:60] in body


def test_what_a_client_has_already_is_not_sent_again(server: LocalServer, claims: bytes) -> None:
    _, headers, _ = ask(server, "/latest/claims.parquet")
    assert headers["Cache-Control"] == "no-cache"
    status, again, body = ask(server, "/latest/claims.parquet", If_None_Match=headers["ETag"])
    assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert ask(server, "/latest/claims.parquet", If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(server, "/latest/claims.parquet", If_None_Match='"another"')[0] == 200
    same = ask(server, "/latest/claims.parquet", Range="bytes=0-3", If_Range=headers["ETag"])
    other = ask(server, "/latest/claims.parquet", Range="bytes=0-3", If_Range='"another"')
    assert (same[0], same[2]) == (206, claims[:4])
    assert (other[0], other[2]) == (200, claims)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("claims.parquet", "application/vnd.apache.parquet"),
        ("csv/claims.csv.gz", "application/gzip"),
        ("datapackage.json", "application/json"),
        ("README.md", "text/markdown; charset=utf-8"),
        ("LICENSE", "text/plain; charset=utf-8"),
        ("onrecord.duckdb", "application/vnd.duckdb"),
    ],
)
def test_every_file_says_what_it_is(server: LocalServer, name: str, kind: str) -> None:
    status, headers, _ = ask(server, f"/latest/{name}")
    assert (status, headers["Content-Type"]) == (200, kind)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Encoding"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/../secret",
        "/%2e%2e/secret",
        "/latest/../../secret",
        "/..%2fsecret",
        "//secret",
        "/leak",
        "/latest/%00",
        "/\\..\\secret",
    ],
)
def test_nothing_outside_the_folder_is_served(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("not for you")
    (tmp_path / "releases" / "latest").mkdir(parents=True)
    (tmp_path / "releases" / "leak").symlink_to(tmp_path / "secret")
    with serving(tmp_path / "releases") as server, socket.create_connection(place(server)) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = raw.makefile("rb").read()
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))
    assert b"not for you" not in answer


def test_a_name_that_only_points_here_is_refused(server: LocalServer) -> None:
    assert ask(server, "/latest/README.md", Host="rebound.example:80")[0] == 400
    assert ask(server, "/latest/README.md", Host="localhost:80")[0] == 200


def test_nothing_can_be_written(server: LocalServer) -> None:
    assert ask(server, "/latest/README.md", "PUT")[0] == 405
    assert ask(server, "/latest/README.md", "DELETE")[0] == 405


class Remote(io.RawIOBase):
    """A file behind a URL, read by ranges only, as DuckDB and other readers of Parquet do."""

    def __init__(self, server: LocalServer, path: str) -> None:
        self.server, self.path, self.at, self.got = server, path, 0, 0
        self.size = int(ask(server, path, "HEAD")[1]["Content-Length"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        return self.at

    def read(self, size: int = -1, /) -> bytes:
        end = (self.size if size < 0 else min(self.at + size, self.size)) - 1
        if end < self.at:
            return b""
        status, _, body = ask(self.server, self.path, Range=f"bytes={self.at}-{end}")
        assert status == 206
        self.at += len(body)
        self.got += len(body)
        return body


def test_a_column_is_read_by_url_without_the_whole_file(tmp_path: Path) -> None:
    rows = pa.table({"wanted": range(50_000), "other": [f"{i * i} words" for i in range(50_000)]})
    pq.write_table(rows, tmp_path / "rows.parquet")
    with serving(tmp_path) as server:
        remote = Remote(server, "/rows.parquet")
        found = pq.ParquetFile(pa.PythonFile(remote, mode="r")).read(columns=["wanted"])
    assert found.equals(rows.select(["wanted"]))
    assert remote.got < remote.size / 2


def test_without_releases_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match="no release yet"):
        make_server(tmp_path / "releases", 0)


def test_a_taken_port_is_named(server: LocalServer, release: Path) -> None:
    with pytest.raises(OnRecordError, match=r"port \d+: .*choose another one"):
        make_server(release, place(server)[1])
