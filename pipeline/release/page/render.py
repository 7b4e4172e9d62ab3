"""The page as a whole.

Belongs here: putting the parts into the template. Does not: the parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from pipeline.release.checks import CheckResult
from pipeline.release.content import Tables
from pipeline.schema.render.datapackage import FileFacts


@dataclass(frozen=True, slots=True)
class PageContent:
    """What the page shows; `files` has size and checksum of every other file, by its path in the release."""

    version: str
    date: date
    tables: Tables
    checks: Sequence[CheckResult]
    quality: Mapping[str, Any]
    files: Mapping[str, FileFacts]


def render_page(content: PageContent) -> str:
    """The page of a release as HTML that needs nothing but itself."""
    return f"<!doctype html><title>OnRecord {escape(content.version)}</title>"
