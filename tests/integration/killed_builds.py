"""Builds that are killed at many moments, each forked from a process in which everything is loaded already.

`main`, as a command that is forked with a folder, prints what it found as JSON: `attempts`, one for each build that was
to be killed, and `ends`, one for each output folder: SHA256SUMS of the release that the next build made there, and of
the same release made where nothing was ever killed.

Belongs here: forking, killing, and looking at what is left. Does not: what must hold (`test_killed_builds`).

A build of two articles takes a few seconds; a process of its own would need as many again for its packages and the
model. So workers are forked here, too. And of each table one rule is held against it: rules write nothing, so a kill
among them finds what the kill before them found, and all three hundred would take most of the moments from where files
change. All else is what `onrecord build` does.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from expectations.run import all_rules, load, run_checks
from pipeline.build import build
from pipeline.release.files import SUMS
from pipeline.release.verify import checksums, verify
from pipeline.release.version import released
from pipeline.settings import Settings

MOMENTS = 20
WRITTEN = (
    "stages/kept/clean/0*.parquet",
    "stages/cleaned.parquet",
    "stages/kept/extract/0*.parquet",
    "onrecord.duckdb",
    ".tmp-*/*/csv",
)
"""Besides, builds are killed when they have just written this: results of a stage, half a warehouse, half a release."""
OUTPUTS = 2
"""Output folders in which builds are killed, one after the other, at the same time: as many as this has cores."""
PATIENCE = 180.0
"""Seconds after which a build that has not ended hangs."""
NOTICE = f"""Ferry to return

Critics said that 40 per cent of the money was missing. Minister Olga Finch denied it. {"Boats lie at the quay. " * 10}
"""
OPENING = f"""Mayor opens bridge

The mayor, Ada Brook, said the bridge would last {{years}} years. “We are proud,” she said. {"A river runs by. " * 10}
"""


@dataclass(frozen=True)
class Attempt:
    """A build that was to be killed, and what was there after it."""

    moment: str
    was_killed: bool
    before: list[str]
    after: list[str]
    listed: list[str]
    latest: str
    problems: list[str]


@dataclass(frozen=True)
class End:
    """What the next build made in an output folder, and where nothing was ever killed."""

    sums: str
    undisturbed: str
    left_over: list[str]


class Output:
    """An output folder and the articles that are built in it, which change from build to build."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(documents=folder / "documents", output=folder / "output", workers=2)
        self.settings.documents.mkdir(parents=True)
        (self.settings.documents / "notice.txt").write_text(NOTICE, encoding="utf-8")
        self.years = 0

    def change(self) -> None:
        """Writes an article anew, so that the next build has a release to make."""
        self.years += 1
        (self.settings.documents / "opening.txt").write_text(OPENING.format(years=self.years), encoding="utf-8")

    def attempt(self, moment: str, comes: Callable[[], bool]) -> Attempt:
        """Builds, kills the build as soon as `comes` is true, and looks at what is there."""
        before = self.versions()
        self.change()
        was_killed = not ended_by_itself(partial(whole_build, self.settings), comes)
        after = self.versions()
        latest = (self.settings.releases / "latest").resolve().name
        new = [problem for name in sorted({*after} - {*before}) for problem in verify(self.settings.releases / name)]
        problems = new or list(checksums(self.settings.releases / latest))  # which was proved when it was new
        return Attempt(moment, was_killed, before, after, self.listed(), latest, problems)

    def versions(self) -> list[str]:
        return [str(version) for version in released(self.settings.releases)]

    def listed(self) -> list[str]:
        index = json.loads((self.settings.releases / "index.json").read_text(encoding="utf-8"))
        return sorted(entry["version"] for entry in index["releases"])

    def end(self) -> End:
        """Damages what the killed builds have kept, builds, and builds the same where only the releases stand."""
        self.change()
        afresh = Settings(self.settings.documents, self.settings.output.with_name("undisturbed"), workers=2)
        shutil.copytree(self.settings.releases, afresh.releases, symlinks=True)
        for path in self.settings.stages.glob("kept/*/0*.parquet"):
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        for settings in (self.settings, afresh):
            assert ended_by_itself(partial(whole_build, settings), lambda: False)
        sums, undisturbed = (
            (one.releases / "latest" / SUMS).read_text(encoding="utf-8") for one in (self.settings, afresh)
        )
        left_over = [path.name for path in self.settings.output.rglob("*") if ".tmp" in path.name]
        return End(sums, undisturbed, left_over)


def whole_build(settings: Settings) -> None:
    rules = list({rule.table: rule for rule in all_rules()}.values())
    build(settings, partial(run_checks, rules=rules), load=load)


def ended_by_itself(work: Callable[[], object], comes: Callable[[], bool]) -> bool:
    """Does this in a fork; kills that with all its children once `comes` is true, and waits until they are gone.

    False if it was killed. Raises RuntimeError if it failed, and TimeoutError if it took too long.
    """
    reading, writing = os.pipe()  # written by nobody: it closes when the last of them is gone
    process = os.fork()
    if not process:
        in_a_group_of_its_own(work)
    os.close(writing)
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(process, process)  # whoever of the two is first
    status = waited(process, comes)
    while os.read(reading, 1):
        pass
    os.close(reading)
    if status not in (0, signal.SIGKILL):
        raise RuntimeError(f"a build ended with status {status}")
    return status == 0


def in_a_group_of_its_own(work: Callable[[], object]) -> None:
    os.setpgid(0, 0)
    try:
        work()
    except BaseException as error:  # noqa: BLE001  (nothing of the process that was forked may go on here)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def waited(process: int, comes: Callable[[], bool]) -> int:
    start = time.monotonic()
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() - start > PATIENCE:
            os.killpg(process, signal.SIGKILL)
            raise TimeoutError(f"a build took more than {PATIENCE} seconds")
        if comes():
            os.killpg(process, signal.SIGKILL)
            return os.waitpid(process, 0)[1]
        time.sleep(0.005)


def attempts(output: Output, numbers: range, chance: random.Random) -> Iterator[Attempt]:
    """Builds killed when they write, and at random moments spread over the time that a whole one takes."""
    since = time.monotonic()
    whole = output.attempt("never", lambda: False)
    seconds = time.monotonic() - since
    yield whole
    for pattern in WRITTEN[numbers.start :: OUTPUTS]:
        yield output.attempt(pattern, wrote(output.settings.output, pattern))
    for number in chance.sample(numbers, len(numbers)):
        since, moment = time.monotonic(), seconds * (number + chance.random()) / MOMENTS
        attempt = output.attempt(f"{moment:.2f} s", partial(is_past, since + moment))
        if not attempt.was_killed:
            seconds = min(seconds, time.monotonic() - since)  # as the machine has become faster
        yield attempt


def is_past(moment: float) -> bool:
    return time.monotonic() > moment


def wrote(output: Path, pattern: str) -> Callable[[], bool]:
    """Whether a file or folder like this was written since now."""

    def found() -> set[tuple[Path, int]]:
        with suppress(FileNotFoundError):  # one is gone between being found and being asked
            return {(path, path.stat().st_mtime_ns) for path in output.glob(pattern)}
        return set()

    before = found()
    return lambda: bool(found() - before)


def killed_again_and_again(folder: Path, first: int) -> None:
    """All that happens in one output folder, written down beside it."""
    output = Output(folder / str(first))
    chance = random.Random(first)  # noqa: S311  (the same moments each time)
    found = [asdict(attempt) for attempt in attempts(output, range(first, MOMENTS, OUTPUTS), chance)]
    told = {"attempts": found, "end": asdict(output.end())}
    (folder / f"{first}.json").write_text(json.dumps(told), encoding="utf-8")


def main(args: Sequence[str], **_: str) -> None:
    folder = Path(args[0])
    forking = get_context("fork")
    sides = [forking.Process(target=killed_again_and_again, args=(folder, first)) for first in range(OUTPUTS)]
    for side in sides:
        side.start()
    for side in sides:
        side.join()
    told = [json.loads((folder / f"{first}.json").read_text(encoding="utf-8")) for first in range(OUTPUTS)]
    attempted = [attempt for side in told for attempt in side["attempts"]]
    sys.stdout.write(json.dumps({"attempts": attempted, "ends": [side["end"] for side in told]}))
