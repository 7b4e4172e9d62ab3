"""One archive with all of a release, for those who want a single download.

Belongs here: packing, the same bytes for the same files. Does not: onrecord.duckdb, whose bytes differ from build to
build; it lies beside the archive.
"""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from pathlib import Path

import zstandard

_LEVEL = 10


def archive_name(version: str) -> str:
    """What the archive of a release is called."""
    return f"onrecord-{version}.tar.zst"


def write_archive(release: Path, names: Sequence[str], path: Path) -> None:
    """Packs these files of a release into a folder of its name; without times, owners and machine."""
    packer = zstandard.ZstdCompressor(level=_LEVEL)
    with (
        path.open("wb") as raw,
        packer.stream_writer(raw) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name in sorted(names):
            entry = tarfile.TarInfo(f"{release.name}/{name}")
            entry.size, entry.mode = (release / name).stat().st_size, 0o644
            with (release / name).open("rb") as content:
                archive.addfile(entry, content)
