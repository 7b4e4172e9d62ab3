"""Rules for documents and removals: kept text and removed text are the source text, and nothing else.

Belongs here: texts, segments, removals, metadata of documents. Does not: what was found in them (`claims`, `mentions`).
"""

from __future__ import annotations

from expectations.rule import Query, Rule, Sieve
from expectations.rules.minting import minted_otherwise
from pipeline.cleaning.document import PARAGRAPH

_REMOVED = "SELECT document_id, sum(balance(source_start, source_end)) AS removed FROM removals GROUP BY document_id"
_WITH_SOURCE = "documents JOIN sources USING (source_name)"
_DOCUMENTS = """(
    SELECT *, length(source_text) AS source_size FROM documents LEFT JOIN sources USING (source_name)
)"""
"""Each document beside its source: what one look at a row can tell, one pass over all texts tells."""


def _in_row(wrong: str, population: str = "documents") -> Query:
    """The documents of whose own columns this is true."""
    return Query(f"SELECT document_id FROM documents WHERE {wrong}", population, Sieve(_DOCUMENTS, wrong))


def _beside_source(wrong: str) -> Query:
    """The documents of which, with their source text, of `source_size` code points, this is true."""
    sieve = Sieve(_DOCUMENTS, f"source_text IS NOT NULL AND {wrong}")
    return Query(f"SELECT document_id FROM {sieve.source} WHERE {sieve.wrong}", _WITH_SOURCE, sieve)


RULES = (
    Rule(
        "documents",
        "input_was_read",
        "Every document comes from an input among the snapshots, with the same bytes.",
        "A document without its input cannot be made again.",
        Query("SELECT document_id FROM documents ANTI JOIN snapshots USING (source_name, source_sha256)", "documents"),
    ),
    Rule(
        "documents",
        "document_id_can_be_computed_again",
        "document_id is minted from url, or from source_sha256 where there is no url.",
        "An id that nobody can compute again is a row number in disguise.",
        Query(minted_otherwise("document_id", "documents", "mint_document_id(url, source_sha256)"), "documents"),
    ),
    Rule(
        "documents",
        "text_is_there",
        "Every document in the warehouse has its text; a release leaves it out where the licence says so.",
        "Without the text no offset can be verified.",
        _in_row(r"text IS NULL OR NOT regexp_matches(text, '[^\s\p{Z}]')"),
    ),
    Rule(
        "documents",
        "text_sha256_is_of_the_text",
        "text_sha256 is the SHA-256 of the text in UTF-8.",
        "Where the text is not published, its hash is the only way to tell whether one has the same.",
        _in_row("text_sha256 IS DISTINCT FROM digest(encode(text))"),
    ),
    Rule(
        "documents",
        "text_is_its_segments",
        "The segments follow each other with one empty line between, and together they are the whole text.",
        "Text outside every segment has no place in the source, so nobody can check it.",
        _in_row(
            """list_append([s."start" for s in segments], length(text) + 2)
                IS DISTINCT FROM list_prepend(0, [s."end" + 2 for s in segments])"""
        ),
    ),
    Rule(
        "documents",
        "segments_are_as_long_as_their_source",
        "A segment has the same length in the text and in the source text, and is not empty.",
        "Only then does an offset in the text lead to the same character of the source.",
        _in_row(
            """len([1 for s in segments
                    if s."end" <= s."start" OR s.source_end - s.source_start <> s."end" - s."start"]) > 0"""
        ),
    ),
    Rule(
        "documents",
        "segments_agree_with_the_source",
        "Every segment reads the same in the text and in the source text.",
        "The text of a document is cut from its source, never rewritten.",
        _beside_source(
            f"""CASE
                WHEN string_split(text, '{PARAGRAPH}')
                    = [cut(source_text, source_size, s.source_start, s.source_end) for s in segments] THEN false
                ELSE len([1 for s in segments if slice(text, s."start", s."end")
                          IS DISTINCT FROM slice(source_text, s.source_start, s.source_end)]) > 0 END"""
        ),
    ),
    Rule(
        "documents",
        "source_length_is_of_the_source",
        "source_length is the length of the source text in code points.",
        "The account of kept and removed characters is held against this number.",
        _beside_source("source_length IS DISTINCT FROM source_size"),
    ),
    Rule(
        "documents",
        "source_text_is_at_hand",
        "The stage `cleaned` beside the warehouse has the source text of every document.",
        "Without it the rules that compare with the source look at nothing.",
        Query("SELECT document_id FROM documents ANTI JOIN sources USING (source_name)", "documents"),
    ),
    Rule(
        "documents",
        "source_is_kept_or_removed_exactly_once",
        "Every character of the source text stands in exactly one segment or removal: no gap, no overlap.",
        "Nothing is dropped without a reason, and nothing is counted twice.",
        Query(
            f"""
            SELECT document_id FROM documents LEFT JOIN ({_REMOVED}) USING (document_id)
            WHERE balance(0, source_length) - coalesce(removed, 0)
                <> coalesce(list_sum([balance(s.source_start, s.source_end) for s in segments]), 0)
            """,
            "documents",
        ),
    ),
    Rule(
        "documents",
        "body_starts_at_its_first_segment",
        "body_start is where the first segment after headline and standfirst starts, or the length of the text.",
        "Whoever wants the article without its headline cuts there.",
        _in_row(
            """body_start <> coalesce(
                list_min([s."start" for s in segments if coalesce(s.role, '') NOT IN ('headline', 'standfirst')]),
                length(text)
            )"""
        ),
    ),
    Rule(
        "documents",
        "truncation_is_told_alike",
        "is_truncated is true where, and only where, truncation is suspected or confirmed.",
        "The two columns are one finding, once for filters and once for readers.",
        _in_row("is_truncated IS DISTINCT FROM (truncation IN ('suspected', 'confirmed'))"),
    ),
    Rule(
        "documents",
        "truncation_has_evidence",
        "truncation_evidence is there wherever truncation is not none.",
        "A suspicion without its evidence cannot be weighed.",
        _in_row("truncation <> 'none' AND truncation_evidence IS NULL", "documents WHERE truncation <> 'none'"),
    ),
    Rule(
        "documents",
        "reserved_text_is_not_open",
        "A document under all rights reserved never has text_is_open.",
        "This flag decides whether a release publishes the whole article.",
        _in_row("licence = 'all-rights-reserved' AND text_is_open", "documents WHERE licence = 'all-rights-reserved'"),
    ),
    Rule(
        "documents",
        "url_is_a_web_address",
        "url starts with http:// or https://.",
        "The id of the document is made from it, so it has to be a real address.",
        _in_row("NOT regexp_matches(url, '^https?://[^/]+')", "documents WHERE url IS NOT NULL"),
        severity="warning",
    ),
    Rule(
        "documents",
        "published_at_is_plausible",
        "published_at lies between 1900 and 2100.",
        "A date far off is nearly always a wrong field or a wrong format.",
        _in_row(
            "published_at < TIMESTAMP '1900-01-01' OR published_at >= TIMESTAMP '2100-01-01'",
            "documents WHERE published_at IS NOT NULL",
        ),
        severity="warning",
    ),
    Rule(
        "documents",
        "modified_after_published",
        "modified_at is not before published_at.",
        "A change before publication says that one of the two dates is wrong.",
        _in_row("modified_at < published_at", "documents WHERE modified_at IS NOT NULL AND published_at IS NOT NULL"),
        severity="warning",
    ),
    Rule(
        "documents",
        "text_stands_once",
        "No two documents have the same text.",
        "A copy that was not recognised counts its claims twice.",
        Query(
            "SELECT document_id FROM documents WHERE text_sha256 IN "
            "(SELECT text_sha256 FROM documents GROUP BY text_sha256 HAVING count(*) > 1)",
            "documents",
        ),
        severity="warning",
    ),
    Rule(
        "documents",
        "language_is_english",
        "The language of every document is en.",
        "Only English is extracted; a text in another language would look as if nobody in it said anything.",
        _in_row("language IS DISTINCT FROM 'en'"),
    ),
    Rule(
        "documents",
        "publisher_has_its_actor",
        "A document with a publisher has a publisher_id, unless a person retracted that actor.",
        "Without it the document counts for no publisher.",
        _in_row("publisher IS NOT NULL AND publisher_id IS NULL", "documents WHERE publisher IS NOT NULL"),
        severity="warning",
    ),
    Rule(
        "documents",
        "publisher_is_a_medium",
        "The actor behind publisher_id is of kind media.",
        "Counting publishers counts media, nothing else.",
        Query(
            "SELECT document_id FROM documents JOIN actors ON actor_id = publisher_id WHERE actors.kind <> 'media'",
            "documents WHERE publisher_id IS NOT NULL",
        ),
        severity="warning",
    ),
    Rule(
        "removals",
        "removal_lies_within_the_source",
        "A removal is not empty and ends within the source text.",
        "A span outside the source removes nothing that anybody could look at.",
        Query(
            """
            SELECT concat_ws(' ', r.document_id, r.source_start) FROM removals r JOIN documents d USING (document_id)
            WHERE r.source_end <= r.source_start OR r.source_end > d.source_length
            """,
            "removals",
        ),
    ),
    Rule(
        "removals",
        "blank_removals_are_blank",
        "What was removed as blank holds only white space and invisible characters (variation selectors among them).",
        "The reason blank must not hide words.",
        Query(
            f"""
            SELECT concat_ws(' ', r.document_id, r.source_start)
            FROM removals r JOIN {_WITH_SOURCE} USING (document_id)
            WHERE r.reason = 'blank' AND NOT regexp_full_match(
                slice(source_text, r.source_start, r.source_end),
                '[\\s\\p{{Z}}\\p{{Cc}}\\p{{Cf}}\\x{{FE00}}-\\x{{FE0F}}]*'
            )
            """,
            f"removals JOIN {_WITH_SOURCE} USING (document_id) WHERE reason = 'blank'",
        ),
    ),
)
