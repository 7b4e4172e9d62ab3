"""People's decisions put into effect: on the actors of all documents, and on the claims of one.

Belongs here: what a decision changes, and whether it found anything to change. Does not: reading decisions
(`decisions`, `curation`), or the rows of tables (`tables`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pipeline import ids
from pipeline.resolution.corpus.identity import Actor, Where
from pipeline.resolution.people.curation import Curation, Key
from pipeline.resolution.people.decisions import SPAN, Decision
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
    """Splits, then merges, then links, then retractions of actors. What a decision names is the id before it.

    Who has no name lives in one document, at one place that makes its id: it can be merged into somebody who has one,
    or retracted, and nothing else.
    """
    split, applied = dict(actors), set[Key]()
    for where, actor in actors.items():
        if actor.is_named and curation.is_split(actor.actor_id, where[0]):
            split[where] = _apart(actor, where[0])
            applied.add(("split", actor.actor_id, where[0]))
    there = {actor.actor_id: actor for _, actor in sorted(split.items())}
    final = _final(there, curation)
    applied |= {one.key for one in curation.decisions if _found(one, there, curation)}
    retracted = curation.retracted_actors()
    gone = {old for old, new in final.items() if old in retracted or new.actor_id in retracted}
    kept = {where: final[actor.actor_id] for where, actor in split.items() if actor.actor_id not in gone}
    moved = {old: new.actor_id for old, new in final.items() if new.actor_id != old}
    return Amended(kept, moved, frozenset(applied), frozenset(actor.actor_id for actor in kept.values()))


def _apart(actor: Actor, document: str) -> Actor:
    """The actor of the same name that lives in one document only."""
    actor_id = ids.named_actor_id(actor.kind, actor.name, document)
    return actor._replace(actor_id=actor_id, wikidata_id=None)


def _final(there: Mapping[str, Actor], curation: Curation) -> dict[str, Actor]:
    """What each actor is after merges and links. Where a Wikidata item is there already, its actor stays as it is."""
    items: dict[str, Actor] = {}
    links = {old: item for old, item in sorted(curation.links().items()) if _can_be_linked(there.get(old))}
    for old, item in links.items():
        actor_id = ids.linked_actor_id(item)
        linked = there[old]._replace(actor_id=actor_id, wikidata_id=item)
        items.setdefault(item, there.get(actor_id, linked))
    merged = {old: _merged(actor, there, curation) for old, actor in there.items()}
    return {old: items[links[new.actor_id]] if new.actor_id in links else new for old, new in merged.items()}


def _merged(actor: Actor, there: Mapping[str, Actor], curation: Curation) -> Actor:
    kept = there.get(curation.kept(actor.actor_id))
    return kept if kept and kept.is_named else actor


def _can_be_linked(actor: Actor | None) -> bool:
    return actor is not None and actor.is_named and actor.kind != "group"


def _found(one: Decision, there: Mapping[str, Actor], curation: Curation) -> bool:
    """True if a decision found the actor that it is about, and could be put into effect; splits apart."""
    actor = there.get(one.target)
    if actor is None:
        return False
    if one.decision == "merge":
        return _merged(actor, there, curation).actor_id != actor.actor_id
    if one.decision == "link":
        return _can_be_linked(actor) and curation.kept(one.target) == one.target
    return one.decision == "confirmation" or (one.decision, one.field) == ("retraction", "actor")


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
