"""The release: what stands behind the gate.

Belongs here: the asset that publishes. Does not: what a release holds (`pipeline.release`).
"""

from datetime import timedelta

import dagster as dg

from assets.common import OWNERS, WAREHOUSE, log_progress
from assets.metadata import counts, markdown
from assets.resources import OnRecord
from pipeline.code import code_version
from pipeline.schema.tables import SCHEMA_VERSION, WORKING_TABLES


@dg.asset(
    name="release",
    deps=[table.name for table in WORKING_TABLES],
    group_name="release",
    kinds={"parquet", "duckdb"},
    owners=OWNERS,
    tags={"published": "yes"},
    code_version=f"{SCHEMA_VERSION}-{code_version('resolve')}",
    pool=WAREHOUSE,
    freshness_policy=dg.FreshnessPolicy.time_window(warn_window=timedelta(days=7), fail_window=timedelta(days=35)),
)
def release(context: dg.AssetExecutionContext, onrecord: OnRecord) -> dg.MaterializeResult[None]:
    """A version of the dataset that anybody can verify; made only if no rule of severity error fails."""
    published, checks = onrecord.publish(log_progress(context))
    warnings = [(check.table, check.rule, check.failed) for check in checks if not check.passed]
    return dg.MaterializeResult(
        metadata={
            "version": published.version,
            "is_new": published.is_new,
            "path": dg.MetadataValue.path(published.path),
            "rows": counts(onrecord.rows()),
            "try_it": dg.MetadataValue.md(f"`duckdb -c \"FROM '{published.path}/actors.parquet' LIMIT 5\"`"),
            "rules_held": sum(check.passed for check in checks),
            "warnings": dg.MetadataValue.md(markdown(["table", "rule", "rows that break it"], warnings)),
            "decisions_that_match_nothing": "; ".join(onrecord.unmatched_decisions()) or "none",
        }
    )
