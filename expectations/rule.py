"""A rule: what must hold for a table, why, and how it is tested.

Belongs here: the words in which rules are written. Does not: any rule, or how a test is run (`suites`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.release.checks import Severity


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """Every value of a column is present (`required`) or, where it is present, one of these, like this, within these.

    `inside` names the list of records that holds the column, if it does not stand in the table itself.
    """

    column: str
    inside: str | None = None
    required: bool = False
    one_of: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Sieve:
    """A quick look that tells whether a rule may be broken: nobody has to ask its query if no row here looks wrong.

    `wrong` is SQL that is true in at least one row of the relation `source` if the query gives any row; it may be true
    in others, but only where the data breaks some rule. All rules with one source are looked at in one pass over it.
    """

    source: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Query:
    """An SQL query that gives one row, with one column (its key), for each row that breaks the rule.

    `population` is the relation whose rows are looked at; it may carry a WHERE. Besides the tables, a query may use
    what `expectations.database` defines.
    """

    sql: str
    population: str
    sieve: Sieve | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold: an error forbids a release, a warning only says so."""

    table: str
    name: str
    description: str
    reason: str
    test: ColumnTest | Query
    severity: Severity = "error"
