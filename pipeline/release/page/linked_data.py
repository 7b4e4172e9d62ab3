"""The release as schema.org/Dataset, for search engines and catalogues.

Belongs here: what stands in the page as JSON-LD. Does not: descriptions of the package for programs that read its
tables (datapackage.json, croissant.json). Nothing names a host of ours: files are named relative to the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.release.archive import archive_name
from pipeline.release.files import DATABASE
from pipeline.release.media import media_type
from pipeline.release.relations import Rows, Tables, show
from pipeline.schema import dataset
from pipeline.schema.render.datapackage import FileFacts
from pipeline.schema.tables import SCHEMA_VERSION, TABLES
from pipeline.warehouse import connect


def linked_data(version: str, when: date, tables: Tables, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    """The release as schema.org/Dataset; `files` has size and checksum of the files, by path in the release."""
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": dataset.TITLE,
        "alternateName": dataset.NAME,
        "description": dataset.DESCRIPTION,
        "version": version,
        "schemaVersion": SCHEMA_VERSION,
        "datePublished": when.isoformat(),
        "dateModified": when.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": dataset.LICENCE_URL,
        "keywords": list(dataset.KEYWORDS),
        "creator": {"@type": "Organization", "name": dataset.CREATOR},
        "measurementTechnique": "Extraction from the text of articles by rules over parsed sentences",
        "variableMeasured": _variables(),
        "distribution": _downloads(version, files),
    }
    covered = temporal_coverage(tables["documents"])
    return described if covered is None else {**described, "temporalCoverage": covered}


def temporal_coverage(documents: Rows) -> str | None:
    """First and last day of publication as an ISO 8601 interval, or None where no document bears a date."""
    with connect() as connection:
        show(connection, "documents", documents)
        ((first, last),) = connection.execute("SELECT min(published_at), max(published_at) FROM documents").fetchall()
    return f"{first.date().isoformat()}/{last.date().isoformat()}" if first else None


def _variables() -> list[dict[str, str]]:
    fields = {column.name: column.field for table in TABLES for column in table.columns}
    return [
        {"@type": "PropertyValue", "name": name, "description": field.description}
        for name, field in sorted(fields.items())
    ]


def _downloads(version: str, files: Mapping[str, FileFacts]) -> list[dict[str, str]]:
    told = [
        _download(name) | {"contentSize": f"{facts.size} B", "sha256": facts.sha256}
        for name, facts in sorted(files.items())
    ]
    # Their bytes are laid out anew each time, so that the page, which is the same each time, cannot name them.
    return told + [_download(name) for name in (DATABASE, archive_name(version))]


def _download(name: str) -> dict[str, str]:
    return {"@type": "DataDownload", "name": name, "contentUrl": name, "encodingFormat": media_type(name)}
