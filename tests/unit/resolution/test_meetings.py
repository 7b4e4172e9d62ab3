"""Which claims meet under a key: each with each, or with the next ones where many share it, wherever a part is cut."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.resolution.groups import grouping
from pipeline.resolution.groups.grouping import COMMON, NEIGHBOURS, Grouping, meetings

SAID, PAIR = 1, 3
POSTINGS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 200), st.integers(0, PAIR)), max_size=40).map(sorted)
Posting = tuple[int, int, int]


def table(postings: list[Posting]) -> pa.RecordBatch:
    columns = list(zip(*postings, strict=True)) or [(), (), ()]
    types = (pa.uint64(), pa.int64(), pa.int8())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, ["key", "n", "kind"])


def expected(postings: list[Posting]) -> list[Posting]:
    """The same by comparing each with each."""
    found = []
    for _, group in groupby(postings, key=lambda posting: posting[0]):
        of_key = list(group)
        reach = len(of_key) if len(of_key) <= COMMON else NEIGHBOURS
        for place, (_, one, kind) in enumerate(of_key):
            for _, two, other in of_key[place + 1 : place + 1 + reach]:
                if min(kind, other) < PAIR:
                    found.append((min(one, two), max(one, two), min(kind, other)))
    return sorted(found)


def weighed(met: list[Posting]) -> list[Posting]:
    """Of each two claims, what their meetings weigh: one for a key of what they say, two for any other."""
    weights: Counter[tuple[int, int]] = Counter()
    for one, two, kind in met:
        weights[one, two] += 1 if kind == SAID else 2
    return sorted((*pair, weight) for pair, weight in weights.items())


def rows(found: pa.Table) -> list[Posting]:
    return sorted(tuple(row.values()) for row in found.to_pylist())


@settings(max_examples=200, deadline=None)
@given(POSTINGS)
def test_of_a_key_that_few_share_each_meets_each(postings: list[Posting]) -> None:
    assert rows(meetings(table(postings))) == expected(postings)


@pytest.mark.parametrize("size", [COMMON, COMMON + 1, 3 * COMMON])
def test_of_a_key_that_many_share_each_meets_the_next_ones(size: int) -> None:
    postings = [(7, n, n % 4) for n in range(size)] + [(8, 1, 0), (8, 2, 3)]
    assert rows(meetings(table(postings))) == expected(postings)


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_nothing_is_lost_where_a_part_is_cut(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "ROWS", at_once)
    postings = [(key, n, key % 2) for key in range(4) for n in range(key, 7)]
    with duckdb.connect() as connection:
        found = Grouping(connection)
        connection.execute(
            "CREATE TABLE postings (first INT, key UBIGINT, n BIGINT, kind TINYINT, published_at TIMESTAMP)"
        )
        connection.executemany("INSERT INTO postings VALUES (0, ?, ?, ?, NULL)", postings)
        found.meet()
        met = connection.sql("SELECT one, two, sum(weight)::BIGINT AS weight FROM met GROUP BY one, two")
        assert rows(met.to_arrow_table()) == weighed(expected(postings))
