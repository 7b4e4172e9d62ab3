"""Commands forked from a process that has loaded everything already, for tests that are not about how a process starts.

`python -m tests.integration.warm` obeys orders on its standard input, a JSON object a line, and answers each with an
exit status. `Warm` starts it, gives orders, and reads what the command has written.

Belongs here: loading ahead and forking. Does not: what a command does.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn, Self

from expectations.run import load, run_checks
from pipeline.batches import clean_batch, extract_batch
from pipeline.build import build
from pipeline.cli import main as command_line
from pipeline.engine import workers
from pipeline.engine.batches import batches_in
from pipeline.settings import ROOT, Settings
from pipeline.stages import read

PATIENCE = 300.0
"""Seconds that a command may take."""
STREAMS = ("stdin", "stdout", "stderr")


def load_ahead() -> None:
    """Loads what a build loads at one time or another; workers are forked from now on, so that they have it, too."""
    forking = get_context("fork")
    vars(workers)["multiprocessing"] = SimpleNamespace(get_context=lambda _: forking)
    load()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(documents=Path(folder) / "documents", output=Path(folder) / "output")
        settings.documents.mkdir()
        text = "Ferry to return\n\nThe mayor, Ada Brook, denied it. " + "Boats lie at the quay and wait. " * 10
        (settings.documents / "ferry.txt").write_text(text, encoding="utf-8")
        for batch in batches_in(read(settings)):
            extract_batch(clean_batch(batch, settings), settings)
        build(settings, run_checks, load=load)


def in_a_fork(args: list[str], folder: Path, env: dict[str, str]) -> int:
    """The exit status of `onrecord` with these arguments, whose streams are files in a folder."""
    process = os.fork()
    if not process:
        _become(args, folder, env)
    _, status = os.waitpid(process, 0)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)  # workers that it has left
    return os.waitstatus_to_exitcode(status)


def _become(args: list[str], folder: Path, env: dict[str, str]) -> NoReturn:
    os.setpgid(0, 0)
    for number, name in enumerate(STREAMS):
        os.dup2(os.open(folder / name, os.O_RDWR), number)
    os.environ.clear()
    os.environ.update(env)
    status: object = 1
    try:
        command_line(args, prog_name="onrecord")
    except SystemExit as ended:
        status = ended.code or 0
    except BaseException:  # noqa: BLE001  (nothing of the process that was forked may go on here)
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


class Warm:
    """A process that has loaded everything, as a context manager; it takes one command at a time."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.integration.warm"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # it ends with its orders

    def run(self, *args: str | Path, stdin: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs `onrecord`; `env` is added to the environment."""
        words = [str(word) for word in args]
        with tempfile.TemporaryDirectory() as folder:
            for name, text in zip(STREAMS, (stdin or "", "", ""), strict=True):
                (Path(folder) / name).write_text(text, encoding="utf-8")
            order = {"args": words, "folder": folder, "env": {**os.environ, "COLUMNS": "200", **env}}
            status = self._obeyed(json.dumps(order))
            _, said, complained = ((Path(folder) / name).read_text(encoding="utf-8") for name in STREAMS)
        return subprocess.CompletedProcess(words, status, said, complained)

    def _obeyed(self, order: str) -> int:
        orders, answers = self._process.stdin, self._process.stdout
        assert orders
        assert answers
        orders.write(f"{order}\n")
        orders.flush()
        assert select.select([answers], [], [], PATIENCE)[0], f"not done after {PATIENCE} s: {order}"
        return int(answers.readline())


def main() -> None:
    """Obeys orders until there are none."""
    load_ahead()
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(f"{in_a_fork(order['args'], Path(order['folder']), order['env'])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
