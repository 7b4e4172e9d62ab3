"""Steps that need more than one document: versions of one article, lines that an outlet repeats, copies.

The order is fixed: first earlier versions go, so that a line which an article keeps in all of them is not taken for its
outlet's; then repeated lines, so that an outlet's own lines do not keep two copies apart; then duplicates. Each step
looks at all documents at once, in the order of their names, so the result depends on the set of documents alone, never
on their order or on how many came at a time.
Belongs here: these three steps. Does not: anything that one document tells by itself (`clean`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, pairwise
from urllib.parse import urlsplit

from pipeline.cleaning.assemble import count_words
from pipeline.cleaning.document import PARAGRAPH, Cleaned, Document, Removal, Segment
from pipeline.ids import document_id, sha256, words

REPEATED_IN = 5
"""A line is the outlet's own if at least so many of its documents hold it."""
_MAX_LINE_WORDS = 60
"""A longer line is a paragraph that was printed again, which is what duplicates are about."""
NEAR = 0.8
"""Two articles are copies of each other if their sets of word shingles agree in this share (Jaccard), or more."""
CONTAINED = 0.9
"""An article is a copy of a longer one that holds this share of its shingles: a syndicated report, shortened."""
_SHINGLE = 5
_PERMUTATIONS = 128
_SEED = 1
_CANDIDATE = 0.5
_MIN_SHINGLES = 20
_SETS_IN_MEMORY = 256
_EARLY, _LATE = datetime.min, datetime.max  # noqa: DTZ901  (all times here are UTC without a zone)


def across(cleaned: Sequence[Cleaned]) -> tuple[Cleaned, ...]:
    """The same records, in the order given, without repeated lines, duplicates turned into exclusions."""
    order = sorted(range(len(cleaned)), key=lambda i: (cleaned[i].source_name, cleaned[i].source_sha256))
    newest = number_versions([cleaned[i] for i in order])
    settled = _pointing_to_kept(newest, drop_duplicates(drop_repeated_lines(newest)))
    back = dict(zip(order, settled, strict=True))
    return tuple(back[i] for i in range(len(cleaned)))


def number_versions(cleaned: Sequence[Cleaned]) -> list[Cleaned]:
    """Number the versions of each article, and turn all but the newest into exclusions that name it.

    Documents with one URL are one article and share one document id. In the order of their age, each whose words
    differ from those before it is a new version. The last of all is kept.
    """
    by_url: dict[str, list[Cleaned]] = defaultdict(list)
    for one in cleaned:
        if one.document is not None and one.document.url:
            by_url[one.document.url].append(one)
    changed = {id(old): new for same in by_url.values() if same[1:] for old, new in _numbered(sorted(same, key=_age))}
    return [changed.get(id(one), one) for one in cleaned]


def _age(one: Cleaned) -> tuple[datetime, datetime, int, str, str]:
    """What puts versions in order: time of change (else of publication), time of capture, words, then the content.

    Of two that no time tells apart, the longer one is the newer: reports grow. Names, which say nothing, decide
    between the same bytes only.
    """
    document = one.document
    if document is None:
        return _EARLY, _EARLY, 0, one.source_sha256, one.source_name
    captured = document.captured_at or _EARLY
    changed = document.modified_at or document.published_at or captured
    return changed, captured, document.word_count, one.source_sha256, one.source_name


def _numbered(versions: Sequence[Cleaned]) -> Iterator[tuple[Cleaned, Cleaned]]:
    """Each of the documents of one article, oldest first, with what becomes of it."""
    texts = [words(one.document.text) if one.document else "" for one in versions]
    numbers = list(accumulate((old != new for old, new in pairwise(texts)), initial=1))
    kept, last = versions[-1], numbers[-1]
    for one, number in zip(versions[:-1], numbers, strict=False):
        if number == last:
            yield one, _duplicate(one, kept, "the same article as")
        else:
            gone = _duplicate(one, kept, f"version {number}; version {last} is kept:")
            yield one, replace(gone, problem="earlier_version", version=number)
    yield kept, replace(kept, version=last)


def _pointing_to_kept(before: Sequence[Cleaned], after: Sequence[Cleaned]) -> list[Cleaned]:
    """The records after duplicates went; versions of an article that went itself point to the one kept in its place."""
    moved = {
        document_id(old.document.url, old.source_sha256): new.duplicate_of
        for old, new in zip(before, after, strict=True)
        if old.document is not None and new.document is None
    }
    return [replace(one, duplicate_of=moved.get(one.duplicate_of or "", one.duplicate_of)) for one in after]


def outlet(document: Document) -> str | None:
    """What tells outlets apart: the publisher's name, else the host of the URL."""
    if document.publisher:
        return words(document.publisher)
    host = urlsplit(document.url).hostname if document.url else None
    return host.removeprefix("www.") if host else None


def drop_repeated_lines(cleaned: Sequence[Cleaned]) -> list[Cleaned]:
    """Remove body lines that `REPEATED_IN` or more documents of one outlet share, as reason repeated_line.

    Copies of one text count once, so that a report that an outlet holds five times is not emptied.
    """
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in cleaned:
        for key in _lines(one):
            holders[key].add(sha256(one.document.text.encode()) if one.document else "")
    repeated = {key for key, texts in holders.items() if len(texts) >= REPEATED_IN}
    return [_without(one, repeated) for one in cleaned]


def _lines(one: Cleaned) -> Iterator[tuple[str, str]]:
    name = outlet(one.document) if one.document and one.problem is None else None
    if one.document is not None and name is not None:
        for segment in one.document.segments:
            line = _line(one.document, segment)
            if line:
                yield name, line


def _line(document: Document, segment: Segment) -> str | None:
    if segment.role == "headline":
        return None
    line = words(document.text[segment.start : segment.end])
    return line if line and line.count(" ") < _MAX_LINE_WORDS else None


def _without(one: Cleaned, repeated: set[tuple[str, str]]) -> Cleaned:
    document = one.document
    if document is None or not repeated.intersection(_lines(one)):
        return one
    name = outlet(document) or ""
    gone = [s for s in document.segments if (name, _line(document, s) or "") in repeated]
    left = [s for s in document.segments if s not in gone]
    if not any(segment.role == "body" for segment in left):
        return one
    removals = [Removal(s.source_start, s.source_end, "repeated_line", "shared_by_the_outlet") for s in gone]
    return replace(
        one,
        document=without_segments(document, left),
        removals=tuple(sorted((*one.removals, *removals), key=lambda removal: removal.source_start)),
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


def drop_duplicates(cleaned: Sequence[Cleaned]) -> list[Cleaned]:
    """Turn all but the earliest of each group of copies into exclusions that name it.

    Groups are connected by copies of copies; the earliest publication is kept, then the one with a URL, then the first
    by name. Method: A. Broder, On the resemblance and containment of documents, 1997; candidates by MinHash and
    locality-sensitive hashing (datasketch, fixed seed), each checked on the exact sets.
    """
    members = [i for i, one in enumerate(cleaned) if one.document is not None and one.problem is None]
    parent = {i: i for i in members}
    for a, b in _pairs(cleaned, members):
        _join(parent, a, b, cleaned)
    return [_settle(cleaned, i, _root(parent, i)) if i in parent else one for i, one in enumerate(cleaned)]


def _shingles(one: Cleaned) -> frozenset[str]:
    document = one.document
    text = document.text[document.body_start :] if document else ""
    found = words(text).split()
    return frozenset(" ".join(found[i : i + _SHINGLE]) for i in range(max(1, len(found) - _SHINGLE + 1)))


def _pairs(cleaned: Sequence[Cleaned], members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of documents that are copies: the same bytes, the same URL, the same words, or nearly so."""
    seen: dict[tuple[str, str], int] = {}
    for index in members:
        for key in _keys(cleaned[index]):
            if key in seen:
                yield seen[key], index
            else:
                seen[key] = index
    yield from _near_pairs(cleaned, members)


def _keys(one: Cleaned) -> Iterator[tuple[str, str]]:
    yield "bytes", one.source_sha256
    if one.document is not None:
        yield "words", words(one.document.text[one.document.body_start :])


def _near_pairs(cleaned: Sequence[Cleaned], members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Only sketches are kept in memory; the sets of a candidate pair are made again, a few at a time."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=_CANDIDATE, num_perm=_PERMUTATIONS)
    shingles = lru_cache(maxsize=_SETS_IN_MEMORY)(lambda member: _shingles(cleaned[member]))
    for member in members:
        mine = shingles(member)
        if len(mine) < _MIN_SHINGLES:
            continue
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update_batch([shingle.encode() for shingle in sorted(mine)])
        yield from ((other, member) for other in sorted(index.query(sketch)) if _alike(shingles(other), mine))
        index.insert(member, sketch)


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    common = len(a & b)
    return common >= NEAR * len(a | b) or common >= CONTAINED * min(len(a), len(b))


def _root(parent: dict[int, int], index: int) -> int:
    while parent[index] != index:
        index = parent[index]
    return index


def _rank(one: Cleaned) -> tuple[datetime, bool, str, str]:
    document = one.document
    published = document.published_at if document and document.published_at else _LATE
    return published, not (document and document.url), one.source_name, one.source_sha256


def _join(parent: dict[int, int], a: int, b: int, cleaned: Sequence[Cleaned]) -> None:
    first, second = sorted((_root(parent, a), _root(parent, b)), key=lambda i: _rank(cleaned[i]))
    parent[second] = first


def _settle(cleaned: Sequence[Cleaned], index: int, kept: int) -> Cleaned:
    return cleaned[index] if index == kept else _duplicate(cleaned[index], cleaned[kept], "the same article as")


def _duplicate(one: Cleaned, kept: Cleaned, relation: str) -> Cleaned:
    """The exclusion of a document in whose place another is kept."""
    own = document_id(kept.document.url if kept.document else None, kept.source_sha256)
    return Cleaned(
        one.source_name,
        one.source_sha256,
        one.media_type,
        "duplicate",
        f"{relation} {kept.source_name}",
        duplicate_of=own,
    )
