"""What resolution gives for one document: its actors by number, and every span with the number it stands for.

Belongs here: the records of the stage `extracted`. Does not: actors across documents (`pipeline.resolution.corpus`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.extraction.records import Claim, Mention, Quantity, Span


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and when a document appeared, as far as that is known."""

    publisher: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """An actor within one document; `wikidata_id` only where it is sure."""

    name: str
    kind: str
    is_named: bool
    wikidata_id: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An office that entity number `entity` holds, in entity `organisation`, as the words at `span` say."""

    entity: int
    role: str
    span: Span
    organisation: int | None = None


@dataclass(frozen=True, slots=True)
class ResolvedMention:
    """A mention and the entity it stands for."""

    mention: Mention
    entity: int


@dataclass(frozen=True, slots=True)
class ResolvedClaim:
    """A claim and the entities in its parts; `speakers` has the main speaker first."""

    claim: Claim
    speakers: tuple[int, ...] = ()
    addressee: int | None = None
    medium: int | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """One document with everything that was found in it."""

    entities: tuple[Entity, ...]
    mentions: tuple[ResolvedMention, ...]
    claims: tuple[ResolvedClaim, ...]
    roles: tuple[Role, ...]
    quantities: tuple[Quantity, ...]
