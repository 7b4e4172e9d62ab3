"""What the environment says reaches the builds of the command line and of the graph alike."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.resources import OnRecord
from pipeline import cli
from pipeline.settings import Settings
from pipeline.warehouse import connect

SAID = {
    "ONRECORD_DOCUMENTS": "articles",
    "ONRECORD_OUTPUT": "made",
    "ONRECORD_CURATION": "decided",
    "ONRECORD_WORKERS": "3",
    "ONRECORD_ENGINE": "ray",
    "RAY_ADDRESS": "head.example:6379",
    "ONRECORD_DATABASE_BYTES": "300000000",
    "ONRECORD_ROWS_PER_FILE": "1000",
    "ONRECORD_CONTACT": "https://desk.example",
    "ONRECORD_PROXY": "http://proxy.example:3128",
}
FIXED = {"max_input_bytes", "seconds_per_document", "worker_bytes", "source_date", "seconds_between_requests"}
"""Settings that no variable ONRECORD_ changes."""


def test_whatever_the_environment_says_the_graph_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Settings()
    for name, value in SAID.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    same = {field.name for field in fields(Settings) if getattr(settings, field.name) == getattr(before, field.name)}
    assert same == FIXED
    assert OnRecord.from_environment().settings == settings


def test_the_graph_keeps_duckdb_to_its_memory(tmp_path: Path) -> None:
    def limit() -> str:
        return str(connect().sql("SELECT current_setting('memory_limit')").fetchall()[0][0])

    onrecord = OnRecord(documents=str(tmp_path), output=str(tmp_path), database_bytes=300 * 1024**2)
    assert (onrecord.within_bounds(limit), limit()) == ("300.0 MiB", "2.0 GiB")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ONRECORD_WORKERS", "many", "'many': give a whole number"),
        ("ONRECORD_DATABASE_BYTES", "2GB", "'2GB': give a whole number"),
        ("ONRECORD_ROWS_PER_FILE", "1e6", "'1e6': give a whole number"),
        ("SOURCE_DATE_EPOCH", "today", "'today': give a whole number"),
        ("SOURCE_DATE_EPOCH", "9" * 30, f"{'9' * 30}: no calendar has that second"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    done = CliRunner().invoke(cli.main, ["build", "--output", str(tmp_path)])
    assert (done.exit_code, done.stderr) == (1, f"Error: {name} is {told}\n")
