"""The Ray engine: the workers of the embedded engine, on the nodes of a Ray cluster.

Belongs here: connecting, handing batches to Ray tasks, taking their results, and what happens when a task or its node
dies. Does not: the processes in which articles are worked (`workers`).

A task takes a CPU of its node and watches one worker process there, as the embedded engine watches its own. So an
article that crashes, hangs or fills its process is found, tried again alone and given up in the same way and with the
same words; and the process lives on from task to task, so that a model is loaded once for each CPU. If the task itself
is lost with its process or node, Ray starts it again elsewhere. A batch whose tasks die again and again is taken apart,
and a row that does so alone is given up.
"""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from pipeline.code import PACKAGES
from pipeline.engine import embedded
from pipeline.engine.batches import Stage
from pipeline.engine.workers import Task, Worked, stream
from pipeline.errors import OnRecordError
from pipeline.settings import ROOT, Settings

if TYPE_CHECKING:
    from ray import ObjectRef

RETRIES = 3
"""Times that Ray starts a task again whose process or node has died."""
AHEAD = 2
"""Batches for each CPU that are under way at once; bounds memory."""
PATIENCE = 300.0
"""Seconds without any CPU in the cluster after which a build gives up; nodes may have to be started first."""
LOOK = 5.0
"""Seconds between looks at the cluster, which may grow and shrink."""
STORE_BYTES = 512 * 1024 * 1024
"""Memory for objects on their way, where Ray is started here."""
_LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Set to 0 before Ray is imported, it lets Ray listen on the loopback address only, on any system."""
SHIPPED = ("pipeline", "seeds/reference")
"""What the nodes of a cluster are given of this project; packages must be installed there."""

Packages: TypeAlias = "tuple[tuple[str, str | None], ...]"
"""Names of packages and their versions."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch on its way, and where its result will be."""

    batch: pa.RecordBatch
    result: ObjectRef[Worked]


def work(stage: Stage, batches: Iterable[pa.RecordBatch], settings: Settings) -> Iterator[Worked]:
    """What became of each batch, in order, whatever the number of nodes and whichever of them die."""
    return _cluster(settings.ray_address, settings.workers).run(stage, batches, settings)


def prepare(stage: Stage, settings: Settings) -> None:
    """Nothing: which node a batch goes to is decided when it goes, so a model is loaded with the first one there."""


def is_at_work(settings: Settings) -> bool:
    """True if the cluster has been needed since the last release."""
    return _cluster(settings.ray_address, settings.workers).is_connected


def release(settings: Settings) -> None:
    """Leaves the cluster, or ends it if it was started here. Its workers end with that."""
    _cluster(settings.ray_address, settings.workers).leave()


def on_node(stage: Stage, rows: bytes, settings: Settings, packages: Packages) -> Worked:
    """What a task does: it works one batch in the worker process of this CPU, started if it is the first.

    Raises OnRecordError if the node has other packages than the build, with which it might give other results.
    """
    other = sorted(set(packages) - set(installed()))
    if other:
        wanted = ", ".join(f"{name} {number}" for name, number in other)
        raise OnRecordError(f"this build has {wanted}, and the node another version or none; install requirements.lock")
    with pa.ipc.open_stream(rows) as batches:
        return next(embedded.work(stage, batches, replace(settings, workers=1)))


@lru_cache(maxsize=1)
def installed() -> Packages:
    """Packages that act on results, and their versions here; None for one that is missing."""
    return tuple((name, _version(name)) for names in PACKAGES.values() for name in names)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def _cluster(address: str | None, workers: int) -> _Cluster:
    return _Cluster(address, workers)


class _Cluster:
    """The connection of this process to Ray, made when it is first needed."""

    def __init__(self, address: str | None, workers: int) -> None:
        self._address = address
        self._workers = workers
        self._cpus, self._looked, self._had_some = 0, 0.0, 0.0
        self.is_connected = False

    def run(self, stage: Stage, batches: Iterable[pa.RecordBatch], settings: Settings) -> Iterator[Worked]:
        """What became of each batch, in order; as many are on their way as keep all CPUs busy."""
        under_way: deque[_Sent] = deque()
        try:
            for batch in batches:
                under_way.append(self._send(stage, batch, settings))
                while len(under_way) >= AHEAD * max(1, self._count_cpus()):
                    yield self._settled(stage, under_way.popleft(), settings)
            while under_way:
                yield self._settled(stage, under_way.popleft(), settings)
        finally:
            for sent in under_way:  # stopped half way: nobody waits for these results
                _ray().cancel(sent.result, force=True)

    def _send(self, stage: Stage, batch: pa.RecordBatch, settings: Settings) -> _Sent:
        self._connect()
        return _Sent(batch, _task().remote(stage, stream(batch), settings, installed()))

    def _connect(self) -> None:
        if self.is_connected:
            return
        at = f"RAY_ADDRESS={self._address}" if self._address else "this machine"
        if self._address is None or _answers_on_loopback(self._address, at):
            os.environ[_LOOPBACK] = "0"
        try:
            _ray().init(log_to_driver=False, logging_level="error", **self._place())
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise OnRecordError(f"{at}: no Ray ({_line(error)}); start a cluster, or take --engine embedded") from error
        self.is_connected, self._looked, self._had_some = True, 0.0, time.monotonic()

    def _place(self) -> dict[str, Any]:
        if self._address:
            return {"address": self._address, "runtime_env": shipped()}
        own = {"num_cpus": self._workers, "object_store_memory": STORE_BYTES, "include_dashboard": False}
        return {"address": "local", **own}

    def leave(self) -> None:
        """Gives up the connection; Ray ends what this process had started."""
        if self.is_connected:
            self.is_connected = False
            _task.cache_clear()
            _ray().shutdown()

    def _settled(self, stage: Stage, sent: _Sent, settings: Settings) -> Worked:
        try:
            return self._result(sent)
        except _deaths() as error:
            task = Task(stage, sent.batch, settings)
            if sent.batch.num_rows == 1:
                task.give_up(f"its worker was lost {RETRIES + 1} times ({type(error).__name__})")
                return task.worked()
        rows = [self._send(stage, sent.batch.slice(row, 1), settings) for row in range(sent.batch.num_rows)]
        return _joined([self._settled(stage, row, settings) for row in rows])

    def _result(self, sent: _Sent) -> Worked:
        ray = _ray()
        while not ray.wait([sent.result], timeout=LOOK)[0]:
            self._count_cpus()
        try:
            worked: Worked = ray.get(sent.result)
        except ray.exceptions.RayTaskError as error:
            raise _of_node(error) from error
        except _deaths():
            raise
        except ray.exceptions.RayError as error:
            raise OnRecordError(f"Ray: {_line(error)}; the next build goes on from here") from error
        return worked

    def _count_cpus(self) -> int:
        """CPUs of the cluster as they were some seconds ago. Raises OnRecordError if there are none for a long time."""
        now = time.monotonic()
        if now - self._looked > LOOK:
            self._cpus, self._looked = int(_ray().cluster_resources().get("CPU", 0)), now
        if self._cpus:
            self._had_some = now
        elif now - self._had_some > PATIENCE:
            raise OnRecordError(
                f"Ray: no node with a CPU for {PATIENCE:g} seconds; start nodes, and the next build goes on from here"
            )
        return self._cpus


def _answers_on_loopback(address: str, at: str) -> bool:
    """True for host:port on this machine itself. Raises OnRecordError if nothing answers, where Ray waits minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not (host and port.isdecimal()):
        return False
    try:
        with socket.create_connection((host, int(port)), timeout=LOOK) as opened:
            return str(opened.getpeername()[0]) in {"127.0.0.1", "::1"}
    except (OSError, OverflowError) as error:
        raise OnRecordError(
            f"{at}: nothing answers there ({error}); give the address that `ray start --head` has printed"
        ) from error


def _ray() -> Any:
    """The package Ray, which tells nobody of its use. Raises OnRecordError if it is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError as error:
        raise OnRecordError(
            f"--engine ray: {error}; install it with `pip install -e '.[ray]'`, or take --engine embedded"
        ) from error
    return ray


@lru_cache(maxsize=1)
def _task() -> Any:
    return _ray().remote(num_cpus=1, max_retries=RETRIES, scheduling_strategy="SPREAD")(on_node)


def _deaths() -> tuple[type[Exception], ...]:
    """What Ray raises when a task is lost for good: its process or its node died, or what it gave is gone."""
    lost = _ray().exceptions
    return lost.WorkerCrashedError, lost.OutOfMemoryError, lost.NodeDiedError, lost.ObjectLostError


def _of_node(error: Any) -> Exception:
    """What went wrong on a node, as it was raised there."""
    cause: Exception = error.cause
    cause.add_note(f"on node {error.ip}")
    return OnRecordError(f"node {error.ip}: {cause}") if isinstance(cause, OnRecordError) else cause


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _joined(parts: list[Worked]) -> Worked:
    """The results of single rows as those of their batch."""
    failed = frozenset(row for row, part in enumerate(parts) if part.failed)
    return Worked(pa.concat_batches([part.rows for part in parts]), failed)


def shipped() -> dict[str, Any]:
    """A runtime environment of Ray: code and reference data of this project. All that lies beside them stays here."""
    ways = [Path(name) for name in SHIPPED]
    parents = {parent for way in ways for parent in way.parents}
    beside = (path.relative_to(ROOT) for parent in sorted(parents) for path in (ROOT / parent).iterdir())
    left = [f"/{path.as_posix()}" for path in beside if path not in ways and path not in parents]
    return {"working_dir": str(ROOT), "excludes": ["__pycache__", *sorted(left)]}
