"""How a list of words is written in this package: as running text.

Belongs here: the one function. Does not: any list.
"""

from __future__ import annotations


def words(*lines: str) -> frozenset[str]:
    """The words of the lines, split at spaces."""
    return frozenset(word for line in lines for word in line.split())
