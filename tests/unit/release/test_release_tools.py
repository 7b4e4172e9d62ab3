"""What people do with a release: compare two, unpack the archive."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import zstandard

from pipeline.errors import OnRecordError
from pipeline.release.diff import Difference, describe, differences
from pipeline.release.publish import Release
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
