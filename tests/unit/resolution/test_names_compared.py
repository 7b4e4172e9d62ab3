"""Comparing names: the same tidying in Python and in SQL."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.resolution.article.naming import tidy, tidy_sql

ODD = (
    "Anna Wendovar",
    "Anna Wen\xaddovar",
    " Anna\xa0\u2009Wendovar\n",
    "Anna\u200b Wendovar\ufeff",
    "Anna\u2028\x1c\x85Wendovar\u3000",
    "Anna\tO\u2019Hara (Wen\u2060dovar)",
)


@pytest.mark.parametrize("name", ODD)
def test_sql_tidies_names_as_python_does(name: str) -> None:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {tidy_sql('name')} FROM (SELECT $name AS name)", {"name": name}).fetchone()
    assert row == (tidy(name),)
