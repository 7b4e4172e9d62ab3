"""What another file system says of a file is trusted only where another content would say something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest

from pipeline.errors import OnRecordError
from pipeline.intake import marks as module
from pipeline.intake.manifest import NO_ENTRY
from pipeline.intake.marks import marks
from pipeline.settings import Settings
from pipeline.unchanged import fingerprint

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=3)


@dataclass(frozen=True)
class Said:
    """A file system that says this of every file."""

    facts: dict[str, Any]
    at: datetime | None = None

    def info(self, _path: str) -> dict[str, Any]:
        return self.facts

    def modified(self, _path: str) -> datetime:
        if self.at is None:
            raise NotImplementedError
        return self.at


@pytest.mark.parametrize(
    ("said", "other"),
    [
        (Said({"ETag": '"a1"'}), Said({"ETag": '"a2"'})),
        (Said({"size": 3, "generation": 17}), Said({"size": 3, "generation": 18})),
        (Said({"ETag": 'W/"a"', "Content-MD5": "x=="}), Said({"ETag": 'W/"a"', "Content-MD5": "y=="})),
        (Said({"size": 3}, LONG_AGO), Said({"size": 4}, LONG_AGO)),
        (Said({"size": 3}, LONG_AGO), Said({"size": 3}, LONG_AGO + timedelta(seconds=1))),
        (Said({"size": 3}, LONG_AGO.replace(tzinfo=None)), Said({"size": 4}, LONG_AGO)),
    ],
)
def test_another_content_has_another_mark(said: Said, other: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for system in (said, said, other):
        monkeypatch.setattr(module, "files_behind", lambda _, system=system: {"s3://b/a": (NO_ENTRY, system, "b/a")})
        found.append(marks({}))
    assert found[0]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    "said",
    [
        Said({"size": 3}),
        Said({"size": 3, "ETag": 'W/"a"', "Last-Modified": "Mon, 02 Mar 2026 09:30:00 GMT"}),
        Said({"size": 3, "created": LONG_AGO}),
        Said({"size": 3}, NOW + timedelta(hours=1)),
    ],
    ids=["a size", "a weak ETag", "when it was made", "changed just now"],
)
def test_without_a_sure_mark_nothing_is_told(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = (NO_ENTRY, Said({"ETag": "1"}), "b/a")
    monkeypatch.setattr(module, "files_behind", lambda _: {"s3://b/a": sure, "ftp://b/a": (NO_ENTRY, said, "b/a")})
    assert marks({}) is None


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)


def test_a_build_sees_what_changed_elsewhere(
    store: fsspec.AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(documents=tmp_path, output=tmp_path.parent / "out")
    (tmp_path / "manifest.csv").write_text("file\nmemory://desk/*.txt\n", encoding="utf-8")
    with pytest.raises(OnRecordError, match="names no file"):
        fingerprint(settings)
    store.pipe("/desk/a.txt", b"The ferry is late, the pilot said.")
    assert fingerprint(settings) is None, "it may change again within this second"
    monkeypatch.setattr(module, "_REST", timedelta(0))
    first = fingerprint(settings)
    assert first
    assert fingerprint(settings) == first
    store.pipe("/desk/b.txt", b"The pilot denied it.")
    second = fingerprint(settings)
    store.pipe("/desk/b.txt", b"The pilot denies it.")
    assert len({first, second, fingerprint(settings)}) == 3
