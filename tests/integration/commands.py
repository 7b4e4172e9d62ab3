"""The command line as a person runs it: in a process of its own, or in a fork of one that has loaded everything."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
WARM = "ONRECORD_TESTS_WARM"
"""The variable of the environment that says where the process that has loaded everything takes orders (`warm`)."""
PATIENCE = 600.0
"""Seconds that loading everything and a command may take."""
STREAMS = ("stdin", "stdout", "stderr")


def onrecord(*args: str | Path, stdin: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs `onrecord` in a process of its own; `env` is added to the environment."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, args)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", **env},
    )


@contextmanager
def warm() -> Iterator[str]:
    """A process that loads everything and then takes orders, at the address that this gives."""
    with tempfile.TemporaryDirectory() as folder:  # the path of a socket must be short
        address = str(Path(folder) / "orders")
        command = [sys.executable, "-m", "tests.integration.warm", address]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:
            try:
                yield address
            finally:
                process.kill()  # whatever it is at: nobody waits for it any more


def forked(
    *args: str | Path,
    stdin: str | None = None,
    module: str = "pipeline.cli",
    largest_file: int | None = None,
    is_mighty: bool = True,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """Runs `onrecord`, or the `main` of another module, in a fork of the process at WARM.

    `env` is added to the environment. No file may grow beyond `largest_file` bytes. A command that is not `is_mighty`
    is refused what permissions refuse, even if root runs the tests.
    """
    words = [str(word) for word in args]
    order = {"args": words, "module": module, "largest_file": largest_file, "is_mighty": is_mighty}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in zip(STREAMS, (stdin or "", "", ""), strict=True):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        status = _obeyed({**order, "folder": folder, "env": {**os.environ, "COLUMNS": "200", **env}})
        _, said, complained = ((Path(folder) / name).read_text(encoding="utf-8") for name in STREAMS)
    return subprocess.CompletedProcess(words, status, said, complained)


def _obeyed(order: dict[str, Any]) -> int:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        _connect(connection, os.environ[WARM])
        connection.sendall(f"{json.dumps(order)}\n".encode())
        with connection.makefile(encoding="utf-8") as answers:
            return int(answers.readline())


def _connect(connection: socket.socket, address: str) -> None:
    """Connects as soon as somebody listens there, which is when everything is loaded."""
    end = time.monotonic() + PATIENCE
    while connection.connect_ex(address):
        assert time.monotonic() < end, f"nobody has listened for {PATIENCE} s"
        time.sleep(0.1)
