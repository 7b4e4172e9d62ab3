"""The Ray engine on a real cluster of two nodes: what it gives is what the embedded engine gives, whatever dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.definitions import build_defs
from assets.resources import OnRecord
from pipeline.engine import cluster as ray_engine
from pipeline.engine import embedded
from pipeline.settings import Settings
from tests.integration.commands import ROOT
from tests.unit.engine.poison import COUNTED, STAGE, results_of

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

PATIENCE = 300.0
"""Seconds until something must have happened."""
NODE: dict[str, Any] = {
    "num_cpus": 1,
    "include_dashboard": False,
    "object_store_memory": 80 * 1024 * 1024,
}
WATCHED: dict[str, Any] = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 1000}
"""So that the death of a node is noticed within seconds."""


@dataclass(frozen=True)
class Two:
    """A cluster of two nodes with a CPU each, and its address."""

    cluster: Cluster

    @property
    def address(self) -> str:
        address: str = self.cluster.address
        return address

    def kill_one(self) -> None:
        """Ends a node that is not the first as if its machine had failed."""
        node = next(node for node in self.cluster.list_all_nodes() if not node.head)
        self.cluster.remove_node(node, allow_graceful=False)

    def working(self) -> list[int]:
        """The processes that are at a task now, on any node."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
        nodes = {node.all_processes["raylet"][0].process.pid for node in self.cluster.list_all_nodes()}
        rows = [line.split(maxsplit=2) for line in listed.splitlines()]
        return [int(pid) for pid, parent, what in rows if int(parent) in nodes and what.startswith("ray::on_node")]


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    Path("/tmp/ray").mkdir(exist_ok=True)  # noqa: S108  (where Ray notes the address of a cluster, wherever its files are)
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # the path of a socket must be short
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # loopback only
        patch.setenv("PYTHONPATH", str(ROOT))
        from ray.cluster_utils import Cluster

        head = {**NODE, "temp_dir": folder, "_system_config": WATCHED}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        try:
            cluster.add_node(**NODE)
            yield Two(cluster)
        finally:
            cluster.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(two: Two, tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(output=tmp_path, seconds_per_document=3, engine="ray", ray_address=two.address)
    yield settings
    ray_engine.release(settings)


def waited_for(event: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (happened := event()) and time.monotonic() < end:
        time.sleep(0.05)
    return happened


def details(*names: str, settings: Settings) -> dict[str, str | None]:
    batches = [
        pa.RecordBatch.from_pylist([{"name": name} for name in names[i : i + 8]]) for i in range(0, len(names), 8)
    ]
    rows = [row for worked in ray_engine.work(STAGE, batches, settings) for row in worked.rows.to_pylist()]
    assert [row["name"] for row in rows] == list(names)
    return {row["name"]: row["detail"] for row in rows if row["detail"]}


def test_a_build_whose_worker_is_killed_gives_the_bytes_of_the_embedded_engine(
    two: Two, release: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    command = [sys.executable, "-m", "pipeline", "build", "--engine", "ray", "--output", str(output)]
    env = {**os.environ, "RAY_ADDRESS": two.address, "PYTHONPATH": ""}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as build:
        try:
            at_work = waited_for(lambda: (output / "stages" / "kept" / "extract").exists() and two.working())
            assert at_work, "nothing was extracted on the cluster"
            os.kill(at_work[0], signal.SIGKILL)
            said, _ = build.communicate(timeout=PATIENCE)
        finally:
            build.kill()
    assert build.returncode == 0, said
    made = output / "releases" / release.name / "SHA256SUMS"
    assert made.read_text(encoding="utf-8") == (release / "SHA256SUMS").read_text(encoding="utf-8")


def test_poison_is_given_up_as_by_the_embedded_engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [*(f"good {i}" for i in range(9)), "segfault", "loop", "memory", "good", "error", "exit", "last"]
    table = pa.table({"name": names})
    expected = {row["name"]: row["detail"] for row in results_of(STAGE, table, settings).to_pylist() if row["detail"]}
    embedded.release(settings)
    assert set(expected) == {"segfault", "loop", "memory", "error", "exit"}
    monkeypatch.setattr(ray_engine, "RETRIES", 0)
    expected["lost"] = "its worker was lost 1 times (WorkerCrashedError)"
    found = details(*names, "after", "lost", "before", settings=settings)
    # On a busy machine an endless loop meets the limit by the clock before that of the processor.
    for given_up in (expected, found):
        assert (given_up.pop("loop") or "").startswith(("took more than", "did not answer for"))
    assert found == expected


def test_a_model_is_loaded_once_in_each_worker(settings: Settings) -> None:
    batches = [pa.RecordBatch.from_pylist([{"name": "a"}] * 2)] * 24
    rows = [row for worked in ray_engine.work(COUNTED, batches, settings) for row in worked.rows.to_pylist()]
    assert {row["detail"] for row in rows} == {"1"}
    assert len({row["name"] for row in rows}) < len(batches) / 2


def test_a_node_that_dies_takes_nothing_along(two: Two, settings: Settings) -> None:
    batches = [pa.RecordBatch.from_pylist([{"name": "slow"}, {"name": str(i)}]) for i in range(24)]
    done = []
    try:
        for worked in ray_engine.work(STAGE, batches, settings):
            done += worked.rows["name"].to_pylist()
            if len(done) == 8:
                two.kill_one()
    finally:
        two.cluster.add_node(**NODE)
    assert done == [name for i in range(24) for name in ("slow", str(i))]


def test_the_graph_works_on_the_cluster_that_its_resource_names(settings: Settings, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    shutil.copy(ROOT / "seeds" / "documents" / "10-flood-warning-wire.txt", documents)
    job = build_defs(OnRecord.of(replace(settings, documents=documents)), ()).resolve_job_def("everything")
    chosen = [dg.AssetKey(["stages", name]) for name in ("read", "cleaned", "extracted")]
    done = job.execute_in_process(instance=dg.DagsterInstance.ephemeral(), asset_selection=chosen)
    assert done.success
    assert ray_engine.is_at_work(settings)
    found = pq.read_table(settings.stages / "extracted.parquet", columns=["problem", "claims"]).to_pylist()
    assert [(row["problem"], bool(row["claims"])) for row in found] == [(None, True)]
