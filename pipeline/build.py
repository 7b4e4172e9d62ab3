"""A whole build: the stages in order, the checks, the release.

Belongs here: the walk from a folder to a release, and what it found in numbers. Does not: how that is shown
(`pipeline.console`), nor the rules themselves, which are handed in: the domain does not know who judges it.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from pipeline import stages
from pipeline.engine.batches import Progress, silent
from pipeline.engine.engines import engine
from pipeline.errors import OnRecordError
from pipeline.lock import output_lock
from pipeline.measure import measured
from pipeline.release.checks import CheckResult
from pipeline.release.provenance import Provenance
from pipeline.release.publish import Release, publish
from pipeline.settings import Settings
from pipeline.unchanged import Built, fingerprint, recall, remember, take_away_damaged
from pipeline.warehouse import Warehouse, limited

RunChecks = Callable[[Path, Progress], Sequence[CheckResult]]


def build(
    settings: Settings,
    run_checks: RunChecks,
    progress: Progress = silent,
    load: Callable[[], object] | None = None,
    *,
    force: bool = False,
) -> Built:
    """Makes a release from settings.documents in settings.output, or finds that nothing changed since the last one.

    `load` imports what the checks need; it takes seconds, and has them while the workers are at the articles. With
    `force` tables, checks and release are made again even if nothing changed. Raises OnRecordError if the folder
    cannot be read, the output cannot be written, another build is at work there, or a check with severity error fails;
    then nothing new stands under output/releases.
    """
    writable(settings.output)
    with output_lock(settings.output), _told_if_unwritable(settings.output), limited(settings):
        mark = fingerprint(settings, progress)
        last = None if force else recall(settings, mark)
        if last:
            return last
        take_away_damaged(settings, mark)
        with _beside(load) as loading:
            built = _build(settings, run_checks, progress, loading)
        remember(settings, mark, built)
    return built


def _build(settings: Settings, run_checks: RunChecks, progress: Progress, loading: threading.Thread) -> Built:
    inputs = stages.read(settings, progress)
    # Kept, since the checks hold documents against their source text; from there it flows on batch by batch.
    stages.save_stage("cleaned", stages.clean(inputs, settings, progress), settings)
    cleaned = stages.stream_stage("cleaned", settings)
    extracted = stages.extract(cleaned, settings, progress)
    measured(settings)  # now, while the workers have the model; the release asks for it again
    engine(settings).release(settings)
    tables = stages.resolve(cleaned, extracted, settings, progress)
    stages.load(tables, settings, progress)
    loading.join()
    checks = tuple(run_checks(settings.warehouse, progress))
    release = publish_checked(settings, checks, progress)
    return Built(release, checks, stages.unmatched_decisions(settings))


def publish_checked(settings: Settings, checks: Sequence[CheckResult], progress: Progress = silent) -> Release:
    """Makes a release of the warehouse, with where it comes from and how well its code does on our own key."""
    return publish(settings, checks, Provenance.of_this_code(settings), measured(settings), progress)


@contextmanager
def _told_if_unwritable(output: Path) -> Iterator[None]:
    """Raises OnRecordError for a disk that is full or fails, and for a folder that may not be written.

    What was written stays, and the next build goes on from there.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        said = str(error).splitlines()[0]
        raise OnRecordError(f"{output}: {said}; give DuckDB more with ONRECORD_DATABASE_BYTES") from error
    except PermissionError as error:
        place = error.filename2 or error.filename or output
        if not Path(place).is_relative_to(output):
            raise
        raise _not_allowed(Path(place), error) from error
    except (OSError, duckdb.IOException) as error:
        if isinstance(error, OSError) and error.errno not in _DISK:
            raise
        reason = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise OnRecordError(f"{output}: cannot write here ({reason}); make room, then build again") from error


def _not_allowed(place: Path, error: OSError) -> OnRecordError:
    return OnRecordError(
        f"{place}: cannot write here ({error.strerror}); allow it, or choose another folder with --output"
    )


_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


@contextmanager
def _beside(load: Callable[[], object] | None) -> Iterator[threading.Thread]:
    """Runs this in a thread. What goes wrong in it goes wrong again where it is needed, and is told there."""

    def quietly() -> None:
        with suppress(Exception):
            if load:
                load()

    thread = threading.Thread(target=quietly, name="onrecord-load", daemon=True)
    thread.start()
    yield thread


def writable(output: Path) -> None:
    """Raises OnRecordError if this folder cannot be made or written into."""
    probe = output / ".writable"
    try:
        output.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _not_allowed(output, error) from error


def counts(warehouse: Path) -> dict[str, int]:
    """Rows of each working table."""
    with Warehouse.open(warehouse, read_only=True) as opened:
        return {name: opened.count(name) for name in opened.names()}
