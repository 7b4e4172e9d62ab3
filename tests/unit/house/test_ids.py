"""Ids depend on content alone."""

from __future__ import annotations

import re

from pipeline import ids
from pipeline.schema.fields import FIELDS


def test_every_id_matches_its_field() -> None:
    minted = {
        "document_id": ids.document_id(None, "0" * 64),
        "claim_id": ids.claim_id("doc", "She", "It rains.", 0),
        "mention_id": ids.mention_id("doc", 0, 4),
        "quantity_id": ids.quantity_id("doc", 0, 4),
        "actor_id": ids.named_actor_id("person", "Ada Byron"),
        "claim_group_id": ids.claim_group_id(["clm_b", "clm_a"]),
    }
    for name, value in minted.items():
        assert re.fullmatch(FIELDS[name].pattern or "", value), name


def test_a_url_decides_over_the_bytes() -> None:
    url = "https://ledger.example/a"
    assert ids.document_id(url, "0" * 64) == ids.document_id(url, "1" * 64)
    assert ids.document_id(None, "0" * 64) != ids.document_id(None, "1" * 64)


def test_marks_and_spaces_do_not_change_a_claim() -> None:
    plain = ids.claim_id("doc", "She", "It is “over”.", 0)
    assert plain == ids.claim_id("doc", "She", "It is  'over'", 0)
    assert plain != ids.claim_id("doc", "She", "It is “over”.", 1)
    assert plain != ids.claim_id("doc", "He", "It is “over”.", 0)


def test_a_group_is_named_by_its_members_in_any_order() -> None:
    assert ids.claim_group_id(["clm_b", "clm_a"]) == ids.claim_group_id(["clm_a", "clm_b", "clm_c"])


def test_parts_do_not_run_together() -> None:
    assert ids.named_actor_id("person", "ab", "c") != ids.named_actor_id("person", "a", "bc")
