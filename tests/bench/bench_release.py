"""What it costs to publish and to prove a large release: `python tests/bench/bench_release.py`.

Multiplies the warehouse of the seeds to each of `--claims` (`multiplied`), publishes it, verifies the release,
publishes another one after a few rows have changed, and verifies that with its delta. Prints seconds by the clock and
of the processor and the peak memory of each step, which has a process of its own; at two sizes, so that growth shows.
`--keep FOLDER` keeps what was made, and multiplies nothing that is there already.

Belongs here: the steps of publishing. Does not: the checks before it (`bench_checks`).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.release.provenance import Provenance  # noqa: E402
from pipeline.release.publish import publish  # noqa: E402
from pipeline.release.verify import verify  # noqa: E402
from pipeline.settings import Settings  # noqa: E402
from pipeline.warehouse import connect, limited  # noqa: E402
from tests.bench.multiplied import apart_from_here, multiply, peak, seeds  # noqa: E402

SIZES = (50_000, 200_000)
_CHANGES = (
    "UPDATE claims SET confidence = 0.125 WHERE claim_id IN (SELECT claim_id FROM claims ORDER BY claim_id LIMIT 100)",
    "DELETE FROM quantities WHERE quantity_id IN (SELECT quantity_id FROM quantities ORDER BY quantity_id LIMIT 100)",
)


def _publish(settings: Settings) -> None:
    publish(settings, [], Provenance.of_this_code(settings))


def _verify(settings: Settings) -> None:
    problems = verify(settings.releases / "latest")
    if problems:
        sys.exit(f"the release does not hold: {problems[0]}")


def _change(settings: Settings) -> None:
    with connect(settings.warehouse) as connection:
        for sql in _CHANGES:
            connection.execute(sql)


def _measure(settings: Settings, name: str, step: Callable[[Settings], None]) -> None:
    since, worked = time.perf_counter(), time.process_time()
    with limited(settings):
        step(settings)
    seconds, work = time.perf_counter() - since, time.process_time() - worked
    sys.stdout.write(f"| {name} | {seconds:.1f} | {work:.1f} | {peak():.2f} |\n")
    sys.stdout.flush()


def _steps(settings: Settings) -> None:
    apart_from_here(_measure, settings, "publish", _publish)
    apart_from_here(_measure, settings, "verify", _verify)
    apart_from_here(_change, settings)
    apart_from_here(_measure, settings, "publish with a delta", _publish)
    apart_from_here(_measure, settings, "verify with a delta", _verify)


def main() -> None:
    """Reads the options, makes warehouses, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=SIZES)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    kept = nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory()
    with kept as folder:
        seed = Path(folder) / "seeds"
        if not (seed / "onrecord.duckdb").is_file():
            apart_from_here(seeds, seed)
        for claims in given.claims:
            made, output = Path(folder) / f"claims-{claims}", Path(folder) / f"release-{claims}"
            if not (made / "onrecord.duckdb").is_file():
                apart_from_here(multiply, seed, claims, made)
            shutil.rmtree(output, ignore_errors=True)
            output.mkdir()
            shutil.copyfile(made / "onrecord.duckdb", output / "onrecord.duckdb")
            sys.stdout.write(f"\n| {claims:,} claims | seconds | processor seconds | peak GiB |\n|---|---|---|---|\n")
            _steps(Settings(output=output))


if __name__ == "__main__":
    main()
