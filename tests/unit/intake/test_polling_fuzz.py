"""Mutated answers of a server: a poll tells what was wrong with them, and nothing is raised. `make fuzz` tries more."""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.folder import read_folder
from pipeline.intake.polling.poll import poll
from pipeline.settings import Settings

HOST = "https://courier.example"
ROBOTS = [
    b"User-agent: *\nDisallow: @\nAllow: /\nCrawl-delay: 9\n\nUser-agent: OnRecord\nDisallow: @\n",
    b"User-agent: @\nCrawl-delay: @\nDisallow: @\n",
    b"",
]
FEEDS = [
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><link>@</link></item><item><link>@</link></item>',
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="@"/></entry><entry><link href="@"/></entry></feed>',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "@"}, {"id": "@"}]}',
]
SITEMAPS = [
    b'<?xml version="1.0"?><urlset><url><loc>@</loc></url><url><loc>@</loc></url></urlset>',
    b"<sitemapindex><sitemap><loc>@</loc></sitemap><sitemap><loc>https://courier.example/2.xml</loc></sitemap></sitemapindex>",
]
PAGE = b"<html><body><p>The ferry is back.</p></body></html>"
GOOD = [f"{HOST}/2026/a.html", f"{HOST}/2026/b.html"]
BAD = [
    *("http://[bad", "//[x", "/2026/e.html", "http://:80/", f"{HOST}:99999/x", "https://dead.example/", "[", "*", ""),
    *(
        "http://b\xe9.example/",
        f"http://{'a' * 70}.example/",
        f"{HOST}/\ud800",
        f"{HOST}/\0%zz",
        "ftp://courier.example/",
    ),
    *("http://xn--\xe9.example/", f"{HOST}/\\ud800.html", "feedburner", "1e999", "&#x110000;", f"{HOST}/2.xml"),
]
"""Places that lead nowhere, or not to an article."""
ODD = [
    b"[",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"null",
    b"[]",
    b"{",
    b"}",
    b'"',
    b"\r",
    b"<",
    b"]]>",
    b"$",
    b"User-agent:",
]


@dataclass
class Given:
    """What the server answers."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


@st.composite
def mutated(draw: st.DrawFn, bodies: Sequence[bytes]) -> bytes:
    """A body with places in its slots and a few pieces replaced, left out or put in, perhaps packed or cut off."""
    content = draw(st.sampled_from(bodies))
    while b"@" in content:
        place = draw(st.sampled_from([*GOOD, *BAD]))
        content = content.replace(b"@", place.encode("utf-8", "surrogatepass"), 1)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(start + 8, len(content))))
        content = content[:start] + draw(st.sampled_from(ODD) | st.binary(max_size=4)) + content[end:]
    packed = draw(st.sampled_from([content, content, gzip.compress(content, mtime=0)]))
    return packed[: draw(st.just(len(packed)) | st.integers(0, len(packed)))]


def answers(*bodies: bytes) -> st.SearchStrategy[Given]:
    """Mutated bodies, redirects, and all that a header can say."""
    headers: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
        {},
        optional={
            "Content-Type": st.sampled_from(["text/html", "text/xml", "\xff;", ""]),
            "Content-Encoding": st.sampled_from(["gzip", "deflate", "br", "x", "gzip, gzip"]),
            "ETag": st.sampled_from(['"a"', "\xff", ""]),
        },
    )
    return st.one_of(
        st.builds(Given, st.just(200), st.just({}), mutated(bodies)),
        st.builds(Given, st.sampled_from([200, 206, 304, 404, 429, 500, 999]), headers, mutated(bodies)),
        st.builds(Given, st.sampled_from([301, 308]), st.sampled_from(BAD).map(lambda place: {"Location": place})),
    )


@settings(deadline=None)
@given(
    robots=answers(*ROBOTS),
    source=st.one_of(st.tuples(st.just("feed"), answers(*FEEDS)), st.tuples(st.just("sitemap"), answers(*SITEMAPS))),
    page=answers(PAGE),
)
def test_no_answer_ends_a_poll(robots: Given, source: tuple[str, Given], page: Given) -> None:
    kind, listing = source

    class Pool:
        def request(self, _: str, url: str, **__: object) -> urllib3.BaseHTTPResponse:
            urllib3.util.parse_url(url)  # as the pool does: it raises for what is no address
            found = robots if url.endswith("/robots.txt") else listing if url == f"{HOST}/list.xml" else page
            body = io.BytesIO(found.body)
            return urllib3.HTTPResponse(body, found.headers, found.status, preload_content=False)

    with (
        tempfile.TemporaryDirectory() as folder,
        patch("pipeline.intake.polling.web._pool", lambda _: Pool()),
        patch("pipeline.intake.polling.web.time.sleep"),
    ):
        Path(folder, "sources.csv").write_text(f"name,kind,url\nquay,{kind},{HOST}/list.xml\n")
        [polled] = poll(Path(folder), Settings(documents=Path(folder)))
        found = list(read_folder(Path(folder), Settings(output=Path(folder).with_name("absent"))))
    assert len(found) == polled.new
    assert polled.problem or polled.listed >= polled.new + len(polled.failed)
