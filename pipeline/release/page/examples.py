"""The first rows of each table, for a look at what the values are.

Belongs here: a few rows as short texts. Does not: the claims that the page can search (`figures`).
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.release.page.html import clipped

_ROWS = 3
_LONGEST = 70
"""Code points of a value: a row shall be seen as a row."""


def first_rows(rows: pa.Table) -> list[list[str]]:
    """The first rows of a table as texts; what is null is an empty text, long values are cut."""
    columns = (column.to_pylist() for column in rows.slice(0, _ROWS).columns)
    return [[clipped(_as_text(value), _LONGEST) for value in row] for row in zip(*columns, strict=True)]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
