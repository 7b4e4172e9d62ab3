"""Claims that make the same statement: the same words quoted, or the same actor saying the same in other words.

Belongs here: which claims are compared, and which of them are connected. Does not: how alike two claims are
(`likeness`), which connected ones make a group (`clusters`), or rows (`corpus`).

Claims meet in an inverted index of their keys, which DuckDB holds on disk if it must; an entry that many share gives
each claim some neighbours instead of all others, so the work grows with the number of claims and not with its square.
What two claims are to each other depends on these two alone, so it is kept between builds: only pairs with a new or
changed claim are compared again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, MutableSequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.engine.batches import Progress, silent
from pipeline.resolution.database import BATCH, batched, insert, registered, rows_of, standing, table_of
from pipeline.resolution.groups.clusters import Edge, Group, Member, cluster
from pipeline.resolution.groups.likeness import likeness
from pipeline.resolution.groups.statements import said

COMMON, NEIGHBOURS = 60, 8
"""An index entry that more than COMMON claims share gives each of them its next NEIGHBOURS in order of time."""
ROWS = 200_000
"""Index entries that are in memory at once, or all of one key."""
WINDOW_DAYS = 30
"""The same quotation is printed within this time."""
STATEMENTS: pa.Schema = pa.schema(
    [
        pa.field(name, kind)
        for name, kind in (
            ("claim_id", pa.string()),
            ("document_id", pa.string()),
            ("speaker", pa.string()),
            ("speaker_is_named", pa.bool_()),
            ("published_at", pa.timestamp("us")),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("mode", pa.string()),
            ("text", pa.string()),
            ("words_key", pa.uint64()),
            *((name, pa.list_(pa.uint64())) for name in ("runs", "said", "fragments", "pairs")),
        )
    ]
)
"""A claim with its keys, as it is grouped."""
KEPT: pa.Schema = pa.schema(
    [
        ("one", pa.uint64()),
        ("two", pa.uint64()),
        ("one_speaker", pa.bool_()),
        ("relation", pa.string()),
        ("score", pa.float64()),
        ("closeness", pa.float64()),
    ]
)
"""What two claims are to each other, by their words."""


class Grouping:
    """Claims in an index. `add` takes them in, in the same order each time; then `groups` gives the groups.

    What is too much for memory stands in this database and this folder.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> None:
        self._connection, self._folder = connection, folder
        self._count = 0
        self.compared = 0
        """Pairs that were compared, as nothing kept said what they are to each other."""
        connection.execute(_TABLES)

    def add(self, statements: pa.Table) -> None:
        """Takes these in: rows of STATEMENTS."""
        numbers = pa.array(range(self._count, self._count + statements.num_rows), pa.int64())
        self._count += statements.num_rows
        with registered(self._connection, "incoming", statements.append_column("n", numbers)):
            self._connection.execute(_ADD)

    def keep(self, kept: pa.Table | pa.RecordBatchReader) -> None:
        """Takes in rows of KEPT from an earlier build."""
        insert(self._connection, "known_pairs", kept)

    def kept(self) -> pa.RecordBatchReader:
        """Rows of KEPT for the next build: all pairs of this one, and no others."""
        return self._connection.sql("SELECT * FROM pairs ORDER BY ALL").to_arrow_reader(BATCH)

    def groups(self, progress: Progress = silent) -> Iterator[Group]:
        """The groups, each with two members and more."""
        self._connection.execute(_POSTINGS)
        self.meet(progress)
        self._connection.execute(_CANDIDATES)
        self._compare(progress)
        self._connection.execute(_EDGES)
        self._components()
        members, edges = (_grouped(rows_of(self._connection, sql)) for sql in (_MEMBERS, _EDGES_IN_ORDER))
        for (_, claims), (_, between) in zip(members, edges, strict=True):
            found = [Member(n, claim_id, frozenset(said(text, mode).content)) for n, claim_id, text, mode in claims]
            yield from cluster(found, [Edge(*edge) for edge in between])

    def meet(self, progress: Progress = silent) -> None:
        """Puts the claims that stand near each other under one key into the table `met`."""
        with TemporaryDirectory(dir=self._folder) as folder:
            postings = standing(self._connection, _IN_TIME, _POSTING, Path(folder) / "postings.arrow")
        done = 0
        for keys in _by_key(postings):
            with registered(self._connection, "meetings", meetings(keys)):
                self._connection.execute(_MEET)
            done += keys.num_rows
            progress("meet", done, postings.num_rows)

    def _compare(self, progress: Progress) -> None:
        """Compares the pairs that nothing kept speaks of."""
        ((missing,),) = self._connection.sql("SELECT count(*) FROM missing").fetchall()
        for rows in batched(rows_of(self._connection, _TO_COMPARE)):
            self.compared += len(rows)
            found = [(*row[:3], *likeness(said(*row[3:5]), said(*row[5:7]), one_speaker=row[2])) for row in rows]
            insert(self._connection, "pairs", table_of(found, KEPT))
            progress("compare", self.compared, missing)
        self._connection.execute("DROP TABLE missing; DROP TABLE known_pairs")

    def _components(self) -> None:
        """Gives each claim that is like another the number of one that it is connected with (union-find)."""
        parent = array("q", range(self._count))
        for claims in rows_of(self._connection, "SELECT one, two FROM edges"):
            one, two = (_root(parent, claim) for claim in claims)
            parent[max(one, two)] = min(one, two)
        for rows in batched(rows_of(self._connection, _IN_EDGES)):
            found = [(claim, _root(parent, claim)) for (claim,) in rows]
            insert(self._connection, "components", table_of(found, _COMPONENTS))


def _by_key(postings: pa.Table) -> Iterator[pa.RecordBatch]:
    """The postings in order, about ROWS at a time, those of one key together."""
    at, size = 0, ROWS
    while at < postings.num_rows:
        part = postings.slice(at, size)
        if at + size < postings.num_rows:
            others = pc.sum(pc.not_equal(part["key"], part["key"][-1])).as_py()
            if not others:
                size *= 2
                continue
            part = part.slice(0, others)
        yield from part.combine_chunks().to_batches()
        at, size = at + part.num_rows, ROWS


def meetings(postings: pa.RecordBatch) -> pa.Table:
    """Who meets under these keys: two claims (the smaller number first), and what the key is of the two.

    Of a key that few share, each meets each; else each meets its next NEIGHBOURS.
    """
    key, n, kind = (postings[name].to_numpy() for name in _POSTING.names)
    firsts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    sizes = np.diff(np.append(firsts, len(key)))
    left = np.repeat(firsts + sizes, sizes) - np.arange(len(key)) - 1
    reach = np.minimum(left, np.repeat(np.where(sizes <= COMMON, sizes, NEIGHBOURS), sizes))
    found = [(n[:0], n[:0], kind[:0])]
    for step in range(1, int(reach.max(initial=0)) + 1):
        at = np.flatnonzero(reach >= step)
        least = np.minimum(kind[at], kind[at + step])
        at, least = at[least < _PAIR], least[least < _PAIR]
        found.append((np.minimum(n[at], n[at + step]), np.maximum(n[at], n[at + step]), least))
    return pa.table([pa.array(np.concatenate(parts)) for parts in zip(*found, strict=True)], _MEETING)


def _root(parent: MutableSequence[int], claim: int) -> int:
    while parent[claim] != claim:
        parent[claim] = parent[parent[claim]]
        claim = parent[claim]
    return claim


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Rows with the same first column, without it."""
    for component, found in groupby(rows, key=lambda row: row[0]):
        yield component, [row[1:] for row in found]


_POSTING = pa.schema([("key", pa.uint64()), ("n", pa.int64()), ("kind", pa.int8())])
_MEETING = pa.schema([("one", pa.int64()), ("two", pa.int64()), ("kind", pa.int8())])
_COMPONENTS = pa.schema([("n", pa.int64()), ("component", pa.int64())])

_TABLES = """
CREATE TABLE claims (n BIGINT, claim_id VARCHAR, document_id VARCHAR, speaker VARCHAR, sayer VARCHAR,
                     published_at TIMESTAMP, "start" BIGINT, "end" BIGINT, mode VARCHAR, text VARCHAR,
                     words_key UBIGINT);
CREATE TABLE keys (key UBIGINT, n BIGINT, kind TINYINT);
CREATE TABLE known_pairs (one UBIGINT, two UBIGINT, one_speaker BOOLEAN, relation VARCHAR, score DOUBLE,
                          closeness DOUBLE);
CREATE TABLE pairs AS FROM known_pairs;
CREATE TABLE met (one BIGINT, two BIGINT, weight BIGINT);
CREATE TABLE components (n BIGINT, component BIGINT);
"""
_RUN, _SAID, _FRAGMENT, _PAIR = range(4)
_ENOUGH = 2
"""Keys of what they say under which two claims meet to be candidates; one of any other kind is enough."""
_ADD = f"""
INSERT INTO claims
SELECT n, claim_id, document_id, speaker, CASE WHEN speaker_is_named THEN speaker END, published_at, "start", "end",
       mode, text, words_key
FROM incoming;
INSERT INTO keys
SELECT unnest(runs), n, {_RUN} FROM incoming UNION ALL
SELECT unnest(said), n, {_SAID} FROM incoming UNION ALL
SELECT unnest(fragments), n, {_FRAGMENT} FROM incoming UNION ALL
SELECT unnest(pairs), n, {_PAIR} FROM incoming;
"""
_POSTINGS = f"""
CREATE TABLE shared AS
SELECT key, min(n) AS first FROM keys GROUP BY key HAVING min(n) < max(n) AND min(kind) < {_PAIR};
CREATE TABLE sharing AS SELECT first, key, n, kind FROM keys JOIN shared USING (key);
DROP TABLE keys;
DROP TABLE shared;
CREATE TABLE entries AS SELECT min(first) AS first, key, n, min(kind) AS kind FROM sharing GROUP BY key, n;
DROP TABLE sharing;
CREATE TABLE postings AS SELECT first, key, n, kind, published_at FROM entries JOIN claims USING (n);
DROP TABLE entries;
"""
"""One step after the other, here and below: several operators that keep much share the limit and then fail."""
_IN_TIME = "SELECT key, n, kind FROM postings ORDER BY first, key, published_at NULLS FIRST, n"
"""By `first`, the first claim under a key: two claims share many keys, which so stand together, and most of what is the
same meeting over and over is taken together before it is written down."""
_MEET = f"""
INSERT INTO met SELECT one, two, sum(CASE kind WHEN {_SAID} THEN 1 ELSE {_ENOUGH} END) FROM meetings GROUP BY one, two
"""
_CANDIDATES = f"""
DROP TABLE postings;
CREATE TABLE meetings AS
SELECT one, two FROM met GROUP BY one, two HAVING sum(weight) >= {_ENOUGH};
DROP TABLE met;
CREATE TABLE beside AS
SELECT n, two, words_key, document_id, speaker, sayer, published_at, "start", "end"
FROM meetings JOIN claims ON n = one;
DROP TABLE meetings;
CREATE TABLE candidates AS
SELECT a.n AS one, b.n AS two,
       least(a.words_key, b.words_key) AS one_key, greatest(a.words_key, b.words_key) AS two_key,
       coalesce(a.speaker = b.speaker, false) AS one_speaker
FROM beside AS a JOIN claims AS b ON b.n = a.two
WHERE (a.sayer IS NULL OR b.sayer IS NULL OR a.sayer = b.sayer)
  AND CASE WHEN a.document_id = b.document_id THEN a."end" <= b."start" OR b."end" <= a."start"
           ELSE coalesce(abs(date_diff('second', a.published_at, b.published_at)) <= {WINDOW_DAYS} * 86400, true) END;
DROP TABLE beside;
INSERT INTO pairs
SELECT DISTINCT known.* FROM known_pairs AS known JOIN candidates
ON candidates.one_key = known.one AND candidates.two_key = known.two AND candidates.one_speaker = known.one_speaker;
CREATE TABLE missing AS
SELECT DISTINCT one_key, two_key, one_speaker FROM candidates ANTI JOIN pairs AS used
ON candidates.one_key = used.one AND candidates.two_key = used.two AND candidates.one_speaker = used.one_speaker;
"""
_TO_COMPARE = """
WITH firsts AS (SELECT min(n) AS n FROM claims GROUP BY words_key),
     texts AS (SELECT words_key, text, mode FROM claims SEMI JOIN firsts USING (n))
SELECT one_key, two_key, one_speaker, a.text, a.mode, b.text, b.mode
FROM missing JOIN texts AS a ON a.words_key = one_key JOIN texts AS b ON b.words_key = two_key
"""
_EDGES = """
CREATE TABLE edges AS
SELECT candidates.one, candidates.two, relation, score, closeness
FROM candidates JOIN pairs AS used
ON candidates.one_key = used.one AND candidates.two_key = used.two AND candidates.one_speaker = used.one_speaker
WHERE relation <> '';
DROP TABLE candidates;
"""
_IN_EDGES = "SELECT one FROM edges UNION SELECT two FROM edges"
_EDGES_IN_ORDER = """
SELECT component, one, two, relation, score, closeness FROM edges JOIN components ON n = one
ORDER BY component
"""
_MEMBERS = "SELECT component, n, claim_id, text, mode FROM components JOIN claims USING (n) ORDER BY component"
