"""The papers of a release: README.md, LICENSE, CITATION.cff.

Belongs here: their words. Does not: figures that the tables do not give.
"""

from __future__ import annotations

from datetime import date

from pipeline.release.content import Tables
from pipeline.release.queries import QUERIES
from pipeline.release.version import Version
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


def readme(version: Version, when: date, tables: Tables, *, has_delta: bool) -> str:
    """README.md of a release."""
    rows = "\n".join(
        f"| [{t.name}]({t.name}.parquet) | {tables[t.name].num_rows:,} | {t.description} |" for t in TABLES
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

## Ask it something

{QUERIES[0].question} In this folder:

```sql
{QUERIES[0].sql}
```

`queries.sql` has more. Offsets count Unicode code points, the end is exclusive: in Python,
`text[start:end]` of `documents.text` is a piece of the claim.

## Trust it

`sha256sum -c SHA256SUMS` holds every file against its checksum; `onrecord verify` proves keys, spans and counts too.
`checks.json` has the result of every rule that the data was held against; `provenance.json` the inputs, code and models
of every table (`rows_sha256` is the SHA-256 of its unpacked CSV file). Nobody has read through the rows: `quality.json`
says how often the program is right on articles that were marked by hand, and `confidence` is only its own estimate.
Two builds of the same input give the same SHA256SUMS.
`onrecord.duckdb` is left out of that promise, because DuckDB lays out a file anew each time, and so is the archive of
all other files, `onrecord-{version}.tar.zst`; their checksums are in `SHA256SUMS.apart`.

## What changed

{delta} See `CHANGELOG.md`.

## Rights

The dataset is {dataset.LICENCE}; article texts stand here only where their own licence allows it. See `LICENSE`.
"""


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
