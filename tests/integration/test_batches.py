"""Intake batches worked ahead: a build over all articles takes what was found, and gives what it would have given."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline import stages
from pipeline.intake.folder import batches
from pipeline.settings import Settings
from tests.integration.commands import ROOT


def in_two_batches(folder: Path) -> Path:
    """A folder with a few of our articles in it, in two folders."""
    texts = sorted((ROOT / "seeds" / "documents").glob("*.txt"))[:4]
    for number, path in enumerate(texts):
        batch = folder / ("monday" if number % 2 else "tuesday")
        batch.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, batch)
    return folder


def test_what_was_worked_ahead_is_not_worked_again(tmp_path: Path) -> None:
    settings = Settings(documents=in_two_batches(tmp_path / "articles"), output=tmp_path / "output")
    worked = [stages.ahead(batch, settings) for batch in batches(settings.documents)]
    assert [ahead.inputs for ahead in worked] == [2, 2]
    assert len({ahead.data_version for ahead in worked}) == 2
    told: list[tuple[str, int, int | None]] = []
    ahead = _rows(settings, told)
    # One word for the whole of a stage: nothing was worked.
    assert [step for step in told if step[0] in {"clean", "extract"}] == [("clean", 4, 4), ("extract", 4, 4)]
    assert ahead == _rows(Settings(documents=settings.documents, output=tmp_path / "afresh"), [])


def _rows(settings: Settings, told: list[tuple[str, int, int | None]]) -> list[object]:
    """All rows after extraction; into `told` goes the progress."""

    def tell(stage: str, done: int, total: int | None, /) -> None:
        told.append((stage, done, total))

    cleaned = stages.clean(stages.read(settings), settings, tell)
    return [row for part in stages.extract(cleaned, settings, tell) for row in part.to_pylist()]
