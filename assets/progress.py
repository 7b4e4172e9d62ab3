"""How far a step is, in the log of its run.

Belongs here: how often that is told. Does not: in which words (`pipeline.engine.progress`).
"""

from __future__ import annotations

import dagster as dg

from pipeline.engine.progress import Lines

EVERY = 5.0
"""Seconds between two lines of a stage."""


def log_progress(context: dg.AssetExecutionContext) -> Lines:
    """A progress into the log of this run."""
    return Lines(context.log.info, EVERY)
