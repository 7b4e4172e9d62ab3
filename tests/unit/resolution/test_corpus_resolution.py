"""All documents: the same actor once, ids that do not depend on order, decisions of people that win."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import ids
from pipeline.engine.batches import Progress, silent
from pipeline.errors import OnRecordError
from pipeline.resolution.corpus.tables import Corpus, resolve_corpus
from pipeline.resolution.people.curation import Curation
from pipeline.resolution.people.decisions import Decision
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import EXTRACTED
from pipeline.schema.tables import table

PERSON = {"kind": "person", "is_named": True, "wikidata_id": None, "country": None}


def document(number: int, text: str, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(table("documents").column_names)
    segments = [{"role": "body", "start": 0, "end": len(text), "source_start": 10, "source_end": 10 + len(text)}]
    row |= {"document_id": ids.document_id(None, str(number)), "text": text, "segments": segments, "language": "en"}
    row |= {"body_start": 0, "word_count": 1, "is_truncated": False, "truncation": "none", "licence": "CC0-1.0"}
    row |= {"text_is_open": True, "source_name": f"{number}.txt", "source_sha256": "0" * 64, "source_length": 99}
    return row | {"text_sha256": "0" * 64, "metadata_sources": "{}", "published_at": datetime(2026, 3, number)} | given  # noqa: DTZ001 - the schema keeps UTC without a zone


def mention(entity: int, text: str, words: str, form: str = "name") -> dict[str, Any]:
    start = text.index(words)
    place = {
        "start": start,
        "end": start + len(words),
        "source_start": start + 10,
        "source_end": start + len(words) + 10,
    }
    return {"entity": entity, "section": "body", "surface": words, "form": form, **place}


def claim(text: str, words: str, speaker: int | None, **given: Any) -> dict[str, Any]:
    start = text.index(words)
    fragment = {
        "start": start,
        "end": start + len(words),
        "source_start": start + 10,
        "source_end": start + len(words) + 10,
    }
    row: dict[str, Any] = {"section": "body", "fragments": [fragment], "mode": "direct", "act": "statement"}
    row |= dict.fromkeys(
        ("cue_text", "cue_start", "cue_end", "cue_lemma", "speaker_text", "speaker_start", "speaker_end")
    )
    row |= {"speaker": speaker, "co_speakers": [], "addressee": None, "medium": None}
    return (
        row
        | {"is_negated": False, "is_hedged": False, "is_factive": False, "level": 1, "rule": "test", "confidence": 1.0}
        | given
    )


TEXTS = ("Anna Berg said it was a very cold day for swans.", "Anna Berg again: it was a very cold day for swans.")


def extracted(number: int, text: str, entities: list[dict[str, Any]], claims: list[dict[str, Any]]) -> dict[str, Any]:
    mentions = [mention(n, text, e["name"]) for n, e in enumerate(entities) if e["name"] in text]
    row = {"document_id": ids.document_id(None, str(number)), "problem": None, "detail": None, "claims": claims}
    return row | {"mentions": mentions, "entities": entities, "roles": [], "quantities": []}


def corpus(
    curation: Curation | None = None, order: int = 1, publisher: str | None = None, progress: Progress = silent
) -> Corpus:
    documents = [document(n, text, publisher=publisher) for n, text in enumerate(TEXTS, 1)][::order]
    rows = [
        extracted(n, text, [{"name": "Anna Berg", **PERSON}], [claim(text, "it was a very cold day for swans", 0)])
        for n, text in enumerate(TEXTS, 1)
    ][::order]
    return resolve_corpus(
        pa.Table.from_pylist(documents, schema=arrow_schema(table("documents"))),
        pa.Table.from_pylist(rows, schema=arrow_schema(EXTRACTED)),
        curation or Curation(),
        progress=progress,
    )


def rows(made: Corpus, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made.tables[name].to_pylist()
    return found


ANNA = ids.named_actor_id("person", "Anna Berg")
FIRST, SECOND = (ids.document_id(None, str(number)) for number in (1, 2))
SPLIT = Decision("split", ANNA, SECOND)


def test_the_same_full_name_is_one_actor_with_its_figures() -> None:
    (actor,) = rows(corpus(), "actors")
    assert actor["actor_id"] == ANNA
    assert (actor["document_count"], actor["claim_count"]) == (2, 2)
    assert (actor["first_seen"].day, actor["last_seen"].day) == (1, 2)


def test_every_table_fits_its_schema_and_says_the_same_in_any_order() -> None:
    one, two = corpus(), corpus(order=-1)
    for name, made in one.tables.items():
        assert made.schema.equals(arrow_schema(table(name)))
        assert made.equals(two.tables[name])


def test_the_same_quotation_in_two_documents_is_a_group() -> None:
    (group,) = rows(corpus(), "claim_groups")
    assert (group["relation"], group["claim_count"], group["document_count"]) == ("same_quote", 2, 2)
    assert {row["claim_group_id"] for row in rows(corpus(), "claims")} == {group["claim_group_id"]}


def test_it_tells_how_many_documents_and_pairs_of_claims_are_done() -> None:
    told: list[tuple[str, int, int]] = []
    corpus(progress=lambda *one: told.append(one))
    assert told == [("resolve", 2, 2), ("meet", 8, 8), ("compare", 1, 1)]


def test_source_offsets_come_from_the_segments() -> None:
    for row in rows(corpus(), "claims"):
        assert row["source_start"] == row["start"] + 10


def test_a_publisher_is_an_actor_even_if_no_text_names_it() -> None:
    made = corpus(publisher="The Tidewater Post")
    (medium,) = [row for row in rows(made, "actors") if row["kind"] == "media"]
    assert made.publishers.to_pylist() == [medium["actor_id"], medium["actor_id"]]
    assert medium["document_count"] == 2
    assert [row["name"] for row in rows(made, "actor_names") if row["actor_id"] == medium["actor_id"]] == [
        medium["name"]
    ]


def test_a_split_takes_one_document_apart() -> None:
    made = corpus(Curation((SPLIT,)))
    assert {row["actor_id"] for row in rows(made, "actors")} == {
        ANNA,
        ids.named_actor_id("person", "Anna Berg", SECOND),
    }


def test_a_merge_joins_what_rules_keep_apart() -> None:
    apart = ids.named_actor_id("person", "Anna Berg", SECOND)
    made = corpus(Curation((SPLIT, Decision("merge", apart, "actor_id", ANNA))))
    assert {row["actor_id"] for row in rows(made, "mentions")} == {ANNA}


def test_a_correction_sets_a_value_of_a_claim() -> None:
    wrong = rows(corpus(), "claims")[0]["claim_id"]
    made = corpus(Curation((Decision("correction", wrong, "act", "warning"),)))
    assert {row["claim_id"]: row["act"] for row in rows(made, "claims")}[wrong] == "warning"


def test_a_retracted_claim_and_the_claims_of_a_retracted_actor_are_gone() -> None:
    gone = rows(corpus(), "claims")[0]["claim_id"]
    made = corpus(Curation((Decision("retraction", gone, "claim"),)))
    assert gone not in {row["claim_id"] for row in rows(made, "claims")}
    made = corpus(Curation((Decision("retraction", ANNA, "actor"),)))
    assert [made.tables[name].num_rows for name in ("claims", "actors", "mentions", "claim_actors")] == [0, 0, 0, 0]


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_missing_decisions_are_none(tmp_path: Path) -> None:
    assert Curation.read(tmp_path) == Curation()


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("merges", ("keep,merge",), "line 1: unknown column keep"),
        ("retractions", ("target,id_or_file,reason,decided_on,decided_by", "planet,x,r,,b"), "planet"),
        ("corrections", ("claim_id,field,value,reason,decided_on,decided_by", "c,act,shout,r,,b"), "shout"),
        ("corrections", ("claim_id,field,value,reason,decided_on,decided_by", "c,is_negated,maybe,r,,b"), "maybe"),
        ("merges", ("keep_actor,merge_actor,reason,decided_on,decided_by", "a,b,r,,b", "b,a,r,,b"), "circle"),
    ],
)
def test_broken_decisions_are_reported(tmp_path: Path, name: str, lines: tuple[str, ...], said: str) -> None:
    write(tmp_path, name, *lines)
    with pytest.raises(OnRecordError, match=said):
        Curation.read(tmp_path)
