"""The tables of OnRecord: what a row is, its columns and its keys.

Belongs here: TABLES, the published tables in the order in which they are made. Does not: what a field means (`fields`),
or how rows travel between stages (`stages`).
"""

from __future__ import annotations

from pipeline.schema.fields import FRAGMENTS, SEGMENTS, one_of, optional, required
from pipeline.schema.model import Column, ForeignKey, Table
from pipeline.schema.vocabulary import EXCLUSION_REASONS, IDENTIFIED, KINDS, QUANTITY_KINDS, REMOVAL_REASONS

SCHEMA_VERSION = "1.0.0"
"""Semantic version of the schema: removing or retyping a column takes a new major version."""

_DOCUMENT = ForeignKey("document_id", ("documents", "document_id"))


def _actor(column: str) -> ForeignKey:
    return ForeignKey(column, ("actors", "actor_id"))


DOCUMENTS = Table(
    "documents",
    "Documents",
    "One article that was kept. The text is published only where its licence allows it, else it is null.",
    (
        *required("document_id"),
        *optional("title", "standfirst", "byline", "publisher", "url"),
        *required("version"),
        *optional(
            "published_at", "published_offset", "modified_at", "modified_offset", "captured_at", "article_section"
        ),
        *required("language"),
        *optional("text"),
        Column(SEGMENTS),
        *required("body_start", "word_count", "is_truncated", "truncation"),
        *optional("truncation_evidence", "access"),
        *required("licence", "text_is_open", "source_name", "source_sha256", "source_length", "text_sha256"),
        *optional("publisher_id"),
        *required("metadata_sources"),
    ),
    primary_key=("document_id",),
    foreign_keys=(_actor("publisher_id"),),
    sort=("published_at",),
    rows_are="https://schema.org/NewsArticle",
)

REMOVALS = Table(
    "removals",
    "Removals",
    "One span of source text that cleaning took out. Together with the segments of the document, every character of "
    "the source text stands in exactly one span.",
    (*required("document_id", "source_start", "source_end"), one_of("reason", REMOVAL_REASONS), *required("rule")),
    primary_key=("document_id", "source_start"),
    foreign_keys=(_DOCUMENT,),
)

EXCLUSIONS = Table(
    "exclusions",
    "Exclusions",
    "One input that gave no document, and why. Documents and exclusions together are all inputs.",
    (
        *required("source_name", "source_sha256"),
        one_of("reason", EXCLUSION_REASONS),
        *required("detail"),
        *optional("duplicate_of", "version"),
    ),
    primary_key=("source_name",),
    foreign_keys=(ForeignKey("duplicate_of", ("documents", "document_id")),),
)

CLAIMS = Table(
    "claims",
    "Claims",
    "One attributed statement: what somebody is reported to have said, with the place where it stands.",
    (
        *required("claim_id", "document_id", "section", "start", "end", "source_start", "source_end"),
        Column(FRAGMENTS),
        *required("text", "text_extent", "mode", "act"),
        *optional("cue_text", "cue_start", "cue_end", "cue_lemma", "speaker_text", "speaker_start", "speaker_end"),
        *optional("speaker_id", "addressee_id", "medium_id"),
        *required("is_negated", "is_hedged", "is_factive", "level"),
        *optional("claim_group_id"),
        *required("rule", "confidence"),
    ),
    primary_key=("claim_id",),
    foreign_keys=(
        _DOCUMENT,
        _actor("speaker_id"),
        _actor("addressee_id"),
        _actor("medium_id"),
        ForeignKey("claim_group_id", ("claim_groups", "claim_group_id")),
    ),
    sort=("document_id", "start"),
    rows_are="https://schema.org/Claim (mode direct: https://schema.org/Quotation)",
)

CLAIM_ACTORS = Table(
    "claim_actors",
    "Actors in claims",
    "An actor's part in a claim.",
    required("claim_id", "actor_id", "part"),
    primary_key=("claim_id", "actor_id", "part"),
    foreign_keys=(ForeignKey("claim_id", ("claims", "claim_id")), _actor("actor_id")),
)

CLAIM_GROUPS = Table(
    "claim_groups",
    "Claim groups",
    "Two or more claims that make the same statement, in one document or in several.",
    (
        *required("claim_group_id", "relation", "text", "claim_count", "document_count", "publisher_count"),
        *optional("first_published_at"),
        *required("score"),
    ),
    primary_key=("claim_group_id",),
)

MENTIONS = Table(
    "mentions",
    "Mentions",
    "One place where an actor is named. In a caption it has a place in the source text only.",
    (
        *required("mention_id", "document_id", "actor_id", "section"),
        *optional("start", "end"),
        *required("source_start", "source_end", "surface", "form"),
    ),
    primary_key=("mention_id",),
    foreign_keys=(_DOCUMENT, _actor("actor_id")),
    sort=("document_id", "source_start"),
)

ACTORS = Table(
    "actors",
    "Actors",
    "One person, organisation, state, medium, place or unnamed group.",
    (
        *required("actor_id", "name"),
        one_of("kind", KINDS),
        *required("is_named"),
        *optional("wikidata_id", "country"),
        *required("document_count", "claim_count"),
        *optional("first_seen", "last_seen"),
    ),
    primary_key=("actor_id",),
    sort=("kind", "name"),
    rows_are="https://schema.org/Person, https://schema.org/Organization, https://schema.org/Country, by kind",
)

ACTOR_NAMES = Table(
    "actor_names",
    "Names of actors",
    "One name, acronym or title under which an actor occurs.",
    required("actor_id", "name", "form", "mention_count"),
    primary_key=("actor_id", "name", "form"),
    foreign_keys=(_actor("actor_id"),),
    rows_are="popolo:other_name",
)

ROLES = Table(
    "roles",
    "Roles",
    "An office that somebody holds, as one document gives it; never carried over to another document.",
    (
        *required("actor_id", "role"),
        *optional("organisation_id"),
        *required("document_id", "start", "end"),
        *optional("as_of"),
    ),
    primary_key=("document_id", "start", "actor_id"),
    foreign_keys=(_DOCUMENT, _actor("actor_id"), _actor("organisation_id")),
    rows_are="popolo:membership",
)

QUANTITIES = Table(
    "quantities",
    "Quantities",
    "One amount: money, percentage, count or date.",
    (
        *required("quantity_id", "document_id"),
        *optional("claim_id"),
        *required("start", "end", "source_start", "source_end", "text"),
        one_of("kind", QUANTITY_KINDS),
        *optional("value", "unit", "currency", "date_value"),
    ),
    primary_key=("quantity_id",),
    foreign_keys=(_DOCUMENT, ForeignKey("claim_id", ("claims", "claim_id"))),
    sort=("document_id", "start"),
)

DECISIONS = Table(
    "decisions",
    "Decisions of people",
    "One thing that people decided about this data, why, and whether it found what it is about. Of what was retracted "
    "nothing else is left.",
    (
        *required("decision", "target", "field"),
        *optional("new_value", "reason", "decided_on", "decided_by"),
        *required("is_applied"),
    ),
    primary_key=("decision", "target", "field"),
)

IDENTIFIERS = Table(
    "identifiers",
    "Identifiers",
    "One id that this release or one before it has issued, and what became of it. No id is ever issued twice for "
    "different things.",
    (
        *required("identifier"),
        one_of("kind", IDENTIFIED),
        *required("fingerprint", "status", "first_release"),
        *optional("last_release", "superseded_by", "reason"),
    ),
    primary_key=("identifier",),
    foreign_keys=(ForeignKey("superseded_by", ("identifiers", "identifier")),),
    sort=("kind",),
)

SNAPSHOTS = Table(
    "snapshots",
    "Snapshots",
    "One input as it was read: which bytes, under which name.",
    required("source_name", "source_sha256", "media_type"),
    primary_key=("source_name",),
)

TABLES: tuple[Table, ...] = (
    DOCUMENTS, REMOVALS, EXCLUSIONS, CLAIMS, CLAIM_ACTORS, CLAIM_GROUPS, MENTIONS, ACTORS, ACTOR_NAMES, ROLES,
    QUANTITIES, DECISIONS, IDENTIFIERS,
)  # fmt: skip
"""The published tables."""

WORKING_TABLES: tuple[Table, ...] = (SNAPSHOTS, *(table for table in TABLES if table is not IDENTIFIERS))
"""What stands in the warehouse: the inputs, and the published tables but the register of ids, which goes from release
to release.
"""


def table(name: str) -> Table:
    """The table of that name. Raises KeyError if there is none."""
    for candidate in (SNAPSHOTS, *TABLES):
        if candidate.name == name:
            return candidate
    raise KeyError(f"no table is named {name}")
