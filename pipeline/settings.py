"""One frozen Settings, and the only module that reads the environment.

Belongs here: where things are and how large they may grow. Does not: any rule about news.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import OnRecordError

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "seeds" / "reference"
DATABASE_BYTES = 2 * 1024**3
ROWS_PER_FILE = 5_000_000
TEMPORARY = ".tmp-"
"""How the names of what is gone after a build begin, in the output folder."""
ENGINES = ("embedded", "ray")
"""Where the work on single articles is done: in processes of this machine, or on a Ray cluster."""


def _whole_number(name: str, default: int) -> int:
    """What a variable of the environment says. Raises OnRecordError if that is no whole number."""
    value = os.environ.get(name) or str(default)
    try:
        return int(value)
    except ValueError:
        raise OnRecordError(f"{name} is {value!r}: give a whole number") from None


def _source_date() -> datetime | None:
    if not os.environ.get("SOURCE_DATE_EPOCH"):
        return None
    seconds = _whole_number("SOURCE_DATE_EPOCH", 0)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):
        raise OnRecordError(f"SOURCE_DATE_EPOCH is {seconds}: no calendar has that second") from None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build needs to know. Sizes are in bytes, times in seconds."""

    documents: Path = ROOT / "seeds" / "documents"
    output: Path = ROOT / "output"
    curation_folder: Path | None = None
    workers: int = 1
    """Processes for the work on articles. A Ray cluster that runs already has as many as it has CPUs."""
    engine: str = "embedded"
    """One of ENGINES; results are the same."""
    ray_address: str | None = None
    """RAY_ADDRESS: the Ray cluster to work on; without one, the engine ray starts Ray on this machine."""
    max_input_bytes: int = 16 * 1024 * 1024
    """A larger input, or one that expands to more, is excluded as too_large."""
    seconds_per_document: float = 60.0
    """Processor time that one article may take in one stage; then it is excluded as failed."""
    worker_bytes: int = 4 * 1024**3
    """Memory that a worker may use for its data; an article that needs more is excluded as failed."""
    database_bytes: int = DATABASE_BYTES
    """Memory that DuckDB may use; more goes to the disk, into the output folder."""
    rows_per_file: int = ROWS_PER_FILE
    """A published table of more rows is divided into files by month of publication, of at most so many rows each."""
    source_date: datetime | None = field(default_factory=_source_date)
    """SOURCE_DATE_EPOCH, if it is set: it decides the version of a release instead of the newest input."""

    seconds_between_requests: float = 2.0
    """How long a poll of feeds and sitemaps leaves a host alone; its robots.txt may ask for more."""
    contact: str | None = None
    """Where the owner of a poll can be reached: an address that the hosts which it asks are told."""
    proxy: str | None = None
    """The address of a proxy through which feeds and sitemaps are asked."""

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise OnRecordError(f"workers {self.workers} (ONRECORD_WORKERS): give 1 or more")
        if self.rows_per_file < 1:
            raise OnRecordError(f"rows_per_file {self.rows_per_file} (ONRECORD_ROWS_PER_FILE): give 1 or more")
        if self.engine not in ENGINES:
            raise OnRecordError(f"engine {self.engine!r} (ONRECORD_ENGINE): choose one of {', '.join(ENGINES)}")

    @property
    def curation(self) -> Path:
        """People's decisions: the folder named, else the folder `curation` beside the documents."""
        return self.curation_folder or self.documents.absolute().parent / "curation"

    @property
    def warehouse(self) -> Path:
        return self.output / "onrecord.duckdb"

    @property
    def stages(self) -> Path:
        return self.output / "stages"

    @property
    def releases(self) -> Path:
        return self.output / "releases"

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings with RAY_ADDRESS and what the variables ONRECORD_ say.

        These are _DOCUMENTS, _OUTPUT, _CURATION, _WORKERS, _ENGINE, _DATABASE_BYTES, _ROWS_PER_FILE, _CONTACT and
        _PROXY.
        """
        default, env = cls(), os.environ
        return cls(
            documents=Path(env.get("ONRECORD_DOCUMENTS") or default.documents),
            output=Path(env.get("ONRECORD_OUTPUT") or default.output),
            curation_folder=Path(env["ONRECORD_CURATION"]) if env.get("ONRECORD_CURATION") else None,
            workers=_whole_number("ONRECORD_WORKERS", default.workers),
            contact=env.get("ONRECORD_CONTACT") or None,
            proxy=env.get("ONRECORD_PROXY") or None,
            engine=env.get("ONRECORD_ENGINE") or default.engine,
            ray_address=env.get("RAY_ADDRESS") or None,
            database_bytes=_whole_number("ONRECORD_DATABASE_BYTES", default.database_bytes),
            rows_per_file=_whole_number("ONRECORD_ROWS_PER_FILE", default.rows_per_file),
        )
