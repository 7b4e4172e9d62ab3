"""People's decisions put into effect: on the actors of all documents, and on the claims of one.

Belongs here: what a decision changes, and whether it found anything to change. Does not: reading decisions
(`decisions`, `curation`), or the rows of tables (`corpus`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pipeline import ids
from pipeline.resolution.curation import Curation, Key
from pipeline.resolution.decisions import SPAN, Decision
from pipeline.resolution.identity import Actor, Where
from pipeline.schema.fields import ELLIPSIS

Row = dict[str, Any]
_PLACE = ("start", "end", "source_start", "source_end")


@dataclass(frozen=True, slots=True)
class Amended:
    """The actors after people's decisions, the new id of each one that got another, and the decisions that applied."""

    actors: dict[Where, Actor]
    moved: Mapping[str, str]
    applied: frozenset[Key]
    known: frozenset[str]
    """The ids of all actors."""


def amend_actors(actors: Mapping[Where, Actor], curation: Curation) -> Amended:
    """Splits, then merges, then links, then retractions of actors. What a decision names is the id before it."""
    split, applied = dict(actors), set[Key]()
    for where, actor in actors.items():
        if curation.is_split(actor.actor_id, where[0]):
            split[where] = _apart(actor, where[0])
            applied.add(("split", actor.actor_id, where[0]))
    there = {actor.actor_id: actor for _, actor in sorted(split.items())}
    applied |= _applied_to(curation, there)
    final = {old: _linked(there.get(curation.kept(old), actor), curation, there) for old, actor in there.items()}
    retracted = curation.retracted_actors()
    gone = {old for old, new in final.items() if old in retracted or new.actor_id in retracted}
    kept = {where: final[actor.actor_id] for where, actor in split.items() if actor.actor_id not in gone}
    moved = {old: new.actor_id for old, new in final.items() if new.actor_id != old}
    return Amended(kept, moved, frozenset(applied), frozenset(actor.actor_id for actor in kept.values()))


def _apart(actor: Actor, document: str) -> Actor:
    """The actor of the same name that lives in one document only."""
    actor_id = ids.named_actor_id(actor.kind, actor.name, document)
    return actor._replace(actor_id=actor_id, wikidata_id=None)


def _applied_to(curation: Curation, there: Mapping[str, Actor]) -> set[Key]:
    found = set()
    for one in curation.decisions:
        is_there = one.target in there
        if one.decision == "merge":
            is_there = is_there and curation.kept(one.target) in there
        elif one.decision == "retraction":
            is_there = is_there and one.field == "actor"
        if is_there and one.decision in ("merge", "link", "retraction", "confirmation"):
            found.add(one.key)
    return found


def _linked(actor: Actor, curation: Curation, there: Mapping[str, Actor]) -> Actor:
    """The actor under the Wikidata id that people gave it; where that item is there already, it is that actor."""
    wikidata_id = curation.links().get(actor.actor_id)
    if wikidata_id is None:
        return actor
    actor_id = ids.linked_actor_id(wikidata_id)
    return there.get(actor_id) or actor._replace(actor_id=actor_id, wikidata_id=wikidata_id)


@dataclass
class ClaimAmendments:
    """The decisions on the claims of one document, put into effect one claim after the other."""

    curation: Curation
    actors: Amended
    text: str
    segments: Sequence[Mapping[str, Any]]
    taken: set[str]
    """Ids of the document's claims: a claim whose words are corrected must not become a second one of another."""
    applied: set[Key] = field(default_factory=set)

    def amend(self, row: Row) -> Row | None:
        """The claim as people want it, None if they retracted it. A decision may name the id before or after it."""
        own = row["claim_id"]
        for one in self.curation.corrections.get(own, ()):
            if one.field == SPAN:
                row = self._moved(row, one)
        names = tuple(dict.fromkeys((own, row["claim_id"])))
        for name in names:
            row = self._corrected(row, name)
        gone = [one for one in self.curation.on_claims(names) if one.decision == "retraction"]
        self.applied |= {one.key for one in self.curation.on_claims(names)}
        return None if gone else row

    def _moved(self, row: Row, decision: Decision) -> Row:
        """The claim at other places of the text; as it was, where they are no places or another claim's words."""
        places = [tuple(map(int, span.split("-"))) for span in decision.value.split("+")]
        fragments = [self._fragment(start, end) for start, end in places]
        found = [fragment for fragment in fragments if fragment]
        if len(found) < len(fragments) or any(a["end"] > b["start"] for a, b in pairwise(found)):
            return row
        text = ELLIPSIS.join(self.text[f["start"] : f["end"]] for f in found)
        claim_id = ids.claim_id(row["document_id"], row["speaker_text"], text, 0)
        if claim_id != row["claim_id"] and claim_id in self.taken:
            return row
        self.taken.add(claim_id)
        self.applied.add(decision.key)
        section = found[0].pop("section")
        first = {name: found[0][name] for name in ("start", "source_start")}
        last = {name: found[-1][name] for name in ("end", "source_end")}
        placed = {"fragments": [{name: f[name] for name in _PLACE} for f in found], **first, **last}
        return row | placed | {"claim_id": claim_id, "text": text, "section": section}

    def _fragment(self, start: int, end: int) -> Row | None:
        """A span of one paragraph with its place in the source, or None if it is none."""
        for segment in self.segments:
            if segment["start"] <= start < end <= segment["end"]:
                moved = segment["source_start"] - segment["start"]
                section = segment["role"] if segment["role"] in ("headline", "standfirst") else "body"
                place = {"start": start, "end": end, "source_start": start + moved, "source_end": end + moved}
                return place | {"section": section}
        return None

    def _corrected(self, row: Row, name: str) -> Row:
        for one in self.curation.corrections.get(name, ()):
            value = self._value(one)
            if one.field != SPAN and (value is not None or not one.value):
                row = row | {one.field: value}
                self.applied.add(one.key)
        return row

    def _value(self, decision: Decision) -> str | bool | None:
        """What a correction sets, in the type of its column; None also for an actor that no document gives."""
        if decision.field.startswith("is_"):
            return decision.value == "true"
        if decision.field.endswith("_id"):
            actor = self.actors.moved.get(decision.value, decision.value)
            return actor if actor in self.actors.known else None
        return decision.value
