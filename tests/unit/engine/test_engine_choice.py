"""The choice of an engine, and what a person is told who cannot have the one that was chosen."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from assets.resources import OnRecord
from pipeline import cli
from pipeline.engine import cluster, embedded
from pipeline.engine.engines import engine
from pipeline.engine.workers import stream
from pipeline.errors import OnRecordError
from pipeline.settings import ENGINES, ROOT, Settings
from tests.unit.engine.poison import STAGE

ROWS = [pa.RecordBatch.from_pylist([{"name": "a"}])]


def test_the_settings_name_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_ENGINE", "ray")
    monkeypatch.setenv("RAY_ADDRESS", "head.example:6379")
    settings = Settings.from_environment()
    assert (settings.engine, settings.ray_address) == ("ray", "head.example:6379")
    assert OnRecord.of(settings).settings == settings
    assert [engine(Settings(engine=name)) for name in ENGINES] == [embedded, cluster]


def test_an_unknown_engine_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ONRECORD_ENGINE", "spark")
    done = CliRunner().invoke(cli.main, ["build", "--output", str(tmp_path)])
    assert done.exit_code == 1
    assert done.stderr == "Error: engine 'spark' (ONRECORD_ENGINE): choose one of embedded, ray\n"


def test_without_ray_a_person_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(OnRecordError, match=r"pip install -e '\.\[ray\]'"):
        list(cluster.work(STAGE, ROWS, Settings(engine="ray")))


def test_an_address_where_nothing_answers_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(OnRecordError, match=rf"RAY_ADDRESS={address}: nothing answers there"):
        list(cluster.work(STAGE, ROWS, Settings(engine="ray", ray_address=address)))


def test_a_node_with_other_packages_is_refused() -> None:
    rows = stream(ROWS[0])
    settings = Settings(output=Path("unused"))
    assert cluster.on_node(STAGE, rows, settings, cluster.installed()).rows.num_rows == 1
    embedded.release(settings)
    with pytest.raises(OnRecordError, match=r"this build has spacy 9\.9, and the node another version"):
        cluster.on_node(STAGE, rows, settings, (*cluster.installed(), ("spacy", "9.9")))


def test_nodes_are_given_code_and_reference_data_and_nothing_else() -> None:
    left = cluster.shipped()["excludes"]
    assert {path.name for path in ROOT.iterdir() if f"/{path.name}" not in left} == {"pipeline", "seeds"}
    seeds = {path.name for path in (ROOT / "seeds").iterdir() if f"/seeds/{path.name}" not in left}
    assert seeds == {"reference"}
