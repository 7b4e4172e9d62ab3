"""What people decided: merges, splits, links of actors, corrections of claims, retractions. Decisions win over rules.

Belongs here: what the decisions ask for, and which of them match anything. Does not: their files (`decisions`), or
applying them to rows (`corpus`, and for documents the stage before extraction).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pyarrow as pa

from pipeline import ids
from pipeline.errors import OnRecordError
from pipeline.resolution.people.decisions import Decision, read_decisions
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import DECISIONS

Key = tuple[str, str, str]
"""What a decision is on: decision, target, field."""


@dataclass(frozen=True)
class Curation:
    """The decisions, and quick answers to what they ask for."""

    decisions: tuple[Decision, ...] = ()
    merges: Mapping[str, str] = field(init=False, default_factory=dict)
    """For each merged actor the one that is kept, at the end of a chain of merges."""
    corrections: Mapping[str, tuple[Decision, ...]] = field(init=False, default_factory=dict)
    """The corrections of each claim."""
    _splits: Collection[tuple[str, str]] = field(init=False, default_factory=frozenset)
    _claims: Mapping[str, tuple[Decision, ...]] = field(init=False, default_factory=dict)
    """Retractions of claims and confirmations, by target."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "merges", _closed({one.target: one for one in self._of("merge")}))
        object.__setattr__(self, "corrections", _by_target(self._of("correction")))
        retracted = (one for one in self._of("retraction") if one.field == "claim")
        looked_at = (*retracted, *self._of("confirmation"))
        object.__setattr__(self, "_claims", _by_target(looked_at))
        object.__setattr__(self, "_splits", frozenset((one.target, one.field) for one in self._of("split")))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The decisions in a folder; a missing file holds none.

        Raises OnRecordError, with file and line, for whatever cannot be read as a decision, and for merges in a circle.
        """
        return cls(read_decisions(folder))

    def _of(self, decision: str) -> Iterator[Decision]:
        return (one for one in self.decisions if one.decision == decision)

    def retracted_documents(self) -> dict[str, str]:
        """Reason by document id, canonical URL, SHA-256 or name of the source, whichever the decision names."""
        return self._retracted("document")

    def retracted_actors(self) -> dict[str, str]:
        """Reason by actor id."""
        return self._retracted("actor")

    def _retracted(self, target: str) -> dict[str, str]:
        return {one.target: one.reason for one in self._of("retraction") if one.field == target}

    def kept(self, actor: str) -> str:
        """The actor that this one was merged into, or itself."""
        return self.merges.get(actor, actor)

    def is_split(self, actor: str, document: str) -> bool:
        """True if in this document the actor is somebody else of the same name."""
        return (actor, document) in self._splits

    def links(self) -> dict[str, str]:
        """Wikidata id by actor id."""
        return {one.target: one.value for one in self._of("link")}

    def on_claims(self, claims: Collection[str]) -> list[Decision]:
        """The retractions and confirmations of these claims."""
        return [one for claim in claims for one in self._claims.get(claim, ())]

    def table(self, applied: Collection[Key], exclusions: pa.Table) -> pa.Table:
        """The table `decisions`.

        `applied` are those that changed or confirmed a row; retractions of documents stand in the exclusions.
        """
        found = {*applied, *self._matched_documents(exclusions)}
        rows = [
            {name: getattr(one, name) for name in ("decision", "target", "field")}
            | {name: getattr(one, name) or None for name in ("reason", "decided_on", "decided_by")}
            | {"new_value": one.value or None, "is_applied": one.key in found}
            for one in self.decisions
        ]
        return pa.Table.from_pylist(rows, schema=arrow_schema(DECISIONS))

    def _matched_documents(self, exclusions: pa.Table) -> Iterator[Key]:
        names = set()
        for row in exclusions.select(["reason", "source_name", "source_sha256", "detail"]).to_pylist():
            if row["reason"] == "retracted":
                names |= {row["source_name"], row["source_sha256"], *ids.DOCUMENT_ID.findall(row["detail"])[-1:]}
        for one in self._of("retraction"):
            if one.field == "document" and not names.isdisjoint({one.target, ids.document_id(one.target, "")}):
                yield one.key

    def unmatched(self, decisions: pa.Table) -> tuple[str, ...]:
        """Decisions that match nothing, a line for each: where it stands, and what it is about.

        `decisions` is the table of that name, as the last build has left it.
        """
        names = ("decision", "target", "field")
        applied = {tuple(row[name] for name in names) for row in decisions.to_pylist() if row["is_applied"]}
        return tuple(
            f"{one.place}: {one.decision} of {one.target}: {_MISSING[one.decision]}"
            for one in self.decisions
            if one.key not in applied
        )


_MISSING: Mapping[str, str] = {
    "retraction": "nothing of that name is there",
    "merge": "one of the two actors is not there, or the one to keep has no name",
    "split": "that document does not have this actor, or the actor has no name",
    "link": "no such actor is there, or it has no name",
    "correction": "there is no such claim, or what it should get does not exist",
    "confirmation": "nothing of that name is there",
}
"""What it means that a decision matches nothing."""


def _by_target(decisions: Iterable[Decision]) -> dict[str, tuple[Decision, ...]]:
    found: dict[str, tuple[Decision, ...]] = defaultdict(tuple)
    for one in decisions:
        found[one.target] += (one,)
    return dict(found)


def _closed(merges: Mapping[str, Decision]) -> dict[str, str]:
    """Each merged actor with the last one of its chain. Raises OnRecordError if merges go in a circle."""
    closed = {}
    for actor, decision in merges.items():
        seen, last = {actor}, decision.value
        while last in merges:
            if last in seen:
                raise OnRecordError(f"{decision.place}: {actor} is merged in a circle; take one of the rows out")
            seen.add(last)
            last = merges[last].value
        closed[actor] = last
    return closed
