"""releases/index.json, releases/index.html and `latest`: which releases are there.

Belongs here: the list of releases. Does not: how it looks, or what is in one (`page`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.release.files import SUMS_APART, read_sums, replace_link, replace_text
from pipeline.release.page.listing import render_listing
from pipeline.release.version import released
from pipeline.schema import dataset
from pipeline.schema.render.datapackage import FileFacts


def refresh(output: Path, releases: Path) -> None:
    """Writes the list of the releases anew and points `latest` to the newest; each of them at once."""
    versions = released(releases)
    entries = [_entry(releases / str(version)) for version in reversed(versions)]
    text = json.dumps({"name": dataset.NAME, "title": dataset.TITLE, "releases": entries}, indent=2, ensure_ascii=False)
    replace_text(releases / "index.json", text + "\n", output)
    apart = {entry["version"]: files_apart(releases / entry["version"]) for entry in entries}
    replace_text(releases / "index.html", render_listing(entries, apart), output)
    if versions:
        replace_link(releases / "latest", str(versions[-1]), output)


def files_apart(release: Path) -> dict[str, FileFacts]:
    """Size and checksum of the files that no other file of a release can name, since their bytes differ each time.

    One that somebody took away, for the room it takes, is left out.
    """
    named = ((release / name, digest) for name, digest in read_sums(release / SUMS_APART).items())
    return {path.name: FileFacts(path.stat().st_size, digest) for path, digest in named if path.is_file()}


def read_package(release: Path) -> dict[str, Any]:
    """datapackage.json of a release."""
    package: dict[str, Any] = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    return package


def _entry(release: Path) -> dict[str, Any]:
    package = read_package(release)
    return {
        "version": package["version"],
        "date": package["date"],
        "schema_version": package["schemaVersion"],
        "previous": package["previous"],
        "digest": package["digest"],
        "path": f"{release.name}/",
        "rows": {r["name"]: r["rows"] for r in package["resources"] if r["type"] == "table"},
    }
