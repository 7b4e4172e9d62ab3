"""Asking the web politely: robots.txt obeyed, one request at a time and a pause for each host, bounded answers.

Belongs here: requests, redirects, robots.txt (RFC 9309), conditional requests (RFC 9110, section 13). Does not: which
address is asked, and what becomes of the answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.intake.polling.robots import LIMIT, NAME, Robots
from pipeline.settings import Settings

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_BUSY = frozenset({429, 503})
"""The host asks for rest: nothing more is asked of it in this poll."""
_ROBOTS_GIVEN, _ROBOTS_ABSENT = range(200, 300), frozenset(range(400, 500)) - _BUSY
_CONNECT_SECONDS, _READ_SECONDS, _WHOLE_SECONDS = 10.0, 30.0, 120.0
_LONGEST_PAUSE = 60.0
"""A robots.txt that asks for longer pauses is obeyed up to here."""
_CHUNK = 1 << 16


class WebError(Exception):
    """Why an address gave no answer, in a few words."""


class HostAtRestError(WebError):
    """A host asked for rest, or cannot be reached: other addresses there need not be tried.

    `host` is its key (`host_of`): after a redirect it is not the one that was asked first.
    """

    def __init__(self, why: str, host: str = "") -> None:
        super().__init__(why)
        self.host = host


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of an address after redirects; the body is as it was sent, out of its chunks only."""

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(slots=True)
class _Host:
    """What is known of a host while a poll runs."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    robots: Robots | None = None
    free_at: float = 0.0


class Web:
    """The web as one poll sees it. Threads may share it; each host is asked by one of them at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = _pool(settings.proxy)
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def get(
        self, url: str, validators: Mapping[str, str] | None = None, resting: Collection[str] = frozenset()
    ) -> Answer:
        """The answer of an address, with the headers of a conditional request if there are any.

        Raises HostAtRestError for a host that is busy, cannot be reached, or is one of those `resting` (`host_of`);
        WebError for what is no address, for one that robots.txt refuses, for an answer that breaks off or is above the
        limit on one input, and for redirects without end.
        """
        if not is_address(url):
            raise WebError("no address of the web")
        return _followed(url, lambda place: self._polite(place, validators or {}, resting))

    def _polite(self, url: str, validators: Mapping[str, str], resting: Collection[str]) -> Answer:
        name = host_of(url)
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
        if name in resting:
            raise HostAtRestError("the host is left alone", name)
        try:
            with host.lock:
                return self._asked(url, validators, host)
        except HostAtRestError as error:
            error.host = name
            raise

    def _asked(self, url: str, validators: Mapping[str, str], host: _Host) -> Answer:
        if host.robots is None:
            host.robots = self._robots(url)
        if not host.robots.allows(url):
            raise WebError("robots.txt refuses it")
        time.sleep(max(0.0, host.free_at - time.monotonic()))
        try:
            answer = self._ask(url, validators, self._settings.max_input_bytes)
        finally:
            host.free_at = time.monotonic() + self._pause(host.robots)
        if answer.status in _BUSY:
            raise HostAtRestError(f"HTTP status {answer.status}: the host asks for rest")
        return answer

    def _pause(self, robots: Robots) -> float:
        return max(self._settings.seconds_between_requests, min(robots.pause, _LONGEST_PAUSE))

    def _robots(self, url: str) -> Robots:
        """RFC 9309, section 2.3.1: without a file all is allowed; a host that fails to say so allows nothing."""
        try:
            answer = _followed(urljoin(url, "/robots.txt"), lambda place: self._ask(place, {}, LIMIT, as_text=True))
        except HostAtRestError:
            raise
        except WebError as error:
            raise HostAtRestError(f"robots.txt cannot be read ({error})") from error
        if answer.status not in _ROBOTS_GIVEN and answer.status not in _ROBOTS_ABSENT:
            raise HostAtRestError(f"robots.txt cannot be read (HTTP status {answer.status})")
        return Robots(answer.body if answer.status in _ROBOTS_GIVEN else b"")

    def _ask(self, url: str, validators: Mapping[str, str], limit: int, *, as_text: bool = False) -> Answer:
        """What stands at one address; as text it comes out of its coding, and more than the limit is left away."""
        from urllib3.exceptions import HTTPError

        headers = {"User-Agent": user_agent(self._settings.contact), "Accept-Encoding": "gzip", **validators}
        try:
            response = self._pool.request("GET", url, headers=headers, redirect=False, preload_content=False)
        except ValueError as error:  # before HTTPError: what is wrong with an address is both
            raise WebError(f"cannot be asked ({type(error).__name__})") from error
        except (HTTPError, OSError) as error:
            raise HostAtRestError(f"cannot be reached ({type(error).__name__})") from error
        try:
            body = _body(response, limit, as_text=as_text)
        except (HTTPError, OSError) as error:
            raise WebError(f"the answer breaks off ({type(error).__name__})") from error
        finally:
            response.close()
        pairs = tuple((name, value) for name, value in response.headers.items() if name.lower() not in _HOP)
        return Answer(url, response.status, response.reason or "", pairs, body)


def _followed(url: str, ask: Callable[[str], Answer]) -> Answer:
    """The first answer that is no redirect. RFC 9309, section 2.3.1.2, asks for five at least for robots.txt too."""
    for _ in range(_MAX_REDIRECTS + 1):
        answer = ask(url)
        place = answer.header("location")
        if answer.status not in _REDIRECTS or not place:
            return answer
        url = _redirected(url, place)
    raise WebError(f"more than {_MAX_REDIRECTS} redirects")


_HOP = frozenset({"transfer-encoding", "connection", "keep-alive", "trailer", "upgrade"})
"""Headers about the connection, not about the page (RFC 9110, section 7.6.1)."""


def _body(response: BaseHTTPResponse, limit: int, *, as_text: bool) -> bytes:
    """The body up to a limit. Above it: its beginning as text, else a WebError."""
    parts, size = [], 0
    for part in _parts(response, decoded=as_text):
        parts.append(part)
        size += len(part)
        if size > limit and not as_text:
            raise WebError(f"more than {limit} bytes")
        if size > limit:
            break
    return b"".join(parts)[:limit]


def _parts(response: BaseHTTPResponse, *, decoded: bool) -> Iterator[bytes]:
    until = time.monotonic() + _WHOLE_SECONDS
    for part in response.stream(_CHUNK, decode_content=decoded):
        yield part
        if time.monotonic() > until:
            raise WebError(f"the answer took more than {_WHOLE_SECONDS:g} seconds")


def _redirected(url: str, place: str) -> str:
    try:
        found = urljoin(url, place)
    except ValueError:
        found = ""
    if not is_address(found):
        raise WebError("redirected to an address that is no web page")
    return found


def is_address(url: str) -> bool:
    """Whether a text is an address of the web that can be asked."""
    from urllib3.util import parse_url

    try:
        url.encode()
        place = parse_url(url)
        return urlsplit(url).scheme in {"http", "https"} and bool(place.host)
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The key of the host of an address: its scheme, name and port. Raises ValueError if it is none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


@lru_cache
def user_agent(contact: str | None) -> str:
    """How the poll names itself, with where its owner can be reached if that is set."""
    return f"{NAME}/{version('onrecord')}" + (f" (+{contact})" if contact else "")


def _pool(proxy: str | None) -> PoolManager:
    from urllib3 import PoolManager, ProxyManager, Retry, Timeout

    timeout = Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    retries = Retry(connect=1, read=1, redirect=False, status=0, backoff_factor=0.5, respect_retry_after_header=False)
    if proxy:
        return ProxyManager(proxy, timeout=timeout, retries=retries)
    return PoolManager(timeout=timeout, retries=retries)
