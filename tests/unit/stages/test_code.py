"""The list of code behind each stage leaves nothing out that a stage runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.code import CODE, up_to
from pipeline.settings import ROOT

BESIDE = (
    *(f"pipeline/{name}.py" for name in ("__init__", "code", "errors", "lock", "settings", "warehouse")),
    "pipeline/engine",
)
"""What runs the work, or says where it is done, and has no part in what comes out."""


def imported(path: Path) -> set[Path]:
    """The modules of the project that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = [ROOT / name.replace(".", "/") for name in names if name.split(".")[0] == "pipeline"]
    files = [found for place in places for found in (place.with_suffix(".py"), place / "__init__.py")]
    return {file for file in files if file.is_file()}


def reached(start: Path) -> set[Path]:
    seen: set[Path] = set()
    waiting = {start}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        waiting |= imported(path) - seen
    return seen


def covered(path: Path, entries: tuple[str, ...]) -> bool:
    return any(path == ROOT / entry or path.is_relative_to(ROOT / entry) for entry in entries)


@pytest.mark.parametrize(("start", "stage"), [("pipeline/batches.py", "extract"), ("pipeline/stages.py", "resolve")])
def test_all_code_that_a_stage_runs_is_in_its_version(start: str, stage: str) -> None:
    entries = (*(entry for name in up_to(stage) for entry in CODE[name]), *BESIDE)
    assert {path.relative_to(ROOT).as_posix() for path in reached(ROOT / start) if not covered(path, entries)} == set()


def test_what_looks_across_documents_is_in_no_version_of_what_looks_at_one() -> None:
    entries = tuple(entry for name in up_to("extract") for entry in CODE[name])
    assert not covered(ROOT / "pipeline/resolution/groups/grouping.py", entries)
