"""The graph in the real server: what is materialised there is what the command line makes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from expectations.run import all_rules
from tests.integration.commands import ROOT
from tests.integration.dagster_server import RUN, Server, dagster_dev, wait_for


@dataclass(frozen=True)
class Walked:
    """A server in which everything was materialised, and its output folder.

    Before it, another server of the same home was killed with its daemon, in the middle of the same work.
    """

    server: Server
    output: Path
    status: str


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("dagster")
    output = folder / "output"
    with dagster_dev(folder / "home", ONRECORD_OUTPUT=str(output)) as killed:
        killed.launch("everything")
        wait_for(lambda: next(output.glob("stages/kept/clean/0*.parquet"), None), RUN)
        killed.kill()
    with dagster_dev(folder / "home", ONRECORD_OUTPUT=str(output)) as server:
        yield Walked(server, output, server.run_job("everything"))


def test_everything_is_materialised(walked: Walked) -> None:
    assert walked.status == "SUCCESS"


def test_it_makes_the_same_release_as_the_command_line(walked: Walked, release: Path) -> None:
    made = walked.output / "releases" / release.name / "SHA256SUMS"
    assert made.read_text(encoding="utf-8") == (release / "SHA256SUMS").read_text(encoding="utf-8")


def test_every_rule_has_a_result_with_counts(walked: Walked, release: Path) -> None:
    expected = {(one["table"], one["rule"]): one for one in json.loads((release / "checks.json").read_bytes())}
    found = walked.server.checks()
    assert set(found) == {(rule.table, rule.name) for rule in all_rules()}
    for key, check in found.items():
        execution = check["executionForLatestMaterialization"]
        counts = {entry["label"]: entry.get("intValue") for entry in execution["evaluation"]["metadataEntries"]}
        assert execution["status"] == ("SUCCEEDED" if expected[key]["passed"] else "FAILED"), key
        assert check["blocking"] == (expected[key]["severity"] == "error")
        assert (counts["checked"], counts["failed"]) == (expected[key]["checked"], expected[key]["failed"]), key


def test_the_tool_of_dagster_finds_the_project_sound(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "dg", "check", "defs", "--verbose"],
        cwd=ROOT,
        env={"PATH": str(Path(sys.executable).parent), "HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
