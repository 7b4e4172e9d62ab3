"""Metadata of a page, each value with its source.

Belongs here: JSON-LD (schema.org), meta elements (Open Graph, Dublin Core), links, and bylines and dates on the page.
Does not: what a manifest says, which always wins (`clean`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from pipeline.cleaning.limits import MAX_JSON_LD, MAX_JSON_NODES
from pipeline.intake.dates import Moment, from_value

Json = dict[str, Any]
_ARTICLE = re.compile(r"(article|report|blogposting|liveblogposting|newsstory)$", re.IGNORECASE)
_PATH = re.compile(r"^BreadcrumbList$")
_NO_SECTION = frozenset({
    "home", "homepage", "home page", "start", "front page", "main", "all", "article", "articles", "post", "posts",
    "story", "uncategorized", "uncategorised",
})  # fmt: skip
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb")
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]{1,200}>")


@dataclass(slots=True)
class Metadata:
    """What a page says of itself; `sources` names where each value comes from."""

    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    url: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    language: str | None = None
    article_section: str | None = None
    access: str | None = None
    licence: str | None = None
    article_body: str | None = None
    stated_words: int | None = None
    reserved: bool = False
    sources: dict[str, str] = field(default_factory=dict)

    def offer(self, name: str, value: Any, source: str) -> None:
        """Take a value if there is none yet."""
        if value and not getattr(self, name):
            setattr(self, name, value)
            self.sources[name] = source


def read(tree: HtmlElement) -> Metadata:
    """The metadata of a page, from the surest source of each value."""
    found = Metadata()
    meta = _meta(tree)
    nodes = [*_nodes(tree)]
    for article in _of_one_article([node for node in nodes if _is_a(node, _ARTICLE)], meta.get("og:title")):
        _from_json_ld(found, article)
    _from_meta(found, meta, tree)
    found.offer("article_section", _breadcrumb(nodes, found), "json-ld breadcrumb")
    _from_the_page(found, tree)
    found.authors = split_names(found.authors)
    return found


def _from_the_page(found: Metadata, tree: HtmlElement) -> None:
    """What no field declares but the page shows: its byline and its date (by trafilatura's and htmldate's patterns)."""
    if not found.authors:
        from trafilatura.metadata import extract_author

        name = _attempt(extract_author, tree)
        found.offer("authors", tuple(filter(None, (_clean(n) for n in (name or "").split(";")))), "byline on the page")
    if found.published is None:
        from htmldate import find_date

        date = _attempt(find_date, tree, original_date=True, extensive_search=False)
        found.offer("published", moment(date), "date on the page")


def _attempt(finder: Callable[..., Any], tree: HtmlElement, **options: bool) -> str | None:
    """A finder's answer; a page that a package stumbles over has none."""
    try:
        answer = finder(tree, **options)
    except Exception:  # noqa: BLE001  (an untrusted page may break a package in any way; the field stays empty)
        return None
    return answer if isinstance(answer, str) else None


_BY = re.compile(
    r"^((written|words|story|posted|edited|published|reported|compiled|report|review) )?by:?\s+", re.IGNORECASE
)
_DATED = re.compile(
    r"[\s,|·•–—-]+((last )?(updated|published|posted|modified)\b|\d{1,2} [a-z]{3,9}\.? \d{4}\b).*$", re.IGNORECASE
)
"""What a byline says of its date."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_AND = re.compile(r"\s+(?:and|&)\s+|\s*[;|]\s*|,\s+(?=[A-Z])")
_NAME = re.compile(r"^(?!The\b)[A-Z][\w.’'-]*(?: [\w.’'-]+){1,4}$")
_MAX_AUTHORS = 12
_EARLIEST = 1600
"""Year of the first newspaper: an earlier date is a placeholder."""


def split_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names one by one, without By: a field may hold several, joined by commas or and."""
    found: list[str] = []
    for name in names:
        bare = _DATED.sub("", _BY.sub("", name)).strip(" ,;")
        parts = [part for part in _AND.split(bare) if part]
        found += parts if len(parts) > 1 and all(_NAME.match(part) for part in parts) else [bare]
    return tuple(dict.fromkeys(name for name in found if _LETTERS.search(name)))[:_MAX_AUTHORS]


def _clean(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    text = _SPACE.sub(" ", unescape(_TAG.sub("", unescape(value)))).strip()
    return text or None


def _json_ld(tree: HtmlElement) -> Iterator[Any]:
    left = MAX_JSON_LD
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        text = script.text or ""
        if len(text) > left:
            continue
        left -= len(text)
        try:
            yield json.loads(text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(tree: HtmlElement) -> Iterator[Json]:
    """The nodes of the page's JSON-LD, in order."""
    stack, seen = list(_json_ld(tree))[::-1], 0
    while stack and seen < MAX_JSON_NODES:
        node, seen = stack.pop(), seen + 1
        if isinstance(node, list):
            stack.extend(reversed(node))
        elif isinstance(node, dict):
            yield node
            stack.extend(v for k, v in reversed(node.items()) if k in _INSIDE)


def _is_a(node: Json, kind: re.Pattern[str]) -> bool:
    kinds = node.get("@type")
    return any(isinstance(name, str) and kind.search(name) for name in (kinds if isinstance(kinds, list) else [kinds]))


def _of_one_article(articles: list[Json], title: str | None) -> list[Json]:
    """Those that speak of the page's article: the one with its title, else the first, and others of that headline."""
    headlines = [_clean(article.get("headline")) for article in articles]
    main = title if title in headlines else next(filter(None, headlines), None)
    return [article for article, headline in zip(articles, headlines, strict=True) if headline in (main, None)]


def _breadcrumb(nodes: list[Json], found: Metadata) -> str | None:
    """The first step of the page's path below its front page, if the path has one."""
    for node in nodes:
        steps = node.get("itemListElement")
        if _is_a(node, _PATH) and isinstance(steps, list) and all(isinstance(step, dict) for step in steps):
            names = [next(iter(_names(step.get("name") or step.get("item"))), "") for step in steps]
            return _section([name for name in names[:-1] if name and name != found.publisher])
    return None


def _section(names: list[str]) -> str | None:
    """The first that names a section: not the front page, the whole site or what every article is."""
    return next((name for name in names if name.lower() not in _NO_SECTION and "." not in name), None)


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    if isinstance(value, dict):
        return _names(value.get("name"))
    name = _clean(value)
    return [name] if name else []


def _from_json_ld(found: Metadata, article: Json) -> None:
    source = "json-ld"
    found.offer("title", _clean(article.get("headline")) or _clean(article.get("name")), source)
    found.offer("standfirst", _clean(article.get("description")), source)
    found.offer("authors", tuple(dict.fromkeys(_names(article.get("author")))), source)
    found.offer("publisher", next(iter(_names(article.get("publisher"))), None), source)
    found.offer("published", moment(article.get("datePublished")), source)
    found.offer("modified", moment(article.get("dateModified")), source)
    found.offer("article_section", _section(_names(article.get("articleSection"))), source)
    if "isAccessibleForFree" in article:
        found.offer("access", str(article["isAccessibleForFree"]), source)
    found.offer("licence", _clean(article.get("license")), source)
    found.offer(
        "article_body", article.get("articleBody") if isinstance(article.get("articleBody"), str) else None, source
    )
    count = article.get("wordCount")
    if isinstance(count, int | float | str) and str(count).isdigit():
        found.offer("stated_words", int(count), source)


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Content of the page's meta elements by name, the first of each name."""
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = _clean(element.get("content"))
        if name and content:
            values.setdefault(name.lower(), content)
    return values


_META = {
    "title": ("og:title", "twitter:title", "dc.title", "title", "parsely-title", "sailthru.title", "headline"),
    "standfirst": ("og:description", "description", "twitter:description", "dc.description"),
    "publisher": ("og:site_name", "application-name", "dc.publisher", "publisher"),
    "article_section": (
        "article:section", "article.section", "section", "parsely-section", "sailthru.section", "og:section",
        "cxenseparse:section", "dc.section", "articlesection",
    ),
}  # fmt: skip
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "pubdate", "publishdate",
    "dc.date.issued", "dcterms.created", "date", "dc.date", "sailthru.date", "article.published", "publish-date",
    "publication_date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_AUTHOR = ("author", "parsely-author", "article:author", "dc.creator", "sailthru.author", "byl", "dcterms.creator")


def _from_meta(found: Metadata, meta: dict[str, str], tree: HtmlElement) -> None:
    for name, keys in _META.items():
        for key in keys:
            value = meta.get(key)
            found.offer(name, _section([value or ""]) if name == "article_section" else value, f"meta {key}")
    for key in _PUBLISHED:
        found.offer("published", moment(meta.get(key)), f"meta {key}")
    for key in _MODIFIED:
        found.offer("modified", moment(meta.get(key)), f"meta {key}")
    for key in _AUTHOR:
        value = meta.get(key)
        if value and not value.startswith("http"):
            found.offer("authors", (value,), f"meta {key}")
    found.reserved = meta.get("tdm-reservation") == "1"
    title = tree.find(".//title")
    found.offer("title", _clean(title.text) if title is not None else None, "title element")
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        if "canonical" in rel:
            found.offer("url", _address(link.get("href")), "link canonical")
        if "license" in rel:
            found.offer("licence", link.get("href"), "link license")
    found.offer("url", _address(meta.get("og:url")), "meta og:url")
    language = (tree.get("lang") or meta.get("content-language") or meta.get("og:locale") or "")[:2].lower()
    found.offer("language", language if language.isalpha() else None, "html lang")


def _address(value: str | None) -> str | None:
    value = (value or "").strip()
    return value if value.startswith(("http://", "https://")) else None


def moment(value: Any) -> Moment | None:
    """A time as pages write it (ISO 8601, more or less), or None."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    attempts = (from_value(candidate) for candidate in (text, text[:19], text[:10]))
    return next((found for found in attempts if found is not None and found.at.year >= _EARLIEST), None)
