"""The variables of the environment: each is in the README, and an empty or senseless one does no harm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import settings as module
from pipeline.errors import OnRecordError
from pipeline.settings import ROOT, Settings

VARIABLES = sorted(set(re.findall(r'"((?:ONRECORD|RAY|SOURCE)_[A-Z_]+)"', Path(module.__file__).read_text("utf-8"))))


def test_the_readme_names_every_variable_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == VARIABLES
    default, said = Settings(), {name: value.strip("`") for name, value in rows}
    assert (ROOT / said["ONRECORD_DOCUMENTS"], ROOT / said["ONRECORD_OUTPUT"]) == (default.documents, default.output)
    assert (int(said["ONRECORD_WORKERS"]), said["ONRECORD_ENGINE"]) == (default.workers, default.engine)
    assert int(said["ONRECORD_DATABASE_BYTES"]) == default.database_bytes
    assert int(said["ONRECORD_ROWS_PER_FILE"]) == default.rows_per_file


@pytest.mark.parametrize("name", VARIABLES)
def test_an_empty_variable_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert Settings.from_environment() == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONRECORD_WORKERS", "0"),
        ("ONRECORD_WORKERS", "many"),
        ("ONRECORD_ENGINE", "steam"),
        ("ONRECORD_DATABASE_BYTES", "2 GiB"),
        ("ONRECORD_ROWS_PER_FILE", "0"),
        ("SOURCE_DATE_EPOCH", "yesterday"),
    ],
)
def test_a_senseless_value_is_told_with_its_variable(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(OnRecordError, match=name):
        Settings.from_environment()
