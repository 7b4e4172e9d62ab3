"""All documents together: entities become actors, and every row its ids. Decisions of people come last and win.

Belongs here: the published tables from claims to quantities. Does not: who is who (`actors`), the rows of one document
(`rows`), what says the same (`groups`), what is counted over all documents (`totals`), or what people decided
(`curation`).

Nothing here holds all documents in memory: entities, claims and the tables stand on disk and pass through in batches.
What was resolved before is kept (`earlier`): a block of names is decided again only if its counts changed, a document's
rows are made again only if the document or an actor in it changed, two claims are compared again only if one changed.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import ids
from pipeline.engine.batches import Progress, Rows, batches_in, silent
from pipeline.engine.content import row_keys
from pipeline.engine.mapped import Mapped
from pipeline.engine.runs import Runs
from pipeline.resolution.corpus.actors import DECIDED, Actors
from pipeline.resolution.corpus.amend import Amended
from pipeline.resolution.corpus.earlier import Earlier, InOrder
from pipeline.resolution.corpus.identity import PUBLISHER
from pipeline.resolution.corpus.rows import ROWS, Assigned, DocumentRows, Row, flat, rows_of, statements
from pipeline.resolution.corpus.rows import TABLES as OF_ONE_DOCUMENT
from pipeline.resolution.corpus.totals import totals
from pipeline.resolution.database import batched, insert, registered, scratch, standing, table_of
from pipeline.resolution.groups.grouping import KEPT, Grouping
from pipeline.resolution.people.curation import Curation, Key
from pipeline.schema.render.arrow import arrow_schema, with_values
from pipeline.schema.stages import EXTRACTED
from pipeline.schema.tables import table

CHUNK = 1000
"""Documents whose rows are in memory at once."""
TABLES = (*OF_ONE_DOCUMENT, "claim_groups", "actors", "actor_names")

_KEPT_ROWS = ROWS.append(pa.field("key", pa.binary(20)))
_FOUND = pa.schema([field for field in arrow_schema(EXTRACTED) if field.name not in ("problem", "detail", "entities")])
_WHO = pa.schema(
    [("document_id", pa.string()), ("number", pa.int32()), ("actor_id", pa.string()), ("actor_is_named", pa.bool_())]
)
_KNOWN = pa.schema(
    [
        arrow_schema(table("documents")).field(name).with_nullable(True)
        for name in ("document_id", "published_at", "text", "segments")
    ]
)
"""What the rows of a document are made from."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The tables by name, and the actor that published each document, in the order of these (null if not known)."""

    tables: dict[str, pa.Table]
    publishers: pa.ChunkedArray
    applied: frozenset[Key] = frozenset()
    """The decisions of people that found what they are about."""
    work: Mapping[str, int] = field(default_factory=dict)
    """What had to be done anew: blocks decided, documents whose rows were made, pairs of claims compared."""


def resolve_corpus(
    documents: pa.Table,
    extracted: Rows,
    curation: Curation,
    earlier: Earlier | None = None,
    progress: Progress = silent,
) -> Corpus:
    """The tables claims, claim_actors, claim_groups, mentions, actors, actor_names, roles and quantities.

    `documents` has the columns of the table documents with full texts, `extracted` is the stage EXTRACTED without
    failed documents; neither order matters. An actor that no row refers to is left out. What `earlier` has is used,
    and replaced by what this build found. The tables stand in files that are gone when nobody has them any more.
    """
    with ExitStack() as stack:
        stack.enter_context(_without_search_for_cycles())
        folder = stack.enter_context(earlier.workplace() if earlier else TemporaryDirectory())
        connection = stack.enter_context(scratch(Path(folder)))
        stack.enter_context(registered(connection, "documents", documents))
        return _Resolution(connection, Path(folder), (documents, extracted), curation, earlier).corpus(progress)


@contextmanager
def _without_search_for_cycles() -> Iterator[None]:
    """Rows refer to nothing that refers to them; to look for that among millions of them took a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Resolution:
    """One walk: actors, rows of each document, groups, then what is counted over all documents."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        inputs: tuple[pa.Table, Rows],
        curation: Curation,
        earlier: Earlier | None,
    ) -> None:
        self._connection, self._folder = connection, folder
        self._documents, self._extracted = inputs
        self._curation = curation
        self._earlier = earlier
        self._files = {name: Mapped(folder / f"{name}.arrow", arrow_schema(table(name))) for name in OF_ONE_DOCUMENT}
        self._grouping = Grouping(connection, folder)
        self._applied: set[Key] = set()
        self._work: Counter[str] = Counter()

    def corpus(self, progress: Progress) -> Corpus:
        """Everything."""
        amended = self._actors()
        rows = self._rows(amended, progress)
        if self._earlier:
            self._earlier.replace("rows", rows, _KEPT_ROWS)
        else:
            for _ in rows:
                pass
        tables = {name: file.close() for name, file in self._files.items()}
        self._group(progress)
        groups = self._standing("groups", _GROUP_OF_EACH, _GROUP_OF_EACH_SCHEMA)["claim_group_id"]
        tables["claims"] = with_values(tables["claims"], "claim_group_id", groups)
        publishers = self._standing("publishers", _PUBLISHERS, _PUBLISHERS_SCHEMA)
        of_each = pc.index_in(self._documents["document_id"], value_set=publishers["document_id"])
        for name, rows_of_table in tables.items():
            self._connection.register(name, rows_of_table)
        tables |= totals(self._connection, self._folder)
        return Corpus(tables, publishers["actor_id"].take(of_each), frozenset(self._applied), self._work)

    def _standing(self, name: str, sql: str, schema: pa.Schema) -> pa.Table:
        """What a query gives, in a file."""
        return standing(self._connection, sql, schema, self._folder / f"{name}.arrow")

    # --- who is who ---

    def _actors(self) -> Amended:
        actors = Actors(self._connection)
        for batch in batches_in(self._extracted):
            actors.add(pa.Table.from_batches([batch]))
        actors.add_publishers(self._documents)
        if self._earlier:
            actors.keep(self._earlier.read("names", DECIDED))
        actors.decide()
        if self._earlier:
            self._earlier.replace("names", actors.kept(), DECIDED)
        amended = actors.amend(self._curation)
        self._applied |= amended.applied
        self._work["blocks"] = actors.decided
        return amended

    # --- the rows of each document ---

    def _rows(self, amended: Amended, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Rows _KEPT_ROWS in order; on the way they go into the tables, as people decided."""
        kept = self._earlier.read("rows", _KEPT_ROWS) if self._earlier else ()
        earlier = InOrder(kept, _KEPT_ROWS)
        who = InOrder(self._standing("who", _WHO_IS_WHO, _WHO).to_batches(), _WHO)
        targets = pa.array(sorted({one.target for one in self._curation.decisions}), pa.string())
        done = 0
        for documents in self._in_order():
            batch = _with_who(documents, who.until(documents["document_id"][-1].as_py()))
            found = self._kept_or_made(batch, earlier)
            self._take(self._as_decided(batch, found, targets, amended))
            yield from found.to_batches()
            done += documents.num_rows
            progress("resolve", done, self._documents.num_rows)

    def _in_order(self) -> Iterator[pa.RecordBatch]:
        """What was extracted from each document, beside the document itself: CHUNK documents at a time, by id."""
        found, known = (
            Runs(self._folder / name, _chosen(rows, schema), schema, "document_id")
            for name, rows, schema in (("found", self._extracted, _FOUND), ("known", self._documents, _KNOWN))
        )
        bounds = found.bounds(CHUNK)
        for rows, beside in zip(found.parts(bounds), known.parts(bounds), strict=True):
            places = pc.index_in(rows["document_id"], value_set=beside["document_id"])
            there = rows.filter(places.is_valid())
            for name in _KNOWN.names[1:]:
                there = there.append_column(_KNOWN.field(name), beside[name].take(places.drop_null()))
            yield from there.combine_chunks().to_batches()

    def _kept_or_made(self, batch: pa.RecordBatch, earlier: InOrder) -> pa.Table:
        """The documents' rows without people's decisions on claims."""
        version = self._earlier.version if self._earlier else ""
        keys = pa.array(row_keys(batch, batch.schema.names, version), _KEPT_ROWS.field("key").type)
        old = earlier.until(batch["document_id"][-1].as_py())
        places = pc.index_in(keys, value_set=old["key"])
        new = batch.filter(places.is_null())
        self._work["documents"] += new.num_rows
        made = _made(new).append_column("key", keys.filter(places.is_null()))
        return pa.concat_tables([old.take(places.drop_null()), made]).sort_by("document_id").combine_chunks()

    def _as_decided(self, batch: pa.RecordBatch, found: pa.Table, targets: pa.Array, amended: Amended) -> pa.Table:
        """The same, with people's decisions on claims put into effect where there are any."""
        claims = found["claims"].combine_chunks()
        named = pc.is_in(claims.flatten().field("claim_id"), value_set=targets)
        numbers = claims.value_parent_indices().filter(named).unique().sort()
        if not len(numbers):
            return found
        decided = []
        for row in batch.sort_by("document_id").take(numbers).to_pylist():
            made = DocumentRows(row, _who(row), amended, self._curation)
            self._applied |= made.applied
            decided.append(made)
        rest = found.filter(pc.invert(pc.is_in(pa.array(range(found.num_rows)), value_set=numbers)))
        return pa.concat_tables([rest.select(ROWS.names), rows_of(decided)]).sort_by("document_id")

    def _take(self, rows: pa.Table) -> None:
        for name, file in self._files.items():
            file.add(flat(rows, name))
        self._grouping.add(statements(rows))

    # --- what says the same ---

    def _group(self, progress: Progress) -> None:
        """Puts the claims that have a group into the table `grouped`."""
        if self._earlier:
            self._grouping.keep(self._earlier.read("pairs", KEPT))
        self._connection.execute(_GROUPED)
        members = (
            (ids.claim_group_id(list(group.members)), group.relation, group.score, member)
            for group in self._grouping.groups(progress)
            for member in group.members
        )
        for rows in batched(members):
            insert(self._connection, "grouped", table_of(rows, _MEMBERS))
        if self._earlier:
            self._earlier.replace("pairs", self._grouping.kept(), KEPT)
        self._work["pairs"] = self._grouping.compared


def _chosen(rows: Rows, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    return (batch.select(schema.names).cast(schema) for batch in batches_in(rows))


def _with_who(batch: pa.RecordBatch, assigned: pa.Table) -> pa.RecordBatch:
    """Documents in order, each with the actors of its entities: the column `who`."""
    assigned = assigned.filter(pc.is_in(assigned["document_id"], value_set=batch["document_id"]))
    counts = assigned.group_by("document_id").aggregate([([], "count_all")])
    places = pc.index_in(batch["document_id"], value_set=counts["document_id"].combine_chunks())
    ends = pc.cumulative_sum(pc.fill_null(counts["count_all"].combine_chunks().take(places), 0))
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), ends]).cast(pa.int32())
    one = assigned.select(_WHO.names[1:]).combine_chunks().to_struct_array().combine_chunks()
    return batch.append_column("who", pa.ListArray.from_arrays(offsets, one))


def _made(batch: pa.RecordBatch) -> pa.Table:
    """Rows of ROWS, made from documents."""
    return rows_of([DocumentRows(row, _who(row), _NOTHING_AMENDED, _NO_DECISIONS) for row in batch.to_pylist()])


_NOTHING_AMENDED = Amended({}, {}, frozenset(), frozenset())
_NO_DECISIONS = Curation()


def _who(row: Row) -> dict[int, Assigned]:
    return {one["number"]: Assigned(one["actor_id"], one["actor_is_named"]) for one in row["who"] or ()}


_MEMBERS = pa.schema(
    [("claim_group_id", pa.string()), ("relation", pa.string()), ("score", pa.float64()), ("claim_id", pa.string())]
)
_GROUPED = "CREATE TABLE grouped (claim_group_id VARCHAR, relation VARCHAR, score DOUBLE, claim_id VARCHAR)"
_GROUP_OF_EACH = """
SELECT claim_group_id FROM claims
LEFT JOIN (SELECT claim_id, min(claim_group_id) AS claim_group_id FROM grouped GROUP BY claim_id) USING (claim_id)
ORDER BY n
"""
_GROUP_OF_EACH_SCHEMA = pa.schema([("claim_group_id", pa.string())])
_WHO_IS_WHO = f"""
SELECT document_id, number, actor_id, actor_is_named FROM assigned WHERE number <> {PUBLISHER}
ORDER BY document_id, number
"""
_PUBLISHERS = f"SELECT document_id, actor_id FROM assigned WHERE number = {PUBLISHER}"
_PUBLISHERS_SCHEMA = pa.schema([("document_id", pa.string()), ("actor_id", pa.string())])
