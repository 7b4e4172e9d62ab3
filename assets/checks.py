"""The gate: every rule of `expectations` as a check of its table.

Belongs here: rules and results in Dagster's terms. Does not: any rule. Only a check that is blocking and fails with
severity ERROR stops what is downstream, so every rule of severity error is both.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.common import OUTPUT
from assets.resources import OnRecord
from expectations.rule import Rule
from pipeline.release.checks import CheckResult

SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def checks_of(rules: Sequence[Rule]) -> list[dg.AssetChecksDefinition]:
    """One definition for each table: its rules are held against it in one go, all or some of them."""
    names = dict.fromkeys(rule.table for rule in rules)
    return [_table_checks(name, [rule for rule in rules if rule.table == name]) for name in names]


def _table_checks(table: str, rules: Sequence[Rule]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"check_{table}",
        specs=[_spec(rule) for rule in rules],
        can_subset=True,
        pool=OUTPUT,
        description=f"Holds {len(rules)} rules against the table {table}.",
    )
    def check_table(context: dg.AssetCheckExecutionContext, onrecord: OnRecord) -> Iterator[dg.AssetCheckResult]:
        """Holds the chosen rules against the table."""
        selected = {key.name for key in context.selected_asset_check_keys}
        for result in onrecord.check([rule for rule in rules if rule.name in selected]):
            yield _result(result)

    return check_table


def _spec(rule: Rule) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        rule.name,
        asset=dg.AssetKey(rule.table),
        description=f"{rule.description} Why: {rule.reason}",
        blocking=rule.severity == "error",
        metadata={"severity": rule.severity},
    )


def _result(result: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=result.passed,
        check_name=result.rule,
        asset_key=dg.AssetKey(result.table),
        severity=SEVERITY[result.severity],
        description=_summary(result),
        metadata={
            "checked": result.checked,
            "failed": result.failed,
            **({} if result.passed else {"samples": ", ".join(result.samples)}),
        },
    )


def _summary(result: CheckResult) -> str:
    if result.passed:
        return f"holds for all {result.checked:,} rows looked at"
    return f"{result.failed:,} rows break it, {result.checked:,} were looked at"
