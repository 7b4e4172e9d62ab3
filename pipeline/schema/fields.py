"""The field dictionary: a column name means one thing everywhere.

Belongs here: name, type, meaning and bounds of every field. Does not: which table has it (`tables`).
"""

from __future__ import annotations

from pipeline.schema import vocabulary as v
from pipeline.schema.model import Column, Field, ListOf, Struct, Vocabulary

ID = r"[a-z]{3}_[a-z2-7]{20}"
"""A minted id: a prefix for its kind, then 100 bits in lower-case base32. See `pipeline.ids`."""
SHA256 = r"[0-9a-f]{64}"
RELEASE = r"[0-9]{4}\.[1-9][0-9]?\.(0|[1-9][0-9]*)"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
ELLIPSIS = " … "
"""What stands between two fragments in the text of a claim."""


def _id(name: str, prefix: str, description: str, same_as: str | None = None) -> Field:
    return Field(name, "string", description, pattern=ID.replace("[a-z]{3}", prefix), same_as=same_as)


def _offset(name: str, description: str) -> Field:
    return Field(name, "integer", description, minimum=0)


_FIELDS = (
    # Identity
    _id("document_id", "doc", "Id of the document: from its canonical URL if it has one, else from the SHA-256 of its source."),
    _id("claim_id", "clm", "Id of the claim: from document, speaker text, words of the claim, and its turn among equals."),
    _id("mention_id", "men", "Id of the mention: from document and place in the source text."),
    _id("quantity_id", "qty", "Id of the quantity: from document and place in the source text."),
    _id("actor_id", "act", "Id of the actor: from its Wikidata id, else its kind and name (and first document, where two actors share a name), else (unnamed) the place of its first mention."),
    _id("claim_group_id", "grp", "Id of the group of claims that make the same statement: from its smallest claim id."),
    _id("speaker_id", "act", "Actor who makes the claim."),
    _id("addressee_id", "act", "Actor to whom the claim is made."),
    _id("medium_id", "act", "Actor (a medium) in or to which the claim was published."),
    _id("publisher_id", "act", "Actor (a medium) that published the document."),
    _id("organisation_id", "act", "Actor in which the office is held."),
    _id("duplicate_of", "doc", "Document that is kept in the place of this input."),
    Field("wikidata_id", "string", "Wikidata item, where it is known for sure.", pattern=r"Q[1-9][0-9]*", same_as="https://schema.org/sameAs"),
    # Source
    Field("source_name", "string", "Input as its folder names it: relative path, and #n for the n-th record of an archive."),
    Field("source_sha256", "string", "SHA-256 of the raw bytes of the input.", pattern=SHA256),
    Field("source_length", "integer", "Length of the source text in code points.", minimum=0),
    Field("media_type", "string", "How the bytes are read: text/plain or text/html."),
    Field("charset", "string", "Charset that came with the bytes (HTTP header), as it is spelt there."),
    Field("content", "binary", "The raw bytes of the input."),
    Field("problem", "string", "Exclusion reason found while the input was read.", vocabulary=v.EXCLUSION_REASONS),
    # Documents
    Field("title", "string", "Headline.", same_as="https://schema.org/headline"),
    Field("standfirst", "string", "Introduction under the headline.", same_as="https://schema.org/alternativeHeadline"),
    Field("byline", "string", "Authors as the document names them, joined with '; '.", same_as="https://schema.org/author"),
    Field("publisher", "string", "Name of the publisher.", same_as="https://schema.org/publisher"),
    Field("url", "string", "Canonical URL.", same_as="https://schema.org/url"),
    Field("published_at", "datetime", "Time of publication in UTC.", same_as="https://schema.org/datePublished"),
    Field("published_offset", "integer", "Offset from UTC in minutes that the source declares with the time of publication; null if it declares none.", minimum=-1439, maximum=1439),
    Field("modified_at", "datetime", "Time of the last change in UTC, as the document declares it.", same_as="https://schema.org/dateModified"),
    Field("modified_offset", "integer", "Offset from UTC in minutes that the source declares with the time of the last change; null if it declares none.", minimum=-1439, maximum=1439),
    Field("captured_at", "datetime", "Time in UTC at which the input was fetched, as its archive or record says."),
    Field("version", "integer", "Version of the article, counted over the inputs of one URL by time of change: 1 for the first. Inputs with the same words are one version.", minimum=1),
    Field("article_section", "string", "Section of the outlet, as the page names it (Politics, Sport); of several the first.", same_as="https://schema.org/articleSection"),
    Field("language", "string", "Language of the text (ISO 639-1).", pattern=r"[a-z]{2}", same_as="https://schema.org/inLanguage"),
    Field("text", "string", "Text: of a document, its segments joined with an empty line; of a claim, its fragments joined with ' … '; of a group, the text of its fullest member; of a quantity, its words."),
    Field("source_text", "string", "The text that source offsets point into."),
    _offset("body_start", "Offset in the text at which the body starts."),
    Field("word_count", "integer", "Number of words of all segments but the headline; a word with an apostrophe counts once, one with a hyphen twice.", minimum=0, same_as="https://schema.org/wordCount"),
    Field("is_truncated", "boolean", "True if text of the article is missing from the source (suspected or confirmed)."),
    Field("truncation", "string", "How sure it is that text is missing.", vocabulary=v.TRUNCATIONS),
    Field("truncation_evidence", "string", "What says that text is missing, or that access is limited; several signs are joined with '; '."),
    Field("access", "string", "Declared access, as the page states it (isAccessibleForFree).", same_as="https://schema.org/isAccessibleForFree"),
    Field("licence", "string", "Licence of the text: an SPDX id, or all-rights-reserved.", same_as="https://schema.org/license"),
    Field("text_is_open", "boolean", "True if the licence lets anybody publish the text again."),
    Field("text_sha256", "string", "SHA-256 of the document's text in UTF-8.", pattern=SHA256),
    Field("metadata_sources", "string", "Where each value of the metadata comes from, as a JSON object."),
    # Spans
    _offset("start", "Start in the document's text, in code points."),
    _offset("end", "End in the document's text, in code points, exclusive."),
    _offset("source_start", "Start in the source text, in code points."),
    _offset("source_end", "End in the source text, in code points, exclusive."),
    Field("role", "string", "Role of a segment of text, or an office as the document words it."),
    Field("section", "string", "Part of the document in which it stands.", vocabulary=v.SECTIONS),
    Field("surface", "string", "The words as they stand in the source."),
    # Decisions
    Field("reason", "string", "Why it was taken out, left out or decided so."),
    Field("detail", "string", "What exactly was found."),
    Field("rule", "string", "Name of the rule that decided."),
    Field("decision", "string", "What people decided.", vocabulary=v.DECISIONS),
    Field("target", "string", "What the decision is about: an id as it was before the decision, or of a document its URL, file or SHA-256."),
    Field("field", "string", "What of the target is decided: of a correction, merge or link the column; of a split the document; of a retraction the kind of the target; of a confirmation the question that was asked, with the other id if it was about two."),
    Field("new_value", "string", "What the column gets; null where the decision takes something away or sets nothing."),
    Field("decided_on", "string", "Day of the decision (ISO 8601).", pattern=DAY),
    Field("decided_by", "string", "Who decided, as they put it."),
    Field("is_applied", "boolean", "True if the decision found what it is about; one that did not changed nothing."),
    Field(
        "confidence",
        "number",
        "Share of claims by the same kind of rule with the same score that were right in annotated news articles, 0 to 1.",
        minimum=0,
        maximum=1,
    ),
    # Claims
    Field("mode", "string", "How the words are reported.", vocabulary=v.MODES),
    Field("act", "string", "What the speaker does in saying it.", vocabulary=v.ACTS),
    Field("cue_text", "string", "Words that report the claim (said, according to)."),
    _offset("cue_start", "Start of the cue in the document's text."),
    _offset("cue_end", "End of the cue in the document's text, exclusive."),
    Field("cue_lemma", "string", "Base form of the cue's main word."),
    Field("speaker_text", "string", "Words that name the speaker."),
    _offset("speaker_start", "Start of those words in the document's text."),
    _offset("speaker_end", "End of those words in the document's text, exclusive."),
    Field("is_negated", "boolean", "True if the speaker is said not to have made the claim (did not say)."),
    Field("is_hedged", "boolean", "True if the report is hedged (reportedly, allegedly, appeared to)."),
    Field(
        "is_factive",
        "boolean",
        "True if the cue presents the claim as a fact (admitted, revealed, pointed out), as the lexicon of cues has it.",
    ),
    Field("level", "integer", "1, or 2 for a claim inside the words of another claim.", minimum=1, maximum=2),
    Field("text_extent", "string", "How much of the claim's words the release gives; its place is always whole.", vocabulary=v.TEXT_EXTENTS),
    Field("relation", "string", "How the members of the group belong together.", vocabulary=v.RELATIONS),
    Field("part", "string", "The actor's part in the claim.", vocabulary=v.PARTS),
    Field("document_count", "integer", "Number of documents: of an actor, those that mention or (a medium) published it; of a group, those of its members.", minimum=1),
    Field("publisher_count", "integer", "Number of publishers of those documents; unknown ones are not counted.", minimum=0),
    Field("first_published_at", "datetime", "Earliest publication of a document of the group, in UTC."),
    Field("score", "number", "How alike the members are, 0 to 1.", minimum=0, maximum=1),
    # Actors
    Field("name", "string", "Name: of an actor, the fullest under which it occurs; else one of its names.", same_as="https://schema.org/name"),
    Field("kind", "string", "What kind of thing it is."),
    Field("is_named", "boolean", "False for people and groups that the document does not name; they are never linked."),
    Field("country", "string", "State it belongs to (ISO 3166-1 alpha-2), where it is known.", pattern=r"[A-Z]{2}"),
    Field("form", "string", "How the actor is named here.", vocabulary=v.FORMS),
    Field("claim_count", "integer", "Number of claims: of an actor, those it makes; of a group, its members.", minimum=0),
    Field("mention_count", "integer", "Number of the actor's mentions under this name in this form; pronouns give no name.", minimum=0),
    Field("first_seen", "datetime", "Earliest publication that mentions the actor or (a medium) that it published, in UTC."),
    Field("last_seen", "datetime", "Latest publication that mentions the actor or (a medium) that it published, in UTC."),
    Field("as_of", "datetime", "Publication time of the document that gives the office, in UTC."),
    # Identifiers
    Field("identifier", "string", "An id that was issued: of a document, claim, actor or group of claims.", pattern=ID),
    Field("fingerprint", "string", "The first 32 hexadecimal digits of the SHA-256 of what the id was computed from; an id whose fingerprint would change is never published.", pattern=r"[0-9a-f]{32}"),
    Field("status", "string", "Whether the id still has a row, and if not why.", vocabulary=v.STATUSES),
    Field("first_release", "string", "Release that issued the id.", pattern=RELEASE),
    Field("last_release", "string", "Last release in which the id had a row; null while it has one.", pattern=RELEASE),
    Field("superseded_by", "string", "Id that stands in its place; it may be superseded itself.", pattern=ID),
    # Quantities
    Field("value", "number", "The amount, multipliers applied (2.5 million is 2500000); of dates null."),
    Field("unit", "string", "What is counted (people, per cent), where it is known."),
    Field("currency", "string", "ISO 4217 code.", pattern=r"[A-Z]{3}", same_as="https://schema.org/currency"),
    Field("date_value", "string", "ISO 8601 date, as precise as it is known (2026, 2026-02, 2026-02-24).", pattern=r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"),
)  # fmt: skip

FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}


def required(*names: str) -> tuple[Column, ...]:
    """Columns of these fields that are never null."""
    return tuple(Column(FIELDS[name]) for name in names)


def one_of(name: str, values: Vocabulary) -> Column:
    """A column of this field, never null, whose values this vocabulary lists."""
    return Column(FIELDS[name], values=values)


def optional(*names: str) -> tuple[Column, ...]:
    """Columns of these fields that may be null."""
    return tuple(Column(FIELDS[name], nullable=True) for name in names)


SEGMENTS = Field(
    "segments",
    ListOf(Struct((one_of("role", v.ROLES), *required("start", "end", "source_start", "source_end")))),
    "The kept spans in order, each with its role; text and source text agree on each.",
)
FRAGMENTS = Field(
    "fragments",
    ListOf(Struct(required("start", "end", "source_start", "source_end"))),
    "The pieces of the claim in order; a piece never crosses a paragraph.",
)
