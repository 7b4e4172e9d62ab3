"""The actors of all documents: every entity with the actor it stands for, in a database that spills to disk.

Belongs here: entities by block, the blocks that were decided before, people's decisions on actors put in. Does not:
what a block is and how it is decided (`identity`), or the rows that follow (`rows`).

The entities of a block are counted by name, and only a block whose counts are new is decided; what was decided of the
others is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from pipeline import ids
from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.repair.name import ORGANISED
from pipeline.resolution.article.naming import tidy
from pipeline.resolution.corpus.amend import Amended, amend_actors
from pipeline.resolution.corpus.identity import (
    LOCAL,
    PUBLISHER,
    SHARED,
    UNNAMED,
    Actor,
    Variant,
    Where,
    block_of,
    decide,
)
from pipeline.resolution.database import BATCH, batched, insert, registered, rows_of, table_of
from pipeline.resolution.people.curation import Curation

_SEPARATOR = "\x1f"

_ACTOR = [("actor_id", pa.string()), ("actor_name", pa.string()), ("actor_kind", pa.string())]
_ACTOR += [("actor_is_named", pa.bool_()), ("actor_wikidata_id", pa.string()), ("actor_country", pa.string())]
_ENTITIES = pa.schema([("document_id", pa.string()), ("number", pa.int32()), ("name", pa.string()),
                       ("kind", pa.string()), ("is_named", pa.bool_()), ("linked", pa.string()),
                       ("country", pa.string()), ("place", pa.int64())])  # fmt: skip
_NAMES = pa.schema([("name", pa.string()), ("kind", pa.string()), ("linked", pa.string()),
                    ("is_named", pa.bool_()), ("scope", pa.string()), ("block", pa.string())])  # fmt: skip
DECIDED = pa.schema(
    [("block", pa.string()), ("document_id", pa.string()), ("digest", pa.uint64()), ("name", pa.string()), *_ACTOR]
)
"""A name of a block with the actor it stands for; `digest` is made of all that the block was decided by."""
_ASSIGNED = pa.schema([("document_id", pa.string()), ("number", pa.int32()), *_ACTOR])


class Actors:
    """Entities in a database: first all are added, then the blocks are decided, then people's decisions put in."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.decided = 0
        """Blocks that were decided anew."""
        connection.execute(_TABLES)

    def add(self, extracted: pa.Table) -> None:
        """Takes in the entities of rows EXTRACTED."""
        with registered(self._connection, "incoming", extracted.select(["document_id", "entities", "mentions"])):
            self._connection.execute(_ADD)

    def add_publishers(self, documents: pa.Table) -> None:
        """Takes in the publishers of rows of the table documents."""
        for batch in documents.select(["document_id", "publisher", "url"]).to_batches(max_chunksize=BATCH):
            found = (_publisher(*row.values()) for row in batch.to_pylist())
            insert(self._connection, "entities", table_of([row for row in found if row], _ENTITIES))

    def keep(self, kept: pa.Table | pa.RecordBatchReader) -> None:
        """Takes in rows of DECIDED from an earlier build."""
        insert(self._connection, "known", kept)

    def kept(self) -> pa.RecordBatchReader:
        """Rows of DECIDED for the next build."""
        return self._connection.sql("SELECT * FROM decided ORDER BY block, document_id, name").to_arrow_reader(BATCH)

    def decide(self) -> None:
        """Gives every entity its actor."""
        self._name_blocks()
        self._connection.execute(_BLOCKS)
        self._decide_blocks()
        self._connection.execute(_ASSIGN)
        self._assign_unnamed()
        self._connection.execute("DROP TABLE entities; DROP TABLE names; DROP TABLE known")

    def _name_blocks(self) -> None:
        names = rows_of(self._connection, "SELECT DISTINCT name, kind, linked, is_named FROM entities")
        for rows in batched(names):
            blocks = [block_of(*row[:3], is_named=row[3]) for row in rows]
            named = [(*row, scope, _SEPARATOR.join(block)) for row, (scope, block) in zip(rows, blocks, strict=True)]
            insert(self._connection, "names", table_of(named, _NAMES))

    def _decide_blocks(self) -> None:
        for rows in batched(self._decisions()):
            insert(self._connection, "decided", table_of(rows, DECIDED))

    def _decisions(self) -> Iterator[tuple[Any, ...]]:
        by_block = groupby(rows_of(self._connection, _UNDECIDED), key=lambda row: row[:3])
        for (block, document, digest), found in by_block:
            self.decided += 1
            decided = decide(tuple(block.split(_SEPARATOR)), [Variant(*row[3:]) for row in found], document)
            yield from ((block, document, digest, name, *actor) for name, actor in decided)

    def _assign_unnamed(self) -> None:
        for rows in batched(rows_of(self._connection, _UNNAMED)):
            found = [(*row[:2], ids.unnamed_actor_id(row[0], row[2]), *row[3:]) for row in rows]
            insert(self._connection, "assigned", table_of(found, _ASSIGNED))

    def amend(self, curation: Curation) -> Amended:
        """Puts people's decisions in: only the actors that they name, or that they make, can change."""
        wanted = {name for one in curation.decisions for name in (one.target, one.value)}
        wanted |= {ids.linked_actor_id(wikidata_id) for wikidata_id in curation.links().values()}
        touched = self._standing_for(wanted)
        amended = amend_actors(touched, curation)
        if amended.actors != touched:
            kept = [(*where, *actor) for where, actor in amended.actors.items()]
            with registered(self._connection, "incoming", pa.table({"actor_id": sorted(wanted)}, _WANTED)):
                self._connection.execute("DELETE FROM assigned WHERE actor_id IN (SELECT actor_id FROM incoming)")
            insert(self._connection, "assigned", table_of(kept, _ASSIGNED))
        return amended

    def _standing_for(self, wanted: set[str]) -> dict[Where, Actor]:
        with registered(self._connection, "incoming", pa.table({"actor_id": sorted(wanted)}, _WANTED)):
            rows = self._connection.sql(_STANDING).fetchall()
        return {(row[0], row[1]): Actor(*row[2:]) for row in rows}


_WANTED = pa.schema([("actor_id", pa.string())])


def _publisher(document_id: str, publisher: str | None, url: str | None) -> tuple[Any, ...] | None:
    """A row of entities."""
    known = gazetteer().medium_of(url or "") or gazetteer().by_name.get(publisher or "")
    if known and known.kind in ORGANISED:
        return document_id, PUBLISHER, known.name, "media", True, known.wikidata_id or "", known.country, 0
    return (document_id, PUBLISHER, tidy(publisher), "media", True, "", None, 0) if publisher else None


ACTOR_COLUMNS = ", ".join(name for name, _ in _ACTOR)
_TABLES = """
CREATE TABLE entities (document_id VARCHAR, number INTEGER, name VARCHAR, kind VARCHAR, is_named BOOLEAN,
                       linked VARCHAR, country VARCHAR, place BIGINT);
CREATE TABLE names (name VARCHAR, kind VARCHAR, linked VARCHAR, is_named BOOLEAN, scope VARCHAR, block VARCHAR);
CREATE TABLE known (block VARCHAR, document_id VARCHAR, digest UBIGINT, name VARCHAR, actor_id VARCHAR,
                    actor_name VARCHAR, actor_kind VARCHAR, actor_is_named BOOLEAN, actor_wikidata_id VARCHAR,
                    actor_country VARCHAR);
CREATE TABLE decided AS FROM known;
"""
_ADD = """
INSERT INTO entities
WITH named AS (SELECT document_id, unnest(entities) AS entity, generate_subscripts(entities, 1) - 1 AS number
               FROM incoming),
     placed AS (SELECT document_id, mention.entity AS number, min(mention.source_start) AS place
                FROM (SELECT document_id, unnest(mentions) AS mention FROM incoming) GROUP BY ALL)
SELECT document_id, number, entity.name, entity.kind, entity.is_named, coalesce(entity.wikidata_id, ''),
       entity.country, place
FROM named JOIN placed USING (document_id, number)
"""
"""The entities that are mentioned; `place` is the first mention in the source text, `linked` the Wikidata id or ''."""
_BLOCKS = f"""
CREATE TABLE variants AS
SELECT block, CASE WHEN scope = '{LOCAL}' THEN document_id ELSE '' END AS document_id,
       name, kind, is_named, linked, country, number = {PUBLISHER} AS publishes, count(*) AS times
FROM entities JOIN names USING (name, kind, linked, is_named)
WHERE scope IN ('{SHARED}', '{LOCAL}')
GROUP BY ALL;
CREATE TABLE blocks AS
SELECT block, document_id,
       bit_xor(md5_number_lower(concat_ws(chr(31), name, kind, is_named, linked, coalesce(country, ''),
                                          publishes, times))) AS digest
FROM variants GROUP BY ALL;
INSERT INTO decided SELECT known.* FROM known SEMI JOIN blocks USING (block, document_id, digest);
"""
_UNDECIDED = """
SELECT block, document_id, digest, name, kind, is_named, nullif(linked, ''), country, publishes, times
FROM variants JOIN (FROM blocks ANTI JOIN decided USING (block, document_id, digest)) USING (block, document_id)
ORDER BY ALL
"""
_ASSIGN = f"""
CREATE TABLE assigned AS
SELECT entities.document_id, number, {ACTOR_COLUMNS}
FROM entities JOIN names USING (name, kind, linked, is_named) JOIN decided
ON decided.block = names.block AND decided.name = entities.name
   AND decided.document_id = CASE WHEN scope = '{LOCAL}' THEN entities.document_id ELSE '' END
WHERE scope IN ('{SHARED}', '{LOCAL}');
DROP TABLE variants;
DROP TABLE blocks;
"""
_UNNAMED = f"""
SELECT document_id, number, place, name, kind, is_named, NULL, country
FROM entities JOIN names USING (name, kind, linked, is_named)
WHERE scope = '{UNNAMED}'
"""
_STANDING = f"""
SELECT document_id, number, {ACTOR_COLUMNS} FROM assigned WHERE actor_id IN (SELECT actor_id FROM incoming)
"""
