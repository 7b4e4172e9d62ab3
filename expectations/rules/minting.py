"""How rules mint an id again for every row of a table.

Belongs here: the shape of such a query. Does not: from which columns which id is minted (the rules of each table), or
how (`expectations.database`).
"""

from __future__ import annotations


def minted_otherwise(key: str, relation: str, minted: str, *others: str) -> str:
    """SQL for the keys, and other columns, of the rows of a relation whose id is not the one that `minted` gives."""
    # OFFSET 0 keeps the comparison out of the query inside. DuckDB finds parts that occur often, such as the hash that
    # all letters of an id are taken from, in what a query selects, but not in a filter: it would hash ten times a row.
    columns = ", ".join((key, *others))
    again = f"SELECT {columns}, {minted} AS minted FROM {relation} OFFSET 0"
    return f"SELECT {columns} FROM ({again}) WHERE {key} IS DISTINCT FROM minted"
