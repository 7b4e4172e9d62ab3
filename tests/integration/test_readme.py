"""The documentation is true: every SQL block in any README runs over a real release."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.integration.commands import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sql\n(.*?)```", re.DOTALL)


def run_all(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.chdir(folder)
    return [len(duckdb.execute(block).fetchall()) for block in BLOCK.findall(text)]


def test_the_readmes_questions_have_answers(seeds_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "output").symlink_to(seeds_build)
    counts = run_all(README, tmp_path, monkeypatch)
    assert len(counts) >= 5
    assert all(counts), counts


def test_the_rows_that_the_readme_shows_are_in_the_release(release: Path) -> None:
    shown = re.findall(r"^\| ([^|]+?) \| *(Q\d+)? *\| (\w+) \| (\w+) \| ([^|]+?) \| ([^|]+?) \|$", README, re.MULTILINE)
    found = duckdb.execute(
        f"""SELECT actors.name, coalesce(wikidata_id, ''), act, mode, claims.text, replace(publisher, ' (invented)', '')
        FROM '{release}/claims.parquet' AS claims JOIN '{release}/documents.parquet' AS documents USING (document_id)
        JOIN '{release}/actors.parquet' AS actors ON actor_id = speaker_id"""
    ).fetchall()
    assert len(shown) == 6
    assert not [row for row in shown if row not in found]


def test_the_releases_own_questions_run(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_all((release / "README.md").read_text(encoding="utf-8"), release, monkeypatch)
    monkeypatch.chdir(release)
    for statement in duckdb.extract_statements((release / "queries.sql").read_text(encoding="utf-8")):
        duckdb.execute(statement)


def test_files_that_the_readme_names_exist() -> None:
    linked = [target for target in re.findall(r"\]\(([^)#:]+)\)", README) if not target.startswith("http")]
    assert linked
    assert not [target for target in linked if not (ROOT / target).exists()]
