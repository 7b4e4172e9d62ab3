"""The same actor in several documents: entities fall into blocks by name, and each block is decided by itself.

Belongs here: which entities of different documents are one actor, and its id. Does not: where entities come from and
what is kept between builds (`actors`), people's decisions (`amend`), rows (`rows`). A block depends on its own entities
alone, so new documents touch only the blocks that their names fall into, and resolving again from nothing gives the
same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline import ids
from pipeline.extraction.gazetteer import gazetteer
from pipeline.resolution.article.naming import fold, without_note

PUBLISHER = -1
"""Number under which a document's publisher stands among its entities."""


class Variant(NamedTuple):
    """What entities of one block are called, with the number of documents' entities that are called so."""

    name: str
    kind: str
    is_named: bool
    wikidata_id: str | None
    country: str | None
    publishes: bool
    times: int


class Actor(NamedTuple):
    """An actor across documents, with the values of its row."""

    actor_id: str
    name: str
    kind: str
    is_named: bool
    wikidata_id: str | None
    country: str | None


Key = tuple[str, ...]
Where = tuple[str, int]
"""Document id and number of an entity."""

SHARED, LOCAL, UNNAMED = "shared", "local", "unnamed"


def block_of(name: str, kind: str, wikidata_id: str | None, *, is_named: bool) -> tuple[str, Key]:
    """The scope and block of an entity: entities of different blocks are never the same actor.

    A block is shared by all documents, or is local to each; an unnamed entity is an actor of its own.
    """
    if wikidata_id:
        return SHARED, ("linked", wikidata_id)
    words = _words(without_note(name) if kind == "media" else name)
    if not is_named or not words:
        return UNNAMED, ()
    if kind == "person":
        return (SHARED, ("person", words[0], words[-1])) if len(words) > 1 else (LOCAL, ("person", words[0]))
    return (LOCAL if is_generic(words) else SHARED), ("body", *words)


@lru_cache(maxsize=200_000)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name for comparison; British spelling of -isation and defence, so that both spellings meet."""
    plain = fold(name).replace("organization", "organisation").replace("defense", "defence")
    words = ids.words(plain).split()
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return tuple(words)


_LEGAL = frozenset(
    ["inc", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "llc", "gmbh", "ag", "sa", "nv", "spa"]
)
"""Legal forms: companies are named with and without them."""


def is_generic(words: Sequence[str]) -> bool:
    """True for names that many states and towns have one of (Supreme Court, Ministry of Health)."""
    generic = gazetteer().words("generic")
    return all(word in generic for word in words)


def decide(block: Key, variants: Sequence[Variant], document: str = "") -> Iterator[tuple[str, Actor]]:
    """Each name of one block, with the actor that it stands for; of a local block, in this document."""
    groups = _same_people(variants) if block[0] == "person" and not document else [list(variants)]
    for group in groups:
        actor = _one(group, document)
        for name in sorted({variant.name for variant in group}):
            yield name, actor


def _one(variants: Sequence[Variant], document: str) -> Actor:
    """All these as one actor."""
    linked = variants[0].wikidata_id
    publishes = any(variant.publishes for variant in variants)
    kind = "media" if publishes else _most((v.kind, v.times) for v in variants)
    country = _most((v.country, v.times) for v in variants if v.country)
    name = _name(variants)
    actor_id = ids.linked_actor_id(linked) if linked else ids.named_actor_id(kind or "", name, document)
    return Actor(actor_id, name, kind or "", any(v.is_named for v in variants), linked, country)


def _most(values: Iterable[tuple[str, int]]) -> str | None:
    count = _counted(values)
    return max(sorted(count), key=lambda value: count[value]) if count else None


def _name(variants: Iterable[Variant]) -> str:
    count = _counted((variant.name, variant.times) for variant in variants)
    return max(count, key=lambda name: (count[name], len(name), name))


def _counted(values: Iterable[tuple[str, int]]) -> Counter[str]:
    count: Counter[str] = Counter()
    for value, number in values:
        count[value] += number
    return count


def _same_people(variants: Sequence[Variant]) -> Iterator[list[Variant]]:
    """Groups of people with the same first and last name whose middle names do not contradict each other.

    A name without middle name joins those with one only if there is a single such group: what is ambiguous stays apart.
    """
    groups: dict[tuple[str, ...], list[Variant]] = defaultdict(list)
    for variant in variants:
        groups[_words(variant.name)[1:-1]].append(variant)
    bare, rest = groups.pop((), []), list(_compatible(groups))
    if len(rest) == 1:
        yield [*bare, *rest[0]]
        return
    if bare:
        yield bare
    yield from rest


def _compatible(groups: dict[tuple[str, ...], list[Variant]]) -> Iterator[list[Variant]]:
    """Joins an initial with the one middle name that begins with it."""
    joined: dict[tuple[str, ...], list[Variant]] = {}
    for middle in sorted(groups, key=lambda m: (-sum(map(len, m)), m)):
        fitting = [other for other in joined if _abbreviates(middle, other)]
        joined.setdefault(fitting[0] if len(fitting) == 1 else middle, []).extend(groups[middle])
    yield from joined.values()


def _abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return len(short) == len(long) and all(
        a == b or (len(a) == 1 and b.startswith(a)) for a, b in zip(short, long, strict=True)
    )
