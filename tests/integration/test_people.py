"""People's decisions from the question to the release: review, fill in, build again; and what no release may hold."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.integration.commands import ROOT, Run

CURATION = ROOT / "seeds" / "curation"


Row = dict[str, Any]


def rows(release: Path, name: str) -> list[Row]:
    found: list[Row] = pq.read_table(release / f"{name}.parquet").to_pylist()
    return found


def contents(release: Path) -> Iterator[tuple[str, str]]:
    """Every file of a release as text: unpacked, and of Parquet and DuckDB every value."""
    for path in sorted(release.rglob("*")):
        name = path.relative_to(release).as_posix()
        if path.suffix == ".parquet":
            yield name, "\n".join(str(row) for row in pq.read_table(path).to_pylist())
        elif path.suffix == ".gz":
            yield name, gzip.decompress(path.read_bytes()).decode()
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for (table,) in connection.sql("SELECT table_name FROM duckdb_tables()").fetchall():
                    yield f"{name}/{table}", "\n".join(map(str, connection.sql(f'FROM "{table}"').fetchall()))
        elif path.suffix == ".zst":
            unpacked = zstandard.ZstdDecompressor().stream_reader(path.open("rb"))
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                assert sum(1 for _ in archive) > len(list(release.glob("*.parquet")))
        elif path.is_file():
            yield name, path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def decided(seeds_build: Path, release: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The release after a person has filled in what `onrecord review` asked, and has written two more decisions."""
    folder = tmp_path_factory.mktemp("people")
    shutil.copytree(seeds_build, folder / "output", symlinks=True)
    shutil.copytree(CURATION, folder / "curation")
    asked = run("review", release)
    assert asked.returncode == 0, asked.stderr
    answers = list(csv.DictReader(io.StringIO(asked.stdout)))
    unsure = [row for row in answers if row["question"] == "unsure_claim"]
    unlinked = [row for row in answers if row["question"] == "unlinked_name"]
    unsure[0] |= {"decision": "retract", "reason": "no claim at all"}
    unsure[1] |= {"decision": "act=warning; speaker_id=", "reason": "read again"}
    unsure[2] |= {"decision": "right"}
    unlinked[0] |= {"decision": "merge", "other": unlinked[1]["target"], "reason": "one and the same"}
    with (folder / "curation" / "review.csv").open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.DictWriter(file, answers[0])
        lines.writeheader()
        lines.writerows(answers)
    with (folder / "curation" / "retractions.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(f"actor,{unlinked[2]['target']},a child,2026-11-02,the desk\r\n")
        file.write("claim,clm_aaaaaaaaaaaaaaaaaaaa,never found,2026-11-02,the desk\r\n")
    done = run("build", "--output", folder / "output", ONRECORD_CURATION=str(folder / "curation"))
    assert done.returncode == 0, done.stderr + done.stdout
    (folder / "said").write_text(done.stdout, encoding="utf-8")
    (folder / "answers").write_text("\n".join(row["target"] for row in (*unsure[:3], *unlinked[:3])), encoding="utf-8")
    return {"folder": folder, "before": release, "release": (folder / "output" / "releases" / "latest").resolve()}


def test_a_filled_in_review_is_applied_by_the_next_build(decided: dict[str, Path], run: Run) -> None:
    gone, corrected, right, kept, merged, child = (decided["folder"] / "answers").read_text().split()
    register = {row["identifier"]: row for row in rows(decided["release"], "identifiers")}
    claims = {row["claim_id"]: row for row in rows(decided["release"], "claims")}
    assert (register[gone]["status"], register[gone]["reason"]) == ("retracted", "no claim at all")
    assert (claims[corrected]["act"], claims[corrected]["speaker_id"]) == ("warning", None)
    assert right in claims
    assert (register[merged]["status"], register[merged]["superseded_by"]) == ("superseded", kept)
    assert (register[child]["status"], register[child]["reason"]) == ("retracted", "a child")
    again = run("review", decided["release"]).stdout
    assert right not in again
    assert "act=warning" not in again
    assert run("verify", decided["release"]).returncode == 0


def test_a_decision_that_matches_nothing_is_named_with_file_and_line(decided: dict[str, Path]) -> None:
    said = " ".join((decided["folder"] / "said").read_text(encoding="utf-8").split())
    assert "retractions.csv, line 4: retraction of clm_aaaaaaaaaaaaaaaaaaaa: nothing of that name is there" in said


def test_what_was_retracted_is_in_no_file_but_as_a_tombstone(decided: dict[str, Path]) -> None:
    gone, _, _, _, _, child = (decided["folder"] / "answers").read_text().split()
    tombs = ("identifiers", "decisions", "delta/")
    for identifier in (gone, child):
        holders = [name for name, text in contents(decided["release"]) if identifier in text]
        assert holders
        assert all(any(tomb in name for tomb in tombs) for name in holders), holders
    text = next(row["text"] for row in rows(decided["before"], "claims") if row["claim_id"] == gone)
    claims = {row["text"] for name in ("claims", "claim_groups") for row in rows(decided["release"], name)}
    assert text not in claims


def test_why_tells_the_chain_and_the_decision(decided: dict[str, Path], run: Run) -> None:
    gone, corrected, *_ = (decided["folder"] / "answers").read_text().split()
    done = run("why", corrected, decided["release"])
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    for words in ("Source", "line ", "Sentence", "Rule", "Confidence", "read again"):
        assert words in done.stdout
    assert "retracted" in run("why", gone, decided["release"]).stdout
    assert run("why", "clm_no", decided["release"]).returncode == 1


def test_a_wrong_word_stops_the_build_with_file_and_line(decided: dict[str, Path], run: Run, tmp_path: Path) -> None:
    shutil.copytree(decided["folder"] / "curation", tmp_path / "curation")
    path = tmp_path / "curation" / "review.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("act=warning", "act=shout"), encoding="utf-8")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "note.txt").write_text("It was a quiet day at the quay.", encoding="utf-8")
    done = run("build", "--documents", tmp_path / "documents", "--output", tmp_path / "out")
    assert done.returncode == 1
    assert "review.csv, line " in done.stderr
    assert "'shout' is no act" in done.stderr


def test_no_sentence_of_a_closed_article_leaves_the_release_outside_a_claim(seeds_build: Path, release: Path) -> None:
    closed = {row["source_name"]: row for row in rows(release, "documents") if not row["text_is_open"]}
    assert closed
    cleaned = pq.read_table(seeds_build / "stages" / "cleaned.parquet").to_pylist()
    sentences = [
        sentence
        for row in cleaned
        if row["source_name"] in closed
        for sentence in outside(row["document"]["text"], closed[row["source_name"]], rows(release, "claims"))
    ]
    assert len(sentences) > 10
    for name, text in contents(release):
        plain = " ".join(text.split())
        assert [sentence for sentence in sentences if sentence in plain] == [], name


def outside(text: str, document: Row, claims: list[Row]) -> Iterator[str]:
    """Halves of sentences of more than five words in which no word of a claim stands, headline apart."""
    own = [claim for claim in claims if claim["document_id"] == document["document_id"]]
    for piece in own:
        for fragment in piece["fragments"]:
            start, end = fragment["start"], fragment["end"]
            text = f"{text[:start]}{'|' * (end - start)}{text[end:]}"
    for sentence in text.replace("\n", "|").replace(". ", "|").split("|"):
        words = " ".join(sentence.split()).strip(" .,")
        if len(words.split()) > 5 and words not in (document["title"] or ""):
            yield words
