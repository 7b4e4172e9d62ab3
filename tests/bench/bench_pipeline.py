"""How fast a build is and how much memory it takes, stage by stage, and how both grow with the number of articles.

Prints Markdown: a table of whole builds (cold, unchanged, unchanged but forced the whole way, one article more), one of
the stages of the cold builds, and the exponent of cost against size. `bench_pipeline.py` measures 2, 100 and 1,000
articles with one and two workers, each on the embedded engine and on Ray; `--sizes`, `--workers`, `--engines` choose
others (10,000 briefs take minutes, 100,000 half an hour).

Belongs here: running builds in processes of their own and watching them. Does not: the corpus (`corpus`).
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

STAGES = ("start", "look", "clean", "extract", "measure", "resolve", "load", "check", "publish", "other")
"""In order. start: the interpreter and imports; look: whether anything changed; clean: reading and what only all
articles together show, too; measure: the project's own key, once for each version of the code; other: what lies
between, such as waiting for what the checks import."""
BUILDS = ("cold", "unchanged", "forced", "one more")


@dataclass(frozen=True, slots=True)
class Case:
    """What is built, and how."""

    size: int
    engine: str
    workers: int
    build: str


@dataclass
class Cost:
    """Seconds by stage (wall time) and in all, seconds of processor time, and peak memory in bytes by stage."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    peaks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    whole: float = 0.0
    processor: float = 0.0


# --- in the process of the build ---


def build_here(documents: Path, output: Path, case: Case) -> None:
    """One build in this process, which says on standard output when a stage begins and ends.

    Reading is done while cleaning asks for it, so it counts there. The time of Ray's own processes is not known.
    """
    from expectations.run import load, run_checks
    from pipeline import build, stages
    from pipeline.settings import Settings

    for module, names in (
        (stages, {"clean": "clean", "save_stage": "clean", "extract": "extract", "resolve": "resolve", "load": "load"}),
        (build, {"fingerprint": "look", "recall": "look", "measured": "measure", "publish_checked": "publish"}),
    ):
        for name, stage in names.items():
            setattr(module, name, _told(stage, getattr(module, name)))
    settings = Settings(documents=documents, output=output, engine=case.engine, workers=case.workers)
    _say("built", 0)
    build.build(settings, _told("check", run_checks), load=load, force=case.build == "forced")
    _say("used", sum(map(_cpu, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))))


_under_way: list[str] = []


def _told(stage: str, step: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        outer = _under_way[-1:]
        _under_way.append(stage)
        _say("began", stage)
        try:
            return step(*args, **kwargs)
        finally:
            _under_way.pop()
            _say("began", *outer)

    return timed


def _say(*words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


# --- around it ---


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


class Watch(threading.Thread):
    """Watches the memory of a process until it ends, stage by stage."""

    def __init__(self, process: subprocess.Popen[str], cost: Cost) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._cost = cost
        self.stage = "start"

    def run(self) -> None:
        """Looks four times a second."""
        while self._process.poll() is None:
            self._cost.peaks[self.stage] = max(self._cost.peaks[self.stage], memory(self._process.pid))
            time.sleep(0.25)


def measured(documents: Path, output: Path, case: Case) -> Cost:
    """What a build costs as a person starts it."""
    cost, begun = Cost(), time.perf_counter()
    options = [str(documents), str(output), case.engine, str(case.workers), case.build]
    command = [sys.executable, __file__, "--build", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    watch, last = Watch(process, cost), begun
    watch.start()
    for line in process.stdout or ():
        said, now = json.loads(line), time.perf_counter()
        cost.seconds[watch.stage] += now - last
        last = now
        if said[0] == "used":
            cost.processor = said[1]
        watch.stage = said[1] if said[0] == "began" and len(said) > 1 else "other"
    if process.wait():
        raise SystemExit(f"the build of {documents} failed")
    watch.join()
    cost.whole = time.perf_counter() - begun
    return cost


def measure(cases: Sequence[Case], folder: Path, paragraphs: int) -> Iterator[tuple[Case, Cost]]:
    """The builds of one corpus by one engine, one after the other."""
    from tests.bench import corpus

    for case in cases:
        name = f"{case.size}-{case.engine}-{case.workers}"
        documents, output = folder / f"documents-{name}", folder / f"output-{name}"
        corpus.write(documents, case.size + (case.build == "one more"), paragraphs=paragraphs)
        yield case, measured(documents, output, case)


# --- tables ---


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _head(*cells: str) -> str:
    return f"{_row(*cells)}\n|{' ---: |' * len(cells)}"


def builds_head() -> str:
    """The head of the table of builds."""
    return _head("articles", "engine", "workers", "build", *(f"{n} s" for n in STAGES), "whole s", "CPU s", "peak MB")


def builds_row(case: Case, cost: Cost) -> str:
    """A row of it."""
    times = [f"{second:.1f}" for second in (*(cost.seconds[stage] for stage in STAGES), cost.whole, cost.processor)]
    peak = f"{max(cost.peaks.values(), default=0) / 1e6:.0f}"
    return _row(f"{case.size:,}", case.engine, case.workers, case.build, *times, peak)


def stages_table(costs: dict[Case, Cost]) -> Iterator[str]:
    """Articles per second and peak memory of each stage of the cold builds."""
    yield _head("articles", "engine", "workers", *(f"{name} /s, MB" for name in STAGES[2:-1]))
    for case, cost in costs.items():
        if case.build == "cold":
            cells = (_speed(case.size, cost.seconds[stage], cost.peaks[stage]) for stage in STAGES[2:-1])
            yield _row(f"{case.size:,}", case.engine, case.workers, *cells)


def _speed(size: int, seconds: float, peak: int) -> str:
    return f"{size / max(seconds, 0.001):,.0f}, {peak / 1e6:.0f}" if peak else "–"


def exponents(costs: dict[Case, Cost]) -> Iterator[str]:
    """How cost grows from the smallest corpus of at least 100 articles to the largest: as size to this power."""
    yield _head("build", "engine", "workers", "articles", "wall time", "processor time", "peak memory")
    for engine, workers, build in dict.fromkeys((c.engine, c.workers, c.build) for c in costs):
        of = {c.size: k for c, k in costs.items() if (c.engine, c.workers, c.build) == (engine, workers, build)}
        sizes = [size for size in of if size >= 100]
        if len(sizes) > 1:
            low, high = min(sizes), max(sizes)
            ratio = math.log(high / low)
            grown = (math.log(max(part(of[high]), 0.001) / max(part(of[low]), 0.001)) / ratio for part in _PARTS)
            yield _row(build, engine, workers, f"{low:,} to {high:,}", *(f"{power:.2f}" for power in grown))


_PARTS: tuple[Callable[[Cost], float], ...] = (
    lambda cost: cost.whole,
    lambda cost: cost.processor,
    lambda cost: max(cost.peaks.values(), default=0),
)


def show(text: str) -> None:
    """Prints a line at once, for whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(cases: Sequence[Case], folder: Path, paragraphs: int) -> None:
    """Prints all tables, the first one as the builds end."""
    show(builds_head())
    costs: dict[Case, Cost] = {}
    for case, cost in measure(cases, folder, paragraphs):
        costs[case] = cost
        show(builds_row(case, cost))
    for table in (stages_table(costs), exponents(costs)):
        show("\n" + "\n".join(table))


def main() -> None:
    """Measures what the options say."""
    from tests.bench.corpus import PARAGRAPHS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2, 100, 1_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engines", choices=("embedded", "ray"), nargs="+", default=["embedded", "ray"])
    parser.add_argument("--builds", choices=BUILDS, nargs="+", default=BUILDS)
    parser.add_argument("--paragraphs", type=int, default=PARAGRAPHS, help="of an article in the median; 2 make briefs")
    parser.add_argument("--keep", type=Path, help="folder in which articles and outputs are left; found again if there")
    parser.add_argument("--build", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        documents, output, engine, workers, build = options.build
        build_here(Path(documents), Path(output), Case(0, engine, int(workers), build))
        return
    chosen = itertools.product(options.sizes, options.engines, options.workers, options.builds)
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        report([Case(*case) for case in chosen], Path(folder), options.paragraphs)


if __name__ == "__main__":
    main()
