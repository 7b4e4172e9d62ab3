"""The list of code behind each stage leaves nothing out that a stage runs."""

from __future__ import annotations

import ast
import sys
from functools import lru_cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from pipeline.code import CODE, PACKAGES, code_version, up_to
from pipeline.settings import ROOT

BESIDE = (
    *(f"pipeline/{name}.py" for name in ("__init__", "code", "errors", "lock", "settings", "warehouse")),
    "pipeline/engine",
)
"""What runs the work, or says where it is done, and has no part in what comes out."""


WITHOUT_A_PART = {
    "courlan": "chooses which links of a sitemap are asked for; what came counts by its content",
    "fsspec": "brings bytes, which count by their content",
    "protego": "says what may be asked for; what came counts by its content",
    "ray": "says where the work is done; the results are the same",
    "urllib3": "brings bytes, which count by their content",
}
"""Packages that stages import and that have no part in what comes out, and why."""


@lru_cache
def imports(path: Path) -> frozenset[str]:
    """What a module imports, anywhere in it: modules, and names in them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return frozenset(names)


def imported(path: Path) -> set[Path]:
    """The modules of the project that a module imports."""
    places = [ROOT / name.replace(".", "/") for name in imports(path) if name.split(".")[0] == "pipeline"]
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


def made_by(stage: str) -> set[Path]:
    """The modules of a stage and those that they import, without those of other stages."""
    own = [module for entry in CODE[stage] for module in (ROOT / entry, *(ROOT / entry).rglob("*.py"))]
    others = tuple(entry for name in CODE if name != stage for entry in CODE[name])
    found = {path for module in own if module.suffix == ".py" for path in reached(module)}
    return {path for path in found if not covered(path, others)}


@pytest.mark.parametrize("stage", CODE)
def test_all_packages_that_a_stage_imports_are_in_its_version(stage: str) -> None:
    distributions = packages_distributions()
    named = {name.partition(".")[0] for path in made_by(stage) for name in imports(path)}
    foreign = named - sys.stdlib_module_names - {"pipeline"}
    packages = {distribution.lower() for name in foreign for distribution in distributions[name]}
    listed = {package for name in up_to(stage) for package in PACKAGES[name]}
    links = {"trafilatura"} if stage == "read" else set()  # reads feeds there, as courlan does; it cleans later
    assert packages - set(WITHOUT_A_PART) - links - listed == set()


def test_what_has_no_part_is_not_listed() -> None:
    assert not set(WITHOUT_A_PART) & {package for packages in PACKAGES.values() for package in packages}


@pytest.mark.parametrize("stage", CODE)
def test_another_python_and_other_packages_are_another_version(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code_version.cache_clear()
    now = code_version(stage)
    versions = {now}
    for what in ("pipeline.code.platform.python_version", "pipeline.code.version"):
        with monkeypatch.context() as patch:
            patch.setattr(what, lambda *_package: "0.0")
            code_version.cache_clear()
            versions.add(code_version(stage))
    code_version.cache_clear()
    assert len(versions) == 3
