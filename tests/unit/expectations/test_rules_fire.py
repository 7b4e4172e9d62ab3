"""Every rule that a schema cannot say, with what makes it fire: one thing corrupted, and only the named rules break."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import pytest

from expectations.rule import Query
from expectations.rules import RULES
from expectations.suites import broken, findings
from pipeline.schema.tables import WORKING_TABLES

TABLE_NAMES = {"sources", *(spec.name for spec in WORKING_TABLES)}
FERRY = "(SELECT document_id FROM documents WHERE source_name = 'harbour/ferry.txt')"
QUIST = "(SELECT actor_id FROM actors WHERE name = 'Ada Quist')"
BLUE_LINE = "(SELECT actor_id FROM actors WHERE name = 'Blue Line')"
PROMISE = "(SELECT claim_id FROM claims WHERE len(fragments) = 2)"
PLAIN = "source_name = 'plain.txt'"


@dataclass(frozen=True)
class Case:
    """SQL that corrupts the small warehouse so that this rule breaks, and the other rules that must break with it."""

    rule: str
    corrupt: str
    along: frozenset[str] = frozenset()


def case(rule: str, corrupt: str, *along: str) -> Case:
    return Case(rule, corrupt, frozenset(along))


INPUTS = (
    case(
        "snapshots.every_input_is_accounted_for_once",
        "INSERT INTO snapshots VALUES ('lost.txt', repeat('a', 64), 'text/plain')",
    ),
    case(
        "snapshots.every_input_is_accounted_for_once",
        "INSERT INTO exclusions"
        f" SELECT source_name, source_sha256, 'failed', '2', NULL, NULL FROM documents WHERE {PLAIN}",
    ),
    case(
        "exclusions.input_was_read",
        "INSERT INTO exclusions VALUES ('never.txt', repeat('a', 64), 'empty', 'made up', NULL, NULL)",
    ),
    case(
        "exclusions.duplicate_names_what_is_kept",
        "UPDATE exclusions SET duplicate_of = NULL WHERE reason = 'duplicate'",
    ),
    case(
        "exclusions.duplicate_names_what_is_kept",
        f"UPDATE exclusions SET duplicate_of = {FERRY} WHERE reason = 'empty'",
    ),
    case(
        "exclusions.earlier_version_has_its_number",
        "UPDATE exclusions SET reason = 'earlier_version' WHERE reason = 'duplicate'",
    ),
    case("exclusions.earlier_version_has_its_number", "UPDATE exclusions SET version = 1 WHERE reason = 'duplicate'"),
    case("exclusions.detail_says_something", "UPDATE exclusions SET detail = '  ' WHERE reason = 'empty'"),
)

DOCUMENTS = (
    case(
        "documents.input_was_read",
        f"UPDATE snapshots SET source_name = 'renamed.txt' WHERE {PLAIN}",
        "snapshots.every_input_is_accounted_for_once",
    ),
    case(
        "documents.document_id_can_be_computed_again",
        "UPDATE documents SET url = url || '?again' WHERE url IS NOT NULL",
    ),
    case(
        "documents.text_is_there",
        f"UPDATE documents SET text = NULL WHERE {PLAIN}",
        "documents.text_sha256_is_of_the_text",
        "documents.text_is_its_segments",
        "documents.segments_agree_with_the_source",
        "claims.text_is_its_fragments",
        "claims.cue_text_stands_in_the_text",
        "claims.speaker_text_stands_in_the_text",
    ),
    case("documents.text_sha256_is_of_the_text", f"UPDATE documents SET text_sha256 = repeat('0', 64) WHERE {PLAIN}"),
    case(
        "documents.text_is_its_segments",
        "UPDATE documents SET text = text || ' More.', text_sha256 = sha256(text || ' More.')",
    ),
    case(
        "documents.text_is_its_segments",
        f"UPDATE documents SET segments = segments[2:] WHERE document_id = {FERRY}",
        "documents.source_is_kept_or_removed_exactly_once",
        "claims.fragments_stand_in_paragraphs",
        "mentions.offsets_lead_to_one_paragraph",
    ),
    case(
        "documents.segments_are_as_long_as_their_source",
        f"""UPDATE documents SET source_length = source_length + 1, segments =
            list_transform(segments, lambda x: struct_update(x, source_end := x.source_end + 1)) WHERE {PLAIN}""",
        "documents.source_is_kept_or_removed_exactly_once",
        "documents.segments_agree_with_the_source",
        "documents.source_length_is_of_the_source",
    ),
    case(
        "documents.segments_agree_with_the_source",
        f"UPDATE sources SET source_text = replace(source_text, 'Oldport', 'Newport') WHERE {PLAIN}",
    ),
    case(
        "documents.source_length_is_of_the_source",
        f"UPDATE sources SET source_text = source_text || ' ' WHERE {PLAIN}",
    ),
    case("documents.source_text_is_at_hand", f"DELETE FROM sources WHERE {PLAIN}"),
    case(
        "documents.source_is_kept_or_removed_exactly_once",
        "DELETE FROM removals WHERE reason = 'navigation'",
    ),
    case(
        "documents.source_is_kept_or_removed_exactly_once",
        "DELETE FROM removals WHERE reason = 'newsletter'",
    ),
    case(
        "documents.source_is_kept_or_removed_exactly_once",
        "UPDATE removals SET source_end = source_end + 1 WHERE reason = 'navigation'",
    ),
    case("documents.body_starts_at_its_first_segment", f"UPDATE documents SET body_start = 1 WHERE {PLAIN}"),
    case("documents.truncation_is_told_alike", f"UPDATE documents SET is_truncated = true WHERE {PLAIN}"),
    case("documents.truncation_has_evidence", f"UPDATE documents SET truncation = 'notice_present' WHERE {PLAIN}"),
    case("documents.reserved_text_is_not_open", "UPDATE documents SET text_is_open = true"),
    case(
        "documents.url_is_a_web_address",
        f"UPDATE documents SET url = 'ferry.txt' WHERE {PLAIN}",
        "documents.document_id_can_be_computed_again",
    ),
    case(
        "documents.published_at_is_plausible",
        f"UPDATE documents SET published_at = TIMESTAMP '1899-12-31 23:59:59' WHERE {PLAIN}",
    ),
    case(
        "documents.published_at_is_plausible",
        f"UPDATE documents SET published_at = TIMESTAMP '2100-01-01' WHERE {PLAIN}",
    ),
    case(
        "documents.modified_after_published",
        "UPDATE documents SET modified_at = published_at - INTERVAL 1 SECOND WHERE url IS NOT NULL",
    ),
    case(
        "documents.text_stands_once",
        "UPDATE documents SET text_sha256 = (SELECT min(text_sha256) FROM documents)",
        "documents.text_sha256_is_of_the_text",
    ),
    case("documents.language_is_english", f"UPDATE documents SET language = 'cy' WHERE {PLAIN}"),
    case(
        "documents.publisher_has_its_actor",
        f"UPDATE documents SET publisher = 'The Inkwell' WHERE {PLAIN}",
    ),
    case(
        "documents.publisher_is_a_medium",
        "UPDATE actors SET kind = 'organisation' WHERE name = 'The Harbour Post'",
        "actors.id_of_named_actor_can_be_computed_again",
    ),
    case(
        "removals.removal_lies_within_the_source",
        "INSERT INTO removals SELECT document_id, source_length, source_length, 'blank', 'r' FROM documents",
    ),
    case(
        "removals.removal_lies_within_the_source",
        "UPDATE removals SET source_end = source_end + 1 WHERE reason = 'newsletter'",
        "documents.source_is_kept_or_removed_exactly_once",
    ),
    case("removals.blank_removals_are_blank", "UPDATE removals SET reason = 'blank' WHERE reason = 'navigation'"),
)

CLAIMS = (
    case(
        "claims.claim_id_can_be_computed_again",
        "UPDATE claims SET speaker_text = NULL, speaker_start = NULL, speaker_end = NULL WHERE speaker_text = 'nobody'",
    ),
    case(
        "claims.text_is_its_fragments",
        "UPDATE claims SET text = upper(text) WHERE act = 'accusation'",
    ),
    case(
        "claims.factive_cues_are_factive_everywhere",
        """UPDATE claims SET is_factive = true WHERE claim_id IN (
            SELECT min(claim_id) FROM claims GROUP BY rule, cue_lemma HAVING count(*) > 1
        )""",
    ),
    case(
        "claims.fragments_stand_in_paragraphs",
        f"UPDATE claims SET fragments = [fragments[2], fragments[1]] WHERE claim_id = {PROMISE}",
        "claims.text_is_its_fragments",
        "claims.offsets_are_those_of_the_fragments",
    ),
    case(
        "claims.fragments_stand_in_paragraphs",
        """UPDATE claims SET "end" = "end" + 30, source_end = source_end + 30, fragments = list_transform(
            fragments, lambda x: struct_update(x, "end" := x."end" + 30, source_end := x.source_end + 30)
        ) WHERE section = 'headline'""",
        "claims.text_is_its_fragments",
    ),
    case(
        "claims.fragments_point_into_the_source",
        """UPDATE claims SET source_start = source_start + 1, fragments = list_transform(
            fragments, lambda x: struct_update(x, source_start := x.source_start + 1)
        ) WHERE section = 'headline'""",
    ),
    case(
        "claims.offsets_are_those_of_the_fragments",
        """UPDATE claims SET "start" = "start" + 1 WHERE section = 'headline'""",
    ),
    case("claims.claim_lies_in_its_section", "UPDATE claims SET section = 'body' WHERE section = 'headline'"),
    case("claims.cue_text_stands_in_the_text", "UPDATE claims SET cue_start = cue_start + 1 WHERE act = 'accusation'"),
    case("claims.cue_text_stands_in_the_text", "UPDATE claims SET cue_text = NULL WHERE act = 'accusation'"),
    case("claims.speaker_text_stands_in_the_text", "UPDATE claims SET speaker_end = NULL WHERE act = 'accusation'"),
    case(
        "claims.speaker_id_is_a_claim_actor",
        f"UPDATE claims SET speaker_id = {BLUE_LINE} WHERE act = 'accusation'",
    ),
    case("claims.addressee_id_is_a_claim_actor", "DELETE FROM claim_actors WHERE part = 'addressee'"),
    case("claims.medium_id_is_a_claim_actor", "DELETE FROM claim_actors WHERE part = 'medium'"),
    case(
        "claims.claim_stands_once",
        "INSERT INTO claims SELECT * REPLACE ('clm_a' AS claim_id) FROM claims WHERE section = 'headline'",
        "claims.claim_id_can_be_computed_again",
        "claims.speaker_id_is_a_claim_actor",
    ),
    case("claims.inner_claim_lies_in_an_outer_one", "UPDATE claims SET level = 2 WHERE act = 'accusation'"),
    case(
        "claims.most_claims_have_a_speaker",
        """UPDATE claims SET speaker_id = NULL WHERE act IN ('promise', 'accusation');
        DELETE FROM claim_actors
        WHERE part = 'speaker' AND claim_id IN (SELECT claim_id FROM claims WHERE speaker_id IS NULL);
        UPDATE actors SET claim_count = (
            SELECT count(*) FROM claim_actors a WHERE part = 'speaker' AND a.actor_id = actors.actor_id
        )""",
    ),
    case(
        "claim_actors.parts_agree_with_claims",
        f"INSERT INTO claim_actors SELECT claim_id, {QUIST}, 'medium' FROM claims WHERE act = 'accusation'",
    ),
    case(
        "claim_actors.parts_agree_with_claims",
        "UPDATE claims SET speaker_id = NULL WHERE act = 'accusation'",
    ),
    case(
        "claim_groups.claim_group_id_can_be_computed_again",
        """UPDATE claim_groups SET claim_group_id = 'grp_' || repeat('a', 20);
        UPDATE claims SET claim_group_id = 'grp_' || repeat('a', 20) WHERE claim_group_id IS NOT NULL""",
    ),
    case(
        "claim_groups.group_has_two_claims",
        "UPDATE claim_groups SET claim_count = 1",
        "claim_groups.claim_count_is_right",
    ),
    case("claim_groups.claim_count_is_right", "UPDATE claim_groups SET claim_count = 3"),
    case("claim_groups.document_count_is_right", "UPDATE claim_groups SET document_count = 1"),
    case("claim_groups.publisher_count_is_right", "UPDATE claim_groups SET publisher_count = 1"),
    case("claim_groups.first_published_at_is_right", "UPDATE claim_groups SET first_published_at = NULL"),
    case("claim_groups.text_is_of_the_fullest_claim", "UPDATE claim_groups SET text = upper(text)"),
    case(
        "claim_groups.text_is_of_the_fullest_claim",
        "UPDATE claim_groups SET text = (SELECT c.text FROM claims c WHERE medium_id IS NOT NULL)",
    ),
)

MENTIONS = (
    case(
        "mentions.mention_id_can_be_computed_again",
        "UPDATE mentions SET mention_id = 'men_' || repeat('a', 20) WHERE surface = 'Norland'",
    ),
    case(
        "mentions.surface_stands_in_the_text",
        "UPDATE mentions SET surface = 'Ms Quips' WHERE surface = 'Ms Quist'",
        "mentions.surface_stands_in_the_source",
        "actor_names.mention_count_is_right",
    ),
    case(
        "mentions.surface_stands_in_the_source",
        "UPDATE mentions SET surface = 'Ida Quist' WHERE section = 'caption'",
        "actor_names.mention_count_is_right",
    ),
    case(
        "mentions.offsets_lead_to_one_paragraph",
        "UPDATE mentions SET source_end = source_end + 1 WHERE surface = 'Norland'",
        "mentions.mention_id_can_be_computed_again",
        "mentions.surface_stands_in_the_source",
    ),
    case("mentions.mention_lies_in_its_section", "UPDATE mentions SET section = 'headline' WHERE surface = 'Norland'"),
    case(
        "mentions.only_captions_have_no_place_in_the_text",
        "UPDATE mentions SET section = 'body' WHERE section = 'caption'",
    ),
    case(
        "mentions.only_captions_have_no_place_in_the_text",
        """UPDATE mentions SET "end" = NULL WHERE surface = 'Norland'""",
        "mentions.surface_stands_in_the_text",
        "mentions.offsets_lead_to_one_paragraph",
    ),
    case(
        "mentions.caption_mention_lies_in_a_caption",
        "UPDATE removals SET reason = 'share' WHERE reason = 'caption'",
    ),
    case(
        "quantities.quantity_id_can_be_computed_again",
        "UPDATE quantities SET quantity_id = 'qty_' || repeat('a', 20) WHERE text = '2025'",
    ),
    case(
        "quantities.text_stands_in_the_text",
        "UPDATE quantities SET text = '2026' WHERE text = '2025'",
        "quantities.text_stands_in_the_source",
    ),
    case(
        "quantities.text_stands_in_the_source",
        """UPDATE quantities SET source_start = source_start + 1, source_end = source_end + 1,
            quantity_id = mint_quantity_id(document_id, source_start + 1, source_end + 1) WHERE text = '2025'""",
        "quantities.offsets_lead_to_one_paragraph",
    ),
    case(
        "quantities.offsets_lead_to_one_paragraph",
        """UPDATE quantities SET "end" = "end" + 2, text = text || chr(10) || chr(10) WHERE text = '2025'""",
        "quantities.text_stands_in_the_text",
        "quantities.text_stands_in_the_source",
    ),
    case(
        "quantities.quantity_lies_in_its_claim",
        f"UPDATE quantities SET claim_id = {PROMISE} WHERE text = '40 per cent'",
    ),
    case("quantities.amount_has_its_value", "UPDATE quantities SET value = NULL WHERE kind = 'money'"),
    case("quantities.value_fits_its_kind", "UPDATE quantities SET currency = 'GBP' WHERE kind = 'percent'"),
    case("quantities.value_fits_its_kind", "UPDATE quantities SET date_value = '2026' WHERE kind = 'money'"),
)

ACTORS = (
    case(
        "actors.id_of_linked_actor_can_be_computed_again",
        "UPDATE actors SET wikidata_id = 'Q1' WHERE name = 'Norland'",
    ),
    case(
        "actors.id_of_named_actor_can_be_computed_again",
        "UPDATE actors SET name = 'Red Line' WHERE name = 'Blue Line'",
    ),
    case(
        "actors.id_of_unnamed_actor_can_be_computed_again",
        "UPDATE actors SET actor_id = 'act_' || repeat('a', 20) WHERE name = 'critics'; "
        "UPDATE mentions SET actor_id = 'act_' || repeat('a', 20) WHERE surface = 'Critics'; "
        "UPDATE actor_names SET actor_id = 'act_' || repeat('a', 20) WHERE name = 'Critics'; "
        "UPDATE claims SET speaker_id = 'act_' || repeat('a', 20) WHERE act = 'accusation'; "
        "UPDATE claim_actors SET actor_id = 'act_' || repeat('a', 20) FROM claims c "
        "WHERE claim_actors.claim_id = c.claim_id AND c.act = 'accusation'",
    ),
    case(
        "actors.unnamed_actors_are_never_linked",
        "UPDATE actors SET wikidata_id = 'Q1' WHERE name = 'critics'",
    ),
    case(
        "actors.one_actor_for_a_wikidata_id",
        "UPDATE actors SET wikidata_id = 'Q4242424242' WHERE name = 'Blue Line'",
        "actors.id_of_linked_actor_can_be_computed_again",
    ),
    case("actors.claim_count_is_right", "UPDATE actors SET claim_count = claim_count + 1 WHERE name = 'Norland'"),
    case("actors.document_count_is_right", "UPDATE actors SET document_count = 2 WHERE name = 'Norland'"),
    case("actors.first_and_last_seen_are_right", "UPDATE actors SET first_seen = NULL WHERE name = 'Norland'"),
    case("actors.first_and_last_seen_are_right", f"UPDATE actors SET last_seen = first_seen WHERE actor_id = {QUIST}"),
    case("actors.actor_occurs_somewhere", "UPDATE roles SET organisation_id = NULL"),
    case("actors.named_actor_has_a_name", "DELETE FROM actor_names WHERE name = 'Ministry of Transport'"),
    case(
        "actor_names.mention_count_is_right",
        "UPDATE actor_names SET mention_count = mention_count + 1 WHERE name = 'Ministry of Transport'",
    ),
    case("roles.role_stands_in_the_text", "UPDATE roles SET role = 'Minister for Transport'"),
    case("roles.role_is_as_of_its_document", "UPDATE roles SET as_of = NULL"),
)

PEOPLE = (
    case("decisions.decision_found_what_it_is_about", "UPDATE decisions SET is_applied = false"),
    case("decisions.decision_has_its_reason", f"UPDATE decisions SET decision = 'correction', target = {PROMISE}"),
    case(
        "decisions.what_was_retracted_is_gone",
        f"UPDATE decisions SET decision = 'retraction', reason = 'invented', target = {QUIST}",
    ),
    case(
        "decisions.what_was_merged_is_gone",
        f"UPDATE decisions SET decision = 'merge', reason = 'one and the same', target = {QUIST}",
    ),
    case(
        "claims.only_claims_of_closed_articles_are_cut",
        f"UPDATE claims SET text_extent = 'excerpt' WHERE claim_id = {PROMISE}",
    ),
    case(
        "claims.closed_articles_are_quoted_within_the_bound",
        """UPDATE claims SET fragments = [{"start": 0, "end": 1300, "source_start": 0, "source_end": 1300}]
           WHERE speaker_text = 'Ms Quist'""",
        "claims.fragments_stand_in_paragraphs",
        "claims.text_is_its_fragments",
        "claims.offsets_are_those_of_the_fragments",
    ),
)

CASES = (*PEOPLE, *INPUTS, *DOCUMENTS, *CLAIMS, *MENTIONS, *ACTORS)


VIEWS = {"segments": "documents", "fragments": "claims", "texts": "documents", "source_texts": "sources"}


def named_in(sql: str) -> set[str]:
    """The tables that a piece of SQL names, itself or through a view."""
    words = set(re.findall(r"\w+", sql))
    return (words | {table for view, table in VIEWS.items() if view in words}) & TABLE_NAMES


def changed_by(sql: str) -> set[str]:
    return set(re.findall(r"(?:UPDATE|INSERT INTO|DELETE FROM) (\w+)", sql))


READS = [(rule, rule.test, named_in(rule.test.sql)) for rule in RULES if isinstance(rule.test, Query)]


def broken_rules(connection: duckdb.DuckDBPyConnection, changed: set[str]) -> set[str]:
    """The rules that break, among those that read a changed table: the others cannot."""
    return {
        f"{spec.name}.{name}"
        for spec in WORKING_TABLES
        for name, (rows, _) in findings(
            connection, [(rule, test) for rule, test, reads in READS if rule.table == spec.name and reads & changed]
        ).items()
        if rows
    }


def test_every_rule_is_made_to_fire() -> None:
    assert {case.rule for case in CASES} == {f"{rule.table}.{rule.name}" for rule in RULES}


def test_only_the_corrupted_rule_breaks(small: duckdb.DuckDBPyConnection, subtests: pytest.Subtests) -> None:
    small.execute("SET threads = 1")
    for example in CASES:
        with subtests.test(f"{example.rule}: {example.corrupt}"):
            small.execute("BEGIN")
            try:
                small.execute(example.corrupt)
                assert broken_rules(small, changed_by(example.corrupt)) == {example.rule, *example.along}
            finally:
                small.execute("ROLLBACK")


def query_of(name: str) -> Query:
    test = next(rule.test for rule in RULES if rule.name == name)
    assert isinstance(test, Query)
    return test


NEARLY = (
    (
        "claim_id_can_be_computed_again",
        "UPDATE claims SET claim_id = mint_claim_id(document_id, speaker_text, text, 1) WHERE speaker_text = 'nobody'",
        "UPDATE claims SET claim_id = mint_claim_id(document_id, speaker_text, text, 10) WHERE speaker_text = 'nobody'",
    ),
    (
        "duplicate_names_what_is_kept",
        """UPDATE exclusions SET duplicate_of = NULL, detail = 'as in empty.txt' WHERE reason = 'duplicate';
        UPDATE exclusions SET reason = 'failed' WHERE reason = 'empty'""",
        "UPDATE exclusions SET detail = 'as in another.txt' WHERE reason = 'duplicate'",
    ),
    (
        "blank_removals_are_blank",
        f"UPDATE sources SET source_text = source_text[:-2] || chr(65039) WHERE {PLAIN}",
        f"UPDATE sources SET source_text = source_text[:-2] || '.' WHERE {PLAIN}",
    ),
)
"""Rules, what they must let pass (a retracted equal, a copy of what failed, a variation selector), and what not."""


def test_what_is_nearly_wrong_passes(small: duckdb.DuckDBPyConnection, subtests: pytest.Subtests) -> None:
    for name, right, wrong in NEARLY:
        with subtests.test(name):
            small.execute(right)
            assert broken(small, query_of(name)) == (0, [])
            small.execute(wrong)
            assert broken(small, query_of(name))[0] == 1
