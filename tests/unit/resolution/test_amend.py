"""People's decisions on actors and on claims: what they change, and whether they found anything to change."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from pipeline import ids
from pipeline.resolution.corpus.amend import Amended, ClaimAmendments, amend_actors
from pipeline.resolution.corpus.identity import Actor, Where
from pipeline.resolution.people.curation import Curation
from pipeline.resolution.people.decisions import Decision
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table

ONE, TWO = (ids.document_id(f"https://{name}.example/", "") for name in ("one", "two"))
ADA, BROOKE = (ids.named_actor_id("person", name) for name in ("Ada Brook", "Ada Brooke"))
CRITICS = ids.unnamed_actor_id(ONE, 7)


def actor(actor_id: str, name: str, **given: Any) -> Actor:
    values: dict[str, Any] = {"kind": "person", "is_named": True, "wikidata_id": None, "country": None}
    return Actor(actor_id, name, **(values | given))


ACTORS: dict[Where, Actor] = {
    (ONE, 0): actor(ADA, "Ada Brook"),
    (TWO, 0): actor(ADA, "Ada Brook"),
    (TWO, 1): actor(BROOKE, "Ada Brooke"),
    (ONE, 1): actor(CRITICS, "critics", kind="group", is_named=False),
}


def amended(*decisions: Decision) -> Amended:
    return amend_actors(ACTORS, Curation(decisions))


MERGE = Decision("merge", BROOKE, "actor_id", ADA)


def test_a_merged_actor_becomes_the_kept_one_and_its_old_id_leads_there() -> None:
    made = amended(MERGE)
    assert made.actors[TWO, 1] == ACTORS[ONE, 0]
    assert made.moved == {BROOKE: ADA}
    assert made.applied == {MERGE.key}


@pytest.mark.parametrize(
    "decision",
    [
        Decision("merge", "act_gone", "actor_id", ADA),
        Decision("merge", BROOKE, "actor_id", "act_gone"),
        Decision("merge", BROOKE, "actor_id", CRITICS),
        Decision("split", BROOKE, ONE),
        Decision("split", CRITICS, ONE),
        Decision("link", "act_gone", "wikidata_id", "Q42"),
        Decision("link", CRITICS, "wikidata_id", "Q42"),
        Decision("retraction", "act_gone", "actor"),
        Decision("retraction", ADA, "claim"),
        Decision("confirmation", "act_gone", "unlinked_name"),
    ],
)
def test_what_cannot_be_changes_nothing_and_is_not_taken_for_applied(decision: Decision) -> None:
    made = amended(decision)
    assert made.actors == ACTORS
    assert made.applied == frozenset()


def test_a_split_is_of_one_document() -> None:
    made = amended(Decision("split", ADA, TWO))
    apart = ids.named_actor_id("person", "Ada Brook", TWO)
    assert [made.actors[where].actor_id for where in ((ONE, 0), (TWO, 0))] == [ADA, apart]


def test_a_link_gives_the_id_of_the_item_and_joins_those_that_have_it() -> None:
    links = [Decision("link", name, "wikidata_id", "Q42") for name in (ADA, BROOKE)]
    made = amended(*links)
    named = {made.actors[where] for where in ((ONE, 0), (TWO, 0), (TWO, 1))}
    assert {(one.actor_id, one.wikidata_id) for one in named} == {(ids.linked_actor_id("Q42"), "Q42")}
    assert len(named) == 1
    assert made.applied == {one.key for one in links}


def test_a_retracted_actor_is_gone_with_those_merged_into_it() -> None:
    made = amended(MERGE, Decision("retraction", ADA, "actor"))
    assert set(made.actors) == {(ONE, 1)}


# --- claims ---

TEXT = "It rains, she said.\n\nIt pours, he said. It rains."
SEGMENTS = [
    {"role": "headline", "start": 0, "end": 19, "source_start": 5, "source_end": 24},
    {"role": "body", "start": 21, "end": 49, "source_start": 30, "source_end": 58},
]


def claim(start: int, end: int, speaker: str = "she") -> dict[str, Any]:
    place = {"start": start, "end": end, "source_start": start + 5, "source_end": end + 5}
    words = {"text": TEXT[start:end], "speaker_text": speaker, "section": "headline", "fragments": [place]}
    claim_id = ids.claim_id(ONE, speaker, TEXT[start:end], 0)
    return {"claim_id": claim_id, "document_id": ONE, "speaker_id": ADA, "act": "statement", **place, **words}


RAINS = claim(0, 8)


def people(*decisions: Decision, taken: tuple[str, ...] = ()) -> ClaimAmendments:
    curation = Curation(decisions)
    return ClaimAmendments(curation, amend_actors(ACTORS, curation), TEXT, SEGMENTS, {RAINS["claim_id"], *taken})


def correction(field: str, value: str, target: str = RAINS["claim_id"]) -> Decision:
    return Decision("correction", target, field, value)


def test_a_claim_gets_another_place_its_words_and_their_id() -> None:
    made = people(correction("span", "21-29+40-48"))
    row = made.amend(RAINS)
    assert row is not None
    assert row["text"] == "It pours … It rains"
    assert row["claim_id"] == ids.claim_id(ONE, "she", "It pours … It rains", 0)
    assert (row["start"], row["end"], row["source_start"], row["source_end"]) == (21, 48, 30, 57)
    assert (row["section"], [f["source_start"] for f in row["fragments"]]) == ("body", [30, 49])
    assert made.applied == {correction("span", "").key}


@pytest.mark.parametrize("span", ["15-25", "0-0", "8-2", "0-900", "21-29+0-8", "0-8+4-9"])
def test_a_place_that_is_none_leaves_the_claim_as_it_was(span: str) -> None:
    made = people(correction("span", span))
    assert made.amend(RAINS) == RAINS
    assert not made.applied


def test_a_place_whose_words_are_another_claim_of_the_speaker_is_refused() -> None:
    made = people(correction("span", "21-29"), taken=(ids.claim_id(ONE, "she", "It pours", 0),))
    assert made.amend(RAINS) == RAINS


def test_decisions_may_name_the_id_before_or_after_a_new_place() -> None:
    after = ids.claim_id(ONE, "she", "It pours", 0)
    made = people(correction("span", "21-29"), correction("act", "warning"), correction("speaker_id", "", after))
    row = made.amend(RAINS)
    assert row is not None
    assert (row["claim_id"], row["act"], row["speaker_id"]) == (after, "warning", None)
    assert people(correction("span", "21-29"), Decision("retraction", after, "claim")).amend(RAINS) is None


def test_a_speaker_is_set_to_whom_a_merge_has_left_and_never_to_nobody_knows_whom() -> None:
    row = people(MERGE, correction("speaker_id", BROOKE)).amend(RAINS | {"speaker_id": None})
    assert row is not None
    assert row["speaker_id"] == ADA
    made = people(correction("speaker_id", "act_gone"))
    assert made.amend(RAINS) == RAINS
    assert not made.applied


def test_a_confirmed_claim_stays_and_the_confirmation_is_known_to_have_found_it() -> None:
    confirmed = Decision("confirmation", RAINS["claim_id"], "unsure_claim")
    made = people(confirmed)
    assert made.amend(RAINS) == RAINS
    assert made.applied == {confirmed.key}


# --- the table ---


def test_the_table_of_decisions_and_what_is_said_of_those_that_match_nothing() -> None:
    detail = f"withdrawn ({ONE})"
    row = {"source_name": "a.txt", "source_sha256": "0" * 64, "reason": "retracted", "detail": detail}
    exclusions = pa.Table.from_pylist([row], schema=arrow_schema(table("exclusions")))
    decisions = tuple(
        Decision("retraction", target, "document", reason="one reason for all", place=f"retractions.csv, line {line}")
        for line, target in enumerate((ONE, "a.txt", "0" * 64, "https://one.example/", TWO, "b.txt"), start=2)
    )
    curation = Curation(decisions)
    made = curation.table((), exclusions)
    assert [row["is_applied"] for row in made.to_pylist()] == [True, True, True, True, False, False]
    assert curation.unmatched(made) == (
        f"retractions.csv, line 6: retraction of {TWO}: nothing of that name is there",
        "retractions.csv, line 7: retraction of b.txt: nothing of that name is there",
    )
