"""Worker processes that a row may crash, hang or fill, while the build goes on.

Belongs here: starting and watching processes, and telling which row brought one down. Does not: what a process does
(`serve`), or what becomes of results (`embedded`, `kept`).

A worker sends the result of every row as soon as it is there. So when it dies, the row to blame is the next one: that
row is tried once more, alone in a process of its own, and only then given up.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

import pyarrow as pa

from pipeline.engine.batches import Stage
from pipeline.engine.serve import BROKEN, OUT_OF_MEMORY, READY, RESULT, Order, serve
from pipeline.errors import OnRecordError
from pipeline.settings import Settings

WALL = 5
"""A worker that is silent for this many times the CPU time of a row waits for something that will not come."""
LOADING, DYING = 300.0, 10.0
"""Seconds that a worker may take to load what it needs, and to end once its pipe is closed."""
AHEAD = 2
"""Batches for each worker that are under way at once; bounds memory."""


@dataclass(frozen=True, slots=True)
class Worked:
    """The results of a batch, and the numbers of its rows that failed: these say nothing lasting about the row."""

    rows: pa.RecordBatch
    failed: frozenset[int]


@dataclass
class Task:
    """A batch on its way: its results so far, and whether its next row has brought a worker down before."""

    stage: Stage
    batch: pa.RecordBatch
    settings: Settings
    results: list[pa.RecordBatch] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    is_suspect: bool = False

    @property
    def is_done(self) -> bool:
        return len(self.results) == int(self.batch.num_rows)

    def rest(self) -> pa.RecordBatch:
        """The rows that a worker is given next; a suspect one goes alone."""
        left = self.batch.num_rows - len(self.results)
        return self.batch.slice(len(self.results), 1 if self.is_suspect else left)

    def take(self, result: bytes) -> None:
        """The result of the next row."""
        self._settle(pa.ipc.read_record_batch(pa.py_buffer(result), self.stage.schema))

    def give_up(self, detail: str) -> None:
        """Settles the next row as failed."""
        row = self.stage.failure(self.rest().slice(0, 1).to_pylist()[0], detail)
        self.failed.add(len(self.results))
        self._settle(pa.RecordBatch.from_pylist([dict(row)], schema=self.stage.schema))

    def blame(self, detail: str) -> None:
        """The next row brought a worker down: the first time it is tried again alone, the second time given up."""
        if self.is_suspect:
            self.give_up(detail)
        else:
            self.is_suspect = True

    def _settle(self, result: pa.RecordBatch) -> None:
        self.results.append(result)
        self.is_suspect = False

    def worked(self) -> Worked:
        """What became of the batch."""
        return Worked(pa.concat_batches(self.results), frozenset(self.failed))


class Worker:
    """A process of its own, started when it is first needed and again when it has died."""

    def __init__(self) -> None:
        self.task: Task | None = None
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._awaited = 0
        self._loading = 0
        self._heard = 0.0

    @property
    def is_idle(self) -> bool:
        return self.task is None or self.task.is_done

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def pipe(self) -> Connection:
        """Where its answers come from."""
        if self._pipe is None:
            # Spawned: a fork would copy the locks of threads that Arrow and DuckDB have started.
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs,), name="onrecord-worker", daemon=True)
            self._process.start()
            theirs.close()  # so that the end of the pipe is seen when the process dies
        return self._pipe

    def prepare(self, settings: Settings, load: Callable[[], object] | None) -> None:
        """Lets the process load what a stage needs, without waiting for it."""
        self._send(Order(settings, load))

    def give(self, task: Task) -> None:
        """Sets the process to work on the rows of a task that have no result yet."""
        rest = task.rest()
        self.task, self._awaited = task, rest.num_rows
        self._send(Order(task.settings, task.stage.prepare, task.stage.function, stream(rest)))

    def _send(self, order: Order) -> None:
        self._loading, self._heard = self._loading + 1, time.monotonic()
        with suppress(BrokenPipeError, ConnectionResetError):  # it has died, which is noticed when it is listened to
            self.pipe.send(order)

    def listen(self) -> None:
        """Takes one answer, or the death of the process, into account. Raises what must stop the build."""
        try:
            kind, value = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._bury(None)
            return
        self._heard = time.monotonic()
        if kind == BROKEN:
            self.stop()
            raise pickle.loads(value)  # noqa: S301  (made by our own process)
        if kind == READY:
            self._loading -= 1
        elif self.task is not None:
            self._answered(self.task, kind, value)

    def _answered(self, task: Task, kind: str, value: bytes) -> None:
        self._awaited -= 1
        if kind == RESULT:
            task.take(value)
        else:
            task.give_up(value.decode())
        if not self._awaited and not task.is_done:
            self.give(task)

    def look_after(self) -> None:
        """Ends the process if nothing was heard of it for so long that it must hang."""
        if self.task is not None and not self.is_idle:
            seconds = LOADING if self._loading else WALL * self.task.settings.seconds_per_document
            if time.monotonic() - self._heard > seconds:
                self._bury(f"did not answer for {seconds:g} seconds")

    def _bury(self, cause: str | None) -> None:
        """Ends the process, blames the row it was at, and goes on with a new process."""
        task, was_loading = self.task, self._loading > 0
        status = self.stop(patience=0 if cause else DYING)
        if task is None or task.is_done:
            return
        cause = cause or _cause(status, task.settings)
        if was_loading:
            raise OnRecordError(f"a worker process {cause} before its first article; install the packages again")
        task.blame(cause)
        if not task.is_done:
            self.give(task)

    def stop(self, patience: float = 0) -> int:
        """Ends the process, at once or if it has not ended by itself within some seconds, and gives its exit status."""
        process, pipe = self._process, self._pipe
        self._process, self._pipe, self._loading = None, None, 0
        if process is None or pipe is None:
            return 0
        process.join(patience)
        process.kill()
        process.join()
        pipe.close()
        return process.exitcode or 0


def stream(batch: pa.RecordBatch) -> bytes:
    """The rows as an Arrow stream, which holds nothing else of what they were cut from."""
    with pa.BufferOutputStream() as sink:
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)  # of a slice, its own rows only
        data: bytes = sink.getvalue().to_pybytes()
    return data


def _cause(status: int, settings: Settings) -> str:
    if status == -signal.SIGPROF:
        return f"took more than {settings.seconds_per_document:g} seconds of processor time"
    if status == OUT_OF_MEMORY:
        return f"needed more than {settings.worker_bytes / 2**20:g} MiB of memory"
    if status < 0:
        return f"crashed ({signal.Signals(-status).name})"
    return f"ended with status {status}"


class Workers:
    """As many workers as a build may use; they live from stage to stage, so that a model is loaded once."""

    def __init__(self, number: int) -> None:
        self._all = [Worker() for _ in range(number)]

    def run(self, stage: Stage, batches: Iterable[pa.RecordBatch], settings: Settings) -> Iterator[Worked]:
        """What became of each batch, in order."""
        tasks = (Task(stage, batch, settings) for batch in batches if batch.num_rows)
        under_way: deque[Task] = deque()
        try:
            while self._fill(tasks, under_way):
                self._listen()
                while under_way and under_way[0].is_done:
                    yield under_way.popleft().worked()
        finally:
            if under_way:  # stopped half way: nobody waits for these answers
                self.stop()

    def _fill(self, tasks: Iterator[Task], under_way: deque[Task]) -> bool:
        for worker in self._all:
            if worker.is_idle and len(under_way) < AHEAD * len(self._all) and (task := next(tasks, None)):
                under_way.append(task)
                worker.give(task)
        return bool(under_way)

    def _listen(self) -> None:
        busy = [worker for worker in self._all if not worker.is_idle]
        answering = wait([worker.pipe for worker in busy], timeout=1)
        for worker in busy:
            if worker.pipe in answering:
                worker.listen()
            else:
                worker.look_after()

    @property
    def are_running(self) -> bool:
        return any(worker.is_running for worker in self._all)

    def prepare(self, settings: Settings, load: Callable[[], object] | None) -> None:
        """Lets the first worker load what a later stage needs while nobody waits for it."""
        self._all[0].prepare(settings, load)

    def stop(self) -> None:
        """Ends all processes; they start again when they are needed."""
        for worker in self._all:
            worker.stop()
            worker.task = None
