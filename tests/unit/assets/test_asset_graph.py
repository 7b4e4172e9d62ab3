"""The graph as it loads: every table an asset, every rule a check, everything described."""

from __future__ import annotations

import ast
from pathlib import Path

import dagster as dg
import pytest

from assets.batches import WORKED
from assets.common import stage_key
from assets.definitions import build_defs, defs
from assets.polling import FETCHED
from assets.tables import PLACES
from expectations.run import all_rules
from pipeline.schema.stages import STAGES
from pipeline.schema.tables import WORKING_TABLES

ROOT = Path(__file__).resolve().parents[3]
GROUPS = ("intake", "documents", "claims", "actors", "release")
"""The way of a row."""


def specs() -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in defs.resolve_all_asset_specs()}


def checks(of: dg.Definitions = defs) -> dict[dg.AssetCheckKey, dg.AssetCheckSpec]:
    return {
        spec.key: spec
        for one in of.asset_checks or ()
        if isinstance(one, dg.AssetChecksDefinition)
        for spec in one.check_specs
    }


def test_the_location_loads() -> None:
    dg.Definitions.validate_loadable(defs)


def test_every_stage_and_table_is_an_asset_and_the_release_stands_behind_all() -> None:
    tables = {dg.AssetKey(table.name) for table in WORKING_TABLES}
    release = dg.AssetKey("release")
    assert set(specs()) == {FETCHED, WORKED, *tables, *(stage_key(stage.name) for stage in STAGES), release}
    assert {dep.asset_key for dep in specs()[release].deps} == tables
    assert set(PLACES) == {table.name for table in WORKING_TABLES}


def test_no_group_leads_back_to_an_earlier_one() -> None:
    order = {key: GROUPS.index(spec.group_name or "") for key, spec in specs().items()}
    back = [
        (key, dep.asset_key) for key, spec in specs().items() for dep in spec.deps if order[dep.asset_key] > order[key]
    ]
    assert back == []


def test_every_asset_is_described() -> None:
    for key, spec in specs().items():
        text = spec.description or ""
        assert text.endswith("."), key
        assert spec.group_name in GROUPS, key
        assert spec.kinds, key
        assert all(owner.startswith("team:") for owner in spec.owners), key
        assert spec.owners, key
        assert spec.code_version, key


@pytest.mark.parametrize("table", [*STAGES, *WORKING_TABLES], ids=lambda table: table.name)
def test_the_columns_are_those_of_the_schema(table: object) -> None:
    from pipeline.schema.model import Table

    assert isinstance(table, Table)
    key = stage_key(table.name) if table in STAGES else dg.AssetKey(table.name)
    schema = specs()[key].metadata["dagster/column_schema"]
    assert [(column.name, column.description) for column in schema.columns] == [
        (column.name, column.field.description) for column in table.columns
    ]
    assert [column.constraints.nullable for column in schema.columns] == [column.nullable for column in table.columns]


def test_every_rule_is_a_check_of_its_table_and_errors_block() -> None:
    expected = {dg.AssetCheckKey(dg.AssetKey(rule.table), rule.name): rule for rule in all_rules()}
    found = checks()
    assert set(found) == set(expected)
    for key, rule in expected.items():
        assert found[key].blocking == (rule.severity == "error")
        assert rule.description in (found[key].description or "")
        assert rule.reason in (found[key].description or "")


def test_the_jobs_cover_everything_and_the_checks() -> None:
    everything = defs.resolve_job_def("everything")
    only_checks = defs.resolve_job_def("checks")
    assert everything.asset_layer.executable_asset_keys == set(specs()) - {FETCHED, WORKED}  # a build needs neither
    assert defs.resolve_job_def("fetch").asset_layer.executable_asset_keys == {FETCHED}
    assert everything.asset_layer.asset_graph.asset_check_keys == set(checks())
    assert not only_checks.asset_layer.executable_asset_keys
    assert {node.name for node in only_checks.nodes} == {f"check_{table.name}" for table in WORKING_TABLES}


def test_whatever_works_in_the_output_folder_waits_for_its_turn() -> None:
    definitions = {node.name: node for node in defs.resolve_job_def("everything").all_node_defs}
    pools = {name: node.pool for name, node in definitions.items() if isinstance(node, dg.OpDefinition)}
    assert set(pools.values()) == {"output"}
    assert defs.resolve_job_def("work_ahead").nodes[0].definition.pool == "output"  # type: ignore[attr-defined]


def test_a_test_can_build_the_location_with_other_rules() -> None:
    some = all_rules()[:3]
    assert [key.name for key in checks(build_defs(rules=some))] == [rule.name for rule in some]


def bodies() -> list[tuple[str, int]]:
    """Every function under assets/ that Dagster runs, with the lines of its body below the docstring."""
    return [
        (f"{path.name}:{node.name}", (node.end_lineno or 0) - node.body[0].end_lineno)  # type: ignore[operator]
        for path in sorted((ROOT / "assets").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("asset" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]


def test_asset_bodies_are_short() -> None:
    assert len(bodies()) >= 6
    assert [body for body in bodies() if body[1] > 15] == []
