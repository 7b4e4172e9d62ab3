"""The rows of one document, once it is known which actor each of its entities stands for.

Belongs here: claims, mentions, roles, quantities and actors' parts, with their ids. Does not: who is who (`actors`),
what says the same (`groups`), or what people decided (`amend`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline import ids
from pipeline.resolution.corpus.amend import Amended, ClaimAmendments
from pipeline.resolution.groups.grouping import STATEMENTS
from pipeline.resolution.groups.keys import keys_of
from pipeline.resolution.groups.statements import Statement
from pipeline.resolution.people.curation import Curation, Key
from pipeline.schema.fields import ELLIPSIS
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table

TABLES = ("claims", "claim_actors", "mentions", "roles", "quantities")
"""The tables whose rows one document has."""
_KEYS = ("speaker_is_named", "words_key", "runs", "said", "fragments", "pairs")

Row = dict[str, Any]


def _rows_type(schema: pa.Schema) -> pa.DataType:
    return pa.list_(pa.struct([field.with_nullable(True) for field in schema]))


ROWS: pa.Schema = pa.schema(
    [
        ("document_id", pa.string()),
        ("published_at", pa.timestamp("us")),
        *((name, _rows_type(arrow_schema(table(name)))) for name in TABLES),
        ("keys", _rows_type(pa.schema([STATEMENTS.field(name) for name in _KEYS]))),
    ]
)
"""One document with its rows; `keys` are those of each claim, for grouping."""


class Assigned(NamedTuple):
    """The actor of an entity."""

    actor_id: str
    is_named: bool


class DocumentRows:
    """The rows of one document, after people's decisions.

    `row` is a row of EXTRACTED with the document's text, segments and time of publication; `who` has the actor of each
    entity by number, without those that people retracted.
    """

    def __init__(self, row: Row, who: Mapping[int, Assigned], amended: Amended, curation: Curation) -> None:
        self.row = row
        self.who = who
        self.document_id: str = row["document_id"]
        self._starts = [segment["start"] for segment in row["segments"]]
        self.claims: list[Row] = []
        self.claim_actors: set[tuple[str, str, str]] = set()
        self.mentions = list(self._mentions())
        self._names = self._in_order()
        self.applied = self._claims(amended, curation)

    def nested(self) -> Row:
        """A row of ROWS without its keys."""
        parts = [{"claim_id": c, "actor_id": a, "part": p} for c, a, p in sorted(self.claim_actors)]
        return {
            "document_id": self.document_id,
            "published_at": self.row["published_at"],
            "claims": self.claims,
            "claim_actors": parts,
            "mentions": self.mentions,
            "roles": _once(self._roles(), ("start", "actor_id")),
            "quantities": _once(self._quantities(), ("quantity_id",)),
        }

    def actor(self, number: int | None) -> str | None:
        """The actor id of an entity."""
        found = self.who.get(number) if number is not None else None
        return found.actor_id if found else None

    def _mentions(self) -> Iterator[Row]:
        for mention in self.row["mentions"]:
            actor_id = self.actor(mention["entity"])
            if actor_id:
                place = (mention["source_start"], mention["source_end"])
                mention_id = ids.mention_id(self.document_id, *place)
                yield mention | {"mention_id": mention_id, "document_id": self.document_id, "actor_id": actor_id}

    def _claims(self, amended: Amended, curation: Curation) -> set[Key]:
        """Makes the claims; gives the decisions of people that applied."""
        turns: Counter[tuple[str, str]] = Counter()
        found = [(self._claim(claim, turns), claim) for claim in sorted(self.row["claims"], key=_place)]
        taken = {row["claim_id"] for row, _ in found}
        people = ClaimAmendments(curation, amended, self.row["text"], self.row["segments"], taken)
        for made, claim in found:
            row = people.amend(made)
            if row is not None and not (row["speaker_id"] is None and self._is_gone(claim["speaker"])):
                self.claims.append(row)
                self.claim_actors |= set(self._parts(row, claim))
        return people.applied

    def _is_gone(self, speaker: int | None) -> bool:
        """True if the speaker is an actor that people retracted: then the claim goes too, unless it got another."""
        return speaker is not None and self.actor(speaker) is None

    def _claim(self, claim: Row, turns: Counter[tuple[str, str]]) -> Row:
        fragments = claim["fragments"]
        text = ELLIPSIS.join(self.row["text"][f["start"] : f["end"]] for f in fragments)
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
        found = set()
        for fragment in row["fragments"]:
            first, behind = (bisect_left(self._names, (fragment[at],)) for at in ("start", "end"))
            found |= {actor for _, end, actor in self._names[first:behind] if end <= fragment["end"]}
        return found - {row["speaker_id"]}

    def _in_order(self) -> list[tuple[int, int, str]]:
        """Where actors are named in the text, and which."""
        return sorted(
            (mention["start"], mention["end"], mention["actor_id"])
            for mention in self.mentions
            if mention["start"] is not None and mention["form"] not in ("nominal", "demonym")
        )

    def _roles(self) -> Iterator[Row]:
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
                    "as_of": self.row["published_at"],
                }

    def _quantities(self) -> Iterator[Row]:
        for quantity in self.row["quantities"]:
            start, end = quantity["start"], quantity["end"]
            segment = self.row["segments"][max(0, bisect_right(self._starts, start) - 1)]
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
                "text": self.row["text"][start:end],
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
        """The claims as they are compared with others."""
        named = {actor.actor_id for actor in self.who.values() if actor.is_named}
        for claim in self.claims:
            speaker = claim["speaker_id"]
            yield Statement(
                claim["claim_id"],
                self.document_id,
                claim["text"],
                claim["mode"],
                speaker,
                speaker in named,
                self.row["published_at"],
                claim["start"],
                claim["end"],
            )


def _place(claim: Row) -> tuple[int, int]:
    return claim["fragments"][0]["start"], claim["fragments"][-1]["end"]


def _once(rows: Iterable[Row], key: Sequence[str]) -> list[Row]:
    return list({tuple(row[name] for name in key): row for row in rows}.values())


# --- the rows of many documents, as tables ---


def rows_of(documents: Sequence[DocumentRows]) -> pa.Table:
    """Rows of ROWS."""
    without_keys = ROWS.remove(ROWS.get_field_index("keys"))
    nested = pa.Table.from_pylist([one.nested() for one in documents], schema=without_keys)
    statements = [statement for one in documents for statement in one.statements()]
    named = pa.array([statement.speaker_is_named for statement in statements], pa.bool_())
    columns = keys_of(statements) | {"speaker_is_named": named}
    keys = pa.StructArray.from_arrays([columns[name] for name in _KEYS], _KEYS)
    lists = pa.ListArray.from_arrays(nested["claims"].combine_chunks().offsets, keys)
    return nested.append_column(ROWS.field("keys"), lists.cast(ROWS.field("keys").type))


def flat(rows: pa.Table, name: str) -> pa.Table:
    """The rows of one table, of many rows of ROWS."""
    schema = arrow_schema(table(name))
    nested = rows[name].combine_chunks()
    found = nested.flatten()
    columns = [found.field(field.name).cast(field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def statements(rows: pa.Table) -> pa.Table:
    """Rows of STATEMENTS, of many rows of ROWS."""
    claims, keys = (rows[name].combine_chunks() for name in ("claims", "keys"))
    values = claims.flatten()
    columns = {name: values.field(name) for name in STATEMENTS.names if name not in (*_KEYS, "speaker", "published_at")}
    columns |= {"speaker": values.field("speaker_id")} | {name: keys.flatten().field(name) for name in _KEYS}
    times = rows["published_at"].combine_chunks().take(claims.value_parent_indices())
    return pa.Table.from_arrays(
        [(columns | {"published_at": times})[name] for name in STATEMENTS.names], schema=STATEMENTS
    )
