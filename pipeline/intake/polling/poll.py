"""One poll of all sources of a folder: what is new since the last one becomes an archive for each source.

Belongs here: the walk over sources and their articles, and what it says afterwards. Does not: manners (`web`), or what
was asked before (`memory`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline import ids
from pipeline.errors import OnRecordError
from pipeline.intake.formats import reason
from pipeline.intake.polling.archive import Archive
from pipeline.intake.polling.links import feed_links, sitemap_links
from pipeline.intake.polling.memory import Memory, opened
from pipeline.intake.polling.sources import FETCHED, NAME, FeedSource, read_sources
from pipeline.intake.polling.web import Answer, HostAtRestError, Web, WebError, host_of
from pipeline.lock import held
from pipeline.settings import Settings

_HOSTS_AT_ONCE = 8
_PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", ""})
"""Content types that can hold an article; others are not kept."""
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll of one source gave: articles listed, new, changed and unchanged; failures by address; the archive.

    `problem` says why the source itself could not be asked, or why its host was left alone half-way.
    """

    source: str
    listed: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    archive: Path | None = None
    problem: str | None = None


def poll(folder: Path, settings: Settings) -> list[Polled]:
    """Asks all sources of a folder of articles, hosts side by side, and keeps what is new in archives there.

    In the order of sources.csv. Raises OnRecordError if there are no sources, the table is wrong, or another poll is at
    work there. A source that fails says so in its line and holds nobody up.
    """
    sources = read_sources(folder)
    if not sources:
        raise OnRecordError(f"{folder} has no {NAME}; write one with a line name,kind,url for each feed or sitemap")
    web = Web(settings)
    refusal = f"{folder}: another poll is at work here; wait until it ends"
    with held(folder / FETCHED, ".poll.lock", refusal), ThreadPoolExecutor(_HOSTS_AT_ONCE) as threads:
        groups = threads.map(lambda group: [_poll(source, folder, web) for source in group], _by_host(sources))
        found = {polled.source: polled for group in groups for polled in group}
    return [found[source.name] for source in sources]


def _by_host(sources: Iterable[FeedSource]) -> list[list[FeedSource]]:
    """Sources of one host one after another: it is asked one thing at a time anyway."""
    groups: dict[str, list[FeedSource]] = {}
    for source in sources:
        groups.setdefault(urlsplit(source.url).netloc, []).append(source)
    return list(groups.values())


def _poll(source: FeedSource, folder: Path, web: Web) -> Polled:
    with opened(folder / source.folder) as memory:
        try:
            _list(source, memory, web)
        except WebError as error:
            return Polled(source.name, problem=f"{source.url}: {error}")
        visit = _Visit(memory, web)
        with Archive(folder / source.folder) as archive:
            visit.articles(memory.due(time.time() - source.recheck_hours * 3600, source.pages), archive)
        memory.commit()  # after the archive stands: a crash before this asks again, and loses nothing
        return visit.polled(source.name, archive.path)


def _list(source: FeedSource, memory: Memory, web: Web) -> None:
    """Which articles the source names now; as before, if it says that it has not changed."""
    answer = web.get(source.url, memory.validators(source.url))
    if answer.status == _NOT_MODIFIED:
        return
    memory.list_anew(_links(source, answer, web))
    if source.kind == "feed":  # a sitemap of sitemaps stays as it is while those that it names change
        memory.remember(source.url, time.time(), answer)


def _links(source: FeedSource, answer: Answer, web: Web) -> list[str]:
    try:
        if source.kind == "feed":
            return feed_links(answer, source.domains)
        return sitemap_links(answer, web.get, source.domains)
    except WebError:
        raise
    except Exception as error:  # whatever a reader fails on is a problem of this source alone
        raise WebError(f"cannot be read: {reason(error)}") from error


class _Visit:
    """The articles of one source in one poll, and what is counted on the way."""

    def __init__(self, memory: Memory, web: Web) -> None:
        self._memory = memory
        self._web = web
        self._counts = dict.fromkeys(("new", "changed", "unchanged"), 0)
        self._failed: list[tuple[str, str]] = []
        self._problem: str | None = None
        self._resting: set[str] = set()

    def articles(self, urls: Iterable[str], archive: Archive) -> None:
        """Asks for each, but nothing more of a host that asks for rest."""
        for url in urls:
            try:
                answer = self._web.get(url, self._memory.validators(url), self._resting)
                self._take(url, answer, archive)
            except HostAtRestError as error:
                self._rest(url, error)
            except WebError as error:
                self._fail(url, str(error))

    def _rest(self, url: str, error: HostAtRestError) -> None:
        """What lies on a host at rest waits for the next poll; what only leads there has failed."""
        new = error.host not in self._resting
        self._resting.add(error.host)
        if error.host != host_of(url):
            return self._fail(url, f"redirected to {error.host}: {error}")
        self._problem = self._problem or f"{url}: {error}"
        return self._memory.postpone(url, in_vain=new)

    def _take(self, url: str, answer: Answer, archive: Archive) -> None:
        if answer.status not in (200, _NOT_MODIFIED):
            return self._fail(url, f"HTTP status {answer.status}")
        kind = (answer.header("content-type") or "").partition(";")[0].strip().lower()
        if kind not in _PAGES:
            return self._fail(url, f"content type {kind}")
        before, now = self._memory.sha256(url), ids.sha256(answer.body)
        if answer.status == _NOT_MODIFIED or now == before:
            self._counts["unchanged"] += 1
            return self._memory.remember(url, time.time())
        archive.add(answer)
        self._counts["changed" if before else "new"] += 1
        return self._memory.remember(url, time.time(), answer, now)

    def _fail(self, url: str, why: str) -> None:
        self._failed.append((url, why))
        self._memory.remember(url, time.time())

    def polled(self, source: str, archive: Path | None) -> Polled:
        """What came of it."""
        counts: Mapping[str, int] = self._counts
        return Polled(
            source, self._memory.listed(), **counts, failed=tuple(self._failed), archive=archive, problem=self._problem
        )
