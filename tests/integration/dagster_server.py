"""A real Dagster server in a process of its own, and its GraphQL as a client sees it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.integration.commands import ROOT

T = TypeVar("T")
START, RUN = 120.0, 300.0
"""Seconds that starting the server and running everything may take."""

LOCATION = {"repositoryLocationName": "onrecord", "repositoryName": "__repository__"}
LOADED = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
LAUNCH = """
mutation($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}
"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
CHECKS = """
{ assetNodes { assetKey { path } assetChecksOrError { ... on AssetChecks { checks {
  name blocking executionForLatestMaterialization { status evaluation { severity metadataEntries {
    label ... on IntMetadataEntry { intValue } } } } } } } } }
"""


@dataclass(frozen=True)
class Server:
    """A server that answers on this address, and its process."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Ends it with its daemon and its runs at once, as when the machine fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data that a GraphQL query gives."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(  # noqa: S310  (an address on this machine, made by this test)
            f"{self.address}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            told = json.load(answer)
        assert "errors" not in told, told
        data: dict[str, Any] = told["data"]
        return data

    def run_job(self, job: str) -> str:
        """Launches a job over the whole graph and waits for its end; gives its status."""
        run_id = self.launch(job)

        def ended() -> str | None:
            status: str = self.ask(STATUS, id=run_id)["runOrError"]["status"]
            return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

        return wait_for(ended, RUN)

    def launch(self, job: str) -> str:
        """Launches a job over the whole graph; gives the id of its run."""
        params = {"selector": {**LOCATION, "jobName": job}, "runConfigData": {}, "mode": "default"}
        launched = self.ask(LAUNCH, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id: str = launched["run"]["runId"]
        return run_id

    def checks(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The latest result of every asset check, by table and rule."""
        return {
            (".".join(node["assetKey"]["path"]), check["name"]): check
            for node in self.ask(CHECKS)["assetNodes"]
            for check in node["assetChecksOrError"].get("checks", ())
        }


def wait_for(found: Callable[[], T | None], seconds: float) -> T:
    """What `found` gives as soon as it gives something. Raises TimeoutError after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if (value := found()) is not None:
                return value
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not up yet
        time.sleep(0.5)
    raise TimeoutError(f"nothing after {seconds} s")


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all its children: asks first, and makes sure in the end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@contextmanager
def dagster_dev(home: Path, **env: str) -> Iterator[Server]:
    """`dagster dev` on a free port of this machine, with a home of its own; ended with all its children."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "assets" / "dagster.yaml", home)
    port = free_port()
    env = {**os.environ, **env, "DAGSTER_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "assets.restart"], cwd=ROOT, env=env, check=True)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", process)
        wait_for(lambda: server.ask(LOADED)["repositoriesOrError"].get("nodes") or None, START)
        yield server
    finally:
        end(process)
