"""releases/index.json, releases/index.html and `latest`: which releases are there.

Belongs here: the list of releases. Does not: what is in one (`page`).
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from pipeline.release.files import replace_link, replace_text
from pipeline.release.version import released
from pipeline.schema import dataset


def refresh(output: Path, releases: Path) -> None:
    """Writes the list of the releases anew and points `latest` to the newest; each of them at once."""
    versions = released(releases)
    entries = [_entry(releases / str(version)) for version in reversed(versions)]
    text = json.dumps({"name": dataset.NAME, "title": dataset.TITLE, "releases": entries}, indent=2, ensure_ascii=False)
    replace_text(releases / "index.json", text + "\n", output)
    replace_text(releases / "index.html", _page(entries), output)
    if versions:
        replace_link(releases / "latest", str(versions[-1]), output)


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


_STYLE = """
:root { color-scheme: light dark; --ink: #1c1a17; --paper: #fbfaf7; --line: #ddd8cd; --accent: #0f5c63 }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8df; --paper: #161513; --line: #3a3731; --accent: #6cc5cd } }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif }
h1 { font: 600 1.9rem/1.2 Georgia, serif }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .6rem .75rem; border-bottom: 1px solid var(--line) }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
a { color: var(--accent) }
"""


def _page(entries: list[dict[str, Any]]) -> str:
    rows = "".join(_row(entry) for entry in entries)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(dataset.TITLE)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(dataset.TITLE)}</h1>\n"
        f"<p>{escape(dataset.DESCRIPTION)}</p>\n<table><thead><tr><th>Release</th><th>Date</th><th>Schema</th>"
        '<th class="n">Documents</th><th class="n">Claims</th><th class="n">Actors</th></tr></thead>\n'
        f"<tbody>{rows}</tbody></table></body></html>\n"
    )


def _row(entry: dict[str, Any]) -> str:
    numbers = "".join(f'<td class="n">{entry["rows"][name]:,}</td>' for name in ("documents", "claims", "actors"))
    version, when, schema = (escape(str(entry[key])) for key in ("version", "date", "schema_version"))
    return f'<tr><td><a href="{version}/index.html">{version}</a></td><td>{when}</td><td>{schema}</td>{numbers}</tr>\n'
