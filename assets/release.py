"""The release: what stands behind the gate.

Belongs here: the asset that publishes. Does not: what a release holds (`pipeline.release`).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from assets.common import OUTPUT, OWNERS
from assets.metadata import counts, markdown
from assets.progress import log_progress
from assets.resources import OnRecord
from pipeline.code import code_version
from pipeline.release.checks import CheckResult
from pipeline.release.files import SUMS, sha256_of
from pipeline.release.publish import Release
from pipeline.schema.tables import SCHEMA_VERSION, WORKING_TABLES


@dg.asset(
    name="release",
    deps=[table.name for table in WORKING_TABLES],
    group_name="release",
    kinds={"parquet", "duckdb"},
    owners=OWNERS,
    tags={"published": "yes"},
    code_version=f"{SCHEMA_VERSION}-{code_version('resolve')}",
    pool=OUTPUT,
    freshness_policy=dg.FreshnessPolicy.time_window(warn_window=timedelta(days=7), fail_window=timedelta(days=35)),
)
def release(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """A version of the dataset that anybody can verify; made only if no rule of severity error fails."""
    with onrecord.alone():
        published, checks = onrecord.publish(log_progress(context))
    decisions = "; ".join(onrecord.unmatched_decisions()) or "none"
    return dg.MaterializeResult(
        metadata={**_metadata(published, checks, onrecord.rows()), "decisions_that_match_nothing": decisions},
        data_version=dg.DataVersion(sha256_of(published.path / SUMS)),
    )


def _metadata(published: Release, checks: Sequence[CheckResult], rows: Mapping[str, int]) -> dict[str, Any]:
    warnings = [(check.table, check.rule, check.failed) for check in checks if not check.passed]
    return {
        "version": published.version,
        "is_new": published.is_new,
        "path": dg.MetadataValue.path(published.path),
        "rows": counts(rows),
        "try_it": dg.MetadataValue.md(f"`duckdb -c \"FROM '{published.path}/actors.parquet' LIMIT 5\"`"),
        "rules_held": sum(check.passed for check in checks),
        "warnings": dg.MetadataValue.md(markdown(["table", "rule", "rows that break it"], warnings)),
    }
