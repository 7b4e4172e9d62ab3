"""The difference between two releases, for a person.

Belongs here: counts, changed columns and examples per table. Does not: computing deltas (`delta`), or judging them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.errors import OnRecordError
from pipeline.release.delta import counts, deltas, read_tables
from pipeline.release.files import SUMS
from pipeline.schema.model import Table
from pipeline.schema.tables import TABLES

EXAMPLES = 3
"""Examples of each op that are shown for a table."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one table: rows by op, how often each column changed, and a few rows as words."""

    table: str
    added: int
    changed: int
    removed: int
    columns: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]


def differences(before: Path, after: Path) -> list[Difference]:
    """The tables that differ between two releases, in the order of the schema; none if they hold the same rows.

    Raises OnRecordError if one of them is no release.
    """
    for release in (before, after):
        if not (release / SUMS).is_file():
            raise OnRecordError(f"{release}: no release; give a folder such as output/releases/2026.11.0")
    changes = deltas(read_tables(before), read_tables(after))
    return [_difference(spec, changes[spec.name]) for spec in TABLES if changes[spec.name].num_rows]


def describe(found: Sequence[Difference]) -> str:
    """The differences as text: a paragraph for each table."""
    return "\n\n".join(map(_paragraph, found)) if found else "The releases hold the same rows."


def _difference(spec: Table, delta: pa.Table) -> Difference:
    reasons = delta["op_reason"].to_pylist()
    names = (name for reason in reasons if reason.startswith("changed: ") for name in reason[9:].split(", "))
    columns = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    number = counts(delta)
    return Difference(
        spec.name, number["added"], number["changed"], number["removed"], tuple(columns), _examples(spec, delta)
    )


def _examples(spec: Table, delta: pa.Table) -> tuple[str, ...]:
    shown: Counter[str] = Counter()
    words = [name for name in ("name", "title", "surface", "role", "text") if name in spec.column_names]
    lines = []
    for row in delta.to_pylist():
        shown[row["op"]] += 1
        if shown[row["op"]] <= EXAMPLES:
            key = " ".join(str(row[name]) for name in spec.primary_key)
            said = next((f" “{row[name]}”" for name in words if row[name]), "")
            lines.append(f"{row['op']} {key}{said} ({row['op_reason']})")
    return tuple(lines)


def _paragraph(difference: Difference) -> str:
    numbers = f"{difference.added:,} added, {difference.changed:,} changed, {difference.removed:,} removed"
    columns = ", ".join(f"{name} ({n:,})" for name, n in difference.columns)
    lines = [f"{difference.table}: {numbers}"]
    lines += [f"  changed columns: {columns}"] if columns else []
    lines += [f"  {example}" for example in difference.examples]
    return "\n".join(lines)
