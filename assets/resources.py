"""The one resource: where articles and output are, and the stages that run between them.

The engine is a setting, too, and no resource of dagster-ray: that would connect this process to Ray and no more, since
what needs a cluster is the work on single articles, which the command line shares, and not whole runs or steps.

Belongs here: the settings as the UI shows and changes them, and a test's way to put a fake in a stage's place. Does
not: any stage itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

import dagster as dg
import pyarrow as pa

from expectations.rule import Rule
from pipeline.engine.batches import Progress, Rows, silent
from pipeline.errors import OnRecordError
from pipeline.release.checks import CheckResult
from pipeline.settings import DATABASE_BYTES, ROWS_PER_FILE, Settings

if TYPE_CHECKING:
    from pipeline.intake.polling.poll import Polled
    from pipeline.release.publish import Release
    from pipeline.stages import Ahead, Glance

P = ParamSpec("P")
T = TypeVar("T")


def plainly(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a step gives; an error that a person is meant to read fails the run with its one line."""
    try:
        return step(*args, **kwargs)
    except OnRecordError as error:
        raise dg.Failure(str(error), allow_retries=False) from error


class OnRecord(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Folders, workers, engine and bounds of a build, who asks when it polls, and the stages."""

    documents: str
    output: str
    curation: str | None = None
    workers: int = 1
    engine: str = "embedded"
    ray_address: str | None = None
    database_bytes: int = DATABASE_BYTES
    rows_per_file: int = ROWS_PER_FILE
    contact: str | None = None
    proxy: str | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """The resource with what the ONRECORD_ variables say, and the project's own folders else."""
        return cls.of(Settings.from_environment())

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The resource with the folders of these settings."""
        return cls(
            documents=str(settings.documents),
            output=str(settings.output),
            curation=str(settings.curation_folder) if settings.curation_folder else None,
            workers=settings.workers,
            engine=settings.engine,
            ray_address=settings.ray_address,
            database_bytes=settings.database_bytes,
            rows_per_file=settings.rows_per_file,
            contact=settings.contact,
            proxy=settings.proxy,
        )

    @property
    def settings(self) -> Settings:
        return plainly(
            Settings,
            documents=Path(self.documents),
            output=Path(self.output),
            curation_folder=Path(self.curation) if self.curation else None,
            workers=self.workers,
            engine=self.engine,
            ray_address=self.ray_address,
            database_bytes=self.database_bytes,
            rows_per_file=self.rows_per_file,
            contact=self.contact,
            proxy=self.proxy,
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the output folder, as a build of the command line does; the run fails if somebody else holds it.

        Around everything that a step does there: rows are worked while they are written, and what is kept of single
        articles may be put into other files by whoever comes next.
        """
        from pipeline.lock import output_lock

        with ExitStack() as stack:
            plainly(stack.enter_context, output_lock(self.settings.output))
            yield

    def within_bounds(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a step gives while DuckDB keeps to the memory of the settings and spills into the output folder."""
        from pipeline.warehouse import limited

        with limited(self.settings):
            return plainly(step, *args, **kwargs)

    def read(self, progress: Progress = silent) -> Rows:
        from pipeline import stages

        return plainly(stages.read, self.settings, progress)

    def clean(self, progress: Progress = silent) -> Rows:
        from pipeline import stages

        return plainly(stages.clean, self.stage("read"), self.settings, progress)

    def extract(self, progress: Progress = silent) -> Rows:
        from pipeline import stages

        return plainly(stages.extract, self.stage("cleaned"), self.settings, progress)

    def resolve(self, progress: Progress = silent) -> Mapping[str, pa.Table]:
        from pipeline import stages

        stage = self.stage
        return self.within_bounds(stages.resolve, stage("cleaned"), stage("extracted"), self.settings, progress)

    def load(self, tables: Mapping[str, pa.Table]) -> None:
        """Puts the working tables into the warehouse."""
        from pipeline import stages

        self.within_bounds(stages.load, tables, self.settings)

    def check(self, rules: Sequence[Rule]) -> list[CheckResult]:
        from expectations.run import run_checks

        return self.within_bounds(run_checks, self.settings.warehouse, rules=rules)

    def save(self, name: str, rows: Rows) -> Path:
        """Keeps the rows between two stages, and says where."""
        from pipeline import stages

        plainly(stages.save_stage, name, rows, self.settings)
        return self.settings.stages / f"{name}.parquet"

    def glance(self, name: str, first: int) -> Glance:
        """What can be said of the rows between two stages without loading them all."""
        from pipeline import stages

        return plainly(stages.glance, name, self.settings, first)

    def stage(self, name: str) -> Rows:
        """The rows between two stages, read from where they are kept."""
        from pipeline import stages

        return plainly(stages.stream_stage, name, self.settings)

    def publish(self, progress: Progress = silent) -> tuple[Release, Sequence[CheckResult]]:
        """Holds every rule against the warehouse once more and makes a release of it.

        Once more, because whoever materialises this asset alone passes the gate of checks by, and because another build
        may have written since.
        """
        from expectations.run import run_checks
        from pipeline.build import publish_checked

        def checked() -> tuple[Release, Sequence[CheckResult]]:
            checks = run_checks(self.settings.warehouse, progress)
            return publish_checked(self.settings, checks, progress), checks

        return self.within_bounds(checked)

    def poll(self) -> Sequence[Polled]:
        """Asks the feeds and sitemaps of the folder, if it names any, for new articles."""
        from pipeline.intake.polling.poll import poll
        from pipeline.intake.polling.sources import read_sources

        folder = self.settings.documents
        return plainly(poll, folder, self.settings) if plainly(read_sources, folder) else ()

    def state_of_inputs(self) -> str:
        """What changes whenever an article, a table beside them or a decision of people does."""
        from pipeline.intake.watch import state

        return plainly(state, self.settings.documents, self.settings.curation)

    def state_of_archives(self) -> str:
        """What changes whenever an archive of polled articles comes or goes."""
        from pipeline.intake.polling.sources import FETCHED
        from pipeline.intake.watch import state

        return plainly(state, self.settings.documents / FETCHED)

    def ahead(self, batch: str, progress: Progress = silent) -> Ahead:
        """Works one intake batch and keeps what was found for the stages over all articles."""
        from pipeline import stages

        return plainly(stages.ahead, batch, self.settings, progress)

    def states_of_batches(self) -> Mapping[str, str]:
        """The intake batches, and for each what changes whenever one of its files does."""
        from pipeline.intake.watch import states

        return plainly(states, self.settings.documents)

    def rows(self) -> dict[str, int]:
        """Rows of each table in the warehouse."""
        from pipeline.build import counts

        return plainly(counts, self.settings.warehouse)

    def unmatched_decisions(self) -> tuple[str, ...]:
        """Decisions of people that match nothing in the warehouse."""
        from pipeline import stages

        return plainly(stages.unmatched_decisions, self.settings)
