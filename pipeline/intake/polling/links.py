"""The articles that a feed or a sitemap names, read by trafilatura's own readers.

Belongs here: what is handed to those readers, and sitemaps of sitemaps. Does not: the requests (`web`).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from pipeline.intake.polling.web import Answer, WebError, is_address
from pipeline.intake.source import read_bounded

_MAX_SITEMAPS = 50
"""Sitemaps of sitemaps are followed up to so many in one poll."""
_MAX_BYTES = 50 * 1024 * 1024
"""The largest sitemap that its protocol allows, unpacked."""
_MAX_TOLD = 5
"""Domains named in one line to a person."""
_ENTRY = re.compile(r"<(?:item|entry)\b|^\s*\{")
"""A feed that holds something: one without entries still links to the pages of its outlet."""
_LOCATION = re.compile(r"<loc>\s*([^<\s]+)")

Ask = Callable[[str], Answer]


def feed_links(answer: Answer, domains: Collection[str] = ()) -> list[str]:
    """The addresses of the articles in a feed (RSS, Atom, JSON Feed), sorted.

    Only those of its own domain count, and of the `domains` named. Raises WebError if the answer is no feed, or if none
    of its articles counts.
    """
    from courlan import get_base_url
    from trafilatura.feeds import FeedParameters, extract_links, find_links, is_potential_feed

    text = _text(answer)
    if not is_potential_feed(text) and not text.lstrip().startswith("{"):
        raise WebError("no feed stands there; name the address of the RSS or Atom file itself")
    reader = FeedParameters(get_base_url(answer.url), "", answer.url, external=True)
    named = find_links(text.strip(), reader) if _ENTRY.search(text) else []
    return _Domains(answer.url, domains).own(extract_links(text, reader), named)


def sitemap_links(answer: Answer, ask: Ask, domains: Collection[str] = ()) -> list[str]:
    """The addresses in a sitemap and in the sitemaps that it names, as they stand there.

    Only those of its own domain count, and of the `domains` named. Raises WebError if the answer is no sitemap, or if
    none of its articles counts. A sitemap that it names and that cannot be read is passed over.
    """
    from courlan import get_base_url
    from trafilatura.sitemaps import SITEMAP_FORMAT, SitemapObject

    allowed = _Domains(answer.url, domains)
    reader = SitemapObject(get_base_url(answer.url), "", [], external=True)
    reader.current_url, reader.content = answer.url, _text(answer)
    if not SITEMAP_FORMAT.search(reader.content[:1000]):
        raise WebError("no sitemap stands there; name the address of the XML file itself")
    reader.process()
    named = [] if reader.sitemap_urls else _LOCATION.findall(reader.content)
    reader.seen.add(answer.url)
    while reader.sitemap_urls and len(reader.seen) < _MAX_SITEMAPS:
        url = reader.sitemap_urls.pop(0)
        if url in reader.seen or not allowed.hold(url):
            continue
        reader.seen.add(url)
        try:
            reader.current_url, reader.content = url, _text(ask(url))
        except WebError:
            continue
        reader.process()
    return allowed.own(reader.urls, named)


class _Domains:
    """The domains whose articles a source may name: its own, and those that its owner names in the table."""

    def __init__(self, source: str, named: Collection[str]) -> None:
        self._own, self._named = _domain(source), named

    def hold(self, url: str) -> bool:
        """Whether an address lies on one of them; of its own, trafilatura says what is like it."""
        from trafilatura.deduplication import is_similar_domain

        if not is_address(url):
            return False
        host = f".{urlsplit(url).hostname}"
        return is_similar_domain(self._own, _domain(url)) or any(host.endswith(f".{name}") for name in self._named)

    def own(self, found: Collection[str], named: Collection[str]) -> list[str]:
        """Those of the articles found that count, once each.

        Raises WebError if none does though some were found, or though the source names links.
        """
        kept = [url for url in dict.fromkeys(found) if self.hold(url)]
        others = sorted({_domain(url) for url in found if is_address(url)})
        if not kept and others:
            told = ", ".join(others[:_MAX_TOLD])
            raise WebError(
                f"its articles lie on {told}, not on {self._own}; name in the column domains which it speaks for"
            )
        if not kept and named:
            raise WebError(
                f"none of its {len(named)} links looks like an article's (no list, on a host that has a name)"
            )
        return kept


def _domain(url: str) -> str:
    from courlan import extract_domain

    return extract_domain(url, fast=True) or urlsplit(url).hostname or ""


def _text(answer: Answer) -> str:
    if answer.status != 200:
        raise WebError(f"HTTP status {answer.status}")
    from trafilatura.utils import decode_file

    return str(decode_file(_unpacked(answer.body)))


def _unpacked(body: bytes) -> bytes:
    """Out of gzip, be it the coding of the answer or that of the file, within bounds."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            found = read_bounded(stream, _MAX_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise WebError(f"its gzip is broken: {error}") from error
    if len(found) > _MAX_BYTES:
        raise WebError(f"more than {_MAX_BYTES} bytes unpacked")
    return found
