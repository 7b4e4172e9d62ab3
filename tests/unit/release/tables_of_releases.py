"""Tables of a release, and the register of its ids, as Arrow has them.

Belongs here: reading what releases hold, in whichever files. Does not: any test.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipeline.release import registry
from pipeline.release.layout import stored
from pipeline.release.relations import Tables, in_order, show
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import IDENTIFIERS, table
from pipeline.warehouse import connect


def rows_of(release: Path, name: str) -> pa.Table:
    """A table in published order, from one file or from those of each month."""
    rows = stored(table(name), release)
    with connect() as connection:
        show(connection, "rows", rows)
        return connection.sql(f"SELECT * {in_order(table(name), rows, 'rows')}").to_arrow_table()


def continued(before: Tables, after: Tables, version: str, previous: str | None) -> pa.Table:
    """The register of a release."""
    batches = registry.continued(before, after, version, previous)
    return pa.Table.from_batches(batches, arrow_schema(IDENTIFIERS, comments=True))
