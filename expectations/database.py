"""The warehouse as rules see it: its tables, with lists unfolded into rows, texts cut by offsets, ids minted again.

Belongs here: the views, macros and functions that rules share. Does not: any rule.

Views: `segments` (document_id, position, role, section, start, end, source_start, source_end), `fragments` (claim_id,
document_id, section of the claim, position, start, end, source_start, source_end), `sources` (source_name,
source_text), and both texts with their length: `texts` (document_id, whole, size) and `source_texts` (source_name,
source_whole, source_size). `passages` are segments and captions with their own words: document_id, section (`found`),
begun, ended, source_begun, source_ended, said; in a document where the segments are the text (`is_whole`) and agree
with the source (`is_printed`), said is what both texts say there.
Functions: slice(text, start, end) cuts by code points; cut(text, length, start, end) cuts the same, counted from the
nearer end, since code points have to be counted one by one; balance(start, end), summed over spans that are not empty,
is that of the whole where, and only where, they follow each other without gap or overlap: then each end but the last is
a start, and hashes keep other sums apart; digest(bytes) is their SHA-256, which Python computes faster than DuckDB.
mint_*(…) and words_of(…) are those of `pipeline.ids`, written in SQL because they are asked for every row; a test holds
the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb.func import FunctionNullHandling

from pipeline import ids
from pipeline.cleaning.document import PARAGRAPH
from pipeline.errors import OnRecordError
from pipeline.resolution.corpus.rights import excerpt_length
from pipeline.schema.render.duckdb import literal
from pipeline.warehouse import connect

_VIEWS = """
CREATE OR REPLACE TEMP MACRO slice(whole, first, last) AS substr(whole, first + 1, last - first);
CREATE OR REPLACE TEMP MACRO cut(whole, size, first, last) AS substr(
    whole, CASE WHEN 2 * first < size OR first >= size THEN first + 1 ELSE first - size END, last - first
);
CREATE OR REPLACE TEMP MACRO balance(first, last) AS
    hash(first::BIGINT)::HUGEINT - hash(last::BIGINT)::HUGEINT;
CREATE OR REPLACE TEMP VIEW segments AS
    SELECT document_id, position, s.role,
        CASE WHEN s.role IN ('headline', 'standfirst') THEN s.role ELSE 'body' END AS section,
        s."start", s."end", s.source_start, s.source_end
    FROM (
        SELECT document_id, unnest(segments) AS s, generate_subscripts(segments, 1) AS position FROM documents
    );
CREATE OR REPLACE TEMP VIEW fragments AS
    SELECT claim_id, document_id, section, position, f."start", f."end", f.source_start, f.source_end
    FROM (
        SELECT claim_id, document_id, section, unnest(fragments) AS f, generate_subscripts(fragments, 1) AS position
        FROM claims
    );
CREATE OR REPLACE TEMP VIEW texts AS SELECT document_id, text AS whole, length(text) AS size FROM documents;
CREATE OR REPLACE TEMP VIEW source_texts AS
    SELECT source_name, source_text AS source_whole, length(source_text) AS source_size FROM sources;
"""
# Splitting counts the code points of a text once, cutting once for each piece.
_PASSAGES = f"""
CREATE OR REPLACE TEMP VIEW passages AS
    SELECT document_id, CASE WHEN s.role IN ('headline', 'standfirst') THEN s.role ELSE 'body' END AS found,
        s."start" AS begun, s."end" AS ended, s.source_start AS source_begun, s.source_end AS source_ended, said,
        is_whole, is_printed
    FROM (
        SELECT document_id, is_whole, is_printed, unnest(segments) AS s, unnest(pieces) AS said
        FROM (
            SELECT document_id, segments, pieces,
                list_append([s."start" for s in segments], size + {len(PARAGRAPH)})
                    IS NOT DISTINCT FROM list_prepend(0, [s."end" + {len(PARAGRAPH)} for s in segments]) AS is_whole,
                pieces IS NOT DISTINCT FROM
                    [cut(source_whole, source_size, s.source_start, s.source_end) for s in segments] AS is_printed
            FROM (
                SELECT document_id, segments, source_name, length(text) AS size,
                    CASE WHEN [length(piece) for piece in split] = [s."end" - s."start" for s in segments] THEN split
                        ELSE [slice(text, s."start", s."end") for s in segments] END AS pieces
                FROM (SELECT *, string_split(text, '{PARAGRAPH}') AS split FROM documents OFFSET 0) OFFSET 0
            ) LEFT JOIN source_texts USING (source_name) OFFSET 0
        )
    )
    UNION ALL
    SELECT document_id, reason, NULL, NULL, r.source_start, r.source_end,
        cut(source_whole, source_size, r.source_start, r.source_end), true, true
    FROM removals AS r JOIN documents USING (document_id) LEFT JOIN source_texts USING (source_name)
    WHERE reason = 'caption';
"""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_TWO_LETTERS = "".join(one + two for one in _LETTERS for two in _LETTERS)


def _pairs(first: int, digits: int) -> list[str]:
    """SQL for the base32 of some hexadecimal digits of a hash (at most 15): two letters for every ten bits."""
    number = f"('0x' || substr(sha256(hashed), {first}, {digits}))::BIGINT"
    places = range(4 * digits - 10, -1, -10)
    return [f"substr('{_TWO_LETTERS}', 2 * ({number} >> {place} & 1023) + 1, 2)" for place in places]


_FIRST_PAIR, *_OTHER_PAIRS = (*_pairs(1, 15), *_pairs(16, 10))


_MARKS = "\u00a0£«»‑–—‘’“”•…€"
_LETTERS_BEYOND = "à-öø-ÿĀ-įĴ-ķĹ-ľŁ-ňŊ-ž"
"""Marks and letters beside ASCII that folding turns into blanks and small letters, one by one: whoever has only these
needs no function of Python, and nearly all English news is so. A test holds every character against the code."""
_KNOWN = f"[\\x00-\\x7F{_MARKS}À-ÖØ-Þ{_LETTERS_BEYOND}]"
_IN_WORDS = f"[A-Za-z0-9_À-ÖØ-Þ{_LETTERS_BEYOND}]"
_BETWEEN_WORDS = f" *[^a-z0-9_ {_LETTERS_BEYOND}][^a-z0-9_{_LETTERS_BEYOND}]*|  +"
"""What folding makes one blank of, and is none yet: between most words stands just one, which need not be touched."""
_SPACED = f"regexp_replace(lower(body), '{_BETWEEN_WORDS}', ' ', 'g')"
_MINTED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "mint_claim_id(document, speaker, body, turn)": (
        "clm",
        ("document", "coalesce(speaker, '')", "words_of(body)", "turn"),
    ),
    "mint_mention_id(document, first, last)": ("men", ("document", "first", "last")),
    "mint_quantity_id(document, first, last)": ("qty", ("document", "first", "last")),
    "mint_linked_actor_id(wikidata)": ("act", ("'wikidata'", "wikidata")),
    "mint_named_actor_id(kind, name, apart)": ("act", ("'name'", "kind", "words_of(name)", "apart")),
    "mint_unnamed_actor_id(document, first)": ("act", ("'unnamed'", "document", "first")),
    "mint_claim_group_id(smallest)": ("grp", ("smallest",)),
}


def _hashed(call: str, kind: str, parts: Sequence[str]) -> str:
    """SQL for what an id is the hash of: one text, or null where anything but a speaker is missing."""
    given = [name for name in re.findall(r"\w+", call)[1:] if name != "speaker"]
    there = " AND ".join(f"{name} IS NOT NULL" for name in given)
    # Here and in `minted`: an operator `||` for each part would write a new text for each.
    return f"CASE WHEN {there} THEN concat('{kind}', {', '.join(f'chr(31), {part}' for part in parts)}) END"


_MACROS: Mapping[str, str] = {
    "minted(kind, hashed)": f"kind || '_' || {_FIRST_PAIR} || concat({', '.join(_OTHER_PAIRS)})",
    # Trimming costs as much as the rest, and few texts begin or end with a mark.
    "words_of(body)": f"""CASE WHEN regexp_full_match(body, '{_IN_WORDS}({_KNOWN}*{_IN_WORDS})?') THEN {_SPACED}
        WHEN regexp_full_match(body, '{_KNOWN}*') THEN trim({_SPACED}) ELSE folded_words(body) END""",
    "mint_document_id(url, hash)": """minted('doc', CASE WHEN url <> ''
        THEN concat('doc', chr(31), 'url', chr(31), url)
        ELSE 'doc' || chr(31) || 'sha256' || chr(31) || hash END)""",
    **{call: f"minted('{kind}', {_hashed(call, kind, parts)})" for call, (kind, parts) in _MINTED.items()},
}

_FUNCTIONS: tuple[tuple[str, Callable[..., str | int], tuple[str, ...], str], ...] = (
    ("digest", ids.sha256, ("BLOB",), "VARCHAR"),
    ("folded_words", ids.words, ("VARCHAR",), "VARCHAR"),
    ("excerpt_length", excerpt_length, ("VARCHAR", "BIGINT"), "BIGINT"),
)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Defines views, macros and functions on a connection that has the working tables, and `sources`."""
    connection.execute(_VIEWS + _PASSAGES)
    for name, function, types, kind in _FUNCTIONS:
        connection.create_function(
            name,
            function,
            list(types),
            kind,
            null_handling=FunctionNullHandling.SPECIAL,
            exception_handling=duckdb.PythonExceptionHandling.RETURN_NULL,  # a row without a value breaks its rule
        )
    for call, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {call} AS {body}")


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a warehouse, ready for rules.

    Raises OnRecordError if the warehouse is missing.
    """
    if not warehouse.is_file():
        raise OnRecordError(f"{warehouse}: there is no warehouse yet; run `onrecord build` first")
    connection = connect(warehouse, read_only=True)
    try:
        connection.execute(f"CREATE TEMP VIEW sources AS {_sources(warehouse.parent / 'stages' / 'cleaned.parquet')}")
        prepare(connection)
        yield connection
    finally:
        connection.close()


def _sources(stage: Path) -> str:
    # Where the stage is not there a rule of the documents fails, while others have nothing to look at.
    if not stage.is_file():
        return "SELECT '' AS source_name, '' AS source_text WHERE false"
    return f"SELECT source_name, source_text FROM read_parquet({literal(str(stage))}) WHERE source_text IS NOT NULL"
