"""Articles that come by themselves: the polled asset, the schedule, and the sensor on the folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import pytest

from assets.definitions import defs
from assets.polling import articles_changed
from assets.resources import OnRecord
from pipeline.intake.polling.poll import Polled
from tests.unit.assets.small_graph import Materialise, Small


@pytest.fixture
def onrecord(tmp_path: Path) -> OnRecord:
    (tmp_path / "articles").mkdir()
    return OnRecord(documents=str(tmp_path / "articles"), output=str(tmp_path / "output"))


def test_a_poll_shows_what_each_source_gave(
    small: Small, materialise: Materialise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poll(_: OnRecord) -> Sequence[Polled]:
        return [Polled("quay", listed=9, new=2, changed=1, failed=(("http://quay.example/x", "HTTP status 404"),))]

    monkeypatch.setattr(Small, "poll", poll)
    done = materialise(small, [], job_name="fetch")
    assert done.success
    (made,) = done.asset_materializations_for_node("fetched")
    assert made.metadata["new"].value == 3
    assert "quay" in str(made.metadata["sources"].value)


def test_a_folder_without_sources_asks_nobody(onrecord: OnRecord) -> None:
    assert onrecord.poll() == ()


def test_the_sensor_asks_for_one_build_for_each_change(onrecord: OnRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = Path(onrecord.documents)
    context = dg.build_sensor_context(resources={"onrecord": onrecord})

    def tick() -> list[str | None]:
        return [request.run_key for request in articles_changed.evaluate_tick(context).run_requests or ()]

    (articles / "one.txt").write_text("An article.")
    assert (tick(), tick()) == ([None], [])
    (articles / "two.txt").write_text("Another article.")
    assert tick() == [None]
    (articles / "two.txt").unlink()  # as it was at first: Dagster would skip a run whose key it knows
    assert (tick(), tick()) == ([None], [])
    monkeypatch.setattr("assets.polling.code_version", lambda stage: f"another version of {stage}")
    assert (tick(), tick()) == ([None], [])


def test_nothing_runs_by_itself_before_somebody_turns_it_on() -> None:
    repository = defs.get_repository_def()
    sensors = {sensor.name: sensor.default_status for sensor in repository.sensor_defs}
    assert sensors["articles_changed"] == dg.DefaultSensorStatus.STOPPED
    assert {schedule.default_status for schedule in repository.schedule_defs} == {dg.DefaultScheduleStatus.STOPPED}
