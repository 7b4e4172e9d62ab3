"""The same actor in several documents: which names come together, and that a block is decided by itself."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.resolution.corpus.actors import DECIDED, Actors
from pipeline.resolution.corpus.identity import PUBLISHER
from pipeline.resolution.database import insert, scratch, table_of


class Entity(NamedTuple):
    """A row of the table entities of the scratch database."""

    document_id: str
    number: int
    name: str
    kind: str
    is_named: bool
    linked: str
    country: str | None
    place: int


_ENTITIES = pa.schema([("document_id", pa.string()), ("number", pa.int32()), ("name", pa.string()),
                       ("kind", pa.string()), ("is_named", pa.bool_()), ("linked", pa.string()),
                       ("country", pa.string()), ("place", pa.int64())])  # fmt: skip


def entity(doc: str, number: int, name: str, kind: str = "person", **given: Any) -> Entity:
    values: dict[str, Any] = {"is_named": True, "linked": "", "country": None, "place": number} | given
    return Entity(doc, number, name, kind, **values)


class Resolved(NamedTuple):
    """Who each entity is, what was decided of the blocks, and how many of them were decided now."""

    who: dict[tuple[str, int], tuple[Any, ...]]
    kept: pa.Table
    decided: int


def resolved(entities: list[Entity], kept: pa.Table | None = None) -> Resolved:
    with scratch() as connection:
        actors = Actors(connection)
        insert(connection, "entities", table_of(entities, _ENTITIES))
        if kept is not None:
            actors.keep(kept)
        actors.decide()
        rows = connection.sql("SELECT * FROM assigned").fetchall()
        return Resolved({row[:2]: row[2:] for row in rows}, actors.kept().read_all(), actors.decided)


def together(*entities: Entity) -> int:
    """Number of actors."""
    return len({actor[0] for actor in resolved(list(entities)).who.values()})


@pytest.mark.parametrize(
    ("one", "two", "actors"),
    [
        (("Ann Lee", "person"), ("Ann Lee", "person"), 1),
        (("Ann B. Lee", "person"), ("Ann Lee", "person"), 1),
        (("Ann B. Lee", "person"), ("Ann C. Lee", "person"), 2),
        (("Lee", "person"), ("Lee", "person"), 2),
        (("The Harbour Trust", "organisation"), ("Harbour Trust", "organisation"), 1),
        (("Lumo Ltd", "organisation"), ("Lumo", "organisation"), 1),
        (("Harbour Defense Trust", "organisation"), ("Harbour Defence Trust", "government_body"), 1),
        (("Ministry of Health", "government_body"), ("Ministry of Health", "government_body"), 2),
        (("Ann Lee", "person"), ("Ann Lee", "organisation"), 2),
    ],
)
def test_actors_are_joined_conservatively(one: tuple[str, str], two: tuple[str, str], actors: int) -> None:
    assert together(entity("a", 0, *one), entity("b", 0, *two)) == actors


def test_a_name_without_middle_name_stays_apart_where_two_could_bear_it() -> None:
    names = ("Ann B. Lee", "Ann C. Lee", "Ann Lee")
    assert together(*(entity(str(n), 0, name) for n, name in enumerate(names))) == 3


def test_the_unnamed_are_never_joined() -> None:
    assert together(*(entity(doc, 0, "critics", "group", is_named=False) for doc in "ab")) == 2


def test_a_link_joins_whatever_the_name() -> None:
    assert (
        together(
            entity("a", 0, "UK", "state", linked="Q145"),
            entity("b", 0, "Britain", "state", linked="Q145"),
        )
        == 1
    )


NAMES = st.sampled_from(
    ["Ann Lee", "Ann B. Lee", "Ann C Lee", "Lee", "Bo Kay", "Harbour Trust", "The Harbour Trust", "Lumo Ltd", "Lumo"]
)
ENTITIES = st.lists(st.tuples(NAMES, st.sampled_from(["person", "organisation", "media"])), min_size=1, max_size=25)


@settings(max_examples=10, deadline=None)
@given(ENTITIES, st.integers(0, 25), st.randoms(use_true_random=False))
def test_what_was_decided_before_is_used_and_changes_nothing(
    found: list[tuple[str, str]], cut: int, shuffle: random.Random
) -> None:
    entities = [entity(f"doc{n % 7}", n, name, kind) for n, (name, kind) in enumerate(found)]
    whole, before = resolved(entities), resolved(entities[:cut])
    mixed = shuffle.sample(entities, len(entities))
    grown = resolved(mixed, before.kept)
    assert (grown.who, grown.kept) == (whole.who, whole.kept)
    assert grown.decided <= len(entities) - min(cut, len(entities)) + (whole.decided - before.decided)
    assert resolved(mixed, grown.kept).decided == 0
    assert resolved(entities[:cut], grown.kept).who == before.who


def test_only_the_blocks_that_a_new_document_touches_are_decided_again() -> None:
    names = ["Ann Lee", "Bo Kay", "Cy Dorn", "Harbour Trust"]
    before = resolved([entity("d1", n, name) for n, name in enumerate(names)])
    assert before.decided == len(names)
    after = resolved([*(entity("d1", n, name) for n, name in enumerate(names)), entity("d2", 0, "Bo Kay")], before.kept)
    assert after.decided == 1
    assert after.kept.schema.equals(DECIDED)


def test_a_publisher_is_a_medium_whatever_the_texts_take_it_for() -> None:
    found = resolved(
        [
            entity("d1", 0, "The Quay Courier", "organisation"),
            entity("d2", 0, "The Quay Courier", "organisation"),
            entity("d1", PUBLISHER, "The Quay Courier (invented)", "media"),
        ]
    )
    assert {actor[2] for actor in found.who.values()} == {"media"}
    assert len({actor[0] for actor in found.who.values()}) == 1
