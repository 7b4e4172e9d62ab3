"""Rules for claims, the actors in them, and their groups.

Belongs here: what holds between a claim, the text it stands in, its actors and its group. Does not: what an actor is
(`actors`).
"""

from __future__ import annotations

from expectations.rule import Query, Rule, Sieve
from pipeline.resolution.corpus.rights import FREE_CHARACTERS, QUOTED, SHARE_BOUND
from pipeline.schema.fields import ELLIPSIS

_WITH_TEXT = "claims c JOIN documents d USING (document_id)"
_INSIDE = """
    s.document_id = f.document_id AND f."start" >= s."start" AND f."end" <= s."end"
"""
_SHOWN = 'excerpt_length(text, fragments[1]."end" - fragments[1]."start")'
_DISORDERED = """len([1 for f in fragments if f."end" <= f."start"]) > 0
    OR list_bool_or(list_transform(fragments[2:], lambda f, i: f."start" < fragments[i]."end"))"""
# OFFSET 0 keeps the conditions out of the query inside: DuckDB would cut the text anew for each of them.
_IN_TEXTS = """(
    SELECT *, cut(whole, size, away, greatest(last, cue_end, speaker_end)) AS around,
        away < 0 OR last < first OR cue_end < cue_start OR speaker_end < speaker_start AS is_odd
    FROM (
        SELECT *, fragments[1]."start" AS first, fragments[-1]."end" AS last,
            least(fragments[1]."start", cue_start, speaker_start) AS away
        FROM claims LEFT JOIN texts USING (document_id)
    ) OFFSET 0
)"""
"""Each claim with what the text says `around` it, from `away` on: what lies near each other is looked up once. Where an
offset is odd, that need not hold all words of the claim.
"""
_IN_SEGMENTS = f"""(
    SELECT f.*, s."start" AS begun, s.source_start AS source_begun, s.section AS found
    FROM (
        SELECT claim_id, document_id, section, unnest(fragments, max_depth := 2), {_DISORDERED} AS is_disordered
        FROM claims
    ) AS f LEFT JOIN segments AS s ON {_INSIDE}
)"""
"""Each fragment beside the segment that it lies in, or beside none."""
_SAME = "hash(document_id, fragments, speaker_id, speaker_text)"
"""Equal for claims that have all four in common, and for hardly any others: numbers are grouped sooner than lists."""
_MAY_BE_TOO_MUCH = f"""
    SELECT document_id FROM claims JOIN (
        SELECT document_id, list_max([s."end" for s in segments]) AS length FROM documents WHERE NOT text_is_open
    ) USING (document_id) GROUP BY document_id, length
    HAVING sum(CASE text_extent WHEN 'excerpt' THEN length(text) ELSE
        list_sum([greatest(0, f."end" - coalesce(f."start", 0)) for f in fragments]) END)
        > greatest(floor(length * {SHARE_BOUND}), {FREE_CHARACTERS})
"""
"""The closed documents whose claims, added up in full, are longer than what may be quoted."""
_MEMBERS = """
    SELECT claim_group_id, min(claim_id) AS smallest, count(*) AS claims, count(DISTINCT document_id) AS documents,
        count(DISTINCT d.publisher) AS publishers, min(d.published_at) AS first, max(length(c.text)) AS longest
    FROM claims c JOIN documents d USING (document_id) WHERE claim_group_id IS NOT NULL GROUP BY claim_group_id
"""
_SAID = """
    SELECT DISTINCT claim_group_id AS said_by, text AS said, true AS is_said
    FROM claims JOIN claim_groups USING (claim_group_id, text)
"""
_BESIDE_MEMBERS = f"""claim_groups AS g FULL JOIN ({_MEMBERS}) AS m USING (claim_group_id)
    LEFT JOIN ({_SAID}) ON said_by = g.claim_group_id AND said = g.text"""
"""Each group beside what its claims tell of it. Nothing here is a list of claims: DuckDB could not spill that to disk.
"""


def _words_agree(part: str) -> Rule:
    return Rule(
        "claims",
        f"{part}_text_stands_in_the_text",
        f"{part}_text is what the document's text says from {part}_start to {part}_end; all three are there, or none.",
        "Whoever highlights the words in the article relies on the offsets.",
        Query(
            f"""
            SELECT c.claim_id FROM {_WITH_TEXT}
            WHERE c.{part}_text IS DISTINCT FROM slice(d.text, c.{part}_start, c.{part}_end)
            """,
            "claims",
            Sieve(
                _IN_TEXTS,
                f"is_odd OR {part}_text IS DISTINCT FROM slice(around, {part}_start - away, {part}_end - away)",
            ),
        ),
    )


def _is_claim_actor(part: str) -> Rule:
    return Rule(
        "claims",
        f"{part}_id_is_a_claim_actor",
        f"Every {part}_id has its row in claim_actors, with the part {part}.",
        "Both ways of asking who it was must give the same answer.",
        Query(
            f"""
            SELECT claim_id FROM claims c WHERE {part}_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM claim_actors a
                WHERE a.claim_id = c.claim_id AND a.actor_id = c.{part}_id AND a.part = '{part}'
            )
            """,
            f"claims WHERE {part}_id IS NOT NULL",
        ),
    )


def _group_rule(column: str, counted: str, meaning: str) -> Rule:
    return Rule(
        "claim_groups",
        f"{column}_is_right",
        f"{column} is {meaning} of the group's claims.",
        "The figure is what a group is ranked by.",
        Query(
            f"SELECT claim_group_id FROM claim_groups g LEFT JOIN ({_MEMBERS}) m USING (claim_group_id) "
            f"WHERE g.{column} IS DISTINCT FROM {counted}",
            "claim_groups",
            Sieve(_BESIDE_MEMBERS, f"g.{column} IS DISTINCT FROM {counted}"),
        ),
    )


_CLAIMS = (
    Rule(
        "claims",
        "claim_id_can_be_computed_again",
        "claim_id is minted from document, speaker text, the words of the claim, and its turn among equals by start; "
        "a turn may be missing where a person retracted the claim that had it.",
        "An id that nobody can compute again is a row number in disguise.",
        # Claims are alike if turn 0 would give them one id. Nearly all have just that id, and share it with no other:
        # only the rest is put in order.
        Query(
            """
            WITH unlike AS MATERIALIZED (
                SELECT * FROM (
                    SELECT rowid AS row, claim_id,
                        coalesce(mint_claim_id(document_id, speaker_text, text, 0), '') AS first
                    FROM claims OFFSET 0
                ) WHERE claim_id IS DISTINCT FROM first
            ), shared AS MATERIALIZED (
                SELECT first FROM unlike
                UNION SELECT claim_id FROM claims
                    WHERE hash(claim_id) IN (SELECT hash(claim_id) FROM claims GROUP BY ALL HAVING count(*) > 1)
            ), alike AS (
                SELECT row, first FROM unlike
                UNION ALL SELECT rowid, claim_id FROM claims
                    WHERE claim_id IN (FROM shared) AND rowid NOT IN (SELECT row FROM unlike)
            ), turns AS (
                SELECT c.*, row_number() OVER (PARTITION BY first ORDER BY "start", "end", c.claim_id) - 1 AS turn
                FROM alike JOIN claims c ON c.rowid = alike.row
            )
            SELECT claim_id FROM turns t
            WHERE claim_id IS DISTINCT FROM mint_claim_id(document_id, speaker_text, text, turn) AND NOT EXISTS (
                SELECT 1 FROM range(1, 10) gap(missing)
                WHERE t.claim_id = mint_claim_id(t.document_id, t.speaker_text, t.text, t.turn + missing)
            )
            """,
            "claims",
        ),
    ),
    Rule(
        "claims",
        "text_is_its_fragments",
        f"The text of a claim is what the document says at its fragments, joined with '{ELLIPSIS}'.",
        "A claim is quoted, never paraphrased: whoever doubts it can look it up.",
        Query(
            f"""
            SELECT claim_id FROM claims c LEFT JOIN documents d USING (document_id)
            WHERE c.text IS DISTINCT FROM CASE len(fragments)
                WHEN 0 THEN NULL
                WHEN 1 THEN slice(d.text, fragments[1]."start", fragments[1]."end")
                ELSE array_to_string(
                    list_transform(fragments, lambda f: slice(d.text, f."start", f."end")), '{ELLIPSIS}'
                ) END
            """,
            "claims",
            Sieve(
                _IN_TEXTS,
                f"""is_odd OR text IS DISTINCT FROM CASE len(fragments)
                    WHEN 0 THEN NULL
                    WHEN 1 THEN slice(around, first - away, last - away)
                    ELSE array_to_string(
                        list_transform(fragments, lambda f: cut(whole, size, f."start", f."end")), '{ELLIPSIS}'
                    ) END""",
            ),
        ),
    ),
    Rule(
        "claims",
        "fragments_stand_in_paragraphs",
        "Every fragment is not empty, lies within one paragraph, and starts after the one before it has ended.",
        "A fragment across paragraphs would take in words that are not the speaker's.",
        Query(
            f"""
            SELECT claim_id FROM claims WHERE {_DISORDERED}
            UNION SELECT claim_id FROM fragments f ANTI JOIN segments s ON {_INSIDE}
            """,
            "claims",
            Sieve(_IN_SEGMENTS, "is_disordered OR begun IS NULL"),
        ),
    ),
    Rule(
        "claims",
        "fragments_point_into_the_source",
        "The source offsets of a fragment are those of its paragraph, moved by its place in it.",
        "Only then can a claim be looked up in the page as it was published.",
        Query(
            f"""
            SELECT DISTINCT f.claim_id FROM fragments f JOIN segments s ON {_INSIDE}
            WHERE f.source_start <> s.source_start + f."start" - s."start"
                OR f.source_end <> s.source_start + f."end" - s."start"
            """,
            "claims",
            Sieve(
                _IN_SEGMENTS,
                """source_start <> source_begun + "start" - begun OR source_end <> source_begun + "end" - begun""",
            ),
        ),
    ),
    Rule(
        "claims",
        "offsets_are_those_of_the_fragments",
        "start and source_start are those of the first fragment, end and source_end those of the last.",
        "The short form of the place must say the same as the long one.",
        Query(
            """
            SELECT claim_id FROM claims
            WHERE ("start", source_start) IS DISTINCT FROM (fragments[1]."start", fragments[1].source_start)
                OR ("end", source_end) IS DISTINCT FROM (fragments[-1]."end", fragments[-1].source_end)
            """,
            "claims",
        ),
    ),
    Rule(
        "claims",
        "claim_lies_in_its_section",
        "Every fragment of a claim stands in the section that the claim names.",
        "What a headline says is not what the article says; who filters by section must get just that.",
        Query(
            f"""
            SELECT DISTINCT claim_id FROM fragments f JOIN segments s ON {_INSIDE}
            WHERE f.section IS DISTINCT FROM s.section
            """,
            "claims",
            Sieve(_IN_SEGMENTS, "section IS DISTINCT FROM found"),
        ),
    ),
    _words_agree("cue"),
    _words_agree("speaker"),
    _is_claim_actor("speaker"),
    _is_claim_actor("addressee"),
    _is_claim_actor("medium"),
    Rule(
        "claims",
        "factive_cues_are_factive_everywhere",
        "is_factive is the same for all claims of one cue in one rule, and false where there is no cue.",
        "Whether admitted or revealed presents a fact is a property of the word; who filters by it must get all of it.",
        Query(
            """
            SELECT claim_id FROM claims c WHERE is_factive AND (cue_lemma IS NULL OR EXISTS (
                SELECT 1 FROM claims o WHERE o.cue_lemma = c.cue_lemma AND o.rule = c.rule AND NOT o.is_factive
            ))
            """,
            "claims WHERE is_factive",
        ),
    ),
    Rule(
        "claims",
        "claim_stands_once",
        "No two claims of a document have the same fragments and the same speaker.",
        "A claim found by two rules counts twice.",
        Query(
            f"""
            SELECT min(claim_id) FROM claims
            WHERE {_SAME} IN (SELECT {_SAME} FROM claims GROUP BY ALL HAVING count(*) > 1)
            GROUP BY document_id, fragments, speaker_id, speaker_text HAVING count(*) > 1
            """,
            "claims",
        ),
        severity="warning",
    ),
    Rule(
        "claims",
        "inner_claim_lies_in_an_outer_one",
        "A claim of level 2 lies within a claim of level 1 of the same document.",
        "Level 2 says that a speaker reports another one's words; the reporting claim must be there too.",
        Query(
            """
            SELECT claim_id FROM claims i WHERE level = 2 AND NOT EXISTS (
                SELECT 1 FROM claims o WHERE o.document_id = i.document_id AND o.level = 1
                    AND o."start" <= i."start" AND o."end" >= i."end"
            )
            """,
            "claims WHERE level = 2",
        ),
        severity="warning",
    ),
    Rule(
        "claims",
        "closed_articles_are_quoted_within_the_bound",
        f"Of an article that is not openly licensed, the words of claims that are published give at most "
        f"{SHARE_BOUND:.0%} of its text, or {FREE_CHARACTERS} code points where that is more.",
        "Short attributed statements are facts about what was said; most of an article would be the article.",
        Query(
            # Most articles stay within the bound even where words that stand in two claims count twice.
            f"""
            WITH there AS (SELECT * FROM claims SEMI JOIN ({_MAY_BE_TOO_MUCH}) USING (document_id)),
                claims AS (SELECT * FROM there)
            SELECT document_id FROM ({QUOTED.format(shown=_SHOWN)})
            WHERE quoted > greatest(floor(length * {SHARE_BOUND}), {FREE_CHARACTERS})
            """,
            "documents WHERE NOT text_is_open",
        ),
    ),
    Rule(
        "claims",
        "only_claims_of_closed_articles_are_cut",
        "The words of a claim are cut only where the licence of its article is not open.",
        "Where everybody may publish the words, nobody has to miss them.",
        Query(
            "SELECT claim_id FROM claims JOIN documents USING (document_id) WHERE text_extent <> 'whole' "
            "AND text_is_open",
            "claims WHERE text_extent <> 'whole'",
        ),
    ),
    Rule(
        "claims",
        "most_claims_have_a_speaker",
        "At least half of all claims have a speaker_id.",
        "A share below that says that names are no longer found, whatever the single claims look like.",
        Query(
            "SELECT concat_ws(' ', count(speaker_id), 'of', count(*)) FROM claims "
            "HAVING count(speaker_id) * 2 < count(*)",
            "claims",
        ),
        severity="warning",
    ),
)

_CLAIM_ACTORS = (
    Rule(
        "claim_actors",
        "parts_agree_with_claims",
        "An addressee or medium is the one that the claim names; a claim with speakers names one of them.",
        "Both ways of asking who it was must give the same answer.",
        Query(
            """
            SELECT concat_ws(' ', a.claim_id, a.actor_id, a.part) FROM claim_actors a JOIN claims c USING (claim_id)
            WHERE (a.part = 'addressee' AND a.actor_id IS DISTINCT FROM c.addressee_id)
                OR (a.part = 'medium' AND a.actor_id IS DISTINCT FROM c.medium_id)
                OR (a.part = 'speaker' AND c.speaker_id IS NULL)
            """,
            "claim_actors WHERE part <> 'about'",
        ),
    ),
)

_CLAIM_GROUPS = (
    Rule(
        "claim_groups",
        "claim_group_id_can_be_computed_again",
        "claim_group_id is minted from the smallest claim_id among the group's claims.",
        "An id that nobody can compute again is a row number in disguise.",
        Query(
            f"SELECT claim_group_id FROM ({_MEMBERS}) WHERE claim_group_id <> mint_claim_group_id(smallest)",
            "claim_groups",
            Sieve(_BESIDE_MEMBERS, "claim_group_id <> mint_claim_group_id(smallest)"),
        ),
    ),
    Rule(
        "claim_groups",
        "group_has_two_claims",
        "A group has at least two claims.",
        "One claim alone repeats nothing.",
        Query("SELECT claim_group_id FROM claim_groups WHERE claim_count < 2", "claim_groups"),
    ),
    _group_rule("claim_count", "coalesce(m.claims, 0)", "the number"),
    _group_rule("document_count", "coalesce(m.documents, 0)", "the number of documents"),
    _group_rule("publisher_count", "coalesce(m.publishers, 0)", "the number of publishers"),
    _group_rule("first_published_at", "m.first", "the earliest published_at"),
    Rule(
        "claim_groups",
        "text_is_of_the_fullest_claim",
        "The text of a group is that of one of its claims, and none of them is longer.",
        "A group speaks in words that somebody printed, never in made-up ones.",
        Query(
            f"""
            SELECT g.claim_group_id FROM claim_groups g LEFT JOIN ({_MEMBERS}) m USING (claim_group_id)
            WHERE length(g.text) IS DISTINCT FROM m.longest OR NOT EXISTS (
                SELECT 1 FROM claims c WHERE c.claim_group_id = g.claim_group_id AND c.text = g.text
            )
            """,
            "claim_groups",
            Sieve(
                _BESIDE_MEMBERS,
                "length(g.text) IS DISTINCT FROM m.longest OR is_said IS NOT TRUE",
            ),
        ),
    ),
)

RULES = (*_CLAIMS, *_CLAIM_ACTORS, *_CLAIM_GROUPS)
