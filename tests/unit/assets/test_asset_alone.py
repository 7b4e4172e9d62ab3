"""The graph and a build of the command line never work in one output folder at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from assets.definitions import build_defs
from pipeline.engine.batches import Progress, Rows, Stream, batches_in, silent
from pipeline.stages import Ahead
from tests.unit.assets.small_graph import Materialise, Small

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from pipeline.lock import output_lock
with output_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
TRY = HOLD.replace("sys.stdin.read()", "pass")


def build_of_another_process(output: Path) -> subprocess.CompletedProcess[str]:
    """What happens to another process that wants the output folder as a build does."""
    command = [sys.executable, "-c", TRY, str(output)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def held(small: Small) -> Iterator[Path]:
    """The output folder, held by another process as by a build."""
    command = [sys.executable, "-c", HOLD, small.output]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield Path(small.output)
        process.communicate()


@pytest.mark.parametrize("asset", ["stages/read", "stages/cleaned", "stages/extracted", "claims", "release"])
def test_no_step_works_where_a_build_is_at_work(asset: str, held: Path, small: Small, materialise: Materialise) -> None:
    names = list(small.tables) if asset == "claims" else [asset]
    failed = materialise(small, (), *names).all_events
    assert any("another build is at work here" in str(event.event_specific_data) for event in failed)
    assert {path.name for path in held.iterdir()} == {".build.lock"}


class Watched(Small):
    """Asks, while a step works and while its rows are written, whether a build of another process could begin."""

    def clean(self, progress: Progress = silent) -> Rows:
        def rows() -> Iterator[pa.RecordBatch]:
            assert build_of_another_process(self.settings.output).returncode == 1
            yield from batches_in(Small.clean(self, progress))

        return Stream(rows)

    def ahead(self, batch: str, progress: Progress = silent) -> Ahead:
        progress("clean", 1, 1)
        refused = build_of_another_process(self.settings.output)
        assert "another build is at work here" in refused.stderr
        return Ahead(1, batch, {})


def test_no_build_begins_while_a_step_works_or_writes(small: Small, materialise: Materialise) -> None:
    watched = Watched(documents=small.documents, output=small.output)
    assert materialise(watched, (), "stages/cleaned").success
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions("intake_batches", ["monday"])
    ahead = build_defs(watched, []).resolve_job_def("work_ahead")
    assert ahead.execute_in_process(instance=instance, partition_key="monday").success
    assert build_of_another_process(watched.settings.output).stdout == "held\n"
