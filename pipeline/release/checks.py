"""What a check of the data gives: which rule, on which table, how many rows it looked at, which of them failed.

Belongs here: the result that expectations hand to a release, and its form in checks.json. Does not: any rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule held against one table. `checked` and `failed` count rows; `samples` are keys of rows that failed."""

    table: str
    rule: str
    description: str
    severity: Severity
    passed: bool
    checked: int
    failed: int
    samples: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """True if a release must not be made: an error that did not pass."""
        return self.severity == "error" and not self.passed

    def to_dict(self) -> dict[str, Any]:
        """The result as checks.json holds it."""
        return {**asdict(self), "samples": list(self.samples)}


def blocking(checks: Iterable[CheckResult]) -> list[CheckResult]:
    """The results that forbid a release, by table and rule."""
    return sorted((check for check in checks if check.blocks), key=lambda check: (check.table, check.rule))
