"""Builds that are disturbed, and outputs that are damaged: the next build gives the bytes of an undisturbed one.

Kills at many moments are in `test_killed_builds`; here one is killed as a person would, from outside.
"""

from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.integration.commands import ROOT, Run

SEEDS = ROOT / "seeds" / "documents"
ARTICLES = ("03-hospital-waits-clean.txt", "10-flood-warning-wire.txt", "05-museum-metered-complete.html")
PATIENCE = 180.0
"""Seconds until a moment must have come, or a process must be gone."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    with (SEEDS / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, *(row for row in rows if row[0] in ARTICLES)])
    for name in ARTICLES:
        shutil.copy(SEEDS / name, folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(documents: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a build to which nothing happened."""
    output = tmp_path_factory.mktemp("undisturbed")
    assert run("build", "--documents", documents, "--output", output).returncode == 0
    return output


def sums(output: Path) -> str:
    return (output / "releases" / "latest" / "SHA256SUMS").read_text(encoding="utf-8")


def waited_for(event: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not (happened := event()) and time.monotonic() < end:
        time.sleep(0.01)
    return happened


class Building:
    """A build that runs while the test goes on."""

    def __init__(self, documents: Path, output: Path) -> None:
        command = [sys.executable, "-m", "pipeline", "build", "--documents", str(documents), "--output", str(output)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.output = output

    def kill_at(self, moment: str) -> list[int]:
        """Kills the build once it has written something new like this, and says which processes worked for it."""
        before = set(self.output.glob(moment))
        came = waited_for(lambda: self.process.poll() is not None or bool(set(self.output.glob(moment)) - before))
        workers = children(self.process.pid)
        self.kill()
        assert came
        assert self.process.returncode == -signal.SIGKILL, f"the build ended before it wrote {moment}"
        return workers

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def children(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [pid for pid, of in pairs if of == parent]


def is_gone(process: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] in ("", "Z")  # dead, whether or not somebody has taken notice


def test_with_a_killed_build_its_workers_end_and_the_next_one_goes_on(
    documents: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    workers = Building(documents, tmp_path).kill_at("stages/kept/clean/0*.parquet")
    assert workers
    assert all(waited_for(partial(is_gone, worker)) for worker in workers), "a worker lives on"
    done = run("build", "--documents", documents, "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    assert sums(tmp_path) == sums(undisturbed)


def damage_stages(output: Path) -> None:
    for path in output.glob("stages/kept/*/*.parquet"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)


def damage_release(output: Path) -> None:
    path = output / "releases" / "latest" / "claims.parquet"
    path.write_bytes(path.read_bytes()[:-100])


def damage_warehouse(output: Path) -> None:
    (output / "onrecord.duckdb").unlink()


def test_what_is_damaged_after_a_build_is_made_again(
    documents: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    output = tmp_path / "copy"
    shutil.copytree(undisturbed, output, symlinks=True)
    for damage in (damage_stages, damage_release, damage_warehouse):
        damage(output)
    done = run("build", "--documents", documents, "--output", output)
    assert done.returncode == 0, done.stderr
    assert sums(output) == sums(undisturbed)
    assert run("verify", output / "releases" / "latest").returncode == 0
    assert "Nothing changed" in run("build", "--documents", documents, "--output", output).stdout


def test_an_input_that_is_gone_takes_its_rows_along(
    documents: Path, undisturbed: Path, run: Run, tmp_path: Path
) -> None:
    output, fewer = tmp_path / "copy", tmp_path / "fewer"
    shutil.copytree(undisturbed, output, symlinks=True)
    shutil.copytree(documents, fewer)
    (fewer / ARTICLES[0]).unlink()
    manifest = (fewer / "manifest.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (fewer / "manifest.csv").write_text("".join(one for one in manifest if ARTICLES[0] not in one), encoding="utf-8")
    done = run("build", "--documents", fewer, "--output", output)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(output / "onrecord.duckdb"), read_only=True) as warehouse:
        names = {name for (name,) in warehouse.sql("SELECT source_name FROM documents").fetchall()}
    kept = output.glob("stages/kept/clean/*.parquet")
    held = {name for path in kept for name in pq.read_table(path)["source_name"].to_pylist()}
    assert names == held == set(ARTICLES[1:])


def test_of_two_builds_at_once_the_second_says_so_and_leaves(documents: Path, run: Run, tmp_path: Path) -> None:
    first = Building(documents, tmp_path)
    assert waited_for((tmp_path / "stages").exists)
    second = run("build", "--documents", documents, "--output", tmp_path)
    first.kill()
    assert first.process.returncode == -signal.SIGKILL, "the first one had ended before the second began"
    assert second.returncode == 1
    assert "another build is at work here" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("blocks", [2, 200], ids=["stages", "warehouse"])
def test_a_full_disk_is_told_in_one_line_and_the_next_build_goes_on(
    documents: Path, undisturbed: Path, run: Run, tmp_path: Path, blocks: int
) -> None:
    done = run("build", "--documents", documents, "--output", tmp_path, largest_file=blocks * 1024)
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("releases/*/SHA256SUMS"))
    if blocks > 2:
        assert run("build", "--documents", documents, "--output", tmp_path).returncode == 0
        assert sums(tmp_path) == sums(undisturbed)


@pytest.mark.parametrize("inside", ["", "stages", "releases"], ids=["output", "stages", "releases"])
def test_a_folder_that_may_not_be_written_is_told_and_nothing_half_made_is_left(
    documents: Path, undisturbed: Path, run: Run, tmp_path: Path, inside: str
) -> None:
    output = tmp_path / "output"
    closed = output / inside
    closed.mkdir(parents=True)
    closed.chmod(0o555)
    done = run("build", "--documents", documents, "--output", output, is_mighty=False)
    closed.chmod(0o755)
    assert done.returncode == 1, done.stdout
    (line,) = [line for line in done.stderr.splitlines() if line.strip()]
    assert str(closed) in line
    assert "ermission" in line
    assert "--output" in line
    assert list(closed.iterdir()) == []
    assert not list(output.glob(".tmp-*/*"))
    if inside == "releases":  # all else was made, and is taken up again
        assert run("build", "--documents", documents, "--output", output).returncode == 0
        assert sums(output) == sums(undisturbed)
