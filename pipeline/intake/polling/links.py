"""The articles that a feed or a sitemap names, read by trafilatura's own readers.

Belongs here: what is handed to those readers, and sitemaps of sitemaps. Does not: the requests (`web`).
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable

from pipeline.intake.polling.web import Answer, WebError
from pipeline.intake.source import read_bounded

_MAX_SITEMAPS = 50
"""Sitemaps of sitemaps are followed up to so many in one poll."""
_MAX_BYTES = 50 * 1024 * 1024
"""The largest sitemap that its protocol allows, unpacked."""

Ask = Callable[[str], Answer]


def feed_links(answer: Answer) -> list[str]:
    """The addresses of the articles in a feed (RSS, Atom, JSON Feed), sorted; only those of its own domain.

    Raises WebError if the answer is no feed.
    """
    from courlan import get_hostinfo
    from trafilatura.feeds import FeedParameters, extract_links, is_potential_feed

    text = _text(answer)
    if not is_potential_feed(text) and not text.lstrip().startswith("{"):
        raise WebError("no feed stands there; name the address of the RSS or Atom file itself")
    domain, base = get_hostinfo(answer.url)
    found: list[str] = extract_links(text, FeedParameters(base, domain or "", answer.url))
    return found


def sitemap_links(answer: Answer, ask: Ask) -> list[str]:
    """The addresses in a sitemap and in the sitemaps that it names, as they stand there; only those of its own domain.

    Raises WebError if the answer is no sitemap. A sitemap that it names and that cannot be read is passed over.
    """
    from courlan import get_hostinfo
    from trafilatura.sitemaps import SITEMAP_FORMAT, SitemapObject

    domain, base = get_hostinfo(answer.url)
    reader = SitemapObject(base, domain or "", [])
    reader.current_url, reader.content = answer.url, _text(answer)
    if not SITEMAP_FORMAT.search(reader.content[:1000]):
        raise WebError("no sitemap stands there; name the address of the XML file itself")
    reader.process()
    reader.seen.add(answer.url)
    while reader.sitemap_urls and len(reader.seen) < _MAX_SITEMAPS:
        url = reader.sitemap_urls.pop(0)
        if url in reader.seen:
            continue
        reader.seen.add(url)
        try:
            reader.current_url, reader.content = url, _text(ask(url))
        except WebError:
            continue
        reader.process()
    return list(dict.fromkeys(reader.urls))


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
