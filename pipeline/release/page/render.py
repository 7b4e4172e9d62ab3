"""The page as a whole.

Belongs here: putting the parts into the template. Does not: the parts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from pipeline.release.checks import CheckResult
from pipeline.release.page import sections
from pipeline.release.page.figures import SAMPLE_BYTES, Sample, figures_and_sample
from pipeline.release.page.html import Html, el, embedded_json, join
from pipeline.release.page.linked_data import linked_data
from pipeline.release.relations import Tables
from pipeline.schema import dataset
from pipeline.schema.render.datapackage import FileFacts
from pipeline.schema.tables import TABLES

_TEMPLATE = Path(__file__).parent / "template"


@dataclass(frozen=True, slots=True)
class PageContent:
    """What the page shows; `files` has size and checksum of every other file, by its path in the release."""

    version: str
    date: date
    tables: Tables
    checks: Sequence[CheckResult]
    quality: Mapping[str, Any]
    files: Mapping[str, FileFacts]
    months: frozenset[str] = frozenset()
    """The tables that the release has by month."""


def render_page(content: PageContent, room: int = SAMPLE_BYTES) -> str:
    """The page of a release as HTML that needs nothing but itself; `room` bounds the claims in it, in bytes."""
    figures, sample = figures_and_sample(content.tables, room)
    counts = {spec.name: content.tables[spec.name].num_rows for spec in TABLES}
    body = join(
        sections.masthead(content.version, content.date.isoformat(), counts),
        sections.navigation(),
        el(
            "main",
            sections.overview(figures, content.quality),
            sections.claims(sample),
            sections.use(content.months),
            sections.data_dictionary(content.tables),
            sections.checks_and_quality(content.checks, content.quality),
            sections.files(content.files, content.version),
        ),
        sections.colophon(content.version),
    )
    style, script = template_part("page.css"), template_part("page.js")
    return Template(template_part("page.html")).substitute(
        policy=policy(style, script),
        title=escape(f"{dataset.TITLE} ({content.version})"),
        description=escape(dataset.DESCRIPTION),
        style=style,
        script=script,
        linked_data=embedded_json(linked_data(content.version, content.date, content.tables, content.files)),
        data=embedded_json(search_data(sample)),
        body=body,
    )


def search_data(sample: Sample) -> dict[str, Any]:
    """The claims as the page's script reads them: rows of values, names by their number in a list."""
    lists = {
        "speakers": _distinct(sample, "speaker"),
        "cues": _distinct(sample, "cue_text"),
        "outlets": _distinct(sample, "publisher"),
        "titles": _distinct(sample, "title"),
        "modes": _distinct(sample, "mode"),
        "acts": _distinct(sample, "act"),
    }
    number = {name: {value: i for i, value in enumerate(values)} for name, values in lists.items()}
    named = sorted({claim["speaker"] for claim in sample.claims if claim["is_named"]})
    return {
        "total": sample.total,
        **lists,
        "known": [number["speakers"][name] for name in named],
        "claims": [
            [
                claim["claim_id"],
                claim["text"],
                number["speakers"].get(claim["speaker"], -1),
                number["cues"].get(claim["cue_text"], -1),
                number["outlets"].get(claim["publisher"], -1),
                number["titles"].get(claim["title"], -1),
                claim["day"],
                number["modes"][claim["mode"]],
                number["acts"][claim["act"]],
                int(claim["is_negated"]) + 2 * int(claim["is_hedged"]),
            ]
            for claim in sample.claims
        ],
    }


def _distinct(sample: Sample, name: str) -> list[str]:
    return sorted({claim[name] for claim in sample.claims if claim[name] is not None})


def template_part(name: str) -> Html:
    """A file of the template."""
    return Html((_TEMPLATE / name).read_text(encoding="utf-8").strip())


def policy(style: str, script: str | None = None) -> str:
    """A content security policy under which this style and this script work, and nothing else.

    Hostile text stays text even if an escape failed.
    """
    scripts = f"'{_source_hash(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src {scripts}; base-uri 'none'; "
        "form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
