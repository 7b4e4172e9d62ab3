"""The papers of a release: README.md, LICENSE, CITATION.cff.

Belongs here: their words. Does not: figures that the tables do not give.
"""

from __future__ import annotations

from datetime import date

from pipeline.release.layout import by_month
from pipeline.release.queries import QUERIES
from pipeline.release.relations import Tables
from pipeline.release.version import Version
from pipeline.resolution.corpus.rights import FREE_CHARACTERS, SHARE_BOUND
from pipeline.schema import dataset
from pipeline.schema.tables import SCHEMA_VERSION, TABLES

LICENSE = f"""\
{dataset.TITLE}

The dataset's own content (ids, offsets, links between claims and actors, categories, counts, descriptions) is licensed
under {dataset.LICENCE_TITLE} ({dataset.LICENCE}): you may share and adapt it, also commercially, if you give
appropriate credit, link to the licence and indicate changes. The licence: {dataset.LICENCE_URL}legalcode

Texts of articles are not ours to license. The column documents.licence names the licence of each article. Where that
licence lets anybody publish the text again, documents.text holds it under that licence. Where it does not, the release
holds facts about the article and the short statements that it attributes to somebody, with the place where they stand,
and never the article; rights in those words stay with their holders.

The dataset is given as it is, without warranty. It tells what articles report that somebody said; it does not tell
whether it is true.
"""


def readme(version: Version, when: date, tables: Tables, months: frozenset[str], *, has_delta: bool) -> str:
    """README.md of a release; `months` are the tables that it has by month of publication."""
    places = {t.name: f"{t.name}/" if t.name in months else f"{t.name}.parquet" for t in TABLES}
    rows = "\n".join(
        f"| [{t.name}]({places[t.name]}) | {tables[t.name].num_rows:,} | {t.description} |" for t in TABLES
    )
    delta = _DELTA if has_delta else "This is the first release, so it has no `delta/` folder."
    return f"""\
# {dataset.TITLE}

Version {version} of {when.isoformat()}, schema {SCHEMA_VERSION}. {dataset.DESCRIPTION}

| table | rows | a row is |
|---|---:|---|
{rows}

Open `index.html` for a look, `DICTIONARY.md` for every column. The Parquet files are the dataset; `csv/` holds the same
rows as text, `claims.jsonl.gz` each claim with its actors, `onrecord.duckdb` all tables in one file (DuckDB 1.0 or
later). `datapackage.json` and `croissant.json` describe them for programs.
{_BY_MONTH if months else ""}
## Ask it something

{QUERIES[0].question} In this folder:

```sql
{by_month(QUERIES[0].sql, months)}
```

`queries.sql` has more. Offsets count Unicode code points, the end is exclusive: in Python,
`text[start:end]` of `documents.text` is a piece of the claim.

## Trust it

`sha256sum -c SHA256SUMS` holds every file against its checksum; `onrecord verify` proves keys, spans and counts too.
`checks.json` has the result of every rule that the data was held against; `provenance.json` the inputs, code and models
of every table (`rows_sha256` is the SHA-256 of its unpacked CSV file). But for what `decisions`
lists, nobody has read through the rows: `quality.json` says how often the program is right on articles that were marked
by hand, and `confidence` how often such claims were right in other news.
Two builds of the same input give the same SHA256SUMS.
`onrecord.duckdb` is left out of that promise, because DuckDB lays out a file anew each time, and so is the archive of
all other files, `onrecord-{version}.tar.zst`; their checksums are in `SHA256SUMS.apart`.

{_IDS}
## What changed

{delta} See `CHANGELOG.md`.

## Rights

The dataset is {dataset.LICENCE}; article texts stand here only where their own licence allows it. See `LICENSE`.
{_BOUND}
"""


FOLLOW = """\
WITH RECURSIVE way AS (
    SELECT identifier AS old, identifier AS now FROM 'identifiers.parquet'
    UNION ALL
    SELECT old, superseded_by FROM way JOIN 'identifiers.parquet' ON identifier = now WHERE superseded_by IS NOT NULL
)
SELECT old, now FROM way JOIN 'identifiers.parquet' ON identifier = now WHERE superseded_by IS NULL ORDER BY old;"""
"""SQL that gives for every id the one that stands in its place today."""

_IDS = f"""\
## Ids, redirects and decisions of people

An id of a document, claim, actor or claim group stands for the same thing in every release. `identifiers` is the
register of all that were ever issued: one whose thing is gone keeps its entry, with `status` and, where another id
stands in its place, `superseded_by` (two actors turned out to be one; a claim got other bounds). No id is issued twice:
a release in which one would stand for something else is not made. To bring ids that you kept up to date:

```sql
{FOLLOW}
```

`decisions` lists what people decided by hand and why: retractions, merges, splits and links of actors, corrections.
What was retracted has no row in any other table; its entry in `identifiers` is the tombstone. `onrecord why ID` tells
the whole chain behind a row.
"""

_BY_MONTH = """
A table that is a folder is divided by month of publication (UTC), in the layout of Hive: read it with
`read_parquet('claims/**/*.parquet', hive_partitioning = true)` in DuckDB, or name the folder in pandas, Polars, Spark.
That gives it one more column, `published_month`, such as 2026-10, or unknown where no date is known; a condition on it
leaves all other files unread.
"""

_BOUND = f"""\
Of an article that is not openly licensed the claims give at most {SHARE_BOUND:.0%} of its text, or {FREE_CHARACTERS:,}
characters where that is more; beyond that the longest claims are cut to their first words, or withheld
(`claims.text_extent`), while their place and their speaker stay. `quality.json` has the shares."""

_DELTA = """\
`delta/<table>.parquet` has every row that was added, changed or removed since the previous release (`op`), and why
(`op_reason`). Take the previous table without the keys in the delta, put in its added and changed rows, and you have
this release. A removed row keeps its key only."""


def citation(version: Version, when: date) -> str:
    """CITATION.cff (Citation File Format 1.2.0)."""
    keywords = "\n".join(f"  - {word}" for word in dataset.KEYWORDS)
    return f"""\
cff-version: 1.2.0
type: dataset
message: If you use this dataset, please cite it as below.
title: "{dataset.TITLE}"
version: "{version}"
date-released: "{when.isoformat()}"
license: {dataset.LICENCE}
authors:
  - name: {dataset.CREATOR}
abstract: >-
  {dataset.DESCRIPTION}
keywords:
{keywords}
"""
