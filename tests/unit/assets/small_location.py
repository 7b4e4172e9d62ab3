"""The location as Dagster's daemons load it, with quick stages; the folders are those that the environment says."""

from __future__ import annotations

import dagster as dg

from assets.definitions import build_defs
from assets.resources import OnRecord
from pipeline.engine.batches import Progress, Rows, silent
from pipeline.stages import Ahead


class Quick(OnRecord):
    """Works a batch without a model, and fails a build at its first step."""

    def read(self, progress: Progress = silent) -> Rows:
        progress("read", 0, 1)
        raise dg.Failure("enough for a test that counts runs")

    def ahead(self, batch: str, progress: Progress = silent) -> Ahead:
        progress("clean", 1, 1)
        return Ahead(3, f"version of {batch}", {"empty": 1})


defs = build_defs(Quick.from_environment(), [])
