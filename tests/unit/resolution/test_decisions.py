"""The files of people's decisions: what a spreadsheet makes of them is read, and a mistake is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import ids
from pipeline.errors import OnRecordError
from pipeline.resolution.people.curation import Curation
from pipeline.resolution.people.decisions import CONTEXT_COLUMNS, FILES, REVIEW_COLUMNS, Decision, read_decisions

ACTOR, OTHER = (ids.named_actor_id("person", name) for name in ("Ada Brook", "Ada Brooke"))
DOCUMENT = ids.document_id("https://one.example/", "")
CLAIM = ids.claim_id(DOCUMENT, "she", "it rains", 0)
HEADS = {file.name: ",".join(file.columns) for file in FILES}


def write(folder: Path, name: str, *lines: str, end: str = "\n", head: str | None = None) -> None:
    (folder / f"{name}.csv").write_bytes(end.join((head or HEADS[name], *lines, "")).encode())


def keys(folder: Path) -> list[tuple[str, str, str, str]]:
    return [(*one.key, one.value) for one in read_decisions(folder)]


def test_every_file_gives_its_decisions(tmp_path: Path) -> None:
    write(tmp_path, "retractions", f"claim,{CLAIM},libel,2026-11-02,the desk")
    write(tmp_path, "merges", f"{ACTOR},{OTHER},one spelling,,")
    write(tmp_path, "splits", f"{ACTOR},{DOCUMENT},her mother,,")
    write(tmp_path, "links", f"{ACTOR},Q42,the writer,,")
    write(tmp_path, "corrections", f"{CLAIM},is_hedged,TRUE,it says reportedly,,")
    assert keys(tmp_path) == [
        ("retraction", CLAIM, "claim", ""),
        ("merge", OTHER, "actor_id", ACTOR),
        ("split", ACTOR, DOCUMENT, ""),
        ("link", ACTOR, "wikidata_id", "Q42"),
        ("correction", CLAIM, "is_hedged", "true"),
    ]
    first = read_decisions(tmp_path)[0]
    assert (first.reason, first.decided_on, first.decided_by) == ("libel", "2026-11-02", "the desk")
    assert first.place == f"{tmp_path / 'retractions.csv'}, line 2"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_marks_and_line_ends_of_spreadsheets_do_no_harm(tmp_path: Path, end: str, mark: str) -> None:
    write(tmp_path, "merges", "", f"{ACTOR},{OTHER},one spelling,,", ",,,,", end=end, head=mark + HEADS["merges"])
    assert keys(tmp_path) == [("merge", OTHER, "actor_id", ACTOR)]


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("retractions", "planet,x,r,,", "line 2: 'planet' is no target"),
        ("retractions", "claim,,r,,", "line 2: it names nothing"),
        ("retractions", f"claim,{CLAIM},,,", "line 2: it has no reason"),
        ("retractions", f"claim,{CLAIM},r,2 November,", "line 2: decided_on '2 November' is no date"),
        ("corrections", f"{CLAIM},text,other words,r,,", "line 2: 'text' is no field"),
        ("corrections", f"{CLAIM},act,shout,r,,", "line 2: 'shout' is no act"),
        ("corrections", f"{CLAIM},speaker_id,Ada,r,,", "line 2: 'Ada' is no id of an actor"),
        ("corrections", f"{CLAIM},span,10 to 20,r,,", "line 2: '10 to 20' is no span"),
        ("links", f"{ACTOR},42,r,,", "line 2: '42' is no wikidata_id"),
        ("merges", f"{ACTOR},{OTHER},r,,,more", "line 2: 6 cells"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, name: str, line: str, said: str) -> None:
    write(tmp_path, name, line)
    with pytest.raises(OnRecordError, match=f"{name}.csv, {said}"):
        read_decisions(tmp_path)


def test_two_decisions_of_which_one_can_hold_are_both_named(tmp_path: Path) -> None:
    write(tmp_path, "corrections", f"{CLAIM},act,warning,r,,", f"{CLAIM},act,promise,r,,", f"{CLAIM},act,warning,r,,")
    with pytest.raises(OnRecordError, match=r"line 3.*'promise' here, but 'warning' in .*line 2"):
        read_decisions(tmp_path)


def review(folder: Path, *answer: str) -> None:
    cells = dict(zip(("question", "decision", "target", "other", "document"), answer, strict=False))
    cells["reason"] = "looked it up"
    names = (*CONTEXT_COLUMNS, *REVIEW_COLUMNS)
    write(folder, "review", ",".join(cells.get(name, "") for name in names), head=",".join(names))


@pytest.mark.parametrize(
    ("answer", "decisions"),
    [
        (("unsure_claim", "", CLAIM), []),
        (("unsure_claim", "right", CLAIM), [("confirmation", CLAIM, "unsure_claim", "")]),
        (("same_name", "right", ACTOR, OTHER), [("confirmation", ACTOR, f"same_name {OTHER}", "")]),
        (("unsure_claim", "retract", CLAIM), [("retraction", CLAIM, "claim", "")]),
        (("unlike_names", "retract", ACTOR), [("retraction", ACTOR, "actor", "")]),
        (("same_name", "merge", ACTOR, OTHER), [("merge", OTHER, "actor_id", ACTOR)]),
        (("unlike_names", "split", ACTOR, "", DOCUMENT), [("split", ACTOR, DOCUMENT, "")]),
        (("unlinked_name", "link=Q42", ACTOR), [("link", ACTOR, "wikidata_id", "Q42")]),
        (
            ("unsure_claim", "act = warning; speaker_id=", CLAIM),
            [("correction", CLAIM, "act", "warning"), ("correction", CLAIM, "speaker_id", "")],
        ),
    ],
)
def test_a_filled_in_review_gives_decisions(
    tmp_path: Path, answer: tuple[str, ...], decisions: list[tuple[str, ...]]
) -> None:
    review(tmp_path, *answer)
    assert keys(tmp_path) == decisions


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("unsure_claim", "wrong", CLAIM), "line 2: 'wrong' is no decision on claim"),
        (("unsure_claim", "link=Q42", CLAIM), "line 2: 'link=Q42' is no decision on claim"),
        (("unlinked_name", "merge", ACTOR), "line 2: 'merge' is no decision on actor"),
        (("unlike_names", "split", ACTOR), "line 2: 'split' is no decision on actor"),
        (("who_is_it", "right", ACTOR), "line 2: 'who_is_it' is no question"),
        (("unsure_claim", "right", "row 7"), "line 2: target 'row 7' is no id"),
    ],
)
def test_a_wrong_word_in_a_review_is_named_by_its_line(tmp_path: Path, answer: tuple[str, ...], said: str) -> None:
    review(tmp_path, *answer)
    with pytest.raises(OnRecordError, match=f"review.csv, {said}"):
        read_decisions(tmp_path)


def test_merges_lead_to_the_end_of_their_chain_and_not_in_a_circle() -> None:
    place = "merges.csv, line 4"
    chain = tuple(Decision("merge", *pair, place=place) for pair in (("a", "actor_id", "b"), ("b", "actor_id", "c")))
    assert Curation(chain).merges == {"a": "c", "b": "c"}
    with pytest.raises(OnRecordError, match=r"merges.csv, line 4: . is merged in a circle"):
        Curation((*chain, Decision("merge", "c", "actor_id", "a", place=place)))
