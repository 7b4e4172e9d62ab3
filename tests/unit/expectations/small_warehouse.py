"""The small tables as a warehouse in memory, with source texts that agree with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from expectations.database import prepare
from pipeline.schema.render.duckdb import create_table, quote
from pipeline.schema.tables import WORKING_TABLES
from pipeline.warehouse import connect

Row = dict[str, Any]


def source_text(document: Row, removals: list[Row], mentions: list[Row]) -> str:
    """A source text of the right length: kept text and names in captions at their places, removed text made up."""
    text = [" "] * document["source_length"]
    pieces = [
        (r["source_start"], "x" * (r["source_end"] - r["source_start"])) for r in removals if r["reason"] != "blank"
    ]
    pieces += [(s["source_start"], document["text"][s["start"] : s["end"]]) for s in document["segments"]]
    pieces += [(m["source_start"], m["surface"]) for m in mentions if m["section"] == "caption"]
    for start, words in pieces:
        text[start : start + len(words)] = words
    return "".join(text)


def sources(tables: Mapping[str, pa.Table]) -> pa.Table:
    rows = []
    for document in tables["documents"].to_pylist():
        own = [
            [row for row in tables[name].to_pylist() if row["document_id"] == document["document_id"]]
            for name in ("removals", "mentions")
        ]
        rows.append({"source_name": document["source_name"], "source_text": source_text(document, *own)})
    return pa.Table.from_pylist(rows)


def load(tables: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """A connection with these tables, as the warehouse has them: without CHECK, so that bad values can come in."""
    connection = connect()
    for spec in WORKING_TABLES:
        connection.execute(create_table(spec, checks=False))
        connection.register("incoming", tables[spec.name])
        connection.execute(f"INSERT INTO {quote(spec.name)} SELECT * FROM incoming")
    connection.register("incoming", sources(tables))
    connection.execute("CREATE TABLE sources AS SELECT * FROM incoming")
    connection.unregister("incoming")
    prepare(connection)
    return connection
