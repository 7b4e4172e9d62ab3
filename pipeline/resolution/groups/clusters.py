"""The groups among claims that are connected with each other: those that agree, not all that form a chain.

Belongs here: one set of connected claims, given how alike they are. Does not: which claims are compared (`grouping`),
or how alike two are (`likeness`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

CORE = 0.5
"""Share of the shortest member's content words that all members of a group have, unless all are parts of the fullest of
them: so no chain of claims that each resemble the next leads from one statement to another."""


class Group(NamedTuple):
    """Claims that belong together: their ids in order, the relation, and how alike the least alike two are."""

    members: tuple[str, ...]
    relation: str
    score: float


class Edge(NamedTuple):
    """Two claims (by number) that are alike."""

    one: int
    two: int
    relation: str
    score: float
    closeness: float


class Member(NamedTuple):
    """A claim of a component: its id, and the content words in which all members of a group must agree."""

    number: int
    claim_id: str
    content: frozenset[str]


@dataclass
class _Cluster:
    """Claims found to belong together so far; `core` are the content words that all of them have."""

    members: list[Member]
    core: frozenset[str]
    shortest: int
    fullest: Member
    score: float = 1.0
    relation: str = "same_quote"

    def takes(self, other: _Cluster, edge: Edge, like: Mapping[int, set[int]]) -> bool:
        """Takes in the members of another; not if they are neither all alike nor all parts of the fullest of them."""
        core, shortest = self.core & other.core, min(self.shortest, other.shortest)
        fullest = max(self.fullest, other.fullest, key=lambda member: (len(member.content), member.claim_id))
        if len(core) < CORE * shortest:
            parts = like[fullest.number]
            if any(m is not fullest and m.number not in parts for m in chain(self.members, other.members)):
                return False
        self.members += other.members
        self.core, self.shortest, self.fullest = core, shortest, fullest
        self.score = min(self.score, other.score, edge.score)
        if "same_statement" in (other.relation, edge.relation):
            self.relation = "same_statement"
        return True


def cluster(members: Sequence[Member], edges: Sequence[Edge]) -> Iterator[Group]:
    """The groups of one component, the closest claims first; what two quotations are outweighs what is suggested."""
    ids = {member.number: member.claim_id for member in members}
    like: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        like[edge.one].add(edge.two)
        like[edge.two].add(edge.one)
    home = {member.number: _Cluster([member], member.content, len(member.content), member) for member in members}
    ordered = sorted(edges, key=lambda e: (e.relation, -e.closeness, -e.score, *sorted((ids[e.one], ids[e.two]))))
    for edge in ordered:
        small, large = sorted((home[edge.one], home[edge.two]), key=lambda found: len(found.members))
        suggested = edge.relation == "same_statement" and len(small.members) > 1
        if small is not large and not suggested and large.takes(small, edge, like):
            home.update((member.number, large) for member in small.members)
    for found in {id(cluster): cluster for cluster in home.values()}.values():
        if len(found.members) > 1:
            yield Group(tuple(sorted(m.claim_id for m in found.members)), found.relation, round(found.score, 4))
