"""Data versions of tables: by them Dagster tells whether what is made of a table is stale.

Belongs here: one word for all rows of a table, the same for the same rows. Does not: ids and digests that are published
(`pipeline.ids`, `pipeline.release.digest`): these words are compared within one Dagster instance only.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from pipeline.warehouse import connect

_SUM = "SELECT coalesce(sum(hash(rows_of_table)::HUGEINT), 0)::VARCHAR FROM rows_of_table"
"""A sum, so that the order of rows does not count."""


def data_versions(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """The data version of each table, by name."""
    with connect() as connection:
        return {
            name: str(connection.register("rows_of_table", rows).sql(_SUM).fetchall()[0][0])
            for name, rows in tables.items()
        }
