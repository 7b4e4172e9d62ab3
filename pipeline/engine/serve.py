"""What a worker process does: it takes batches from a pipe and answers row by row, within limits.

Belongs here: the process's own side, and the limits that it sets itself. Does not: who watches it (`workers`).
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pyarrow as pa

from pipeline.engine.batches import NO_FAULT_OF_THE_ROW, BatchFunction
from pipeline.settings import Settings

READY, RESULT, FAILED, BROKEN = "ready", "result", "failed", "broken"
"""Answers: everything is loaded; a row's result; a row's failure in words; an error that must stop the build."""
OUT_OF_MEMORY = 77
"""Exit status of a worker that ran into its memory limit: what it still holds cannot be told, so it starts anew."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is to do: load what the function needs, then work each row of the batch (an Arrow stream)."""

    settings: Settings
    prepare: Callable[[], object] | None
    function: BatchFunction | None = None
    batch: bytes = b""


def serve(pipe: Connection) -> None:
    """Obeys orders until the pipe is closed: that is, until nobody waits for an answer any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the build that is interrupted, and it ends its workers
    # An endless loop ends the process, even within C code, and with the build's own death nobody else would end it.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    prepared: set[object] = set()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            order: Order = pipe.recv()
            try:
                _obey(order, pipe, prepared)
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise
            except Exception as error:  # noqa: BLE001  (whatever it is, the build must hear of it)
                pipe.send((BROKEN, _packed(error)))


def _obey(order: Order, pipe: Connection, prepared: set[object]) -> None:
    _limit_memory(order.settings.worker_bytes)
    if order.prepare is not None and order.prepare not in prepared:
        order.prepare()
        prepared.add(order.prepare)
    pipe.send((READY, b""))
    if order.function is not None:
        for batch in pa.ipc.open_stream(order.batch):
            for number in range(batch.num_rows):
                pipe.send(_row(order.function, batch.slice(number, 1), order.settings))


def _limit_memory(size: int) -> None:
    # Not the address space, of which allocators reserve more than they ever use.
    with suppress(ValueError, OSError):  # a stricter limit is set from outside, or the system knows none
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        resource.setrlimit(resource.RLIMIT_DATA, (size, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _row(function: BatchFunction, row: pa.RecordBatch, settings: Settings) -> tuple[str, bytes]:
    signal.setitimer(signal.ITIMER_PROF, settings.seconds_per_document)
    try:
        return RESULT, function(row, settings).serialize().to_pybytes()
    except NO_FAULT_OF_THE_ROW:
        raise
    except Exception as error:  # noqa: BLE001  (one row never stops a build)
        return FAILED, f"{type(error).__name__}: {error}".encode("utf-8", "replace")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _packed(error: Exception) -> bytes:
    error.add_note("".join(traceback.format_exception(error)))
    try:
        return pickle.dumps(error)
    except Exception:  # noqa: BLE001  (an error that cannot travel is told in words)
        return pickle.dumps(RuntimeError("".join(traceback.format_exception(error))))
