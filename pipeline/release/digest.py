"""The digest of a release's data: the same for the same rows, whatever library wrote the files.

Belongs here: one digest per table and one over all. Does not: checksums of files (`files`).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline import ids
from pipeline.release.content import Tables
from pipeline.release.rows import rows_digest
from pipeline.schema.tables import TABLES
from pipeline.warehouse import connect


def table_digests(tables: Tables) -> dict[str, str]:
    """SHA-256 of each published table's rows as CSV."""
    with connect() as connection:
        return {spec.name: rows_digest(tables[spec.name], connection) for spec in TABLES}


def digest_of(digests: Mapping[str, str]) -> str:
    """SHA-256 over the digests of all tables."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return ids.sha256(lines.encode())
