"""What a release holds: the published tables as they leave the warehouse.

Belongs here: which values are published. Does not: in which format (`parquet`, `rows`, `database`), or how much of a
closed article may be quoted (`pipeline.resolution.rights`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import OnRecordError
from pipeline.resolution.rights import shown_text
from pipeline.schema.model import Table
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import TABLES, WORKING_TABLES
from pipeline.warehouse import Warehouse

Tables = Mapping[str, pa.Table]

CLOSED = ("text", "standfirst")
"""Columns of documents that hold sentences of the article: null where its licence does not let anybody publish it."""


def working_tables(warehouse: Warehouse) -> dict[str, pa.Table]:
    """The tables of the warehouse that are published, by name and in published order, with texts as they were found."""
    return {spec.name: _fit(spec, warehouse.read(spec.name)) for spec in TABLES if spec in WORKING_TABLES}


def published(tables: Tables) -> dict[str, pa.Table]:
    """The tables with closed texts left out, and with claims and groups in the words that may be published."""
    claims = _with_shown_text(tables["claims"])
    groups = _with_shown_members(tables["claim_groups"], claims)
    documents = _without_closed_text(tables["documents"])
    return {**tables, "documents": documents, "claims": claims, "claim_groups": groups}


def _fit(spec: Table, rows: pa.Table) -> pa.Table:
    try:
        return rows.cast(arrow_schema(spec, comments=True)).combine_chunks()
    except (ValueError, pa.ArrowInvalid) as error:
        raise OnRecordError(f"{spec.name}: rows do not fit the schema ({error}); run `onrecord build` again") from error


def _with_shown_text(claims: pa.Table) -> pa.Table:
    is_cut = pc.fill_null(pc.not_equal(claims["text_extent"], "whole"), fill_value=False)
    cut = claims.filter(is_cut)
    if not cut.num_rows:
        return claims
    texts, extents, fragments = (cut[name].to_pylist() for name in ("text", "text_extent", "fragments"))
    rooms = (pieces[0]["end"] - pieces[0]["start"] for pieces in fragments)
    shown = pa.array(map(shown_text, texts, extents, rooms), pa.string())
    return _with_text(claims, pc.replace_with_mask(claims["text"].combine_chunks(), is_cut.combine_chunks(), shown))


def _with_shown_members(groups: pa.Table, claims: pa.Table) -> pa.Table:
    """The groups with the longest text that the release gives of a member."""
    found: dict[str, str] = {}
    members = claims.select(["claim_group_id", "text"]).filter(pc.is_valid(claims["claim_group_id"]))
    for group, text in zip(*(column.to_pylist() for column in members.columns), strict=True):
        found[group] = max(found.get(group, ""), text, key=lambda words: (len(words), words))
    own = zip(*(groups[name].to_pylist() for name in ("claim_group_id", "text")), strict=True)
    return _with_text(groups, pa.array([found.get(group, text) for group, text in own], pa.string()))


def _with_text(rows: pa.Table, texts: pa.Array) -> pa.Table:
    index = rows.schema.get_field_index("text")
    return rows.set_column(index, rows.schema.field(index), texts)


def _without_closed_text(documents: pa.Table) -> pa.Table:
    for name in CLOSED:
        index = documents.schema.get_field_index(name)
        kept = pc.if_else(documents["text_is_open"], documents[name], pa.scalar(None, pa.string()))
        documents = documents.set_column(index, documents.schema.field(index), kept)
    return documents.combine_chunks()
