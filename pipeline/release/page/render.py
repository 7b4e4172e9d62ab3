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
from pipeline.release.content import Tables
from pipeline.release.page import sections
from pipeline.release.page.figures import SAMPLE_BYTES, Sample, figures_and_sample
from pipeline.release.page.html import Html, el, embedded_json, join
from pipeline.release.page.linked_data import linked_data
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
            sections.use(),
            sections.data_dictionary(content.tables),
            sections.checks_and_quality(content.checks, content.quality),
            sections.files(content.files, content.version),
        ),
        sections.colophon(content.version),
    )
    style, script = _part("page.css"), _part("page.js")
    return Template(_part("page.html")).substitute(
        policy=_policy(style, script),
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


def _part(name: str) -> Html:
    return Html((_TEMPLATE / name).read_text(encoding="utf-8").strip())


def _policy(style: str, script: str) -> str:
    # Only the style and the script that were written here may run: hostile text stays text even if an escape failed.
    return (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
