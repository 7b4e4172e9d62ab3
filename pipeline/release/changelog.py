"""CHANGELOG.md: what changed from release to release, in words.

Belongs here: the text. Does not: computing what changed (`delta`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from pipeline.release.content import Tables
from pipeline.release.delta import counts
from pipeline.release.version import Version
from pipeline.schema.tables import SCHEMA_VERSION

_HEAD = "# Changelog\n\nVersions are year.month.number of the data; the schema has a version of its own.\n"


def changelog(version: Version, when: date, tables: Tables, changes: Mapping[str, pa.Table], before: str) -> str:
    """The changelog of a release; `before` is that of the previous one (empty for the first)."""
    lines = [f"## {version} ({when.isoformat()})", "", f"Schema version {SCHEMA_VERSION}.", ""]
    lines += _changed(changes) if before else _first(tables)
    earlier = before.removeprefix(_HEAD).strip()
    return "\n".join([_HEAD, *lines, "", *([earlier, ""] if earlier else [])])


def _first(tables: Tables) -> list[str]:
    return ["The first release.", "", "| table | rows |", "|---|---:|"] + [
        f"| {name} | {rows.num_rows} |" for name, rows in tables.items()
    ]


def _changed(changes: Mapping[str, pa.Table]) -> list[str]:
    lines = ["| table | added | changed | removed | reasons |", "|---|---:|---:|---:|---|"]
    for name, delta in changes.items():
        if delta.num_rows:
            number = counts(delta)
            lines.append(
                f"| {name} | {number['added']} | {number['changed']} | {number['removed']} | {_reasons(delta)} |"
            )
    return lines


def _reasons(delta: pa.Table) -> str:
    # Of changed columns only the word `changed`: their names are in the delta, and there are many combinations.
    words = Counter(
        reason if not reason.startswith("changed") else "changed" for reason in delta["op_reason"].to_pylist()
    )
    return ", ".join(f"{reason} ({n})" for reason, n in sorted(words.items(), key=lambda item: (-item[1], item[0])))
