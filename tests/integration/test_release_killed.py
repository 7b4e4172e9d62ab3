"""A publisher that is killed at any moment leaves either no new release or a whole one."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipeline.release.provenance import Provenance
from pipeline.release.publish import publish
from pipeline.release.verify import verify
from pipeline.release.version import released
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse

MOMENTS = 20


def test_a_killed_publisher_leaves_no_half_release(tmp_path: Path, small_tables: dict[str, pa.Table]) -> None:
    settings = Settings(output=tmp_path, source_date=None)
    with Warehouse.open(settings.warehouse) as warehouse:
        warehouse.replace(small_tables)
    work = partial(publish, settings, (), Provenance.of_this_code(settings))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.release.publish"])
    moments = random.Random(20)  # noqa: S311 - the same moments in every run
    unfinished = 0
    for _ in range(MOMENTS):
        process = context.Process(target=work)
        process.start()
        time.sleep(moments.uniform(0.05, 0.9))
        process.kill()
        process.join()
        versions = released(settings.releases)
        assert all(verify(settings.releases / str(version)) == [] for version in versions)
        unfinished += not versions
        if versions:
            shutil.rmtree(settings.releases)  # so that the next publisher has a release to make
    assert unfinished, "every publisher was done before it was killed: the moments come too late to test anything"
    release = work()
    assert verify(release.path) == []
    assert [str(version) for version in released(settings.releases)] == [release.version]
    assert not list(tmp_path.glob(".tmp-*"))
    assert (settings.releases / "latest").resolve() == release.path.resolve()
