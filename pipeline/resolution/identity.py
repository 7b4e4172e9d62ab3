"""The same actor in several documents: entities fall into blocks by name, and each block is decided by itself.

Belongs here: which entities of different documents are one actor, and its id. Does not: people's decisions
(`curation`), rows (`corpus`). A block depends on its own entities alone, so new documents touch only the blocks that
their names fall into, and resolving again from nothing gives the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline import ids
from pipeline.extraction.gazetteer import gazetteer
from pipeline.resolution.naming import fold, without_note

PUBLISHER = -1
"""Number under which a document's publisher stands among its entities."""


class Occurrence(NamedTuple):
    """An entity of a document by its number there; `place` is its first mention in the source text."""

    document_id: str
    number: int
    name: str
    kind: str
    is_named: bool
    wikidata_id: str | None
    country: str | None
    place: int


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


def block_of(entity: Occurrence) -> Key:
    """The block of an entity: entities of different blocks are never the same actor."""
    if entity.wikidata_id:
        return ("linked", entity.wikidata_id)
    words = _words(without_note(entity.name) if entity.kind == "media" else entity.name)
    if not entity.is_named or not words:
        return ("unnamed", entity.document_id, str(entity.number))
    if entity.kind == "person":
        return ("person", words[0], words[-1]) if len(words) > 1 else ("local", entity.document_id, "person", words[0])
    if is_generic(words):
        return ("local", entity.document_id, "body", *words)
    return ("body", *words)


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


def decide(key: Key, entities: Sequence[Occurrence]) -> dict[Where, Actor]:
    """The actor of each entity of one block."""
    if key[0] == "person":
        return {where: actor for group in _same_people(entities) for where, actor in _one(group).items()}
    return _one(entities, key[1] if key[0] == "local" else "")


def _one(entities: Sequence[Occurrence], apart: str = "") -> dict[Where, Actor]:
    """All these entities as one actor."""
    first = min(entities)
    publishes = any(e.number == PUBLISHER for e in entities)
    kind = "media" if publishes else _most(e.kind for e in entities)
    country = _most(e.country for e in entities if e.country)
    name = _name(e.name for e in entities)
    if first.wikidata_id:
        actor_id = ids.linked_actor_id(first.wikidata_id)
    elif first.is_named and _words(first.name):
        actor_id = ids.named_actor_id(kind or "", name, apart)
    else:
        actor_id = ids.unnamed_actor_id(first.document_id, first.place)
    actor = Actor(actor_id, name, kind or first.kind, first.is_named, first.wikidata_id, country)
    return {(entity.document_id, entity.number): actor for entity in entities}


def _most(values: Iterable[str]) -> str | None:
    count = Counter(values)
    return max(sorted(count), key=lambda value: count[value]) if count else None


def _name(names: Iterable[str]) -> str:
    count = Counter(names)
    return max(count, key=lambda name: (count[name], len(name), name))


def _same_people(entities: Sequence[Occurrence]) -> Iterator[list[Occurrence]]:
    """Groups of people with the same first and last name whose middle names do not contradict each other.

    A name without middle name joins those with one only if there is a single such group: what is ambiguous stays apart.
    """
    groups: dict[tuple[str, ...], list[Occurrence]] = defaultdict(list)
    for entity in sorted(entities):
        groups[_words(entity.name)[1:-1]].append(entity)
    bare, rest = groups.pop((), []), list(_compatible(groups))
    if len(rest) == 1:
        yield [*bare, *rest[0]]
        return
    if bare:
        yield bare
    yield from rest


def _compatible(groups: dict[tuple[str, ...], list[Occurrence]]) -> Iterator[list[Occurrence]]:
    """Joins an initial with the one middle name that begins with it."""
    joined: dict[tuple[str, ...], list[Occurrence]] = {}
    for middle in sorted(groups, key=lambda m: (-sum(map(len, m)), m)):
        fitting = [other for other in joined if _abbreviates(middle, other)]
        joined.setdefault(fitting[0] if len(fitting) == 1 else middle, []).extend(groups[middle])
    yield from joined.values()


def _abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return len(short) == len(long) and all(
        a == b or (len(a) == 1 and b.startswith(a)) for a, b in zip(short, long, strict=True)
    )


@dataclass
class Blocks:
    """Entities by block. Adding documents decides again only the blocks that they touch."""

    entities: dict[Key, list[Occurrence]] = field(default_factory=lambda: defaultdict(list))
    actors: dict[Where, Actor] = field(default_factory=dict)

    def add(self, entities: Iterable[Occurrence]) -> int:
        """Takes these entities in and gives the number of blocks decided again."""
        touched = set()
        for entity in entities:
            key = block_of(entity)
            self.entities[key].append(entity)
            touched.add(key)
        for key in touched:
            self.actors.update(decide(key, self.entities[key]))
        return len(touched)
