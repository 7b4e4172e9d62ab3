"""`why` tells the chain behind a row; `review` asks what needs a person's eye, and does not ask twice."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import OnRecordError
from pipeline.extraction.cues import lexicon
from pipeline.extraction.rules import RULES
from pipeline.release.publish import Release
from pipeline.release.review import COLUMNS, QUESTIONS, review
from pipeline.release.why import FAMILIES, why
from pipeline.resolution.people.decisions import CONTEXT_COLUMNS, REVIEW_COLUMNS
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.tables import table
from pipeline.schema.vocabulary import QUESTIONS as WORDS

Tables = dict[str, pa.Table]
Publish = Callable[..., Release]


def told(identifier: str, release: Path) -> str:
    return "\n".join(f"{line.label}: {line.text}" for line in why(identifier, release))


def row_of(release: Path, name: str, column: str, value: object) -> dict[str, str]:
    rows = pq.read_table(release / f"{name}.parquet").to_pylist()
    return next(row for row in rows if row[column] == value)


def test_the_chain_behind_a_claim(release: Path) -> None:
    text = told(row_of(release, "claims", "speaker_text", "Transport Minister Ada Quist")["claim_id"], release)
    for words in (
        "Claim: The ferry will sail again by May, … and fares will not rise.",
        "Source: harbour/ferry.txt, CC-BY-4.0 (its text may be published)",
        "characters away (rule navigation_line)",
        "Removed after: newsletter",
        "Sentence: “The ferry will sail again by May,” said Transport Minister Ada Quist, “and fares will not rise.”",
        "Cue: said (say)",
        "Speaker: Transport Minister Ada Quist is Ada Quist, person",
        "through “Ada Quist” (name)",
        "People: confirmation of clm_",
        "Group: same_quote, score 1.00: 2 claims in 2 documents",
        "The Daily Lantern: The ferry will sail again by May.",
    ):
        assert words in text


def test_of_a_closed_article_only_what_the_release_holds_is_told(release: Path) -> None:
    text = told(row_of(release, "claims", "speaker_text", "Ms Quist")["claim_id"], release)
    assert "all-rights-reserved (its text may not be published, only short claims)" in text
    assert "the licence keeps the text out of the release" in text
    assert "Nobody on the quay" not in text


def test_actors_documents_and_groups_are_told_too(release: Path) -> None:
    assert "“Ada Quist” (name, 2)" in told(row_of(release, "actors", "name", "Ada Quist")["actor_id"], release)
    document = row_of(release, "documents", "source_name", "harbour/ferry.txt")["document_id"]
    assert "Removed: newsletter: 1 spans" in told(document, release)
    group = pq.read_table(release / "claim_groups.parquet")["claim_group_id"][0].as_py()
    assert "Group: same_quote" in told(group, release)


def test_an_unknown_id_is_refused_with_those_that_are_near(release: Path) -> None:
    claim = pq.read_table(release / "claims.parquet")["claim_id"][0].as_py()
    wrong = claim[:-1] + ("a" if claim[-1] != "a" else "b")
    with pytest.raises(OnRecordError, match=f"{wrong}: no such id in .*; did you mean {claim}"):
        why(wrong, release)
    with pytest.raises(OnRecordError, match="ids stand in the table identifiers"):
        why("Ada Quist", release)
    with pytest.raises(OnRecordError, match="no release"):
        why(claim, release.parent)


def test_every_frame_and_rule_has_its_reason() -> None:
    names = {rule.name for rule in RULES}
    assert {name for _, name in FAMILIES} <= names
    frames = {frame for _, frame in lexicon()} - {"quote"}
    assert [frame for frame in sorted(frames) if not any(re.fullmatch(pattern, frame) for pattern, _ in FAMILIES)] == []


def asked(release: Path, limit: int = 100) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(review(release, limit))))


def suspicious(tables: Tables) -> Tables:
    """With two actors of one name, one of unlike names, and words that a spreadsheet would compute."""
    own = next(row for row in tables["actors"].to_pylist() if row["name"] == "Blue Line")
    twin = own | {"actor_id": "act_" + "b" * 20, "claim_count": 0}
    names = [{"actor_id": own["actor_id"], "name": "=Sea Ways", "form": "name", "mention_count": 9}]
    names.append({"actor_id": twin["actor_id"], "name": "blue line", "form": "name", "mention_count": 1})
    mention = next(row for row in tables["mentions"].to_pylist() if row["surface"] == "Blue Line")
    more = [mention | {"mention_id": "men_" + "c" * 20, "surface": "=Sea Ways"}]
    added = {"actors": [twin], "actor_names": names, "mentions": more}
    return tables | {
        name: pa.concat_tables([tables[name], pa.Table.from_pylist(rows, schema=arrow_schema(table(name)))])
        for name, rows in added.items()
    }


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory, release: Path, small_tables: Tables) -> list[dict[str, str]]:
    """What is asked of a release whose actors look suspicious; only the tables that are read are written."""
    folder = tmp_path_factory.mktemp("asked") / release.name
    folder.mkdir()
    for path in release.glob("*.parquet"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "SHA256SUMS").touch()
    for name in ("actors", "actor_names", "mentions"):
        pq.write_table(suspicious(small_tables)[name], folder / f"{name}.parquet")
    return asked(folder)


def test_the_most_urgent_question_comes_first_with_its_words(questions: list[dict[str, str]]) -> None:
    urgencies = [int(row["urgency"]) for row in questions]
    assert urgencies == sorted(urgencies, reverse=True)
    assert questions[0]["question"] == "same_name"
    assert questions[0]["words"] == "merge; right; retract"
    assert "Blue Line (organisation, 1 claims) and Blue Line (organisation, 0 claims)" in questions[0]["what"]
    assert {row["decision"] for row in questions} == {""}
    assert {row["question"] for row in questions} >= {"same_name", "unlike_names", "unlinked_name"}


def test_words_of_an_article_are_no_formula(questions: list[dict[str, str]]) -> None:
    assert any("=Sea Ways" in row["what"] for row in questions)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in questions for cell in row.values())


def test_what_a_person_found_right_is_not_asked_again(tmp_path: Path, release: Path) -> None:
    before = asked(release)
    first = before[0]
    folder = tmp_path / release.name
    folder.mkdir()
    for path in release.glob("*.parquet"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "SHA256SUMS").touch()
    field = " ".join(filter(None, (first["question"], first["other"])))
    row = {"decision": "confirmation", "target": first["target"], "field": field, "is_applied": True}
    pq.write_table(pa.Table.from_pylist([row], schema=arrow_schema(table("decisions"))), folder / "decisions.parquet")
    assert asked(folder) == before[1:]


def test_the_number_of_questions_is_bounded(release: Path) -> None:
    assert len(asked(release, 1)) == 1
    with pytest.raises(OnRecordError, match="no release"):
        review(release.parent, 10)


def test_questions_and_columns_are_those_that_are_read_back() -> None:
    assert tuple(asked_about.name for asked_about in QUESTIONS) == WORDS.names
    assert set(COLUMNS) == {*REVIEW_COLUMNS, *CONTEXT_COLUMNS}


def test_both_keep_to_the_memory_that_they_are_given(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = pq.read_table(release / "claims.parquet")["claim_id"][0].as_py()
    monkeypatch.setenv("ONRECORD_DATABASE_BYTES", str(1024**2))
    for words in (["why", claim], ["review"]):
        done = CliRunner().invoke(main, [*words, str(release)])
        assert done.exit_code == 1
        assert "give DuckDB more with ONRECORD_DATABASE_BYTES" in done.stderr
