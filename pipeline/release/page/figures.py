"""The figures that the page draws, from the tables of the release.

Belongs here: counts, and the choice of claims that are shown. Does not: how they look (`charts`, `sections`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.release.page.html import embedded_json
from pipeline.release.relations import Tables, records, show_all
from pipeline.warehouse import connect

TOP = 12
"""Bars in a chart: what fits on one screen."""
SAMPLE_BYTES = 4_000_000
"""Room for claims in the page: with everything else it stays under 5 MB and fluid on a phone."""

_BYTES_OF_ROW = 85
"""A claim in the page beside its words and the names that it is the first to use: id, day, numbers, marks."""
_NAMES = ("speaker", "cue_text", "publisher", "title")
"""What many claims share: the page holds each of these texts once."""
_MOST_COLUMNS = 120
"""Columns over time: more than this are too thin to be seen, so that they are drawn by year, decade or century."""
_PERIODS = (("month", 1), ("year", 12), ("decade", 120), ("century", 1200))
"""What a column over time may stand for, with its months."""

_BY_SPEAKER = f"""
    SELECT a.name AS label, count(*) AS n FROM claims AS c JOIN actors AS a ON a.actor_id = c.speaker_id
    WHERE a.is_named GROUP BY a.actor_id, a.name ORDER BY n DESC, label, a.actor_id LIMIT {TOP}"""
_BY_OUTLET = f"""
    SELECT coalesce(d.publisher, 'unknown') AS label, count(*) AS n FROM claims JOIN documents AS d USING (document_id)
    GROUP BY label ORDER BY n DESC, label LIMIT {TOP}"""
_BY_MONTH = """
    SELECT year(d.published_at) * 12 + month(d.published_at) - 1 AS months, count(*) AS n
    FROM claims JOIN documents AS d USING (document_id) WHERE d.published_at IS NOT NULL GROUP BY months"""
_BY_MODE = "SELECT mode AS label, count(*) AS n FROM claims GROUP BY mode ORDER BY n DESC, label"
_BY_ACT = "SELECT act AS label, count(*) AS n FROM claims GROUP BY act ORDER BY n DESC, label"
_BY_REMOVAL = """
    SELECT reason AS label, sum(source_end - source_start)::BIGINT AS n FROM removals
    GROUP BY reason ORDER BY n DESC, label"""
_BY_EXCLUSION = "SELECT reason AS label, count(*) AS n FROM exclusions GROUP BY reason ORDER BY n DESC, label"
_RANKED_CLAIMS = """
    SELECT c.claim_id, c.text, c.mode, c.act, c.is_negated, c.is_hedged, coalesce(s.name, c.speaker_text) AS speaker,
           c.cue_text,
           coalesce(s.is_named, false) AS is_named, d.publisher, d.title,
           strftime(d.published_at, '%Y-%m-%d') AS day
    FROM claims AS c
    JOIN documents AS d USING (document_id)
    LEFT JOIN actors AS s ON s.actor_id = c.speaker_id
    LEFT JOIN claim_groups AS g USING (claim_group_id)
    LEFT JOIN (SELECT claim_id, count(*) AS n FROM claim_actors GROUP BY claim_id) AS parts USING (claim_id)
    ORDER BY coalesce(g.document_count, 0) DESC, coalesce(parts.n, 0) DESC, s.claim_count DESC NULLS LAST,
             c.confidence DESC, c.claim_id
    LIMIT $most"""

Count = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by label, largest first; `times` in order and without gaps, each standing for a `period`."""

    speakers: list[Count]
    outlets: list[Count]
    period: str
    times: list[Count]
    modes: list[Count]
    acts: list[Count]
    removals: list[Count]
    exclusions: list[Count]


@dataclass(frozen=True, slots=True)
class Sample:
    """The claims that the page can search: all, or the best connected ones; newest first."""

    total: int
    claims: list[dict[str, Any]]


def figures_and_sample(tables: Tables, room: int = SAMPLE_BYTES) -> tuple[Figures, Sample]:
    """The counts, and as many claims as fit into `room` bytes, those with most documents and actors first."""
    with connect() as connection:
        show_all(connection, tables)
        speakers, outlets, modes, acts, removals, exclusions = (
            _counts(connection, sql) for sql in (_BY_SPEAKER, _BY_OUTLET, _BY_MODE, _BY_ACT, _BY_REMOVAL, _BY_EXCLUSION)
        )
        period, times = over_time(dict(connection.sql(_BY_MONTH).fetchall()))
        claims = _fitting(records(connection, _RANKED_CLAIMS, {"most": room // _BYTES_OF_ROW}), room)
    figures = Figures(speakers, outlets, period, times, modes, acts, removals, exclusions)
    return figures, Sample(tables["claims"].num_rows, claims)


def over_time(months: Mapping[int, int]) -> tuple[str, list[Count]]:
    """Counts by month, year, decade or century, whichever can be drawn; also where nothing was published.

    `months` counts claims by months since the year 0. A month is called 2026-03, a decade by its first year.
    """
    if not months:
        return "month", []
    first, last = min(months), max(months)
    period, length = next((p for p in _PERIODS if last // p[1] - first // p[1] < _MOST_COLUMNS), _PERIODS[-1])
    counts = dict.fromkeys(range(first // length, last // length + 1), 0)
    for month, n in months.items():
        counts[month // length] += n
    return period, [(_called(number * length, period), n) for number, n in counts.items()]


def _called(month: int, period: str) -> str:
    year = f"{month // 12:04}"
    return f"{year}-{month % 12 + 1:02}" if period == "month" else year


def _counts(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Count]:
    return [(str(label), int(n)) for label, n in connection.sql(sql).fetchall()]


def _fitting(claims: list[dict[str, Any]], room: int) -> list[dict[str, Any]]:
    """The claims that fit, newest first; one that is too long for what is left makes way for shorter ones."""
    kept, names = [], set[str]()
    for claim in claims:
        new = {claim[key] for key in _NAMES if claim[key]} - names
        # Counted as the page holds it: what could be markup is escaped there, and takes up to six times the bytes.
        needed = _BYTES_OF_ROW + sum(len(embedded_json(words).encode()) for words in (claim["text"], *new))
        if needed <= room:
            room -= needed
            names |= new
            kept.append(claim)
    newest_first = sorted(kept, key=lambda claim: str(claim["claim_id"]))
    return sorted(newest_first, key=lambda claim: claim["day"] or "", reverse=True)
