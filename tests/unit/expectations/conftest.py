"""Fixtures for rules: a warehouse in memory that obeys them all."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from tests.unit.expectations.small_warehouse import load, sources


@pytest.fixture
def small(small_tables: dict[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The clean tables, open for one test to corrupt."""
    with load(small_tables) as connection:
        yield connection


@pytest.fixture
def small_sources(small_tables: dict[str, pa.Table]) -> pa.Table:
    """The source texts of the small tables, as the stage `cleaned` has them."""
    return sources(small_tables)
