"""The command line for a newcomer: help that helps, errors in one line, pipes that work."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.integration.commands import ROOT, Run

COMMANDS = ("build", "verify", "diff", "serve", "clean", "annotate", "evaluate", "dictionary")
TEXT = "The harbour will open in May, Ada Brook said. “We are ready,” she told reporters."


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_there(command: str, run: Run) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_help_imports_nothing_slow(fresh: Run) -> None:
    done = fresh("build", "--help", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"spacy", "pandas", "pyarrow", "dagster", "great_expectations", "trafilatura", "duckdb"}


def bad_usage(tmp_path: Path) -> dict[str, tuple[tuple[str | Path, ...], str]]:
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.txt").write_text("A text.", encoding="utf-8")
    (broken / "manifest.csv").write_text("file,published_at\na.txt,yesterday\n", encoding="utf-8")
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text('{"doc_id": "1"}\n', encoding="utf-8")
    return {
        "no such folder": (("build", "--documents", tmp_path / "none", "--output", tmp_path / "o"), "none"),
        "no input": (("build", "--documents", tmp_path / "empty", "--output", tmp_path / "o"), "empty"),
        "broken manifest": (("build", "--documents", broken, "--output", tmp_path / "o"), "manifest.csv"),
        "output is a file": (("build", "--output", tmp_path / "a-file"), "a-file"),
        "no release": (("verify", tmp_path / "empty"), "empty"),
        "no such release": (("verify", tmp_path / "none"), "none"),
        "no such file": (("clean", tmp_path / "none.html"), "none.html"),
        "no text": (("annotate", tmp_path / "bad.jsonl"), "bad.jsonl"),
        "no gold": (("evaluate", tmp_path / "none.jsonl"), "none.jsonl"),
    }


def test_bad_usage_ends_with_one_clear_line(run: Run, tmp_path: Path) -> None:
    for case, (args, named) in bad_usage(tmp_path).items():
        done = run(*args)
        assert done.returncode != 0, case
        assert "Traceback" not in done.stderr, (case, done.stderr)
        assert named in done.stderr.splitlines()[-1], (case, done.stderr)
    assert not (tmp_path / "o" / "releases").exists()


def test_clean_accounts_for_every_character(run: Run) -> None:
    page = next((ROOT / "seeds" / "documents").glob("05-*.html"))
    done = run("clean", page)
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    spans = sorted((s["source_start"], s["source_end"]) for s in (*line["kept"], *line["removals"]))
    assert spans[0][0] == 0
    assert spans[-1][1] == len(line["source_text"])
    assert all(left[1] == right[0] for left, right in pairwise(spans))
    assert line["title"]
    assert line["text"]


def test_clean_explains(run: Run) -> None:
    page = next((ROOT / "seeds" / "documents").glob("01-*.txt"))
    done = run("clean", "--explain", page)
    assert done.returncode == 0, done.stderr
    assert "headline" in done.stdout
    assert "paywall" in done.stdout


def test_clean_takes_any_language(run: Run) -> None:
    page = next((ROOT / "seeds" / "documents").glob("*-german.html"))
    line = json.loads(run("clean", page).stdout)
    assert (line["language"], bool(line["text"])) == ("de", True)


def test_annotate_is_a_pipe(fresh: Run) -> None:
    lines = "".join(json.dumps({"doc_id": str(i), "text": TEXT, "kept": i}) + "\n" for i in range(3))
    done = fresh("annotate", stdin=lines)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["doc_id"] for record in records] == ["0", "1", "2"]
    assert records[1]["kept"] == 1
    assert {"attributions", "mentions", "actors"} <= records[0].keys()
    said = {TEXT[s:e] for a in records[0]["attributions"] for s, e in a["source"]}
    assert said == {"Ada Brook", "she"}


def test_evaluate_scores_its_own_output_as_perfect(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(run("annotate", stdin=json.dumps({"doc_id": "1", "text": TEXT})).stdout, encoding="utf-8")
    done = run("evaluate", "--json", gold)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["joint"]["f1"] == 1.0
    assert run("evaluate", gold).returncode == 0


def test_the_dictionary_names_every_table(run: Run) -> None:
    done = run("dictionary")
    assert "## claims" in done.stdout
    assert "speaker_id" in done.stdout
