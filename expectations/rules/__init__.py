"""The rules that a schema cannot say, table by table, in the order of a row's way.

Belongs here: RULES. Does not: how a rule is tested (`expectations.suites`).
"""

from __future__ import annotations

from expectations.rule import Rule
from expectations.rules import actors, claims, curation, documents, intake, mentions

RULES: tuple[Rule, ...] = (
    *intake.RULES, *documents.RULES, *claims.RULES, *mentions.RULES, *actors.RULES, *curation.RULES,
)  # fmt: skip
