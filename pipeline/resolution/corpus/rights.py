"""How much of an article that is not openly licensed a release may quote, and which claims are cut to keep to it.

Belongs here: the bound, and how claims keep to it. Does not: which licences are open (`intake`), or the text of the
article itself, which no release of a closed article holds (`release.content`).

A claim is a short statement that the article attributes to somebody; all claims of an article together could still come
near to the article. Beyond the bound the longest claims give way first: they keep their row, their id and their place,
and lose all words but the first ones, and if that is not enough, those too. `claims.text_extent` says so of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.schema.render.arrow import with_values
from pipeline.warehouse import connect

SHARE_BOUND = 0.5
"""Claims give at most half of the text of a closed article, counted in code points that stand in them ..."""
FREE_CHARACTERS = 1200
"""... or this many (about 200 words), where that is more: of a brief, who said what is most of the news."""
EXCERPT_WORDS = 8
CUT = "…"
"""What stands for the words that are left out."""

_ROWS = 5_000
"""Claims in memory at once."""

_FIRST_WORDS = re.compile(rf"\S+(?:\s+\S+){{0,{EXCERPT_WORDS - 1}}}")

QUOTED = """
    WITH shown AS (
        SELECT document_id, f."start" AS first, f."end" AS last
        FROM (SELECT document_id, unnest(fragments) AS f FROM claims WHERE text_extent = 'whole')
        UNION ALL
        SELECT document_id, fragments[1]."start", fragments[1]."start" + {shown} FROM claims
        WHERE text_extent = 'excerpt'
    ), reached AS (
        SELECT *, coalesce(max(last) OVER (PARTITION BY document_id ORDER BY first, last
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM shown
    )
    SELECT d.document_id, list_max([s."end" for s in d.segments]) AS length,
           coalesce(sum(greatest(0, last - greatest(first, before))), 0)::BIGINT AS quoted
    FROM documents AS d LEFT JOIN reached USING (document_id)
    WHERE NOT d.text_is_open GROUP BY d.document_id, length"""
"""For each closed document its length and how much of it stands in its claims, in code points; `{shown}` is SQL for the
number of code points that an excerpt shows."""
QUOTED_AS_PUBLISHED = QUOTED.format(shown=f"length(text) - {len(CUT) + 1}")
"""The same over published claims, whose text is what is shown."""
_IS_TOO_MUCH = f"quoted > greatest(floor(length * {SHARE_BOUND}), {FREE_CHARACTERS})"
TOO_MUCH_QUOTED = f"SELECT * FROM ({QUOTED_AS_PUBLISHED}) WHERE {_IS_TOO_MUCH} ORDER BY document_id"
"""Of that the documents whose published claims give more than `allowance`."""

Row = dict[str, Any]


def allowance(length: int) -> int:
    """How many code points of a closed text of this length its claims may give."""
    return max(int(length * SHARE_BOUND), FREE_CHARACTERS)


def excerpt_length(text: str, room: int) -> int:
    """How many code points of a claim's text an excerpt shows: its first words, within its first fragment."""
    found = _FIRST_WORDS.match(text[:room])
    return found.end() if found else 0


def shown_text(text: str, extent: str, room: int) -> str:
    """The words of a claim that are published; `room` is the length of its first fragment."""
    if extent == "whole":
        return text
    return f"{text[: excerpt_length(text, room)]} {CUT}" if extent == "excerpt" else CUT


def with_extents(claims: pa.Table, documents: pa.Table) -> pa.Table:
    """The claims, each with how much of its text a release may give: the column `text_extent`."""
    claims = with_values(claims, "text_extent", pa.repeat("whole", claims.num_rows))
    with connect() as connection:
        connection.register("claims", claims)
        connection.register("documents", documents)
        rows = connection.sql(f"""
            SELECT claim_id, document_id, fragments, text, confidence, length
            FROM claims JOIN ({QUOTED.format(shown="0")}) USING (document_id)
            WHERE {_IS_TOO_MUCH} ORDER BY document_id""").to_arrow_reader(_ROWS)
        extents = dict(_extents(row for batch in rows for row in batch.to_pylist()))
    if not extents:
        return claims
    places = pc.index_in(claims["claim_id"], value_set=pa.array(list(extents), pa.string()))
    values = pc.fill_null(pa.array(list(extents.values()), pa.string()).take(places), "whole")
    return with_values(claims, "text_extent", values)


def _extents(claims: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """The claims that are not whole and their extents; all are of documents whose claims give too much, in order."""
    for _, found in groupby(claims, key=itemgetter("document_id")):
        rows = list(found)
        extents = _kept_within(rows, allowance(rows[0]["length"]))
        yield from ((claim, extent) for claim, extent in extents.items() if extent != "whole")


def _kept_within(claims: Sequence[Row], allowed: int) -> dict[str, str]:
    """Cuts claims, the longest and least sure first, until the rest is allowed."""
    order = sorted(claims, key=lambda claim: (-len(claim["text"]), claim["confidence"], claim["claim_id"]))
    extents = {claim["claim_id"]: "whole" for claim in order}
    for extent in ("excerpt", "withheld"):
        for claim in order:
            if quoted(claims, extents) <= allowed:
                return extents
            extents[claim["claim_id"]] = extent
    return extents


def quoted(claims: Iterable[Row], extents: Mapping[str, str]) -> int:
    """How many code points of the text stand in these claims of one document; places in several count once."""
    total = reached = 0
    for start, end in sorted(span for claim in claims for span in _shown_spans(claim, extents[claim["claim_id"]])):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _shown_spans(claim: Row, extent: str) -> Iterator[tuple[int, int]]:
    first = claim["fragments"][0]
    if extent == "whole":
        yield from ((f["start"], f["end"]) for f in claim["fragments"])
    elif extent == "excerpt":
        yield first["start"], first["start"] + excerpt_length(claim["text"], first["end"] - first["start"])
