"""How fast a build is and how much memory it takes: cold, without any change, and with one new article.

Prints a Markdown table. `bench_pipeline.py` measures 100 and 1,000 articles with one and two workers, each
on the embedded engine and on Ray; `--sizes`, `--workers` and `--engines` choose others.

Belongs here: running builds in processes of their own and watching them. Does not: the corpus (`corpus`).
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

STAGES = ("clean", "extract", "resolve", "load", "check", "publish")
HEADER = (
    "articles",
    "engine",
    "workers",
    "build",
    *(f"{name} s" for name in STAGES),
    "whole s",
    "CPU s",
    "articles/s",
    "peak MB",
)


@dataclass
class Clock:
    """Seconds of wall time by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    def around(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """The same step, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return step(*args, **kwargs)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

        return timed


def build_here(documents: Path, output: Path, engine: str, workers: int) -> dict[str, float]:
    """One build in this process; seconds by stage (wall time), and of processor time in all.

    Reading is done while cleaning asks for it, so it counts there. The time of Ray's own processes is not known.
    """
    from expectations.run import load, run_checks
    from pipeline import build, stages
    from pipeline.settings import Settings

    clock = Clock()
    for name in ("clean", "extract", "resolve", "load"):
        setattr(stages, name, clock.around(name, getattr(stages, name)))
    build.publish_checked = clock.around("publish", build.publish_checked)
    settings = Settings(documents=documents, output=output, engine=engine, workers=workers)
    build.build(settings, clock.around("check", run_checks), load=load)
    return {**clock.seconds, "CPU": sum(map(_cpu, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))}


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def memory(process: int) -> int:
    """Bytes in memory of a process and its children; pages that they share count once for each."""
    pages = 0
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = {process}
    for pid, parent, size in sorted(rows):
        if pid == process or parent in family:
            family.add(pid)
            pages += size
    return pages * 1024


class Peak(threading.Thread):
    """Watches a process until it ends."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.bytes = 0

    def run(self) -> None:
        """Looks four times a second."""
        while self._process.poll() is None:
            self.bytes = max(self.bytes, memory(self._process.pid))
            time.sleep(0.25)


def measured(documents: Path, output: Path, engine: str, workers: int) -> tuple[float, dict[str, float], int]:
    """Seconds of a build as a person starts it, seconds of its stages, and its peak memory in bytes."""
    start = time.perf_counter()
    options = ["--build", str(documents), str(output), "--engines", engine, "--workers", str(workers)]
    command = [sys.executable, __file__, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    peak = Peak(process)
    peak.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"the build of {documents} failed")
    peak.join()
    return seconds, json.loads(printed), peak.bytes


def line(size: int, engine: str, workers: int, name: str, result: tuple[float, dict[str, float], int]) -> str:
    """A row of the table."""
    whole, seconds, peak = result
    times = [f"{second:.1f}" for second in (*(seconds.get(stage, 0.0) for stage in STAGES), whole, seconds["CPU"])]
    shown = [f"{size:,}", engine, str(workers), name, *times, f"{size / whole:.1f}", f"{peak / 1e6:.0f}"]
    return f"| {' | '.join(shown)} |"


def measure(size: int, engine: str, workers: int, folder: Path) -> None:
    """Prints a row for a cold build, one without any change, and one with an article more."""
    from tests.bench import corpus

    name = f"{size}-{engine}-{workers}"
    documents, output = folder / f"documents-{name}", folder / f"output-{name}"
    corpus.write(documents, size)
    show(line(size, engine, workers, "cold", measured(documents, output, engine, workers)))
    show(line(size, engine, workers, "unchanged", measured(documents, output, engine, workers)))
    corpus.write(documents, size + 1)
    show(line(size, engine, workers, "one more", measured(documents, output, engine, workers)))


def show(text: str) -> None:
    """Prints a line at once, for whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Measures what the options say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engines", choices=("embedded", "ray"), nargs="+", default=["embedded", "ray"])
    parser.add_argument("--build", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        documents, output = options.build
        sys.stdout.write(json.dumps(build_here(documents, output, options.engines[0], options.workers[0])))
        return
    show(f"| {' | '.join(HEADER)} |\n|{' ---: |' * len(HEADER)}")
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            for engine, workers in itertools.product(options.engines, options.workers):
                measure(size, engine, workers, Path(folder))


if __name__ == "__main__":
    main()
