"""Metadata: the surest source wins, and each value names its source."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from pipeline.cleaning.main_text import parse
from pipeline.cleaning.metadata import Metadata, moment, read, split_names
from pipeline.intake.dates import Moment


def metadata(head: str = "", body: str = "<p>x</p>") -> Metadata:
    tree = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    assert tree is not None
    return read(tree)


def ld(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Ferry line drops night sailings",
    "description": "Islanders are &amp; remain angry",
    "author": [{"@type": "Person", "name": "By Olive Penhallow"}, {"name": "Huw Castellan and Bethan Rook"}],
    "publisher": {"name": "Isles Press"},
    "datePublished": "2026-03-03T07:15:00+01:00",
    "dateModified": "2026-03-03T09:00:00Z",
    "articleSection": ["Isles"],
    "isAccessibleForFree": False,
    "wordCount": "812",
    "license": "https://creativecommons.org/licenses/by/4.0/",
}


def test_json_ld() -> None:
    found = metadata(ld({"@graph": [{"@type": "WebSite", "name": "no"}, ARTICLE]}))
    assert found.title == "Ferry line drops night sailings"
    assert found.standfirst == "Islanders are & remain angry"
    assert found.authors == ("Olive Penhallow", "Huw Castellan", "Bethan Rook")
    assert found.publisher == "Isles Press"
    assert found.published == Moment(datetime(2026, 3, 3, 6, 15), 60)  # noqa: DTZ001
    assert found.modified == Moment(datetime(2026, 3, 3, 9, 0), 0)  # noqa: DTZ001
    assert (found.article_section, found.access, found.stated_words) == ("Isles", "False", 812)
    assert found.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert found.sources["title"] == "json-ld"


def test_no_more_than_a_million_characters_of_json_ld_are_parsed() -> None:
    large = ld({"@type": "WebSite", "name": "x" * 600_000})
    assert metadata(large + ld(ARTICLE)).title == "Ferry line drops night sailings"
    assert metadata(large + ld({**ARTICLE, "keywords": "x" * 600_000})).title is None
    assert metadata(large + ld({**ARTICLE, "keywords": "x" * 600_000}) + ld(ARTICLE)).title is not None


def test_meta_elements_fill_the_gaps() -> None:
    found = metadata(
        ld({"@type": "Article", "headline": "From the data"})
        + '<meta property="og:title" content="From the graph"><meta property="og:site_name" content="Isles Press">'
        '<meta name="author" content="Olive Penhallow"><meta property="article:published_time" content="2026-03-03">'
        '<link rel="canonical" href="https://isles.example/ferry"><meta property="og:url" content="https://no.example/">',
    )
    assert found.title == "From the data"
    assert found.publisher == "Isles Press"
    assert found.authors == ("Olive Penhallow",)
    assert found.url == "https://isles.example/ferry"
    assert found.sources == {
        "title": "json-ld",
        "publisher": "meta og:site_name",
        "authors": "meta author",
        "published": "meta article:published_time",
        "url": "link canonical",
    }


def test_the_page_itself_is_the_last_source() -> None:
    found = metadata("<title>Ferry | Isles</title>", '<p class="byline">By <a rel="author">Olive Penhallow</a></p>')
    assert found.title == "Ferry | Isles"
    assert found.authors == ("Olive Penhallow",)
    assert found.sources["authors"] == "byline on the page"


@pytest.mark.parametrize(
    "broken", ["{", "[[[", '{"@type": ["NewsArticle"], "author": {"author": 3}, "wordCount": []}', "null", "3"]
)
def test_broken_data_is_no_harm(broken: str) -> None:
    found = metadata(f'<script type="application/ld+json">{broken}</script><meta property="og:title" content="Ferry">')
    assert found.title == "Ferry"


def test_deep_data_is_bounded() -> None:
    deep = "[" * 50_000 + "]" * 50_000
    wide = json.dumps([{"@type": "WebPage"}] * 30_000)
    found = metadata("".join(f'<script type="application/ld+json">{text}</script>' for text in (deep, wide)))
    assert found.title is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-03", Moment(datetime(2026, 3, 3))),  # noqa: DTZ001
        ("2026-03-03T07:15:00Z", Moment(datetime(2026, 3, 3, 7, 15), 0)),  # noqa: DTZ001
        ("2026-03-03T07:15:00.123456+0100", Moment(datetime(2026, 3, 3, 6, 15, 0, 123456), 60)),  # noqa: DTZ001
        ("2026-03-03T07:15:00-05:30", Moment(datetime(2026, 3, 3, 12, 45), -330)),  # noqa: DTZ001
        ("2026-03-03 07:15:00", Moment(datetime(2026, 3, 3, 7, 15))),  # noqa: DTZ001
        ("2026-03-03T07:15:00 local time", Moment(datetime(2026, 3, 3, 7, 15))),  # noqa: DTZ001
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (12, None),
    ],
)
def test_moments(text: Any, expected: Moment | None) -> None:
    assert moment(text) == expected


def test_names() -> None:
    assert split_names(("By Olive Penhallow, Huw Castellan and Bethan Rook",)) == (
        "Olive Penhallow",
        "Huw Castellan",
        "Bethan Rook",
    )
    assert split_names(("The Isles and Coast Desk",)) == ("The Isles and Coast Desk",)
    assert split_names(("Olive Penhallow", "Olive Penhallow")) == ("Olive Penhallow",)
