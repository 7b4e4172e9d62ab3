"""What people and pipes really hand to the command line: each case ends well, or in one line that says what to do."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from pipeline import build, cli
from pipeline.console import Terminal
from pipeline.errors import OnRecordError
from pipeline.intake.folder import read_file, read_folder
from pipeline.intake.lines import read_key, read_texts
from pipeline.release import files, verify
from pipeline.schema.render import dictionary
from pipeline.settings import Settings

TEXT = "The harbour will open in May, Ada Brook said."
CLAIM = {"content": [[0, 28]], "cue": [[40, 44]], "source": [[30, 39]], "type": "indirect"}
GOOD = {"doc_id": "1", "text": TEXT, "attributions": [CLAIM]}


def onrecord(*args: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli.main, [str(arg) for arg in args], input=stdin)


def ends_with_one_line(done: Result, *named: str) -> None:
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1
    assert all(name in done.stderr for name in named), done.stderr


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"[1]", "line 1: no JSON object"),
        (b'\n{"doc_id": "1"', "line 2: no JSON ("),
        (b'{"text": "x"}', "line 1: doc_id is missing"),
        (b'{"doc_id": "1", "text": null}', "line 1: text is missing or no string"),
        (b'{"doc_id": "1", "text": "caf\xe9"}', "line 1: not UTF-8"),
        (b'{"doc_id": "1", "text": "x", "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "line 1: no JSON ("),
    ],
)
def test_a_bad_line_is_told_with_its_number(content: bytes, named: str) -> None:
    ends_with_one_line(onrecord("annotate", stdin=content), "standard input", named)


def test_a_folder_is_no_file_of_lines(tmp_path: Path) -> None:
    done = onrecord("annotate", tmp_path)
    ends_with_one_line(done, f"{tmp_path}: cannot be read (Is a directory)")


def test_marks_blank_lines_and_line_ends_of_other_systems_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"doc_id": 1, "text": "One.\\r\\n"}\r\n\r\n{"doc_id": 2, "text": "A\xe2\x80\xa8B"}')
    assert [record["text"] for record in read_texts(path)] == ["One.\r\n", "A\u2028B"]


def test_half_a_character_goes_through_annotate_and_moves_nothing() -> None:
    done = onrecord("annotate", stdin=b'{"doc_id": "\\udfff", "text": "\\ud800 \\ud83d\\ude00 ' + TEXT.encode() + b'"}')
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert (record["doc_id"], record["text"]) == ("\udfff", f"\ud800 😀 {TEXT}")
    assert [record["text"][slice(*span)] for span in record["attributions"][0]["source"]] == ["Ada Brook"]


def test_a_text_that_cannot_be_annotated_is_told_in_both_streams() -> None:
    lines = [json.dumps({"doc_id": name, "text": text}) for name, text in (("long", "a " * 150_001), ("short", "A."))]
    done = onrecord("annotate", stdin="\n".join(lines).encode())
    assert [json.loads(line).get("problem") for line in done.stdout.splitlines()] == ["failed", None]
    assert done.stderr.startswith("Warning: long could not be annotated: TextTooLong")


@pytest.mark.parametrize(
    "changed",
    [
        {"attributions": None},
        {"attributions": ["x"]},
        {"attributions": [{"content": [[0, 5]], "source": []}]},
        {"attributions": [{"source": [], "type": "direct"}]},
        {"attributions": [CLAIM | {"source": None}]},
        {"attributions": [CLAIM | {"content": [0, 28]}]},
        {"attributions": [CLAIM | {"content": [[0, 28, 3]]}]},
        {"attributions": [CLAIM | {"content": [["0", "28"]]}]},
        {"attributions": [CLAIM | {"content": [[0, len(TEXT) + 1]]}]},
        {"attributions": [CLAIM | {"content": [[-5, 28]]}]},
        {"attributions": [CLAIM | {"content": [[28, 0]]}]},
        {"doc_id": ["1"]},
        {"doc_id": "0"},
    ],
)
def test_a_key_that_cannot_be_scored_is_refused(changed: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOOD | {"doc_id": "0"}) + "\n" + json.dumps(GOOD | changed) + "\n", encoding="utf-8")
    with pytest.raises(OnRecordError, match=r"gold\.jsonl, line 2: "):
        read_key(path)
    path.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    assert read_key(path) == [GOOD]


def test_an_empty_key_gives_no_scores(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.touch()
    ends_with_one_line(onrecord("evaluate", path), "gold.jsonl: there is no document")


def test_a_pipe_is_read_from_its_first_byte(tmp_path: Path) -> None:
    page = f"<!doctype html><title>T</title><p>{TEXT * 1000}</p>".encode()
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(page,))
    writer.start()
    found = list(read_file(fifo, Settings()))
    writer.join()
    assert [(one.source_name, one.media_type, one.content) for one in found] == [("pipe", "text/html", page)]
    line = json.loads(onrecord("clean", "-", stdin=page).stdout)
    assert (line["source_name"], len(line["text"])) == ("standard input", len(TEXT * 1000))


def test_the_output_may_not_lie_among_the_articles(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for output in (tmp_path, tmp_path / "output"):
        with pytest.raises(OnRecordError, match="--output"):
            read_folder(tmp_path, Settings(output=output))
    assert len(list(read_folder(tmp_path, Settings(output=tmp_path.parent / "output")))) == 1


def test_links_in_a_circle_do_not_tell_where_the_folder_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
    (found,) = read_folder(tmp_path, Settings())
    assert (found.problem, found.detail) == ("unreadable", "it cannot be opened: links in a circle")


def test_a_bad_environment_is_bad_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_WORKERS", "many")
    ends_with_one_line(onrecord("build"), "ONRECORD_WORKERS")
    assert onrecord("build", "--help").exit_code == 0


def test_ctrl_c_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "build", stopped)
    ends_with_one_line(onrecord("build", "--output", tmp_path), "stopped", "goes on from here")


def test_a_full_disk_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dictionary, "dictionary", full)
    done = onrecord("dictionary")
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == 1
    assert "make room" in done.stderr


def test_a_full_disk_under_the_database_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object, **__: object) -> None:
        raise duckdb.IOException("IO Error: Could not write file\n\nStack Trace:\n0x00 write")

    monkeypatch.setattr(build, "fingerprint", full)
    ends_with_one_line(onrecord("build", "--output", tmp_path), "Could not write file", "make room")


def test_a_damaged_release_is_not_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / files.SUMS).write_text(f"{'0' * 64}  claims.parquet\n", encoding="utf-8")
    ends_with_one_line(onrecord("diff", tmp_path / "old", tmp_path / "new"), "old: claims.parquet: missing")
    for name in ("old", "new"):
        (tmp_path / name / files.SUMS).rename(tmp_path / name / "sums")
    ends_with_one_line(onrecord("diff", tmp_path / "old", tmp_path / "new"), "old: no release")
    monkeypatch.setattr(verify, "verify", lambda _: ["one", "two"])
    assert "2 problems;" in onrecord("verify", tmp_path / "new").stderr


def test_a_reader_that_leaves_a_pipe_is_left_to_the_command() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w", encoding="utf-8") as gone:
        with pytest.raises(BrokenPipeError):
            Terminal(file=gone).print("x")
        os.dup2(os.open(os.devnull, os.O_WRONLY), gone.fileno())
