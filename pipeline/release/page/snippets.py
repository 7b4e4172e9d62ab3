"""Code to copy: how to open the release in each tool.

Belongs here: short programs that run in the folder of the release. Does not: anything that a tool's manual says better.
"""

from __future__ import annotations

SNIPPETS = {
    "DuckDB": """\
SELECT a.name, count(*) AS claims
FROM 'claims.parquet' AS c
JOIN 'actors.parquet' AS a ON a.actor_id = c.speaker_id
GROUP BY a.actor_id, a.name
ORDER BY claims DESC
LIMIT 10;""",
    "pandas": """\
import pandas as pd

claims = pd.read_parquet("claims.parquet")
actors = pd.read_parquet("actors.parquet")
spoken = claims.merge(actors, left_on="speaker_id", right_on="actor_id")
print(spoken["name"].value_counts().head(10))""",
    "polars": """\
import polars as pl

claims = pl.scan_parquet("claims.parquet")
actors = pl.scan_parquet("actors.parquet")
print(
    claims.join(actors, left_on="speaker_id", right_on="actor_id")
    .group_by("name")
    .len()
    .sort("len", descending=True)
    .head(10)
    .collect()
)""",
    "R": """\
library(arrow)
library(dplyr)

read_parquet("claims.parquet") |>
  inner_join(read_parquet("actors.parquet"), by = c("speaker_id" = "actor_id")) |>
  count(name, sort = TRUE) |>
  head(10)""",
}
"""Who speaks most, in each tool."""
