"""CHANGELOG.md: what changed from release to release, in words.

Belongs here: the text. Does not: computing what changed (`delta`).
"""

from __future__ import annotations

from datetime import date

from pipeline.release.delta import counts
from pipeline.release.relations import Tables
from pipeline.release.version import Version
from pipeline.schema.tables import SCHEMA_VERSION
from pipeline.warehouse import connect

_HEAD = "# Changelog\n\nVersions are year.month.number of the data; the schema has a version of its own.\n"


def changelog(version: Version, when: date, tables: Tables, changes: Tables, before: str) -> str:
    """The changelog of a release; `before` is that of the previous one (empty for the first)."""
    lines = [f"## {version} ({when.isoformat()})", "", f"Schema version {SCHEMA_VERSION}.", ""]
    lines += _changed(changes) if before else _first(tables)
    earlier = before.removeprefix(_HEAD).strip()
    return "\n".join([_HEAD, *lines, "", *([earlier, ""] if earlier else [])])


def _first(tables: Tables) -> list[str]:
    return ["The first release.", "", "| table | rows |", "|---|---:|"] + [
        f"| {name} | {rows.num_rows} |" for name, rows in tables.items()
    ]


def _changed(changes: Tables) -> list[str]:
    lines = ["| table | added | changed | removed | reasons |", "|---|---:|---:|---:|---|"]
    with connect() as connection:
        for name, delta in changes.items():
            if delta.num_rows:
                number = counts(connection, delta)
                reasons = ", ".join(f"{reason} ({n})" for reason, n in connection.execute(_REASONS).fetchall())
                lines.append(f"| {name} | {number['added']} | {number['changed']} | {number['removed']} | {reasons} |")
    return lines


# Of changed columns only the word `changed`: their names are in the delta, and there are many combinations.
_REASONS = """
    SELECT CASE WHEN starts_with(op_reason, 'changed') THEN 'changed' ELSE op_reason END AS why, count(*) AS n
    FROM delta_rows GROUP BY why ORDER BY n DESC, why"""
