"""Spans and ids of a release, computed again from its own columns.

Belongs here: what every offset and id must agree with. Does not: whether a span is a good one (`expectations`).

Rows come some thousand at a time, so that a release of any size is proved in bounded memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from pipeline import ids
from pipeline.cleaning.document import PARAGRAPH
from pipeline.release.relations import Tables, show_all
from pipeline.schema.fields import ELLIPSIS
from pipeline.schema.render.duckdb import literal
from pipeline.warehouse import connect

MISSING_TURNS = 10
"""A claim keeps its id when equal ones before it are retracted, so that many of their turns may be missing."""

_ROWS = 5_000
"""Rows at a time."""

Row = Mapping[str, Any]


def problems(tables: Tables) -> Iterator[str]:
    """Spans that do not give their words, source texts that are not covered exactly, ids that are not what they say."""
    with connect() as connection:
        show_all(connection, tables, ("documents", "removals", "claims", "mentions", "quantities"))
        yield from sorted((*_uncovered(connection), *_documents(connection)))
        yield from _claim_ids(connection)
        yield from _words(connection, "claims", "claim_id", _CLAIM_WORDS)
        for place in _PLACES:
            yield from sorted(_place_ids(connection, place))
            differ = f't."start" IS NOT NULL AND {_differ(place.words, "start", "end")}'
            yield from _words(connection, place.table, place.key, {"its words do not stand at its place": differ})


def _uncovered(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    batches = connection.sql(_PIECES).to_arrow_reader(_ROWS)
    rows = (row for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    for (document, length), own in groupby(rows, key=itemgetter(0, 1)):
        if not covers([(start, end) for *_, start, end in own if start is not None], length):
            yield f"documents: {document}: segments and removals do not cover the source text exactly once"


_PIECES = """
    SELECT document_id, source_length, source_start, source_end
    FROM documents LEFT JOIN (
        SELECT document_id, s.source_start, s.source_end
        FROM (SELECT document_id, unnest(segments) AS s FROM documents)
        UNION ALL SELECT document_id, source_start, source_end FROM removals
    ) USING (document_id) ORDER BY document_id"""


def _documents(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for row in _rows(connection, _WITH_TEXT):
        name = f"documents: {row['document_id']}"
        if ids.document_id(row["url"], row["source_sha256"]) != row["document_id"]:
            yield f"{name}: the id is not that of its URL or source"
        if row["text"] is not None and not _text_agrees(row):
            yield f"{name}: the text is not that of its checksum and segments"


_WITH_TEXT = "SELECT document_id, url, source_sha256, text, text_sha256, segments FROM documents"


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Row]:
    for batch in connection.sql(sql).to_arrow_reader(_ROWS):
        yield from batch.to_pylist()


def covers(pieces: list[tuple[int, int]], length: int) -> bool:
    """True if these half-open spans hold every place from 0 to length exactly once."""
    at = 0
    for start, end in sorted(pieces):
        if start != at or end < start:
            return False
        at = end
    return at == length


def _text_agrees(row: Row) -> bool:
    text: str = row["text"]
    joined = PARAGRAPH.join(text[s["start"] : s["end"]] for s in row["segments"])
    return joined == text and ids.sha256(text.encode()) == str(row["text_sha256"])


def _claim_ids(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for document, claims in groupby(_rows(connection, _WHOLE), key=lambda claim: str(claim["document_id"])):
        yield from _claim_ids_in(document, claims)


def _claim_ids_in(document: str, claims: Iterable[Row]) -> Iterator[str]:
    turns: dict[tuple[str, str], int] = defaultdict(int)
    for row in claims:
        said = (row["speaker_text"] or "", ids.words(row["text"]))
        first = turns[said]
        possible = (ids.claim_id(document, said[0], row["text"], turn) for turn in range(first, first + MISSING_TURNS))
        turn = next((turn for turn, own in enumerate(possible, first) if own == row["claim_id"]), None)
        if turn is None:
            yield f"claims: {row['claim_id']}: the id is not that of its document, speaker and words"
        turns[said] = first + 1 if turn is None else turn + 1


_WHOLE = """
    SELECT claim_id, document_id, speaker_text, text FROM claims WHERE text_extent = 'whole'
    ORDER BY document_id, "start", "end", claim_id"""
"""Claims in the order of their turns; of the others the words are not given."""


def _place_ids(connection: duckdb.DuckDBPyConnection, place: _Place) -> Iterator[str]:
    places = f"SELECT {place.key}, document_id, source_start, source_end FROM {place.table}"
    for batch in connection.sql(places).to_arrow_reader(_ROWS):
        for own, document, start, end in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if place.minted(document, start, end) != own:
                yield f"{place.table}: {own}: the id is not that of its place"


def _words(connection: duckdb.DuckDBPyConnection, table: str, key: str, wrong: Mapping[str, str]) -> Iterator[str]:
    """What is wrong where the text is published: `wrong` has SQL over a row `t` and its document `d`, and its words."""
    found = ", ".join(f"CASE WHEN {sql} THEN {literal(what)} END" for what, sql in wrong.items())
    rows = connection.sql(f"""
        SELECT * FROM (
            SELECT {key} AS own, unnest(list_filter([{found}], lambda what: what IS NOT NULL)) AS what
            FROM {table} AS t JOIN documents AS d USING (document_id) WHERE d.text IS NOT NULL
        ) ORDER BY ALL""").fetchall()
    yield from (f"{table}: {own}: {what}" for own, what in rows)


def _differ(words: str, start: str, end: str) -> str:
    return f'(t."{words}" IS DISTINCT FROM substr(d.text, t."{start}" + 1, t."{end}" - t."{start}"))'


_JOINED = f"""array_to_string(
    list_transform(t.fragments, lambda f: substr(d.text, f."start" + 1, f."end" - f."start")), {literal(ELLIPSIS)}
)"""
_CLAIM_WORDS = {
    "its fragments are not its text": f"t.text IS DISTINCT FROM {_JOINED}",
    **{
        f"the words of its {part} do not stand at its place": (
            f"t.{part}_text IS NOT NULL AND {_differ(f'{part}_text', f'{part}_start', f'{part}_end')}"
        )
        for part in ("cue", "speaker")
    },
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A table of places: its key, how that is minted from document and offsets, and its words."""

    table: str
    key: str
    minted: Callable[[str, int, int], str]
    words: str


_PLACES = (
    _Place("mentions", "mention_id", ids.mention_id, "surface"),
    _Place("quantities", "quantity_id", ids.quantity_id, "text"),
)
