"""One frozen Settings, and the only module that reads the environment.

Belongs here: where things are and how large they may grow. Does not: any rule about news.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "seeds" / "reference"


def _source_date() -> datetime | None:
    value = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None) if value else None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build needs to know. Sizes are in bytes, times in seconds."""

    documents: Path = ROOT / "seeds" / "documents"
    output: Path = ROOT / "output"
    curation_folder: Path | None = None
    workers: int = 1
    max_input_bytes: int = 16 * 1024 * 1024
    """A larger input, or one that expands to more, is excluded as too_large."""
    seconds_per_document: float = 60.0
    """Processor time that one article may take in one stage; then it is excluded as failed."""
    worker_bytes: int = 4 * 1024**3
    """Memory that a worker may use for its data; an article that needs more is excluded as failed."""
    source_date: datetime | None = field(default_factory=_source_date)
    """SOURCE_DATE_EPOCH, if it is set: it decides the version of a release instead of the newest input."""

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
        """Settings with ONRECORD_DOCUMENTS, ONRECORD_OUTPUT, ONRECORD_CURATION and ONRECORD_WORKERS applied."""
        default, env = cls(), os.environ
        return cls(
            documents=Path(env.get("ONRECORD_DOCUMENTS", default.documents)),
            output=Path(env.get("ONRECORD_OUTPUT", default.output)),
            curation_folder=Path(env["ONRECORD_CURATION"]) if "ONRECORD_CURATION" in env else None,
            workers=int(env.get("ONRECORD_WORKERS", default.workers)),
        )
