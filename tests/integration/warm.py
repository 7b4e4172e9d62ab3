"""Commands forked from a process that has loaded everything already, for tests that are not about how a process starts.

`python -m tests.integration.warm ADDRESS` takes orders on a socket at this path, a JSON object a line, and answers each
with an exit status. It ends with its standard input, that is, with whoever has started it.

Belongs here: loading ahead and forking. Does not: giving orders (`commands`), or what a command does.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import socketserver
import sys
import tempfile
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from expectations.run import load, run_checks
from pipeline.batches import clean_batch, extract_batch
from pipeline.build import build
from pipeline.engine import workers
from pipeline.engine.batches import batches_in
from pipeline.settings import Settings
from pipeline.stages import read
from tests.integration.commands import STREAMS


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


class Orders(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Takes any number of orders at the same time, each in a fork."""


class Order(socketserver.StreamRequestHandler):
    """One order: it is done in another fork, so that its end can be watched."""

    def handle(self) -> None:
        order = json.loads(self.rfile.readline())
        self.wfile.write(f"{in_a_fork(order)}\n".encode())


def in_a_fork(order: dict[str, Any]) -> int:
    """The exit status of a command, whose streams are files in a folder."""
    process = os.fork()
    if not process:
        _become(order)
    _, status = os.waitpid(process, 0)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)  # workers that it has left
    return os.waitstatus_to_exitcode(status)


def _become(order: dict[str, Any]) -> NoReturn:
    os.setpgid(0, 0)
    for number, name in enumerate(STREAMS):
        os.dup2(os.open(Path(order["folder"]) / name, os.O_RDWR), number)
    os.environ.clear()
    os.environ.update(order["env"])
    status: object = 1
    try:
        _limit(order["largest_file"], is_mighty=order["is_mighty"])
        import_module(order["module"]).main(order["args"], prog_name="onrecord")
        status = 0
    except SystemExit as ended:
        status = ended.code or 0
    except BaseException:  # noqa: BLE001  (nothing of the process that was forked may go on here)
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


def _limit(largest_file: int | None, *, is_mighty: bool) -> None:
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    if not is_mighty:
        _obey_permissions()


def _obey_permissions() -> None:
    """Takes from this process what lets root write everywhere; other users never have it."""
    version_3, overriding, searching = 0x20080522, 1 << 1, 1 << 2  # linux/capability.h
    header, sets = (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.capget(header, sets) == 0, os.strerror(ctypes.get_errno())
    sets[0] &= ~(overriding | searching)  # of what is in effect; after it come what is permitted and what is inherited
    assert libc.capset(header, sets) == 0, os.strerror(ctypes.get_errno())


def main() -> None:
    """Takes orders until the standard input ends."""
    load_ahead()
    with Orders(sys.argv[1], Order) as orders:
        while sys.stdin not in select.select([orders, sys.stdin], [], [])[0]:
            orders.handle_request()
            orders.service_actions()  # takes notice of orders that are done


if __name__ == "__main__":
    main()
