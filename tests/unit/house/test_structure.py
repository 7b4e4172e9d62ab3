"""The structure of the code: imports point downwards, functions stay short, every module says what belongs in it."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("pipeline", "assets", "expectations")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

LAYERS = (
    ("pipeline.errors", "pipeline.schema", "pipeline.settings"),
    ("pipeline.code", "pipeline.ids", "pipeline.lock", "pipeline.engine", "pipeline.warehouse"),
    ("pipeline.intake",),
    ("pipeline.cleaning",),
    ("pipeline.extraction",),
    ("pipeline.resolution.database",),
    ("pipeline.resolution.article",),
    ("pipeline.resolution.groups",),
    ("pipeline.resolution.people",),
    ("pipeline.resolution.corpus",),
    ("pipeline.release",),
    ("pipeline.batches",),
    ("pipeline.stages",),
    ("pipeline.measure", "pipeline.unchanged"),
    ("pipeline.build",),
    ("expectations", "pipeline.console"),
    ("assets", "pipeline.cli"),
    ("pipeline.__main__",),
)
"""From the bottom to the top: a module imports from its own layer or one below it."""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def layer(name: str) -> int | None:
    for level, members in enumerate(LAYERS):
        if any(name == member or name.startswith(member + ".") for member in members):
            return level
    return None


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_downwards(path: Path) -> None:
    own = layer(module_name(path))
    if module_name(path) in {"pipeline", "pipeline.resolution"}:  # their docstrings alone
        own = 0
    assert own is not None, f"{path} has no layer; give it one in LAYERS"
    upward = [name for name in imports(path) if (there := layer(name)) is not None and there > own]
    # The command line hands the rules to the build: it may import them, being on top.
    assert not upward, f"{path} imports upwards: {upward}"


@pytest.mark.parametrize("path", [p for p in MODULES if p.is_relative_to(ROOT / "pipeline")], ids=module_name)
def test_the_domain_knows_neither_dagster_nor_great_expectations(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] in {"dagster", "great_expectations"}]


def functions() -> list[tuple[str, int]]:
    return [
        (f"{module_name(path)}.{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_short() -> None:
    lengths = functions()
    assert not [(name, lines) for name, lines in lengths if lines > 60]
    assert statistics.median(lines for _, lines in lengths) <= 10


def test_every_module_says_what_belongs_in_it() -> None:
    silent = [str(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent


@pytest.mark.parametrize("level", range(len(LAYERS)))
def test_a_made_up_upward_import_would_be_seen(level: int) -> None:
    assert all(layer(f"{member}.anything") == level for member in LAYERS[level])
