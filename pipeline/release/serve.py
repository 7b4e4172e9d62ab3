"""The releases over HTTP on this machine, with byte ranges, so that DuckDB can query a release by its URL.

Belongs here: a server for one's own browser and tools, on the loopback address only. Does not: a server for others.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from pipeline.errors import OnRecordError
from pipeline.release.media import media_type

if TYPE_CHECKING:
    from os import PathLike, stat_result

    from starlette.types import Scope

LOOPBACK = "127.0.0.1"
_NAMES = [LOOPBACK, "localhost"]
"""A page of another site must not reach this server through a name of its own that points to the loopback address."""
_SECONDS_TO_END = 2


class LocalServer:
    """A server of a folder; `run` serves until `stop`, or until the person ends it."""

    def __init__(self, releases: Path, listening: socket.socket) -> None:
        config = uvicorn.Config(
            application(releases),
            lifespan="off",
            log_level="error",  # requests are not logged: the terminal belongs to the person
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_END,
        )
        self._server, self._listening = uvicorn.Server(config), listening
        self.address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"

    def run(self) -> None:
        """Serves; the port is free afterwards."""
        with self._listening:
            self._server.run(sockets=[self._listening])

    def stop(self) -> None:
        """Lets `run` come to its end; may be called from another thread."""
        self._server.should_exit = True


def make_server(releases: Path, port: int) -> LocalServer:
    """A server of this folder at 127.0.0.1:port (0 takes a free one); nothing is answered before `run`.

    Raises OnRecordError if the folder is missing or the port is taken.
    """
    if not releases.is_dir():
        raise OnRecordError(f"{releases}: there is no release yet; run `onrecord build` first")
    try:
        listening = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise OnRecordError(f"port {port}: {error.strerror}; choose another one with --port") from error
    return LocalServer(releases, listening)


def application(releases: Path) -> Starlette:
    """The folder as a web application (ASGI): GET and HEAD, ranges, and answers to what a client has already."""
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=_NAMES)
    return Starlette(routes=[Mount("/", _Files(directory=releases, html=True))], middleware=[hosts])


class _Files(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        # A unit that the server does not know must be ignored (RFC 9110, 14.2).
        scope["headers"] = [h for h in scope["headers"] if h[0] != b"range" or h[1].lower().startswith(b"bytes=")]
        response = super().file_response(full_path, stat_result, scope, status_code)
        # A release never changes, but `latest` leads to another one after the next build: ask each time.
        response.headers["cache-control"] = "no-cache"
        response.headers["x-content-type-options"] = "nosniff"
        if isinstance(response, FileResponse):
            response.headers["content-type"] = _content_type(Path(full_path).name)
        return response


def _content_type(name: str) -> str:
    kind = media_type(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
