"""Code to copy: how to open the release in each tool.

Belongs here: short programs that run in the folder of the release. Does not: anything that a tool's manual says better.
"""

from __future__ import annotations

SNIPPETS = {
    "DuckDB": """\
SELECT a.name, count(*) AS claims
FROM 'claims.parquet' AS c
JOIN 'actors.parquet' AS a ON a.actor_id = c.speaker_id
WHERE a.is_named
GROUP BY a.actor_id, a.name
ORDER BY claims DESC, a.name
LIMIT 10;""",
    "pandas": """\
import pandas as pd

claims = pd.read_parquet("claims.parquet")
actors = pd.read_parquet("actors.parquet").query("is_named")
spoken = claims.merge(actors, left_on="speaker_id", right_on="actor_id")
counts = spoken.groupby(["actor_id", "name"]).size().reset_index(name="claims")
print(counts.sort_values(["claims", "name"], ascending=[False, True]).head(10))""",
    "polars": """\
import polars as pl

claims = pl.scan_parquet("claims.parquet")
actors = pl.scan_parquet("actors.parquet").filter("is_named")
spoken = claims.join(actors, left_on="speaker_id", right_on="actor_id")
counts = spoken.group_by("speaker_id", "name").len("claims")
print(counts.sort("claims", "name", descending=[True, False]).head(10).collect())""",
    "R": """\
# Base R reads the CSV files; packages that read Parquet do as well.
claims <- read.csv("csv/claims.csv.gz", encoding = "UTF-8")
actors <- read.csv("csv/actors.csv.gz", encoding = "UTF-8")
actors <- actors[tolower(actors$is_named) == "true", c("actor_id", "name")]
spoken <- merge(claims, actors, by.x = "speaker_id", by.y = "actor_id")
counts <- aggregate(claim_id ~ speaker_id + name, spoken, length)
head(counts[order(-counts$claim_id, counts$name), ], 10)""",
}
"""Which named actors speak most, in each tool."""
