"""Polling feeds and sitemaps, against a server on loopback that stands in for the hosts of invented outlets."""

from __future__ import annotations

import gzip
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import OnRecordError
from pipeline.intake.folder import read_folder
from pipeline.intake.polling.poll import Polled, poll
from pipeline.intake.polling.sources import read_sources
from pipeline.settings import Settings

HOST = "http://courier.example"
FEED = f"{HOST}/feed.xml"
LINE = f"courier,feed,{FEED},The Quay Courier,CC-BY-4.0"


@dataclass
class Served:
    """What the hosts answer by address, and what they were asked: address, headers, seconds."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], float]] = field(default_factory=list)

    def page(self, path: str, text: str, **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[HOST + path] = (200, {"Content-Type": "text/html; charset=utf-8"} | names, text.encode())

    def rss(self, *paths: str, **headers: str) -> None:
        links = (path if path.startswith("http") else HOST + path for path in paths)
        items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
        channel = f"<title>Quay</title><link>{HOST}/</link>{items}"
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>'
        self.pages[FEED] = (200, {"Content-Type": "application/rss+xml"} | headers, body.encode())

    def addresses(self) -> list[str]:
        return [url.removeprefix(HOST) for url, _, _ in self.asked]


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
def settings(served: Served, tmp_path: Path) -> Iterator[Settings]:
    """Settings whose proxy is the server: it gets whole addresses, so that any host can be played."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, time.monotonic()))
            status, headers, body = served.pages.get(self.path, (404, {}, b"not here"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests read what was asked from `served`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield Settings(
        documents=tmp_path, proxy=f"http://127.0.0.1:{server.server_address[1]}", seconds_between_requests=0.0
    )
    server.shutdown()
    server.server_close()


def sources(folder: Path, *lines: str, header: str = "name,kind,url,publisher,licence") -> Path:
    (folder / "sources.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return folder


def only(polled: list[Polled]) -> Polled:
    assert len(polled) == 1
    return polled[0]


def test_new_articles_become_an_archive_that_a_build_reads(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/2026/ferry-returns.html", "/2026/quay-wall.html")
    served.page("/2026/ferry-returns.html", "<p>The ferry is back.</p>")
    served.page("/2026/quay-wall.html", "<p>The wall holds.</p>")
    polled = only(poll(sources(tmp_path, LINE), settings))
    assert (polled.listed, polled.new, polled.failed, polled.problem) == (2, 2, (), None)
    found = list(read_folder(tmp_path, settings))
    assert {snapshot.url for snapshot in found} == {f"{HOST}/2026/ferry-returns.html", f"{HOST}/2026/quay-wall.html"}
    assert {(s.publisher, s.licence, s.problem) for s in found} == {("The Quay Courier", "CC-BY-4.0", None)}
    assert b"<p>The wall holds.</p>" in {snapshot.content for snapshot in found}


def test_a_second_poll_asks_only_for_what_is_new(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/2026/one.html", ETag='"a"')
    served.page("/2026/one.html", "<p>One.</p>")
    folder = sources(tmp_path, LINE)
    poll(folder, settings)
    served.asked.clear()
    assert only(poll(folder, settings)).archive is None
    assert served.addresses() == ["/robots.txt", "/feed.xml"]
    assert served.asked[1][1]["if-none-match"] == '"a"'
    served.rss("/2026/two.html", "/2026/one.html", ETag='"b"')
    served.page("/2026/two.html", "<p>Two.</p>")
    assert only(poll(folder, settings)).new == 1
    assert served.addresses()[-1] == "/2026/two.html"


@pytest.mark.parametrize(("text", "unchanged", "changed"), [("<p>One.</p>", 1, 0), ("<p>One, corrected.</p>", 0, 1)])
def test_an_article_is_asked_for_again_when_its_rest_is_over(  # noqa: PLR0917  (fixtures)
    served: Served, settings: Settings, tmp_path: Path, text: str, unchanged: int, changed: int
) -> None:
    served.rss("/2026/one.html")
    served.page("/2026/one.html", "<p>One.</p>", ETag='"1"')
    folder = sources(tmp_path, f"{LINE},0.000001", header="name,kind,url,publisher,licence,recheck_hours")
    poll(folder, settings)
    served.page("/2026/one.html", text, ETag='"1"' if unchanged else '"2"')
    polled = only(poll(folder, settings))
    assert (polled.new, polled.unchanged, polled.changed) == (0, unchanged, changed)
    assert len(list((folder / "fetched/courier").glob("*.warc.gz"))) == 1 + changed


def test_robots_txt_is_obeyed(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/private/plans.html", "/2026/open.html")
    served.page("/2026/open.html", "<p>Open.</p>")
    served.page("/private/plans.html", "<p>Secret.</p>")
    served.pages[f"{HOST}/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private/\n")
    polled = only(poll(sources(tmp_path, LINE), settings))
    assert polled.new == 1
    assert polled.failed == ((f"{HOST}/private/plans.html", "robots.txt refuses it"),)
    assert "/private/plans.html" not in served.addresses()


RULES = b"User-agent: *\nDisallow: /private/\n"


@pytest.mark.parametrize(
    ("status", "headers", "body", "asked"),
    [
        (200, {}, RULES, ["/feed.xml", "/2026/open.html"]),
        (200, {"Content-Encoding": "gzip"}, gzip.compress(RULES), ["/feed.xml", "/2026/open.html"]),
        (200, {}, RULES + b"#" * 600 * 1024, ["/feed.xml", "/2026/open.html"]),
        (200, {}, RULES + b"#" * 400 * 1024 + b"\nDisallow: /2026/\n", ["/feed.xml"]),
        (403, {}, b"User-agent: *\nDisallow: /\n", ["/feed.xml", "/2026/open.html", "/private/plans.html"]),
    ],
)
def test_robots_txt_is_read_whatever_its_coding_and_size(  # noqa: PLR0917  (fixtures)
    served: Served,
    settings: Settings,
    tmp_path: Path,
    status: int,
    headers: dict[str, str],
    body: bytes,
    asked: list[str],
) -> None:
    served.rss("/private/plans.html", "/2026/open.html")
    served.pages[f"{HOST}/robots.txt"] = (status, headers, body)
    poll(sources(tmp_path, LINE), settings)
    assert served.addresses() == ["/robots.txt", *asked]


@pytest.mark.parametrize(
    ("status", "headers", "body", "problem"),
    [
        (500, {}, b"", "HTTP status 500"),
        (503, {}, b"", "HTTP status 503"),
        (429, {}, b"", "HTTP status 429"),
        (304, {}, b"", "HTTP status 304"),
        (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b broken", "DecodeError"),
    ],
)
def test_a_host_whose_robots_txt_fails_is_left_alone(  # noqa: PLR0917  (fixtures)
    served: Served,
    settings: Settings,
    tmp_path: Path,
    status: int,
    headers: dict[str, str],
    body: bytes,
    problem: str,
) -> None:
    served.rss("/2026/one.html")
    served.pages[f"{HOST}/robots.txt"] = (status, headers, body)
    found = only(poll(sources(tmp_path, LINE), settings)).problem or ""
    assert found.startswith(f"{FEED}: ")
    assert problem in found
    assert served.addresses() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("redirects", "problem"), [(5, None), (6, "robots.txt cannot be read (more than 5 redirects)")]
)
def test_robots_txt_is_followed_through_five_redirects(
    served: Served, settings: Settings, tmp_path: Path, redirects: int, problem: str | None
) -> None:
    served.rss("/2026/one.html")
    served.page("/2026/one.html", "<p>One.</p>")
    places = [f"{HOST}/robots.txt", *(f"{HOST}/rules/{number}" for number in range(1, redirects + 1))]
    for place, after in pairwise(places):
        served.pages[place] = (301, {"Location": after}, b"")
    served.pages[places[-1]] = (200, {}, b"User-agent: *\nAllow: /\n")
    assert only(poll(sources(tmp_path, LINE), settings)).problem == (problem and f"{FEED}: {problem}")


def test_a_host_gets_its_pause_and_learns_who_asks(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/2026/one.html", "/2026/two.html")
    for name in ("one", "two"):
        served.page(f"/2026/{name}.html", f"<p>{name}</p>")
    poll(sources(tmp_path, LINE), replace(settings, seconds_between_requests=0.15, contact="https://desk.example"))
    times = [at for url, _, at in served.asked if "robots" not in url]
    assert all(later - earlier >= 0.15 for earlier, later in pairwise(times))
    agents = {headers["user-agent"] for _, headers, _ in served.asked}
    assert len(agents) == 1
    assert re.fullmatch(r"OnRecord/\S+ \(\+https://desk\.example\)", agents.pop())


def test_a_host_that_asks_for_rest_is_asked_no_more(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/2026/a.html", "/2026/b.html", "/2026/c.html")
    served.page("/2026/a.html", "<p>A.</p>")
    served.pages[f"{HOST}/2026/b.html"] = (429, {"Retry-After": "60"}, b"")
    folder = sources(tmp_path, LINE)
    polled = only(poll(folder, settings))
    assert polled.new == 1
    assert polled.problem == f"{HOST}/2026/b.html: HTTP status 429: the host asks for rest"
    assert "/2026/c.html" not in served.addresses()
    served.page("/2026/b.html", "<p>B.</p>")
    served.page("/2026/c.html", "<p>C.</p>")
    assert only(poll(folder, settings)).new == 2


def test_an_article_that_always_asks_for_rest_starves_no_other(
    served: Served, settings: Settings, tmp_path: Path
) -> None:
    served.rss(*(f"/2026/{name}.html" for name in "abcdef"))
    for name in "abcdef":
        served.page(f"/2026/{name}.html", f"<p>{name}</p>")
    for name in "ac":
        served.pages[f"{HOST}/2026/{name}.html"] = (503, {}, b"")
    folder = sources(tmp_path, f"{LINE},3", header="name,kind,url,publisher,licence,pages")
    assert sum(only(poll(folder, settings)).new for _ in range(6)) == 4
    assert "HTTP status 503" in (only(poll(folder, settings)).problem or "")


@pytest.mark.parametrize("robots", [(502, {}, b""), (429, {}, b"")])
def test_an_article_that_leads_to_a_dead_host_holds_nobody_up(
    served: Served, settings: Settings, tmp_path: Path, robots: tuple[int, dict[str, str], bytes]
) -> None:
    served.rss("/2026/a.html", "/2026/b.html", "/2026/c.html")
    for name in "ab":
        served.pages[f"{HOST}/2026/{name}.html"] = (302, {"Location": "http://dead.example/x"}, b"")
    served.page("/2026/c.html", "<p>C.</p>")
    served.pages["http://dead.example/robots.txt"] = robots
    folder = sources(tmp_path, LINE)
    polled = only(poll(folder, settings))
    assert (polled.new, polled.problem) == (1, None)
    assert [why for _, why in polled.failed] == [
        f"redirected to http://dead.example: robots.txt cannot be read (HTTP status {robots[0]})",
        "redirected to http://dead.example: the host is left alone",
    ]
    assert served.addresses().count("http://dead.example/robots.txt") == 1
    served.asked.clear()
    assert only(poll(folder, settings)).failed == ()
    assert served.addresses() == ["/robots.txt", "/feed.xml"]


@pytest.mark.parametrize(
    "place",
    [
        "http://[bad",
        "//[x]y/",
        "http://courier.example:99999/x",
        "http://ex ample/x",
        "http://",
        "ftp://courier.example/x",
        "http://" + "a" * 70 + ".\xff/",
        "javascript:void(0)",
    ],
)
def test_an_answer_that_leads_nowhere_is_the_problem_of_its_article(
    served: Served, settings: Settings, tmp_path: Path, place: str
) -> None:
    served.rss("/2026/a.html", "/2026/b.html")
    served.pages[f"{HOST}/2026/a.html"] = (302, {"Location": place}, b"")
    served.page("/2026/b.html", "<p>B.</p>")
    polled = only(poll(sources(tmp_path, LINE), settings))
    assert (polled.new, polled.problem) == (1, None)
    assert [url for url, _ in polled.failed] == [f"{HOST}/2026/a.html"]


def test_an_answer_that_breaks_off_is_the_problem_of_its_article(
    served: Served, settings: Settings, tmp_path: Path
) -> None:
    served.rss("/2026/a.html", "/2026/b.html")
    served.page("/2026/a.html", "no chunk", Transfer_Encoding="chunked")
    served.page("/2026/b.html", "<p>B.</p>")
    polled = only(poll(sources(tmp_path, LINE), settings))
    assert (polled.new, polled.problem) == (1, None)
    assert polled.failed == ((f"{HOST}/2026/a.html", "the answer breaks off (ProtocolError)"),)


def test_a_source_that_no_reader_can_read_holds_nobody_up(
    served: Served, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("trafilatura.sitemaps.SitemapObject.process", broken)
    served.pages[f"{HOST}/s.xml"] = (200, {}, b"<urlset/>")
    served.rss("/2026/b.html")
    served.page("/2026/b.html", "<p>B.</p>")
    sitemap, feed = poll(sources(tmp_path, f"map,sitemap,{HOST}/s.xml,,", LINE), settings)
    assert sitemap.problem == f"{HOST}/s.xml: cannot be read: too deep"
    assert feed.new == 1


ELSEWHERE = "http://gazette.example/2026/one.html"


@pytest.mark.parametrize(
    ("host", "kind", "links", "problem"),
    [
        (HOST, "feed", [ELSEWHERE], "its articles lie on gazette.example, not on courier.example"),
        (HOST, "sitemap", [ELSEWHERE], "its articles lie on gazette.example, not on courier.example"),
        (HOST, "feed", [f"{HOST}/tag/x"], "none of its 2 links looks like an article's"),
        ("http://192.0.2.7:8080", "feed", ["http://192.0.2.7:8080/2026/one.html"], "on a host that has a name"),
        ("http://192.0.2.7:8080", "sitemap", ["http://192.0.2.7:8080/2026/one.html"], "on a host that has a name"),
        (HOST, "feed", [], None),
        (HOST, "sitemap", [], None),
        (HOST, "feed", [ELSEWHERE, f"{HOST}/2026/two.html"], None),
        ("http://feeds.courier.example", "feed", ["http://www.courier.example/2026/two.html"], None),
    ],
)
def test_a_source_whose_articles_do_not_count_says_so(  # noqa: PLR0917  (fixtures)
    served: Served, settings: Settings, tmp_path: Path, host: str, kind: str, links: list[str], problem: str | None
) -> None:
    if kind == "feed":
        served.rss(*links)
        body = served.pages.pop(FEED)[2]
    else:
        body = f"<urlset>{''.join(f'<url><loc>{link}</loc></url>' for link in links)}</urlset>".encode()
    served.pages[f"{host}/x.xml"] = (200, {}, body)
    found = only(poll(sources(tmp_path, f"courier,{kind},{host}/x.xml,,"), settings)).problem
    assert (problem or "") in (found or "")
    assert (problem is None) == (found is None)


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_domains_that_the_table_names_count_too(served: Served, settings: Settings, tmp_path: Path, kind: str) -> None:
    pages = [ELSEWHERE, "http://www.ledger.example/2026/two.html", "http://fargazette.example/2026/three.html"]
    served.rss(*pages)
    if kind == "sitemap":
        locations = "".join(f"<url><loc>{page}</loc></url>" for page in pages)
        served.pages[FEED] = (200, {}, f"<urlset>{locations}</urlset>".encode())
    line = f"courier,{kind},{FEED},gazette.example;Ledger.example"
    poll(sources(tmp_path, line, header="name,kind,url,domains"), settings)
    assert {url for url in served.addresses() if url.endswith("html")} == set(pages[:2])


def test_sitemaps_of_sitemaps_are_followed(served: Served, settings: Settings, tmp_path: Path) -> None:
    places = (f"{HOST}/news.xml.gz", "http://[::1].courier.example/x.xml", "http://gazette.example/x.xml")
    index = f"<sitemapindex>{''.join(f'<sitemap><loc>{place}</loc></sitemap>' for place in places)}</sitemapindex>"
    news = f'<?xml version="1.0"?><urlset><url><loc>{HOST}/2026/one.html</loc></url></urlset>'
    served.pages[f"{HOST}/sitemap.xml"] = (200, {"Content-Type": "text/xml"}, index.encode())
    served.pages[f"{HOST}/news.xml.gz"] = (200, {"Content-Type": "application/gzip"}, gzip.compress(news.encode()))
    served.page("/2026/one.html", "<p>One.</p>")
    polled = only(poll(sources(tmp_path, f"courier,sitemap,{HOST}/sitemap.xml,,"), settings))
    assert (polled.listed, polled.new, polled.problem) == (1, 1, None)
    assert "http://gazette.example/x.xml" not in served.addresses()


def test_redirects_are_followed_and_the_last_address_counts(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/old.html")
    served.pages[f"{HOST}/old.html"] = (301, {"Location": "/2026/new.html"}, b"")
    served.page("/2026/new.html", "<p>New.</p>")
    poll(sources(tmp_path, LINE), settings)
    assert [snapshot.url for snapshot in read_folder(tmp_path, settings)] == [f"{HOST}/2026/new.html"]


def test_what_fails_is_told_and_the_rest_is_kept(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/2026/gone.html", "/2026/huge.html", "/2026/film.html", "/2026/good.html", "/2026/round.html")
    served.page("/2026/huge.html", "x" * 5000)
    served.pages[f"{HOST}/2026/film.html"] = (200, {"Content-Type": "video/mp4"}, b"film")
    served.pages[f"{HOST}/2026/round.html"] = (302, {"Location": "/2026/round.html"}, b"")
    served.page("/2026/good.html", "<p>Good.</p>")
    polled = only(poll(sources(tmp_path, LINE), replace(settings, max_input_bytes=1000)))
    assert polled.new == 1
    assert {url.rpartition("/")[2]: why for url, why in polled.failed} == {
        "gone.html": "HTTP status 404",
        "huge.html": "more than 1000 bytes",
        "film.html": "content type video/mp4",
        "round.html": "more than 5 redirects",
    }


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("feed", b"<html><body>Hello</body></html>", "no feed stands there"),
        ("sitemap", b"<html><body>Hello</body></html>", "no sitemap stands there"),
        ("sitemap", b"\x1f\x8b broken", "its gzip is broken"),
    ],
)
def test_a_source_that_is_none_says_so(  # noqa: PLR0917  (fixtures)
    served: Served, settings: Settings, tmp_path: Path, kind: str, body: bytes, problem: str
) -> None:
    served.pages[f"{HOST}/x.xml"] = (200, {}, body)
    found = only(poll(sources(tmp_path, f"courier,{kind},{HOST}/x.xml,,"), settings)).problem
    assert found is not None
    assert problem in found


def test_a_host_that_is_not_there_holds_nobody_up(served: Served, settings: Settings, tmp_path: Path) -> None:
    served.rss("/2026/one.html")
    served.page("/2026/one.html", "<p>One.</p>")
    served.pages["http://absent.example/robots.txt"] = (503, {}, b"")
    folder = sources(tmp_path, "absent,feed,http://absent.example/feed.xml,,", LINE)
    absent, courier = poll(folder, settings)
    assert absent.problem is not None
    assert courier.new == 1


def test_a_poll_without_its_memory_changes_nothing_that_stands(
    served: Served, settings: Settings, tmp_path: Path
) -> None:
    served.rss("/2026/one.html")
    served.page("/2026/one.html", "<p>One.</p>")
    folder = sources(tmp_path, LINE)
    memory = folder / "fetched/courier/.polled.sqlite"
    poll(folder, settings)
    first = next(folder.rglob("*.warc.gz"))
    before = first.read_bytes()
    memory.unlink()
    assert only(poll(folder, settings)).new == 1
    assert first.read_bytes() == before


def test_a_damaged_memory_is_named(settings: Settings, tmp_path: Path) -> None:
    memory = sources(tmp_path, LINE) / "fetched/courier/.polled.sqlite"
    memory.parent.mkdir(parents=True)
    memory.write_bytes(b"no database, whatever it says" * 100)
    with pytest.raises(OnRecordError, match=r"\.polled\.sqlite: .*remove it"):
        poll(tmp_path, settings)


def test_memory_is_kept_only_once_the_archive_stands(
    served: Served, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.rss("/2026/one.html")
    served.page("/2026/one.html", "<p>One.</p>")
    folder = sources(tmp_path, LINE)
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.intake.polling.archive._free", lambda _: tmp_path / "absent" / "x.warc.gz")
        with pytest.raises(OSError, match="absent"):
            poll(folder, settings)
    with sqlite3.connect(folder / "fetched/courier/.polled.sqlite") as memory:
        assert memory.execute("SELECT count(*) FROM asked").fetchone() == (0,)
    assert only(poll(folder, settings)).new == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Courier!,feed,http://a.example/f,,", r"line 2: bad name Courier!; write small letters"),
        ("courier,page,http://a.example/f,,", "line 2: bad kind page; write feed or sitemap"),
        ("courier,feed,ftp://a.example/f,,", "line 2: bad url"),
        ("courier,feed,http://me:secret@a.example/f,,", "without a password"),
        ("courier,feed,http://a.example/f,,,gazette", "bad domains gazette; write names such as"),
        ("courier,feed,,,", "line 2: name, kind and url are needed"),
        (f"{LINE}\n{LINE}", "line 3: courier stands here a second time"),
    ],
)
def test_a_bad_table_of_sources_names_its_line(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(OnRecordError, match=message):
        read_sources(sources(tmp_path, line, header="name,kind,url,publisher,licence,domains"))


def test_a_folder_without_sources_says_what_to_write(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match=r"has no sources\.csv; write one"):
        poll(tmp_path, settings)
