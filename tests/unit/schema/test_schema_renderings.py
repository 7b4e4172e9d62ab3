"""The renderings of the schema are pinned; a column goes or changes its type only with a new major version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.schema.model import Column, Field, ForeignKey, Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.render.croissant import croissant
from pipeline.schema.render.datapackage import FileFacts, csv_path, data_package, parquet_path
from pipeline.schema.render.dictionary import dictionary, vocabularies
from pipeline.schema.render.duckdb import comments, create_table, duckdb_type
from pipeline.schema.tables import SCHEMA_VERSION, TABLES, WORKING_TABLES

_FACTS = FileFacts(0, "0" * 64)
_FILES = {path(spec): _FACTS for spec in TABLES for path in (csv_path, parquet_path)}


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _ddl() -> str:
    return "\n\n".join(f"{create_table(spec)}\n{comments(spec)}" for spec in WORKING_TABLES) + "\n"


def _arrow() -> str:
    schemas = (arrow_schema(spec).to_string(truncate_metadata=False) for spec in WORKING_TABLES)
    return "\n\n".join(f"{spec.name}\n{text}" for spec, text in zip(WORKING_TABLES, schemas, strict=True)) + "\n"


RENDERINGS: dict[str, Callable[[], str]] = {
    "schema.sql": _ddl,
    "schema.arrow.txt": _arrow,
    "datapackage.json": lambda: _json(data_package(TABLES, "2026.11.0", _FILES)),
    "croissant.json": lambda: _json(croissant(TABLES, "2026.11.0", "2026-11-01", _FILES)),
    "DICTIONARY.md": lambda: dictionary(TABLES),
}


@pytest.mark.parametrize("name", RENDERINGS)
def test_rendering_is_the_golden_one(name: str, golden: Path, request: pytest.FixtureRequest) -> None:
    text = RENDERINGS[name]()
    if request.config.getoption("--update-golden"):
        (golden / name).write_text(text)
    assert text == (golden / name).read_text(), "if the change is meant: pytest --update-golden"


def shape(tables: tuple[Table, ...]) -> dict[str, dict[str, str]]:
    """Type of every column of every table, as the baseline file keeps it."""
    return {spec.name: {column.name: duckdb_type(column.type) for column in spec.columns} for spec in tables}


def breaking(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> list[str]:
    """The columns that are gone or have another type."""
    return [
        f"{table}.{column}"
        for table, columns in old.items()
        for column, kind in columns.items()
        if new.get(table, {}).get(column) != kind
    ]


def test_no_column_goes_or_changes_type_without_a_major_version(golden: Path, request: pytest.FixtureRequest) -> None:
    path = golden / "schema_baseline.json"
    now: dict[str, Any] = {"version": SCHEMA_VERSION, "tables": shape(TABLES)}
    before = json.loads(path.read_text()) if path.exists() else now
    if before["version"].split(".")[0] == SCHEMA_VERSION.split(".")[0]:
        assert breaking(before["tables"], shape(TABLES)) == [], "raise the major number of SCHEMA_VERSION"
    if request.config.getoption("--update-golden"):
        path.write_text(_json(now))
    assert json.loads(path.read_text()) == now, "new columns take a minor version; then: pytest --update-golden"


def test_a_removed_and_a_retyped_column_are_seen_as_breaking() -> None:
    old = {"t": {"kept": "VARCHAR", "gone": "VARCHAR", "retyped": "BIGINT"}}
    assert breaking(old, {"t": {"kept": "VARCHAR", "retyped": "DOUBLE", "new": "DATE"}}) == ["t.gone", "t.retyped"]


def test_every_foreign_key_points_to_a_primary_key() -> None:
    keys = {(spec.name, spec.primary_key) for spec in TABLES}
    for spec in TABLES:
        for key in spec.foreign_keys:
            table, column = key.references
            assert (table, (column,)) in keys
            assert key.column in spec.column_names


def test_marks_of_markdown_in_a_meaning_do_not_break_the_table() -> None:
    column = Column(Field("odd", "string", "one | two\nthree"))
    text = dictionary([Table("t", "T", "A row.", (column,), ("odd",), (ForeignKey("odd", ("u", "v")),))])
    assert "| `odd` | string | no | one \\| two three |" in text
    assert "`odd` refers to `u.v`." in text


def test_what_is_inside_a_list_is_named_in_the_data_package() -> None:
    resources = {resource["name"]: resource for resource in data_package(TABLES, "2026.11.0", _FILES)["resources"]}
    fields = {field["name"]: field for field in resources["claims"]["schema"]["fields"]}
    assert "start, end, source_start, source_end" in fields["fragments"]["description"]
    assert "JSON" not in fields["mode"]["description"]


def test_every_prefix_of_another_vocabulary_is_explained() -> None:
    text = dictionary(TABLES)
    used = {same_as.split(":")[0] for v in vocabularies(TABLES) for term in v.terms for same_as in term.same_as}
    used |= {spec.rows_are.split(":")[0] for spec in TABLES if spec.rows_are}
    assert {"popolo", "wikidata"} <= used
    assert all(f"`{prefix}:` stands for" in text for prefix in used - {"https"})
