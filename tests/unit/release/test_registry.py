"""The register of ids goes from release to release: nothing is issued twice, what is gone leads to what follows."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import OnRecordError
from pipeline.release.delta import empty_tables
from pipeline.release.files import write_sums
from pipeline.release.publish import Release
from pipeline.release.registry import problems
from pipeline.release.verify import verify
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table
from pipeline.warehouse import connect
from tests.unit.release.tables_of_releases import continued

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]
Row = dict[str, Any]

FIRST, SECOND, THIRD = "2026.10.0", "2026.10.1", "2026.11.0"
OTHER = "act_" + "b" * 20


def first(tables: Tables) -> Tables:
    return tables | {"identifiers": continued(empty_tables(), tables, FIRST, None)}


def after(before: Tables, tables: Tables, version: str = SECOND, previous: str = FIRST) -> dict[str, Row]:
    register = continued(before, tables, version, previous)
    assert list(problems(tables | {"identifiers": register}, version, previous, before["identifiers"])) == []
    return {row["identifier"]: row for row in register.to_pylist()}


def changed(tables: Tables, name: str, change: Callable[[list[Row]], list[Row]]) -> Tables:
    rows = change(tables[name].to_pylist())
    return tables | {name: pa.Table.from_pylist(rows, schema=arrow_schema(table(name)))}


def with_value(column: str, old: str, new: str) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row | {column: new if row[column] == old else row[column]} for row in rows]


def actor_named(tables: Tables, name: str) -> str:
    return str(next(row["actor_id"] for row in tables["actors"].to_pylist() if row["name"] == name))


def renamed(tables: Tables, old: str, new: str) -> Tables:
    """The tables after the actor `old` got another id, or became one with another actor."""
    known = {row["actor_id"] for row in tables["actors"].to_pylist()}
    refer = {"claims": "speaker_id", "documents": "publisher_id"}
    for name in ("claims", "documents", "mentions", "claim_actors", "actor_names", "roles"):
        tables = changed(tables, name, with_value(refer.get(name, "actor_id"), old, new))
    if new in known:
        return changed(tables, "actors", lambda rows: [row for row in rows if row["actor_id"] != old])
    return changed(tables, "actors", with_value("actor_id", old, new))


def decided(tables: Tables, decision: str, target: str, field: str, reason: str) -> Tables:
    row = {"decision": decision, "target": target, "field": field, "reason": reason, "is_applied": True}
    return changed(tables, "decisions", lambda rows: [*rows, row])


def without_document(tables: Tables, document: str) -> Tables:
    for name in ("documents", "claims", "mentions"):
        tables = changed(tables, name, lambda rows: [row for row in rows if row["document_id"] != document])
    return changed(tables, "actors", lambda rows: [row for row in rows if row["is_named"]])


def test_a_first_release_issues_every_id_it_holds(small_tables: Tables) -> None:
    register = first(small_tables)["identifiers"].to_pylist()
    assert {row["status"] for row in register} == {"current"}
    assert {row["first_release"] for row in register} == {FIRST}
    kinds = {"document": "documents", "claim": "claims", "actor": "actors", "claim_group": "claim_groups"}
    for kind, name in kinds.items():
        ids = set(small_tables[name][f"{kind}_id"].to_pylist())
        assert {row["identifier"] for row in register if row["kind"] == kind} == ids


def test_an_unchanged_release_keeps_its_register(small_tables: Tables) -> None:
    before = first(small_tables)
    again = continued(before, small_tables, SECOND, FIRST)
    assert again.to_pylist() == before["identifiers"].to_pylist()


def test_a_merged_actor_leads_to_the_one_that_is_kept(small_tables: Tables) -> None:
    old, kept = (actor_named(small_tables, name) for name in ("Blue Line", "Ada Quist"))
    now = decided(renamed(small_tables, old, kept), "merge", old, "actor_id", "one and the same")
    row = after(first(small_tables), now)[old]
    assert (row["status"], row["superseded_by"], row["last_release"]) == ("superseded", kept, FIRST)
    assert row["reason"] == "one and the same"


def test_redirects_are_followed_to_the_end_and_an_id_may_come_back(small_tables: Tables) -> None:
    blue, quist, norland = (actor_named(small_tables, name) for name in ("Blue Line", "Ada Quist", "Norland"))
    one = first(small_tables)
    two = renamed(small_tables, blue, quist)
    two |= {"identifiers": continued(one, two, SECOND, FIRST)}
    three = renamed(two, quist, norland)
    register = after(two, three, THIRD, SECOND)
    assert [register[old]["superseded_by"] for old in (blue, quist)] == [quist, norland]
    three |= {"identifiers": continued(two, three, THIRD, SECOND)}
    back = after(three, small_tables, "2026.11.1", THIRD)[blue]
    assert (back["status"], back["superseded_by"], back["first_release"]) == ("current", None, FIRST)


def test_a_retracted_claim_leaves_a_tombstone_with_its_reason(small_tables: Tables) -> None:
    gone = small_tables["claims"]["claim_id"][2].as_py()
    now = changed(small_tables, "claims", lambda rows: [row for row in rows if row["claim_id"] != gone])
    register = after(first(small_tables), decided(now, "retraction", gone, "claim", "libel"))
    assert (register[gone]["status"], register[gone]["reason"]) == ("retracted", "libel")


def test_with_a_retracted_document_its_claims_are_retracted(small_tables: Tables) -> None:
    document = small_tables["documents"].to_pylist()[0]
    claims = [c["claim_id"] for c in small_tables["claims"].to_pylist() if c["document_id"] == document["document_id"]]
    name, sha256 = document["source_name"], document["source_sha256"]
    row = {"source_name": name, "source_sha256": sha256, "reason": "retracted"}
    row["detail"] = f"withdrawn by its outlet ({document['document_id']})"
    now = changed(without_document(small_tables, document["document_id"]), "exclusions", lambda rows: [*rows, row])
    register = after(first(small_tables), now)
    assert claims
    for identifier in (document["document_id"], *claims):
        assert register[identifier]["status"] == "retracted"
        assert register[identifier]["reason"].startswith("withdrawn by its outlet")


def test_a_document_whose_input_is_gone_is_withdrawn(small_tables: Tables) -> None:
    document = small_tables["documents"]["document_id"][0].as_py()
    row = after(first(small_tables), without_document(small_tables, document))[document]
    assert (row["status"], row["superseded_by"], row["reason"]) == ("withdrawn", None, None)


def test_a_claim_with_other_bounds_leads_to_the_new_one_and_back(small_tables: Tables) -> None:
    old, new = small_tables["claims"]["claim_id"][0].as_py(), "clm_" + "c" * 20
    one, two = first(small_tables), changed(small_tables, "claims", with_value("claim_id", old, new))
    assert after(one, two)[old]["superseded_by"] == new
    two |= {"identifiers": continued(one, two, SECOND, FIRST)}
    again = after(two, small_tables, THIRD, SECOND)
    assert (again[old]["status"], again[new]["superseded_by"]) == ("current", old)


def test_an_id_that_would_stand_for_something_else_blocks_the_release(small_tables: Tables) -> None:
    claim = small_tables["claims"]["claim_id"][0].as_py()
    other = changed(small_tables, "claims", lambda rows: [
        row | {"text": "something else"} if row["claim_id"] == claim else row for row in rows
    ])  # fmt: skip
    with pytest.raises(OnRecordError, match=f"{claim} was issued for something else in release {FIRST}"):
        continued(first(small_tables), other, SECOND, FIRST)


def test_two_releases_hold_and_a_forged_register_does_not(
    own_output: Path, small_tables: Tables, publish_tables: Publish
) -> None:
    two = publish_tables(own_output, renamed(small_tables, actor_named(small_tables, "Blue Line"), OTHER))
    register = pq.read_table(two.path / "identifiers.parquet").to_pylist()
    assert {row["status"] for row in register} == {"current", "superseded"}
    assert verify(two.path, own_output / "releases" / "2026.10.0") == []
    forged = [row for row in register if row["status"] == "current"]
    pq.write_table(
        pa.Table.from_pylist(forged, schema=arrow_schema(table("identifiers"))), two.path / "identifiers.parquet"
    )
    write_sums(two.path)
    assert any("issued before, as something else, or its entry is lost" in problem for problem in verify(two.path))


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(small_tables: Tables, shuffle: random.Random) -> None:
    def mixed(tables: Tables) -> Tables:
        return {n: rows.take(shuffle.sample(range(rows.num_rows), rows.num_rows)) for n, rows in tables.items()}

    now = renamed(small_tables, actor_named(small_tables, "Blue Line"), actor_named(small_tables, "Ada Quist"))
    straight = continued(first(small_tables), now, SECOND, FIRST)
    assert continued(mixed(first(small_tables)), mixed(now), SECOND, FIRST).equals(straight)


def test_the_query_of_the_readme_follows_redirects(small_tables: Tables, tmp_path: Path) -> None:
    from pipeline.release.notes import FOLLOW

    blue, quist, norland = (actor_named(small_tables, name) for name in ("Blue Line", "Ada Quist", "Norland"))
    two = renamed(small_tables, blue, quist)
    two |= {"identifiers": continued(first(small_tables), two, SECOND, FIRST)}
    register = continued(two, renamed(two, quist, norland), THIRD, SECOND)
    pq.write_table(register, tmp_path / "identifiers.parquet")
    with connect() as connection:
        sql = FOLLOW.replace("'identifiers.parquet'", f"'{tmp_path}/identifiers.parquet'")
        found = dict(connection.sql(sql).fetchall())
    assert found[blue] == found[quist] == norland
