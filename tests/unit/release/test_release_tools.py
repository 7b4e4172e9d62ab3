"""What people do with a release: compare two, unpack the archive, ask for parts of it over HTTP."""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pyarrow as pa
import pytest
import zstandard

from pipeline.errors import OnRecordError
from pipeline.release.diff import Difference, describe, differences
from pipeline.release.publish import Release
from pipeline.release.serve import byte_range, make_server
from pipeline.release.verify import verify

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]


def test_the_same_release_does_not_differ(release: Path) -> None:
    assert differences(release, release) == []
    assert describe([]) == "The releases hold the same rows."


def test_a_difference_counts_names_columns_and_gives_examples(
    tmp_path: Path, release: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    actors = small_tables["actors"].to_pylist()
    actors[0] |= {"name": "Ada M. Quist", "country": None}
    changed = pa.Table.from_pylist(actors, schema=small_tables["actors"].schema)
    tables = small_tables | {"actors": changed, "quantities": small_tables["quantities"].slice(1)}
    other = publish_tables(tmp_path / "other", tables).path
    found = {difference.table: difference for difference in differences(release, other)}
    key = actors[0]["actor_id"]
    assert found["actors"] == Difference(
        "actors", 0, 1, 0, (("country", 1), ("name", 1)), (f"changed {key} “Ada M. Quist” (changed: name, country)",)
    )
    assert (found["quantities"].removed, found["quantities"].added) == (1, 0)
    text = describe(list(found.values()))
    assert "actors: 0 added, 1 changed, 0 removed" in text
    assert "changed columns: country (1), name (1)" in text


def test_only_releases_can_be_compared(tmp_path: Path, release: Path) -> None:
    with pytest.raises(OnRecordError, match="no release"):
        differences(release, tmp_path)


def test_the_archive_unpacks_to_a_release_that_holds(release: Path, tmp_path: Path) -> None:
    packed = next(release.glob("*.tar.zst"))
    with (
        packed.open("rb") as raw,
        zstandard.ZstdDecompressor().stream_reader(raw) as plain,
        tarfile.open(fileobj=plain, mode="r|") as archive,
    ):
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / release.name
    assert verify(unpacked) == []
    assert (unpacked / "SHA256SUMS").read_bytes() == (release / "SHA256SUMS").read_bytes()
    assert not (unpacked / "onrecord.duckdb").exists()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-3", (0, 3)),
        ("bytes=4-", (4, 9)),
        ("bytes=-4", (6, 9)),
        ("bytes=-40", (0, 9)),
        ("bytes=8-40", (8, 9)),
        ("bytes=10-12", None),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-3", None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header: str, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, 10) == expected


@pytest.fixture
def address(release: Path) -> Iterator[str]:
    server = make_server(release, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urlopen(Request(url, headers=headers)) as answer:  # noqa: S310 - the address is our own server's
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def test_files_and_parts_of_files_are_served(address: str, release: Path) -> None:
    whole = (release / "claims.parquet").read_bytes()
    assert ask(f"{address}/claims.parquet") == (200, whole)
    assert ask(f"{address}/claims.parquet", Range="bytes=-8") == (206, whole[-8:])
    assert ask(f"{address}/claims.parquet", Range="bytes=4-99") == (206, whole[4:100])
    assert ask(f"{address}/claims.parquet", Range="bytes=99999999-") == (416, b"")


def test_nothing_outside_the_folder_and_no_other_name_is_served(address: str, release: Path) -> None:
    assert (release.parent / "index.json").is_file()
    assert ask(f"{address}/../index.json")[0] == 404
    assert ask(f"{address}/%2e%2e/index.json")[0] == 404
    assert ask(f"{address}/README.md", Host="rebound.example:80")[0] == 403


def test_without_releases_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match="no release yet"):
        make_server(tmp_path / "releases", 0)


def test_a_taken_port_is_named(release: Path) -> None:
    server = make_server(release, 0)
    with pytest.raises(OnRecordError, match=r"port \d+: .*choose another one"):
        make_server(release, server.server_port)
    server.server_close()
