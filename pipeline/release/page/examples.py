"""The first rows of each table, for a look at what the values are.

Belongs here: a few rows as short texts. Does not: the claims that the page can search (`figures`).
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import duckdb

from pipeline.release.page.html import clipped
from pipeline.release.relations import Rows, in_order, records, show
from pipeline.schema.model import Table

_ROWS = 3
_LONGEST = 70
"""Code points of a value: a row shall be seen as a row."""


def first_rows(connection: duckdb.DuckDBPyConnection, spec: Table, rows: Rows) -> list[list[str]]:
    """The first rows of a table as texts; what is null is an empty text, long values are cut."""
    show(connection, "shown_rows", rows)
    first = records(connection, f"SELECT * {in_order(spec, rows, 'shown_rows')} LIMIT {_ROWS}")
    return [[clipped(_as_text(row[name]), _LONGEST) for name in spec.column_names] for row in first]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
