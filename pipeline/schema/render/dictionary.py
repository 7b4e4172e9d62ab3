"""The schema for people: DICTIONARY.md, in Markdown.

Belongs here: tables, columns, keys, vocabularies and what they map to, in words. Does not: figures of a release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.schema.model import Column, ListOf, Struct, Table, Type, Vocabulary, inner_columns
from pipeline.schema.tables import SCHEMA_VERSION, TABLES

_INTRODUCTION = """\
Offsets count Unicode code points from 0; an end is exclusive. `start` and `end` point into `documents.text`,
`source_start` and `source_end` into the source text that cleaning saw. Times are UTC, without a zone. A missing value
is null (in CSV: an empty cell; nested columns are JSON there). A column name means the same in every table.

`popolo:` stands for the classes of https://www.popoloproject.com/specs/ and `wikidata:` stands for items under
https://www.wikidata.org/entity/.
"""


def dictionary(tables: Sequence[Table] = TABLES) -> str:
    """The data dictionary: a chapter per table, then the vocabularies."""
    parts = [f"# Data dictionary\n\nSchema version {SCHEMA_VERSION}.\n\n{_INTRODUCTION}"]
    parts += [_table(table) for table in tables]
    parts.append(
        "## Vocabularies\n\nThe closed lists of values, and the terms of other vocabularies that they match.\n"
    )
    parts += [_vocabulary(vocabulary) for vocabulary in vocabularies(tables)]
    return "\n".join(parts)


def vocabularies(tables: Sequence[Table]) -> list[Vocabulary]:
    """Every vocabulary that a column of the tables uses, once each, by name."""
    found = {v.name: v for table in tables for v in _used(table.columns)}
    return [found[name] for name in sorted(found)]


def type_name(kind: Type) -> str:
    """A type in words: integer, list of records."""
    if isinstance(kind, ListOf):
        return f"list of {type_name(kind.item)}s"
    return "record" if isinstance(kind, Struct) else kind


def _used(columns: Sequence[Column]) -> Iterator[Vocabulary]:
    for column in columns:
        if column.vocabulary:
            yield column.vocabulary
        yield from _used(inner_columns(column.type))


def _table(table: Table) -> str:
    lines = [f"## {table.name}", "", table.description, "", f"Key: {_codes(table.primary_key)}."]
    lines += [f"Each row is a {table.rows_are}."] if table.rows_are else []
    lines += [f"`{key.column}` refers to `{key.references[0]}.{key.references[1]}`." for key in table.foreign_keys]
    lines += ["", "| column | type | null | meaning |", "|---|---|---|---|"]
    lines += [row for column in table.columns for row in _rows(column, "")]
    return "\n".join([*lines, ""])


def _rows(column: Column, outer: str) -> Iterator[str]:
    name = f"{outer}{column.name}"
    yield f"| `{name}` | {type_name(column.type)} | {'yes' if column.nullable else 'no'} | {_cell(meaning(column))} |"
    for inner in inner_columns(column.type):
        yield from _rows(inner, f"{name}.")


def meaning(column: Column) -> str:
    """The description of a column with its vocabulary, pattern and counterpart elsewhere."""
    field = column.field
    parts = [field.description]
    if column.vocabulary:
        parts.append(f"Values: vocabulary {column.vocabulary.name}.")
    if field.pattern:
        parts.append(f"Pattern: {field.pattern}")
    if field.same_as:
        parts.append(f"Same as {field.same_as}")
    return " ".join(parts)


def _vocabulary(vocabulary: Vocabulary) -> str:
    lines = [f"### {vocabulary.name}", "", "| value | meaning | same as |", "|---|---|---|"]
    lines += [f"| `{term.name}` | {_cell(term.meaning)} | {', '.join(term.same_as)} |" for term in vocabulary.terms]
    return "\n".join([*lines, ""])


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
