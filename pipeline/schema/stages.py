"""How rows travel between the stages: one row per input or document, its results nested.

Belongs here: the Arrow-shaped contracts of the per-document stages, written with the same fields as the published
tables. Does not: anything that is published. A stage is a batch function over one of these, so it can run anywhere.
"""

from __future__ import annotations

from pipeline.schema import vocabulary as v
from pipeline.schema.fields import FRAGMENTS, SEGMENTS, one_of, optional, required
from pipeline.schema.model import Column, Field, ListOf, Struct, Table

READ = Table(
    "read",
    "Inputs as read",
    "One input with its bytes and what the manifest says of it; `problem` is set where reading failed.",
    (
        *required("source_name", "source_sha256", "media_type", "content"),
        *optional("problem", "detail"),
        *optional("title", "byline", "publisher", "url", "published_at", "published_offset", "captured_at", "language"),
        *required("licence"),
        *optional("charset"),
    ),
    primary_key=("source_name",),
)

_DOCUMENT = Struct(
    (
        *optional("title", "standfirst", "byline", "publisher", "url"),
        *optional(
            "published_at", "published_offset", "modified_at", "modified_offset", "captured_at", "article_section"
        ),
        *required("language", "text"),
        Column(SEGMENTS),
        *required("body_start", "word_count", "truncation"),
        *optional("truncation_evidence", "access"),
        *required("licence", "metadata_sources"),
    )
)
_REMOVAL = Struct((*required("source_start", "source_end"), one_of("reason", v.REMOVAL_REASONS), *required("rule")))
CAPTIONS = Field(
    "captions",
    ListOf(Struct(required("source_start", "source_end"))),
    "Captions: taken out of the text, but their names count.",
)

CLEANED = Table(
    "cleaned",
    "Inputs after cleaning",
    "One input with its document and removals, or with the reason why it gave none.",
    (
        *required("source_name", "source_sha256", "media_type"),
        *optional("problem", "detail", "duplicate_of", "version", "source_text"),
        Column(Field("document", _DOCUMENT, "The document."), nullable=True),
        Column(Field("removals", ListOf(_REMOVAL), "The spans taken out.")),
        Column(CAPTIONS),
    ),
    primary_key=("source_name",),
)

ENTITY = Field("entity", "integer", "Number of the actor within its document.", minimum=0)

_CLAIM = Struct(
    (
        *required("section"),
        Column(FRAGMENTS),
        *required("mode", "act"),
        *optional("cue_text", "cue_start", "cue_end", "cue_lemma", "speaker_text", "speaker_start", "speaker_end"),
        Column(Field("speaker", "integer", "Entity that makes the claim."), nullable=True),
        Column(Field("co_speakers", ListOf("integer"), "Further entities that make the claim.")),
        Column(Field("addressee", "integer", "Entity to which the claim is made."), nullable=True),
        Column(Field("medium", "integer", "Entity in or to which the claim was published."), nullable=True),
        *required("is_negated", "is_hedged", "is_factive", "level", "rule", "confidence"),
    )
)
_MENTION = Struct(
    (
        Column(ENTITY),
        *required("section"),
        *optional("start", "end"),
        *required("source_start", "source_end", "surface", "form"),
    )
)
_ENTITY = Struct(
    (*required("name"), one_of("kind", v.KINDS), *required("is_named"), *optional("wikidata_id", "country"))
)
_ROLE = Struct(
    (
        Column(ENTITY),
        *required("role", "start", "end"),
        Column(Field("organisation", "integer", "Entity in which the office is held."), nullable=True),
    )
)
_QUANTITY = Struct(
    (
        *required("start", "end"),
        one_of("kind", v.QUANTITY_KINDS),
        *optional("value", "unit", "currency", "date_value"),
    )
)

EXTRACTED = Table(
    "extracted",
    "Documents after extraction",
    "One document with its claims, mentions, quantities and roles, and its actors (entities) by number.",
    (
        *required("document_id"),
        *optional("problem", "detail"),
        Column(Field("claims", ListOf(_CLAIM), "The claims.")),
        Column(Field("mentions", ListOf(_MENTION), "The mentions.")),
        Column(
            Field("entities", ListOf(_ENTITY), "The actors of the document; their place in the list is their number.")
        ),
        Column(Field("roles", ListOf(_ROLE), "The offices.")),
        Column(Field("quantities", ListOf(_QUANTITY), "The amounts.")),
    ),
    primary_key=("document_id",),
)

STAGES: tuple[Table, ...] = (READ, CLEANED, EXTRACTED)
