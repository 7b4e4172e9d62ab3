"""The words in which a schema is written: types, fields, columns, tables, vocabularies.

Belongs here: immutable descriptions. Does not: any particular field or table (`fields`, `tables`), or any rendering.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scalar = Literal["string", "integer", "number", "boolean", "datetime", "date", "binary"]
"""`datetime` is UTC without a zone (the zone of a connection must not change what is shown); `integer` has 64 bits."""


@dataclass(frozen=True, slots=True)
class Struct:
    """A record inside a column."""

    fields: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list inside a column; its items are never null."""

    item: Type


Type = Scalar | Struct | ListOf


@dataclass(frozen=True, slots=True)
class Term:
    """One allowed value of a vocabulary, with what it means and the terms of other vocabularies that match it."""

    name: str
    meaning: str
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of values."""

    name: str
    terms: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms)


@dataclass(frozen=True, slots=True)
class Field:
    """What a column name means, wherever it occurs."""

    name: str
    type: Type
    description: str
    vocabulary: Vocabulary | None = None
    pattern: str | None = None
    """A regular expression (RE2 and Python agree on it) that a whole value matches."""
    minimum: float | None = None
    maximum: float | None = None
    same_as: str | None = None
    """The term of schema.org or Popolo that this field stands for."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field as one table uses it; a table may narrow it to a vocabulary of its own."""

    field: Field
    nullable: bool = False
    values: Vocabulary | None = None

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def type(self) -> Type:
        return self.field.type

    @property
    def vocabulary(self) -> Vocabulary | None:
        return self.values or self.field.vocabulary


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`column` of this table holds values of `references` = (table, column), where it is not null."""

    column: str
    references: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, its columns, its keys, the order it is published in."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    sort: tuple[str, ...] = ()
    """Columns that a release is sorted by before its primary key: those that people filter on."""
    rows_are: str = ""
    """The mapping of a row to schema.org or Popolo."""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def inner_columns(kind: Type) -> tuple[Column, ...]:
    """The columns inside a nested type; none for a scalar."""
    if isinstance(kind, ListOf):
        return inner_columns(kind.item)
    return kind.fields if isinstance(kind, Struct) else ()
