"""Rules for mentions and quantities: the words stand where the offsets say.

Belongs here: what holds between a found span, the text and the source. Does not: which actor it is (`actors`).
"""

from __future__ import annotations

from expectations.rule import Query, Rule, Sieve
from expectations.rules.minting import minted_otherwise

_INSIDE = """
    s.document_id = t.document_id AND t."start" >= s."start" AND t."end" <= s."end"
"""
_SOURCES = "JOIN documents d USING (document_id) JOIN {sources} USING (source_name)"
_LED_TO = """
    p.is_whole AND CASE WHEN t."start" IS NULL THEN p.found = 'caption' ELSE t."end" > t."start"
        AND t."start" >= p.begun AND t."end" <= p.ended
        AND t.source_start - p.source_begun = t."start" - p.begun AND t.source_end - p.source_begun = t."end" - p.begun
    END
"""


_IN_PASSAGES = f"""(
    SELECT t.*, p.found, p.is_printed, ({_LED_TO}) IS NOT TRUE AS is_astray,
        slice(p.said, t.source_start - p.source_begun, t.source_end - p.source_begun) AS words
    FROM mentions AS t LEFT JOIN passages AS p ON p.document_id = t.document_id
        AND p.source_begun <= t.source_start AND p.source_ended >= t.source_end
)"""
"""Each mention beside the passage that its place in the source leads to; astray where that is not its own place."""


def _among(table: str, wrong: str) -> Sieve | None:
    """A sieve for mentions: few quantities stand in a text, so that they cost less than to divide it into passages."""
    return Sieve(_IN_PASSAGES, wrong) if table == "mentions" else None


def _minted(table: str, key: str) -> Rule:
    return Rule(
        table,
        f"{key}_can_be_computed_again",
        f"{key} is minted from document, source_start and source_end.",
        "An id that nobody can compute again is a row number in disguise.",
        Query(minted_otherwise(key, table, f"mint_{key}(document_id, source_start, source_end)"), table),
    )


def _in_text(table: str, key: str, words: str) -> Rule:
    return Rule(
        table,
        f"{words}_stands_in_the_text",
        f"{words} is what the document's text says from start to end.",
        "Whoever highlights the words in the article relies on the offsets.",
        Query(
            f"""
            SELECT {key} FROM {table} t JOIN texts USING (document_id)
            WHERE t."start" IS NOT NULL AND t.{words} IS DISTINCT FROM cut(whole, size, t."start", t."end")
            """,
            f'{table} WHERE "start" IS NOT NULL',
            _among(table, f"is_astray OR {words} IS DISTINCT FROM words"),
        ),
    )


def _in_source(table: str, key: str, words: str) -> Rule:
    return Rule(
        table,
        f"{words}_stands_in_the_source",
        f"{words} is what the source text says from source_start to source_end.",
        "Only then can it be looked up in the page as it was published.",
        Query(
            f"""
            SELECT {key} FROM {table} t {_SOURCES.format(sources="source_texts")}
            WHERE t.{words} IS DISTINCT FROM cut(source_whole, source_size, t.source_start, t.source_end)
            """,
            f"{table} t {_SOURCES.format(sources='sources')}",
            _among(table, f"is_astray OR NOT is_printed OR {words} IS DISTINCT FROM words"),
        ),
    )


def _offsets_agree(table: str, key: str) -> Rule:
    return Rule(
        table,
        "offsets_lead_to_one_paragraph",
        "Text and source offsets lead to the same place of one paragraph.",
        "Two places for one find would make one of them wrong.",
        Query(
            f"""
            SELECT {key} FROM {table} t WHERE "start" IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM segments s WHERE {_INSIDE} AND t.source_start - s.source_start = t."start" - s."start"
                    AND t.source_end - s.source_start = t."end" - s."start" AND t."end" > t."start"
            )
            """,
            f'{table} WHERE "start" IS NOT NULL',
            _among(table, "is_astray"),
        ),
    )


RULES = (
    _minted("mentions", "mention_id"),
    _in_text("mentions", "mention_id", "surface"),
    _in_source("mentions", "mention_id", "surface"),
    _offsets_agree("mentions", "mention_id"),
    Rule(
        "mentions",
        "mention_lies_in_its_section",
        "A mention stands in the section that it names.",
        "Who filters by section must get just that.",
        Query(
            f"SELECT mention_id FROM mentions t JOIN segments s ON {_INSIDE} WHERE t.section <> s.section",
            "mentions WHERE section <> 'caption'",
            Sieve(_IN_PASSAGES, "is_astray OR section <> found"),
        ),
    ),
    Rule(
        "mentions",
        "only_captions_have_no_place_in_the_text",
        "start and end are missing where, and only where, the section is caption.",
        "A caption is not part of the text; everything else is.",
        Query(
            """
            SELECT mention_id FROM mentions
            WHERE ("start" IS NULL) <> (section = 'caption') OR ("end" IS NULL) <> (section = 'caption')
            """,
            "mentions",
        ),
    ),
    Rule(
        "mentions",
        "caption_mention_lies_in_a_caption",
        "A mention in a caption lies within text that was removed as a caption.",
        "Names count in captions, not in other text that was taken out.",
        Query(
            """
            SELECT mention_id FROM mentions m WHERE section = 'caption' AND NOT EXISTS (
                SELECT 1 FROM removals r WHERE r.document_id = m.document_id AND r.reason = 'caption'
                    AND r.source_start <= m.source_start AND r.source_end >= m.source_end
            )
            """,
            "mentions WHERE section = 'caption'",
            Sieve(_IN_PASSAGES, "is_astray OR (section = 'caption' AND found <> 'caption')"),
        ),
    ),
    _minted("quantities", "quantity_id"),
    _in_text("quantities", "quantity_id", "text"),
    _in_source("quantities", "quantity_id", "text"),
    _offsets_agree("quantities", "quantity_id"),
    Rule(
        "quantities",
        "quantity_lies_in_its_claim",
        "A quantity with a claim_id lies within a fragment of that claim.",
        "Who sums up what somebody promised must not sum up what the reporter added.",
        Query(
            """
            SELECT quantity_id FROM quantities q WHERE claim_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM fragments f WHERE f.claim_id = q.claim_id AND f.document_id = q.document_id
                    AND f."start" <= q."start" AND f."end" >= q."end"
            )
            """,
            "quantities WHERE claim_id IS NOT NULL",
        ),
    ),
    Rule(
        "quantities",
        "amount_has_its_value",
        "Money, percentages and counts have a value.",
        "An amount without a number cannot be compared.",
        Query(
            "SELECT quantity_id FROM quantities WHERE kind <> 'date' AND value IS NULL",
            "quantities WHERE kind <> 'date'",
        ),
        severity="warning",
    ),
    Rule(
        "quantities",
        "value_fits_its_kind",
        "Only money has a currency, and only dates have a date_value.",
        "A value in a column of another kind is a wrong kind or a wrong value.",
        Query(
            """
            SELECT quantity_id FROM quantities
            WHERE (currency IS NOT NULL AND kind <> 'money') OR (date_value IS NOT NULL AND kind <> 'date')
            """,
            "quantities",
        ),
    ),
)
