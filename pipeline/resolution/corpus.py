"""All documents together: entities become actors, and every row its ids. Decisions of people come last and win.

Belongs here: the published tables from claims to quantities. Does not: who is who (`identity`), what says the same
(`groups`), or what people decided (`curation`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipeline import ids
from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.repair.name import ORGANISED
from pipeline.resolution.amend import Amended, ClaimAmendments, amend_actors
from pipeline.resolution.curation import Curation, Key
from pipeline.resolution.groups import Group, group_claims
from pipeline.resolution.identity import PUBLISHER, Actor, Blocks, Occurrence, Where
from pipeline.resolution.naming import tidy
from pipeline.resolution.statements import Statement
from pipeline.schema.fields import ELLIPSIS
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table

CHUNK = 1000
"""Documents that are turned into rows at once; bounds memory."""
TABLES = ("claims", "claim_actors", "claim_groups", "mentions", "actors", "actor_names", "roles", "quantities")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The tables by name, and the actor that published each document (where a publisher is known)."""

    tables: dict[str, pa.Table]
    publishers: dict[str, str]
    applied: frozenset[Key] = frozenset()
    """The decisions of people that found what they are about."""


def resolve_corpus(documents: pa.Table, extracted: pa.Table, curation: Curation) -> Corpus:
    """The tables claims, claim_actors, claim_groups, mentions, actors, actor_names, roles and quantities.

    `documents` has the columns of the table documents with full texts, `extracted` is the stage EXTRACTED without
    failed documents; neither order matters. An actor that no row refers to is left out.
    """
    about = {row["document_id"]: row for row in _about(documents)}
    amended = _identities(about, extracted, curation)
    who = amended.actors
    made = _Tables(applied=set(amended.applied))
    for row in _rows(extracted):
        made.take(_Document(row, about[row["document_id"]], amended, curation))
    publishers = {i: actor.actor_id for i in about if (actor := who.get((i, PUBLISHER)))}
    return Corpus(made.finish(publishers, about, who), publishers, frozenset(made.applied))


_ABOUT = ("document_id", "published_at", "publisher", "url", "text", "segments")


def _about(documents: pa.Table) -> Iterator[Row]:
    for batch in documents.select(_ABOUT).to_batches(max_chunksize=CHUNK):
        yield from batch.to_pylist()


def _rows(extracted: pa.Table, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The documents in order of their ids, so that nothing depends on the order of the input."""
    ordered = extracted.sort_by("document_id")
    for batch in (ordered.select(columns) if columns else ordered).to_batches(max_chunksize=CHUNK):
        yield from batch.to_pylist()


# --- who is who ---


def _identities(about: Mapping[str, Row], extracted: pa.Table, curation: Curation) -> Amended:
    blocks = Blocks()
    blocks.add(
        occurrence
        for row in _rows(extracted, ["document_id", "entities", "mentions"])
        for occurrence in _occurrences(row)
    )
    blocks.add(occurrence for row in about.values() if (occurrence := _publisher(row)))
    return amend_actors(blocks.actors, curation)


def _occurrences(row: Row) -> Iterator[Occurrence]:
    places: dict[int, int] = {}
    for mention in row["mentions"]:
        places[mention["entity"]] = min(places.get(mention["entity"], mention["source_start"]), mention["source_start"])
    for number, entity in enumerate(row["entities"]):
        if number in places:
            yield Occurrence(row["document_id"], number, place=places[number], **entity)


def _publisher(row: Row) -> Occurrence | None:
    known = gazetteer().medium_of(row["url"] or "") or gazetteer().by_name.get(row["publisher"] or "")
    if known and known.kind in ORGANISED:
        values = (known.name, "media", True, known.wikidata_id, known.country)
    elif row["publisher"]:
        values = (tidy(row["publisher"]), "media", True, None, None)
    else:
        return None
    return Occurrence(row["document_id"], PUBLISHER, *values, place=0)


# --- the rows of one document ---


@dataclass
class _Document:
    """The rows of one document."""

    row: Row
    about: Row
    amended: Amended
    curation: Curation
    claims: list[Row] = field(default_factory=list)
    claim_actors: set[tuple[str, str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.document_id: str = self.row["document_id"]
        self.who = self.amended.actors
        self.applied: set[Key] = set()
        self._starts = [segment["start"] for segment in self.about["segments"]]
        self.mentions = list(self._mentions())
        self._claims()

    def actor(self, number: int | None) -> str | None:
        """The actor id of an entity."""
        found = self.who.get((self.document_id, number)) if number is not None else None
        return found.actor_id if found else None

    def _mentions(self) -> Iterator[Row]:
        for mention in self.row["mentions"]:
            actor_id = self.actor(mention.pop("entity"))
            if actor_id:
                place = (mention["source_start"], mention["source_end"])
                mention_id = ids.mention_id(self.document_id, *place)
                yield {"mention_id": mention_id, "document_id": self.document_id, "actor_id": actor_id, **mention}

    def _claims(self) -> None:
        turns: Counter[tuple[str, str]] = Counter()
        found = [(self._claim(claim, turns), claim) for claim in sorted(self.row["claims"], key=_place)]
        taken = {row["claim_id"] for row, _ in found}
        people = ClaimAmendments(self.curation, self.amended, self.about["text"], self.about["segments"], taken)
        for made, claim in found:
            row = people.amend(made)
            if row is not None and not (row["speaker_id"] is None and self._is_gone(claim["speaker"])):
                self.claims.append(row)
                self.claim_actors |= set(self._parts(row, claim))
        self.applied = people.applied

    def _is_gone(self, speaker: int | None) -> bool:
        """True if the speaker is an actor that people retracted: then the claim goes too, unless it got another."""
        return speaker is not None and self.actor(speaker) is None

    def _claim(self, claim: Row, turns: Counter[tuple[str, str]]) -> Row:
        fragments = claim["fragments"]
        text = ELLIPSIS.join(self.about["text"][f["start"] : f["end"]] for f in fragments)
        key = (claim["speaker_text"] or "", ids.words(text))
        turn, turns[key] = turns[key], turns[key] + 1
        parts = {part: claim[part] for part in ("speaker", "addressee", "medium")}
        return {
            **{name: claim[name] for name in claim if name not in (*parts, "co_speakers")},
            "claim_id": ids.claim_id(self.document_id, claim["speaker_text"], text, turn),
            "document_id": self.document_id,
            **{name: fragments[0][name] for name in ("start", "source_start")},
            **{name: fragments[-1][name] for name in ("end", "source_end")},
            "text": text,
            "text_extent": "whole",
            **{f"{part}_id": self.actor(number) for part, number in parts.items()},
            "claim_group_id": None,
        }

    def _parts(self, row: Row, claim: Row) -> Iterator[tuple[str, str, str]]:
        for part in ("speaker", "addressee", "medium"):
            if row[f"{part}_id"]:
                yield row["claim_id"], row[f"{part}_id"], part
        if row["speaker_id"]:
            for number in claim["co_speakers"]:
                if actor := self.actor(number):
                    yield row["claim_id"], actor, "speaker"
        for actor in self._named_in(row):
            yield row["claim_id"], actor, "about"

    def _named_in(self, row: Row) -> set[str]:
        """The actors named in the words of a claim, its speaker aside."""
        return {
            mention["actor_id"]
            for mention in self.mentions
            if mention["start"] is not None
            and mention["actor_id"] != row["speaker_id"]
            and mention["form"] not in ("nominal", "demonym")
            and any(f["start"] <= mention["start"] and mention["end"] <= f["end"] for f in row["fragments"])
        }

    def roles(self) -> Iterator[Row]:
        for role in self.row["roles"]:
            actor_id = self.actor(role["entity"])
            if actor_id:
                yield {
                    "actor_id": actor_id,
                    "role": role["role"],
                    "organisation_id": self.actor(role["organisation"]),
                    "document_id": self.document_id,
                    "start": role["start"],
                    "end": role["end"],
                    "as_of": self.about["published_at"],
                }

    def quantities(self) -> Iterator[Row]:
        for quantity in self.row["quantities"]:
            start, end = quantity["start"], quantity["end"]
            segment = self.about["segments"][max(0, bisect_right(self._starts, start) - 1)]
            if segment["end"] < end:
                continue
            moved = segment["source_start"] - segment["start"]
            yield {
                **quantity,
                "quantity_id": ids.quantity_id(self.document_id, start + moved, end + moved),
                "document_id": self.document_id,
                "claim_id": self._claim_at(start, end),
                "source_start": start + moved,
                "source_end": end + moved,
                "text": self.about["text"][start:end],
            }

    def _claim_at(self, start: int, end: int) -> str | None:
        """The innermost claim in which these characters stand."""
        around = [
            (claim["level"], fragment["start"] - fragment["end"], claim["claim_id"])
            for claim in self.claims
            for fragment in claim["fragments"]
            if fragment["start"] <= start and end <= fragment["end"]
        ]
        return max(around)[2] if around else None

    def statements(self) -> Iterator[Statement]:
        named = {actor.actor_id for (_, _), actor in self._actors() if actor.is_named}
        for claim in self.claims:
            speaker = claim["speaker_id"]
            yield Statement(
                claim["claim_id"],
                self.document_id,
                claim["text"],
                claim["mode"],
                speaker,
                speaker in named,
                self.about["published_at"],
                claim["start"],
                claim["end"],
            )

    def _actors(self) -> Iterator[tuple[Where, Actor]]:
        for number in range(len(self.row["entities"])):
            actor = self.who.get((self.document_id, number))
            if actor:
                yield (self.document_id, number), actor


def _place(claim: Row) -> tuple[int, int]:
    return claim["fragments"][0]["start"], claim["fragments"][-1]["end"]


# --- all tables ---


def _table(name: str, rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=arrow_schema(table(name)))


@dataclass
class _Tables:
    """Rows of all documents, turned into Arrow a chunk at a time."""

    _chunks: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    _waiting: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    statements: list[Statement] = field(default_factory=list)
    names: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    made: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    applied: set[Key] = field(default_factory=set)

    def take(self, document: _Document) -> None:
        """Takes in the rows of a document."""
        self._waiting["mentions"] += document.mentions
        self._waiting["claims"] += document.claims
        self._waiting["roles"] += _once(document.roles(), ("start", "actor_id"))
        self._waiting["quantities"] += _once(document.quantities(), ("quantity_id",))
        self._waiting["claim_actors"] += [
            {"claim_id": c, "actor_id": a, "part": p} for c, a, p in sorted(document.claim_actors)
        ]
        self.statements += document.statements()
        self.applied |= document.applied
        self._count(document)
        if len(self._waiting["mentions"]) > 50_000:
            self._flush()

    def _count(self, document: _Document) -> None:
        for mention in document.mentions:
            self.seen[mention["actor_id"]].add(document.document_id)
            if mention["form"] != "pronoun":
                self.names[mention["actor_id"], mention["surface"], mention["form"]] += 1
        self.made.update(actor for _, actor, part in document.claim_actors if part == "speaker")
        self.used |= {actor for _, actor, _ in document.claim_actors}

    def _flush(self) -> None:
        for name, rows in self._waiting.items():
            self._chunks[name].append(_table(name, rows))
        self._waiting.clear()

    def finish(
        self, publishers: Mapping[str, str], about: Mapping[str, Row], who: Mapping[Where, Actor]
    ) -> dict[str, pa.Table]:
        """The tables, in the order of their primary keys' documents."""
        self._flush()
        for document, actor in publishers.items():
            self.seen[actor].add(document)
        by_id = {actor.actor_id: actor for actor in who.values()}
        tables = {name: pa.concat_tables([_table(name, ()), *self._chunks[name]]) for name in TABLES}
        groups = group_claims(self.statements)
        tables["claims"] = _with_groups(tables["claims"], groups)
        tables["claim_groups"] = _table("claim_groups", _group_rows(tables["claims"], groups, about))
        tables["actors"] = _table("actors", self._actors(by_id, about))
        tables["actor_names"] = _table("actor_names", self._names(by_id))
        return tables

    def _actors(self, by_id: Mapping[str, Actor], about: Mapping[str, Row]) -> Iterator[Row]:
        for actor_id in sorted(by_id):
            documents = self.seen.get(actor_id, set())
            if documents or actor_id in self.used:
                dates = [about[i]["published_at"] for i in documents if about[i]["published_at"]]
                yield {
                    **by_id[actor_id]._asdict(),
                    "document_count": max(1, len(documents)),
                    "claim_count": self.made[actor_id],
                    "first_seen": min(dates, default=None),
                    "last_seen": max(dates, default=None),
                }

    def _names(self, by_id: Mapping[str, Actor]) -> Iterator[Row]:
        """The names under which actors occur; a publisher that no text names stands under its own name."""
        for (actor_id, name, form), count in sorted(self.names.items()):
            yield {"actor_id": actor_id, "name": name, "form": form, "mention_count": count}
        named = {actor_id for actor_id, _, _ in self.names}
        for actor_id in sorted(set(self.seen) - named):
            yield {"actor_id": actor_id, "name": by_id[actor_id].name, "form": "name", "mention_count": 0}


def _once(rows: Iterable[Row], key: Sequence[str]) -> list[Row]:
    return list({tuple(row[name] for name in key): row for row in rows}.values())


# --- groups ---


def _with_groups(claims: pa.Table, groups: Sequence[Group]) -> pa.Table:
    of = {member: ids.claim_group_id(list(group.members)) for group in groups for member in group.members}
    column = claims.schema.get_field_index("claim_group_id")
    values = pa.array([of.get(claim) for claim in claims["claim_id"].to_pylist()], pa.string())
    return claims.set_column(column, claims.schema.field(column), values)


def _group_rows(claims: pa.Table, groups: Sequence[Group], about: Mapping[str, Row]) -> Iterator[Row]:
    wanted = {member for group in groups for member in group.members}
    found: dict[str, tuple[str, str]] = {}
    for batch in claims.select(["claim_id", "document_id", "text"]).to_batches():
        for row in batch.to_pylist():
            if row["claim_id"] in wanted:
                found[row["claim_id"]] = row["document_id"], row["text"]
    for group in groups:
        documents = {found[member][0] for member in group.members}
        yield {
            "claim_group_id": ids.claim_group_id(list(group.members)),
            "relation": group.relation,
            "text": max((found[member][1] for member in group.members), key=lambda text: (len(text), text)),
            "claim_count": len(group.members),
            "document_count": len(documents),
            "publisher_count": len({about[i]["publisher"] for i in documents} - {None}),
            "first_published_at": _first(about[i]["published_at"] for i in documents),
            "score": group.score,
        }


def _first(dates: Iterable[datetime | None]) -> datetime | None:
    return min((date for date in dates if date), default=None)
