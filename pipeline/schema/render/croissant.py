"""The schema as Croissant 1.1 (JSON-LD for machine learning): http://mlcommons.org/croissant/1.1.

Belongs here: the description of the Parquet files and their columns; it is a schema.org/Dataset too. Does not: writing
the files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.schema import dataset
from pipeline.schema.model import Column, ListOf, Scalar, Struct, Table
from pipeline.schema.render.datapackage import FileFacts, parquet_path, parquet_paths

_CR = "http://mlcommons.org/croissant"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": f"{_CR}/",
    "dct": "http://purl.org/dc/terms/",
    "rai": f"{_CR}/RAI/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "conformsTo": "dct:conformsTo",
} | {
    term: f"cr:{term}"
    for term in (
        "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
        "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
        "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
        "source", "subField", "transform",
    )
}  # fmt: skip
_SCALARS: dict[Scalar, str] = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "datetime": "sc:DateTime",
    "date": "sc:Date",
    "binary": "sc:Text",
}


def croissant(tables: Sequence[Table], version: str, date: str, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    """The description of a release of this date (ISO 8601). `files` has the facts of every file, by its path."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": f"{_CR}/1.1",
        "name": dataset.NAME,
        "alternateName": dataset.TITLE,
        "description": dataset.DESCRIPTION,
        "version": version,
        "datePublished": date,
        "license": dataset.LICENCE_URL,
        "inLanguage": "en",
        "keywords": list(dataset.KEYWORDS),
        "creator": {"@type": "sc:Organization", "name": dataset.CREATOR},
        "citeAs": f"{dataset.CREATOR}. {dataset.TITLE}, version {version}.",
        "isLiveDataset": False,
        "distribution": [_distribution(table, files) for table in tables],
        "recordSet": [_record_set(table, _source(table, files)) for table in tables],
    }


def _is_single(table: Table, files: Mapping[str, FileFacts]) -> bool:
    return parquet_paths(table, files) == [parquet_path(table)]


def _source(table: Table, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    kind = "fileObject" if _is_single(table, files) else "fileSet"
    return {kind: {"@id": _distribution(table, files)["@id"]}}


def _distribution(table: Table, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    path = parquet_path(table)
    if not _is_single(table, files):
        return {
            "@type": "cr:FileSet",
            "@id": f"{table.name}-files",
            "name": f"{table.name}-files",
            "description": table.description,
            "encodingFormat": "application/x-parquet",
            "includes": f"{table.name}/*/*.parquet",
        }
    facts = files[path]
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "description": table.description,
        "contentUrl": path,
        "contentSize": f"{facts.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": facts.sha256,
    }


def _record_set(table: Table, source: Mapping[str, Any]) -> dict[str, Any]:
    # No `references`: mlcroissant would join the tables while it loads one, and fails where a row has no counterpart.
    # The foreign keys stand in the data package.
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.primary_key],
        "field": [_field(table.name, column, source) for column in table.columns],
    }


def _field(table: str, column: Column, source: Mapping[str, Any]) -> dict[str, Any]:
    field = _head(f"{table}/{column.name}", column)
    item = column.type.item if isinstance(column.type, ListOf) else column.type
    source = {**source, "extract": {"column": column.name}}
    if isinstance(column.type, ListOf):
        field |= {"isArray": True, "arrayShape": "-1"}
    if isinstance(item, Struct):
        return field | {"subField": [_sub_field(field["@id"], inner, source) for inner in item.fields]}
    return field | {"source": source}


def _sub_field(outer: str, inner: Column, source: Mapping[str, Any]) -> dict[str, Any]:
    source = {**source, "transform": {"jsonPath": f"$.{inner.name}"}}
    return _head(f"{outer}/{inner.name}", inner) | {"source": source}


def _head(identifier: str, column: Column) -> dict[str, Any]:
    kind = column.type
    head = {
        "@type": "cr:Field",
        "@id": identifier,
        "name": column.name,
        "description": column.field.description,
        "dataType": _SCALARS[kind] if isinstance(kind, str) else None,
        "equivalentProperty": column.field.same_as,
    }
    return {key: value for key, value in head.items() if value is not None}
