"""Steps across documents: an outlet's own lines, and copies; the same whatever the order."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import permutations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.batch import from_row, to_batch
from pipeline.cleaning.clean import clean
from pipeline.cleaning.corpus import REPEATED_IN, across
from pipeline.cleaning.document import Cleaned, Document, Place, Segment
from pipeline.cleaning.sketches import REACH, are_alike, candidates, shingles, sketch_batch
from pipeline.engine.batches import Rows, Stage, Stream, batches_in
from pipeline.ids import document_id, sha256
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import Settings

Read = Callable[..., Cleaned]


def here(stage: Stage, rows: Rows) -> Rows:
    """A stage run in this process, with nothing kept."""
    return Stream(lambda: (stage.function(batch, Settings()) for batch in batches_in(rows)))


def together(cleaned: Sequence[Cleaned], retractions: Mapping[str, str] | None = None) -> tuple[Cleaned, ...]:
    """The articles as they are among each other, in the order given; they come in two batches."""
    half = len(cleaned) // 2
    alone = Stream(lambda: (to_batch(part) for part in (cleaned[:half], cleaned[half:])))
    settled = across(alone, retractions or {}, here)
    return tuple(from_row(row) for batch in settled for row in batch.to_pylist())


HOUSE_LINE = "The Quay is printed on paper from managed forests."
TOPICS = ("harbour", "bakery", "library", "orchard", "station", "theatre", "brewery")


def article(topic: str, extra: str = "") -> str:
    return "\n".join(
        (
            f"Council votes to save the {topic} after a night of talks",
            f"The {topic} will stay open for another year, councillors decided after talks that lasted till dawn.",
            f"“Nobody in this room wants to be the one who closed the {topic},” said the leader, Thora Quillan.",
            extra,
            f"Campaigners had gathered names for the {topic}, and {len(topic) * 13} of them stood outside all night.",
            f"The money will come from a fund meant for the {topic[::-1]} road, which must now wait until spring.",
        ),
    )


@pytest.fixture
def outlet(read: Read) -> list[Cleaned]:
    return [read(article(topic, HOUSE_LINE), source_name=f"{topic}.txt", publisher="The Quay") for topic in TOPICS]


def texts(cleaned: tuple[Cleaned, ...]) -> dict[str, str]:
    return {one.source_name: one.document.text for one in cleaned if one.document}


def test_lines_of_an_outlet_are_removed(outlet: list[Cleaned], check_laws: Callable[[Cleaned], None]) -> None:
    settled = together(outlet)
    for one in settled:
        check_laws(one)
        assert one.document is not None
        assert HOUSE_LINE not in one.document.text
        assert [r.rule for r in one.removals if r.reason == "repeated_line"] == ["shared_by_the_outlet"]


def test_four_documents_are_too_few(outlet: list[Cleaned]) -> None:
    few = outlet[: REPEATED_IN - 1]
    assert together(few) == tuple(few)


def test_another_outlets_lines_do_not_count(outlet: list[Cleaned], read: Read) -> None:
    other = read(article("museum", HOUSE_LINE), source_name="museum.txt", publisher="The Ledger")
    assert together([*outlet, other])[-1] == other


def test_the_result_does_not_depend_on_the_order(outlet: list[Cleaned], read: Read) -> None:
    copies = [read(article("harbour", HOUSE_LINE), source_name=f"copy{n}.txt", publisher="The Quay") for n in range(3)]
    everything = [*outlet, *copies]
    expected = {one.source_name: one for one in together(everything)}
    for seed in range(5):
        mixed = random.Random(seed).sample(everything, len(everything))  # noqa: S311
        result = together(mixed)
        assert [one.source_name for one in result] == [one.source_name for one in mixed]
        assert {one.source_name: one for one in result} == expected


def test_five_copies_of_one_text_are_not_emptied(read: Read) -> None:
    copies = [read(article("harbour"), source_name=f"{n}.txt", publisher="The Quay") for n in range(REPEATED_IN + 1)]
    settled = together(copies)
    assert settled[0] == copies[0]
    assert all(one.problem == "duplicate" for one in settled[1:])


def test_the_earliest_copy_is_kept(read: Read) -> None:
    first = read(
        article("harbour"),
        source_name="z.txt",
        published_at=datetime(2026, 3, 1),  # noqa: DTZ001
        url="https://quay.example/h",
    )
    later = read(
        "By Olive Penhallow\n" + article("harbour") + "\nA crowd had waited outside.", source_name="a.txt",
        published_at=datetime(2026, 3, 2),  # noqa: DTZ001
    )  # fmt: skip
    other = read(article("bakery"), source_name="b.txt")
    settled = together([later, first, other])
    assert (settled[1], settled[2]) == (first, other)
    assert settled[0].problem == "duplicate"
    assert settled[0].document is None
    assert settled[0].duplicate_of == document_id("https://quay.example/h", first.source_sha256)
    assert "z.txt" in (settled[0].detail or "")


def test_a_shortened_report_is_a_copy_and_a_like_one_is_not(read: Read) -> None:
    whole = article("harbour") + "".join(
        f"\nParagraph {n} tells of the year {1900 + n} in the harbour’s long history." for n in range(20)
    )
    short = read("\n".join(whole.split("\n")[:16]), source_name="short.txt")
    kept = read(whole, source_name="long.txt")
    assert [one.problem for one in together([short, kept])] == ["duplicate", None] or [
        one.problem for one in together([short, kept])
    ] == [None, "duplicate"]
    alike = read(article("library"), source_name="library.txt")
    assert all(one.problem is None for one in together([kept, alike]))


LIVE = "https://quay.example/live"


def version(read: Read, topic: str, day: int, **fields: object) -> Cleaned:
    given = {"source_name": f"{topic}.txt", "url": LIVE, "published_at": datetime(2026, 3, day)}  # noqa: DTZ001
    return read(article(topic), **given | fields)


def test_the_newest_version_of_an_article_is_kept_under_its_one_id(read: Read) -> None:
    versions = [version(read, topic, day) for topic, day in zip(TOPICS[:3], (2, 3, 1), strict=True)]
    for order in permutations(versions):
        settled = {one.source_name: one for one in together(order)}
        assert settled["bakery.txt"] == replace(versions[1], version=3)
        for name, number in (("harbour.txt", 2), ("library.txt", 1)):
            assert (settled[name].problem, settled[name].version) == ("earlier_version", number)
            assert settled[name].detail == f"version {number}; version 3 is kept: bakery.txt"
            assert settled[name].duplicate_of == document_id(LIVE, "")


def test_an_article_that_was_read_twice_unchanged_is_one_version(read: Read) -> None:
    again = [version(read, "harbour", day, source_name=f"{day}.txt") for day in (1, 2)]
    settled = together(again)
    assert (settled[0].problem, settled[0].detail) == ("duplicate", "the same article as 2.txt")
    assert (settled[1].problem, settled[1].version) == (None, 1)


def test_versions_that_no_date_tells_apart_are_told_apart_by_capture_then_length_then_content(read: Read) -> None:
    undated = {"url": LIVE, "published_at": None}
    late = version(read, "harbour", 1, captured_at=datetime(2026, 3, 9), **undated)  # noqa: DTZ001
    longer = read(article("bakery") + "\nA crowd had waited outside the hall.", source_name="a.txt", url=LIVE)
    assert [one.version for one in together([late, longer])] == [2, 1]
    assert [one.version for one in together([longer, version(read, "bakery", 1, **undated)])] == [2, 1]
    named = [version(read, topic, 1, source_name=n) for topic, n in (("harbour", "a.txt"), ("library", "b.txt"))]
    renamed = [replace(one, source_name=n) for one, n in zip(named, ("b.txt", "a.txt"), strict=True)]
    assert [one.version for one in together(named)] == [one.version for one in together(renamed)]


DAYS = st.none() | st.sampled_from([datetime(2026, 3, day) for day in (1, 2, 3)])  # noqa: DTZ001
VERSIONS = st.lists(st.tuples(st.sampled_from(TOPICS[:3]), DAYS, DAYS, DAYS, st.booleans()), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(VERSIONS, st.randoms(use_true_random=False))
def test_versions_do_not_depend_on_the_order(versions: list[Any], chance: random.Random) -> None:
    inputs = []
    for number, (topic, published, modified, captured, has_url) in enumerate(versions):
        alone = clean_text(article(topic), f"{number}.txt")
        assert alone.document is not None
        times = {"published_at": published, "modified_at": modified, "captured_at": captured}
        inputs.append(replace(alone, document=replace(alone.document, url=LIVE if has_url else None, **times)))
    settled = {one.source_name: one for one in together(inputs)}
    mixed = chance.sample(inputs, len(inputs))
    assert {one.source_name: one for one in together(mixed)} == settled
    kept = [one.version or 1 for one in settled.values() if one.document and one.document.url]
    earlier = {one.version for one in settled.values() if one.problem == "earlier_version"}
    assert not kept or earlier == set(range(1, kept[0]))


@cache
def clean_text(text: str, name: str) -> Cleaned:
    data = text.encode()
    return clean(Snapshot(name, sha256(data), "text/plain", data), Settings())


def test_a_version_of_a_copy_points_to_the_document_that_is_kept(read: Read) -> None:
    kept = version(read, "bakery", 1, url="https://wire.example/bakery")
    copy = read(article("bakery"), source_name="copy.txt", published_at=datetime(2026, 3, 5), url=LIVE)  # noqa: DTZ001
    earlier = version(read, "harbour", 4)
    settled = together([earlier, copy, kept])
    assert [one.problem for one in settled] == ["earlier_version", "duplicate", None]
    assert {one.duplicate_of for one in settled[:2]} == {document_id("https://wire.example/bakery", "")}
    assert settled[0].detail == "version 1; version 2 is kept: copy.txt"


def test_problems_pass_through(read: Read) -> None:
    broken = read("", source_name="empty.txt")
    assert together([broken]) == (broken,)
    assert texts(together([])) == {}


TEXT = "The bridge is shut, the mayor said."
BRIDGE = "https://ledger.example/bridge"


def noted(name: str = "a.txt", url: str | None = BRIDGE, text: str = TEXT) -> Cleaned:
    segment = Segment("body", 0, len(text), 0, len(text))
    document = Document("en", text, (segment,), 0, 7, "none", "{}", url=url)
    captions = (Place(1, 2),)
    return Cleaned(name, sha256(name.encode()), "text/plain", source_text=text, document=document, captions=captions)


@pytest.mark.parametrize("named", [BRIDGE, sha256(b"a.txt"), "a.txt", document_id(BRIDGE, "")])
def test_a_retraction_takes_the_document_and_its_copies(named: str) -> None:
    first = replace(noted(), document=replace(document(noted()), published_at=datetime(2026, 3, 1)))  # noqa: DTZ001
    rows = together([first, noted("copy.txt", None), noted("c.txt", None, "Another day.")], {named: "made up"})
    assert [row.problem for row in rows] == ["retracted", "retracted", None]
    gone = document_id(BRIDGE, "")
    assert rows[0].detail == f"made up ({gone})"
    assert rows[1].detail == f"copy of a retracted document: made up ({gone})"
    assert (rows[0].document, rows[0].source_text, rows[1].duplicate_of) == (None, None, None)


def document(cleaned: Cleaned) -> Document:
    assert cleaned.document is not None
    return cleaned.document


@pytest.mark.parametrize("text", [TEXT, "The bridge will be shut."], ids=["copy", "earlier version"])
@pytest.mark.parametrize("named", [sha256(b"b.txt"), "b.txt"])
def test_a_copy_or_an_earlier_version_is_retracted_alone_by_its_own_name(named: str, text: str) -> None:
    newer = replace(noted(), document=replace(document(noted()), modified_at=datetime(2026, 3, 2)))  # noqa: DTZ001
    rows = together([newer, noted("b.txt", text=text)], {named: "made up"})
    assert [(row.problem, row.detail) for row in rows] == [(None, None), ("retracted", "made up")]


def test_what_nothing_changes_keeps_source_text_and_captions() -> None:
    rows = [noted("a.txt", None), noted("b.txt", None, "Another day."), noted("c.txt", None)]
    assert together(rows)[:2] == tuple(rows[:2])


def test_removed_lines_leave_source_text_and_captions(outlet: list[Cleaned]) -> None:
    settled = together([replace(one, captions=(Place(1, 2),)) for one in outlet])
    assert [one.source_text for one in settled] == [one.source_text for one in outlet]
    assert {one.captions for one in settled} == {(Place(1, 2),)}


def test_a_document_is_never_emptied_of_its_body(read: Read) -> None:
    bare = [read(HOUSE_LINE, source_name=f"{i}.txt", publisher="The Quay") for i in range(REPEATED_IN)]
    shown = [read(article(topic, HOUSE_LINE), source_name=f"{topic}.txt", publisher="The Quay") for topic in TOPICS]
    settled = together([*bare, *shown])
    assert settled[0].document == bare[0].document
    assert all(HOUSE_LINE not in text for name, text in texts(settled).items() if name != "0.txt")


WORDS = [f"word{i}" for i in range(400)]


def test_pairs_that_are_nearly_alike_are_found_and_others_are_not() -> None:
    bodies = [" ".join(WORDS), " ".join([*WORDS[:200], "changed", *WORDS[200:]]), " ".join(reversed(WORDS))]
    batch = sketch_batch(pa.RecordBatch.from_pydict({"body": bodies}), Settings())
    found = list(candidates([(row["words"], row["bands"]) for row in batch.to_pylist()]))
    assert found == [(0, 1)]
    assert are_alike(shingles(bodies[0]), shingles(bodies[1]))
    assert not are_alike(shingles(bodies[0]), shingles(bodies[2]))


def test_a_shortened_report_is_alike_and_one_that_goes_another_way_is_not() -> None:
    whole, shortened, half = (shingles(" ".join(WORDS[:length])) for length in (400, 300, 200))
    other = shingles(" ".join([*WORDS[:200], *(f"other{i}" for i in range(200))]))
    assert are_alike(whole, shortened)
    assert are_alike(other, half)
    assert not are_alike(whole, other)


def test_very_many_form_letters_are_compared_in_a_chain() -> None:
    same = [(bytes([i // 256, i % 256]) * 8, b"\0" * 200) for i in range(1_000)]
    found = list(candidates(same))
    assert len(found) == sum(1_000 - step for step in range(1, REACH + 1))
    assert list(candidates([])) == []
