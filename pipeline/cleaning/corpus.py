"""Steps that need more than one document: versions of one article, lines that an outlet repeats, copies.

The order is fixed: first earlier versions go, so that a line which an article keeps in all of them is not taken for its
outlet's; then repeated lines, so that an outlet's own lines do not keep two copies apart; then duplicates; then what
people retracted. Each step looks at all documents at once, in the order of their names, so the result depends on the
set of documents alone, never on their order or on how many came at a time. In memory are the briefs of the documents;
their words stay on the disk, and are read again where a step needs them.
Belongs here: these steps. Does not: anything that one document tells by itself (`clean`, `briefs`, `sketches`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.cleaning.assemble import count_words
from pipeline.cleaning.batch import from_row, to_batch
from pipeline.cleaning.briefs import LOOKED_AT, Brief, brief_stage, number_of
from pipeline.cleaning.document import PARAGRAPH, Cleaned, Document, Removal, Segment
from pipeline.cleaning.sketches import Numbers, are_alike, candidates, shingles, sketch_stage
from pipeline.engine.batches import Rows, Stage, Stream, batches_in

REPEATED_IN = 5
"""A line is the outlet's own if at least so many of its documents hold it."""
_EARLY, _LATE = datetime.min, datetime.max  # noqa: DTZ901  (all times here are UTC without a zone)

Work: TypeAlias = Callable[[Stage, Rows], Rows]
"""Runs a stage over rows: somewhere, or not at all where its results are kept."""


def across(alone: Rows, retractions: Mapping[str, str], work: Work) -> Stream:
    """The rows of the stage CLEANED, each cleaned alone, as they are together; in the order given.

    `retractions` are reasons by document id, canonical URL, SHA-256 or name of the source. The rows given back are made
    while they are read, from `alone`, which is read again for it.
    """
    briefs = work(brief_stage(), Stream(lambda: (batch.select(list(LOOKED_AT)) for batch in batches_in(alone))))
    before = [Brief.from_row(number, row) for number, row in enumerate(_plain(briefs))]
    order = sorted(before, key=lambda one: (one.source_name, one.source_sha256))
    newest = number_versions(order)
    shorter = without_repeated_lines(newest, briefs)
    settled = retract(_pointing_to_kept(newest, drop_duplicates(shorter, alone, work)), retractions)
    changes = {one.number: one for one in settled if one is not before[one.number]}
    return Stream(lambda: _changed(alone, changes))


def _plain(rows: Rows) -> Iterator[dict[str, Any]]:
    for batch in batches_in(rows):
        yield from batch.drop_columns(["outlet", "lines", "text"]).to_pylist()


def number_versions(order: Sequence[Brief]) -> list[Brief]:
    """Number the versions of each article, and turn all but the newest into exclusions that name it.

    Documents with one URL are one article and share one document id. In the order of their age, each whose words
    differ from those before it is a new version. The last of all is kept.
    """
    by_url: dict[str, list[Brief]] = defaultdict(list)
    for one in order:
        if one.is_kept and one.url:
            by_url[one.url].append(one)
    changed = {new.number: new for same in by_url.values() if same[1:] for new in _numbered(sorted(same, key=_age))}
    return [changed.get(one.number, one) for one in order]


def _age(one: Brief) -> tuple[datetime, datetime, int, str, str]:
    """What puts versions in order: time of change (else of publication), time of capture, words, then the content.

    Of two that no time tells apart, the longer one is the newer: reports grow. Names, which say nothing, decide
    between the same bytes only.
    """
    captured = one.captured_at or _EARLY
    changed = one.modified_at or one.published_at or captured
    return changed, captured, one.word_count, one.source_sha256, one.source_name


def _numbered(versions: Sequence[Brief]) -> Iterator[Brief]:
    """What becomes of the documents of one article, oldest first."""
    numbers = list(accumulate((old.words != new.words for old, new in pairwise(versions)), initial=1))
    kept, last = versions[-1], numbers[-1]
    for one, number in zip(versions[:-1], numbers, strict=False):
        if number == last:
            yield _duplicate(one, kept, "the same article as")
        else:
            gone = _duplicate(one, kept, f"version {number}; version {last} is kept:")
            yield replace(gone, problem="earlier_version", version=number)
    yield replace(kept, version=last)


def _duplicate(one: Brief, kept: Brief, relation: str) -> Brief:
    """The exclusion of a document in whose place another is kept."""
    detail = f"{relation} {kept.source_name}"
    return replace(one, problem="duplicate", detail=detail, duplicate_of=kept.document_id, version=None, gone=())


def without_repeated_lines(order: Sequence[Brief], briefs: Rows) -> list[Brief]:
    """Mark the lines that `REPEATED_IN` or more documents of one outlet share; an article keeps some of its body.

    Copies of one text count once, so that a report that an outlet holds five times is not emptied.
    """
    kept = np.zeros(len(order), dtype=bool)
    kept[[one.number for one in order if one.is_kept]] = True
    lines = _lines_of(briefs, kept)
    counted = lines.group_by("line").aggregate([("text", "count_distinct")])
    repeated = counted.filter(pc.greater_equal(counted["text_count_distinct"], REPEATED_IN))["line"].drop_null()
    gone: dict[int, list[int]] = defaultdict(list)
    found = lines.filter(pc.is_in(lines["line"], value_set=repeated.combine_chunks()))
    for owner, place in zip(found["owner"].to_pylist(), found["place"].to_pylist(), strict=True):
        gone[owner].append(place)
    emptied = _emptied(lines, found, len(order))
    return [
        replace(one, gone=tuple(gone[one.number])) if one.number in gone and one.number not in emptied else one
        for one in order
    ]


def _lines_of(briefs: Rows, kept: Any) -> pa.Table:
    """A row for each segment of the documents kept: hash of the line, owner, place among its segments, hash of text."""
    parts, start = [_LINES.empty_table()], 0
    for batch in batches_in(briefs):
        lines, texts = batch["lines"], [number_of(text or b"") for text in batch["text"].to_pylist()]
        local = pc.list_parent_indices(lines).to_numpy(zero_copy_only=False)
        first = np.searchsorted(local, local)  # where the owner's own lines begin
        columns = [
            *lines.flatten().flatten(),
            pa.array(local + start, pa.int64()),
            pa.array(np.arange(len(local)) - first, pa.int64()),
            pa.array(np.array(texts, dtype=np.int64)[local], pa.int64()),
        ]
        part = pa.Table.from_arrays(columns, schema=_LINES)
        parts.append(part.filter(pa.array(kept[local + start])))
        start += batch.num_rows
    return pa.concat_tables(parts)


_LINES = pa.schema(
    {"line": pa.int64(), "is_body": pa.bool_(), "owner": pa.int64(), "place": pa.int64(), "text": pa.int64()}
)


def _emptied(lines: pa.Table, found: pa.Table, number: int) -> Collection[int]:
    """The documents that would keep nothing of their body."""
    bodies = [
        np.bincount(table.filter(table["is_body"])["owner"].to_numpy(), minlength=number) for table in (lines, found)
    ]
    return set(np.flatnonzero(bodies[0] == bodies[1]).tolist())


def drop_duplicates(order: Sequence[Brief], alone: Rows, work: Work) -> list[Brief]:
    """Turn all but the earliest of each group of copies into exclusions that name it.

    Groups are connected by copies of copies; the earliest publication is kept, then the one with a URL, then the first
    by name.
    """
    kept = {one.number: one for one in order if one.is_kept}
    parent = {number: number for number in kept}
    for a, b in _pairs(kept, alone, work):
        _join(parent, a, b, kept)
    return [_settle(one, kept[_root(parent, one.number)]) if one.number in kept else one for one in order]


def _pairs(kept: Mapping[int, Brief], alone: Rows, work: Work) -> Iterator[tuple[int, int]]:
    """Pairs of documents that are copies: the same bytes, the same words, or nearly so."""
    rows = (
        row for batch in batches_in(work(sketch_stage(), _Bodies(kept, alone).stream())) for row in batch.to_pylist()
    )
    seen: dict[bytes | str, int] = {}
    sketched: dict[int, tuple[bytes, bytes]] = {}
    for number, row in zip(sorted(kept), rows, strict=True):
        for key in (kept[number].source_sha256, row["words"]):
            if key in seen:
                yield seen[key], number
        if row["words"] not in seen and row["bands"]:  # of the same words, one is enough
            sketched[number] = row["words"], row["bands"]
        seen[kept[number].source_sha256] = seen[row["words"]] = number
    yield from _near_pairs(sketched, kept, alone)


def _near_pairs(
    sketched: Mapping[int, tuple[bytes, bytes]], kept: Mapping[int, Brief], alone: Rows
) -> Iterator[tuple[int, int]]:
    numbers = list(sketched)
    found = [(numbers[a], numbers[b]) for a, b in candidates(list(sketched.values()))]
    wanted = {number for pair in found for number in pair}
    sets: dict[int, Numbers] = {}
    if wanted:
        bodies = _Bodies({number: one for number, one in kept.items() if number in wanted}, alone)
        sets = {number: shingles(body) for number, body in bodies}
    yield from ((a, b) for a, b in found if are_alike(sets[a], sets[b]))


class _Bodies:
    """The bodies of some documents, without the lines that their outlets repeat, in the order of their numbers."""

    def __init__(self, of: Mapping[int, Brief], alone: Rows) -> None:
        self._of = of
        self._alone = alone

    def stream(self) -> Stream:
        """Rows of one column, `body`."""
        return Stream(lambda: (pa.RecordBatch.from_pydict({"body": bodies}) for _, bodies in self._batches()))

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for numbers, bodies in self._batches():
            yield from zip(numbers, bodies, strict=True)

    def _batches(self) -> Iterator[tuple[list[int], list[str]]]:
        start = 0
        for batch in batches_in(self._alone):
            numbers = [start + i for i in range(batch.num_rows) if start + i in self._of]
            start += batch.num_rows
            if numbers:
                chosen = batch.select(["document"]).take(pa.array([n - start + batch.num_rows for n in numbers]))
                documents = (row["document"] for row in chosen.to_pylist())
                yield numbers, [_body(one, self._of[n].gone) for n, one in zip(numbers, documents, strict=True)]


def _body(document: Mapping[str, Any], gone: Collection[int]) -> str:
    segments = [segment for number, segment in enumerate(document["segments"]) if number not in gone]
    first = next((i for i, one in enumerate(segments) if one["role"] not in ("headline", "standfirst")), len(segments))
    return PARAGRAPH.join(document["text"][one["start"] : one["end"]] for one in segments[first:])


def _root(parent: dict[int, int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _rank(one: Brief) -> tuple[datetime, bool, str, str]:
    return one.published_at or _LATE, not one.url, one.source_name, one.source_sha256


def _join(parent: dict[int, int], a: int, b: int, kept: Mapping[int, Brief]) -> None:
    first, second = sorted((_root(parent, a), _root(parent, b)), key=lambda i: _rank(kept[i]))
    parent[second] = first


def _settle(one: Brief, kept: Brief) -> Brief:
    return one if one is kept else _duplicate(one, kept, "the same article as")


def _pointing_to_kept(before: Sequence[Brief], after: Sequence[Brief]) -> list[Brief]:
    """The briefs after duplicates went; versions of an article that went itself point to the one kept in its place."""
    gone = ((old, new) for old, new in zip(before, after, strict=True) if old.is_kept and not new.is_kept)
    moved = {old.document_id: new.duplicate_of for old, new in gone}
    return [
        replace(one, duplicate_of=moved[one.duplicate_of]) if one.duplicate_of and one.duplicate_of in moved else one
        for one in after
    ]


def retract(order: Sequence[Brief], reasons: Mapping[str, str]) -> list[Brief]:
    """Retracted documents lose everything but their name, and so do their copies: a copy is the same article.

    A copy or an earlier version that is named by its own bytes or its own file goes alone.
    """
    gone: dict[str, str] = {}
    for one in order:
        if one.is_kept:
            names = (one.document_id, one.url or "", one.source_sha256, one.source_name)
            gone.update((one.document_id, reasons[name]) for name in names if name in reasons)
    return [_retracted(one, gone, reasons) for one in order]


def _retracted(one: Brief, gone: Mapping[str, str], reasons: Mapping[str, str]) -> Brief:
    own = one.document_id if one.is_kept else one.duplicate_of
    if own is None:
        return one
    alone = reasons.get(one.source_sha256) or reasons.get(one.source_name)
    if alone is None and own not in gone:
        return one
    detail = alone or (gone[own] if one.is_kept else f"copy of a retracted document: {gone[own]}")
    # With the id that is gone, so that whoever holds it finds out why, and a decision on it is seen to match.
    named = f"{detail} ({own})" if one.is_kept or own in gone else detail
    return replace(one, problem="retracted", detail=named, duplicate_of=None, version=None, gone=())


def _changed(alone: Rows, changes: Mapping[int, Brief]) -> Iterator[pa.RecordBatch]:
    """The rows, some of them changed, by number. Most stay as they are, in Arrow."""
    start = 0
    for batch in batches_in(alone):
        here = {i: changes[start + i] for i in range(batch.num_rows) if start + i in changes}
        yield _replaced(batch, here) if here else batch
        start += batch.num_rows


def _replaced(batch: pa.RecordBatch, changes: Mapping[int, Brief]) -> pa.RecordBatch:
    rows = batch.take(pa.array(changes, pa.int64())).to_pylist()
    new = to_batch([settled(from_row(row), one) for row, one in zip(rows, changes.values(), strict=True)])
    order = dict(zip(changes, range(batch.num_rows, batch.num_rows + len(rows)), strict=True))
    places = pa.array([order.get(i, i) for i in range(batch.num_rows)], pa.int64())
    return pa.concat_batches([batch, new]).take(places)


def settled(cleaned: Cleaned, brief: Brief) -> Cleaned:
    """The record of an article as its brief says that it is among the others."""
    if brief.problem or cleaned.document is None:
        named = {name: getattr(brief, name) for name in ("problem", "detail", "duplicate_of", "version")}
        return Cleaned(cleaned.source_name, cleaned.source_sha256, cleaned.media_type, **named)
    left = [segment for number, segment in enumerate(cleaned.document.segments) if number not in brief.gone]
    lines = [cleaned.document.segments[number] for number in brief.gone]
    removals = [Removal(s.source_start, s.source_end, "repeated_line", "shared_by_the_outlet") for s in lines]
    return replace(
        cleaned,
        version=brief.version,
        document=without_segments(cleaned.document, left) if lines else cleaned.document,
        removals=tuple(sorted((*cleaned.removals, *removals), key=lambda removal: removal.source_start)),
    )


def without_segments(document: Document, left: Iterable[Segment]) -> Document:
    """The document made of these of its segments."""
    pieces: list[str] = []
    moved: list[Segment] = []
    position = 0
    for segment in left:
        position += len(PARAGRAPH) if pieces else 0
        piece = document.text[segment.start : segment.end]
        moved.append(replace(segment, start=position, end=position + len(piece)))
        pieces.append(piece)
        position += len(piece)
    text = PARAGRAPH.join(pieces)
    body_start = next((s.start for s in moved if s.role not in ("headline", "standfirst")), len(text))
    standfirst = "\n".join(text[s.start : s.end] for s in moved if s.role == "standfirst")
    had = any(segment.role == "standfirst" for segment in document.segments)
    return replace(
        document,
        text=text,
        segments=tuple(moved),
        body_start=body_start,
        word_count=count_words(text, moved),
        standfirst=(standfirst or None) if had else document.standfirst,
    )
