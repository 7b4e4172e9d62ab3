"""What it costs to hold every rule against a large warehouse: `python tests/bench/bench_checks.py`.

Builds the seeds and multiplies the warehouse until it has `--claims` claims (`multiplied`). Prints, table by table,
rows, rules, seconds by the clock and of the processor, and the seconds that 10 million rows would take on two cores;
then the slowest steps, and the peak memory. `--warehouse FOLDER` multiplies the output of another build, `--keep
FOLDER` keeps what was made.

Belongs here: watching the checks. Does not: the cost of a whole build (`bench_pipeline`).
"""

from __future__ import annotations

import argparse
import functools
import operator
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from expectations.database import opened  # noqa: E402
from expectations.rule import ColumnTest, Rule  # noqa: E402
from expectations.run import all_rules, load  # noqa: E402
from expectations.suites import check  # noqa: E402
from pipeline.release.checks import CheckResult  # noqa: E402
from pipeline.schema.render.duckdb import quote  # noqa: E402
from pipeline.schema.tables import WORKING_TABLES  # noqa: E402
from pipeline.settings import Settings  # noqa: E402
from pipeline.warehouse import limited  # noqa: E402
from tests.bench.multiplied import apart_from_here, multiply, peak, seeds  # noqa: E402

TEN_MILLION = 10_000_000
CORES = 2
SLOWEST = 15


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step took, in seconds by the clock and of the processor, and how many rows and rules it looked at."""

    rows: int
    rules: int = 0
    seconds: float = 0.0
    work: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.rows, self.rules + other.rules, self.seconds + other.seconds, self.work + other.work)


Costs = dict[tuple[str, str], Cost]
"""By table and step: rules that one look serves are one step (all rules of columns, all that share a sieve), other
queries stand alone."""


def measure(warehouse: Path) -> tuple[Costs, list[CheckResult]]:
    """What it takes to hold all rules against a warehouse, and what they found."""
    costs: Costs = {}
    results: list[CheckResult] = []
    with opened(warehouse) as connection:
        for spec in WORKING_TABLES:
            ((rows,),) = connection.execute(f"SELECT count(*) FROM {quote(spec.name)}").fetchall()
            for name, rules in _steps([rule for rule in all_rules() if rule.table == spec.name]):
                since, worked = time.perf_counter(), time.process_time()
                results += check(connection, rules)
                seconds, work = time.perf_counter() - since, time.process_time() - worked
                costs[spec.name, name] = Cost(rows, len(rules), seconds, work)
    return costs, results


def _steps(rules: Sequence[Rule]) -> list[tuple[str, list[Rule]]]:
    steps: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        steps[_served_by(rule)].append(rule)
    return [(name if len(step) == 1 or name == "columns" else _title(step), step) for name, step in steps.items()]


def _served_by(rule: Rule) -> str:
    """What one look serves, by name, or as SQL."""
    if isinstance(rule.test, ColumnTest):
        return "columns"
    return rule.test.sieve.source if rule.test.sieve else rule.name


def _title(step: Sequence[Rule]) -> str:
    return f"{step[0].name} and {len(step) - 1} more"


def _show(large: Costs, small: Costs) -> None:
    head = "rows | rules | seconds | processor seconds | two cores, seconds for 10 million rows"
    _print(f"| table | {head} |\n|---|---|---|---|---|---|")
    for spec in WORKING_TABLES:
        own = [(cost, small[step]) for step, cost in large.items() if step[0] == spec.name]
        whole, before = (functools.reduce(operator.add, costs) for costs in zip(*own, strict=True))
        _print(f"| {spec.name} | {_row(whole, before)} |")
    _print(f"\n| slowest steps | {head} |\n|---|---|---|---|---|---|")
    for step in sorted(large, key=lambda step: -large[step].work)[:SLOWEST]:
        _print(f"| {'.'.join(step)} | {_row(large[step], small[step])} |")


def _row(large: Cost, small: Cost) -> str:
    """The last figure leaves out what a rule costs whatever the size of the table, which the small one tells."""
    figures = f"{large.rows:,} | {large.rules} | {large.seconds:.2f} | {large.work:.2f}"
    more = large.rows - small.rows
    return f"{figures} | {(large.work - small.work) / more * TEN_MILLION / CORES:.1f}" if more else f"{figures} | "


def _print(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _checks(settings: Settings, small: Path) -> None:
    load()
    with limited(settings):
        measure(small)  # the first look loads what all later ones find loaded
        before, _ = measure(small)
        costs, results = measure(settings.warehouse)
    _show(costs, before)
    broken = [f"{result.table}.{result.rule} ({result.failed})" for result in results if not result.passed]
    _print(f"\nPeak memory of the checks {peak():.2f} GiB; rules broken: {', '.join(broken) or 'none'}")


def main() -> None:
    """Reads the options, makes a warehouse, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=200_000)
    parser.add_argument("--warehouse", type=Path)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    kept = nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory()
    with kept as folder:
        seed = given.warehouse or Path(folder) / "seeds"
        if not given.warehouse:
            apart_from_here(seeds, seed)
        small, large = (Path(folder) / f"claims-{count}" for count in (0, given.claims))
        for count, output in ((0, small), (given.claims, large)):
            if not (output / "onrecord.duckdb").is_file():
                apart_from_here(multiply, seed, count, output)
        apart_from_here(_checks, Settings(output=large), small / "onrecord.duckdb")


if __name__ == "__main__":
    main()
