"""Steps across documents: retractions and failures take copies into account, and a crash becomes a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import batches, ids, stages
from pipeline.cleaning.batch import from_row, to_batch
from pipeline.cleaning.document import Cleaned, Document, Removal, Segment
from pipeline.cleaning.tables import document_tables
from pipeline.code import code_version
from pipeline.errors import OnRecordError
from pipeline.intake.batch import to_batch as snapshots_to_batch
from pipeline.intake.snapshot import Snapshot
from pipeline.schema.render.arrow import arrow_schema
from pipeline.schema.stages import CLEANED, EXTRACTED
from pipeline.settings import Settings

TEXT = "The bridge is shut, the mayor said."
URL = "https://ledger.example/bridge"


def document(url: str | None = URL) -> Document:
    segment = Segment("body", 0, len(TEXT), 0, len(TEXT))
    return Document("en", TEXT, (segment,), 0, 7, "none", "{}", url=url)


def cleaned(name: str = "a.txt", url: str | None = URL) -> Cleaned:
    removal = Removal(len(TEXT), len(TEXT) + 1, "blank", "white_space")
    return Cleaned(name, "0" * 64, "text/plain", source_text=TEXT + "\n", document=document(url), removals=(removal,))


def copy_of(row: Cleaned) -> Cleaned:
    original = ids.document_id(row.document.url if row.document else None, row.source_sha256)
    return Cleaned("copy.txt", "1" * 64, "text/plain", problem="duplicate", detail="a copy", duplicate_of=original)


def extracted(problem: str | None) -> pa.Table:
    nothing: dict[str, object] = {name: [] for name in ("claims", "mentions", "entities", "roles", "quantities")}
    row = {"document_id": ids.document_id(URL, ""), "problem": problem, "detail": problem and "why", **nothing}
    return pa.Table.from_pylist([row], schema=arrow_schema(EXTRACTED))


def as_table(*rows: Cleaned) -> pa.Table:
    return pa.Table.from_batches([to_batch(list(rows))], schema=arrow_schema(CLEANED))


def without_failures(*rows: Cleaned, problem: str | None) -> list[Cleaned]:
    batches = stages._without_failures(as_table(*rows), stages._outcomes(extracted(problem))[1])
    return [from_row(row) for batch in batches for row in batch.to_pylist()]


def test_a_failed_document_becomes_an_exclusion_and_its_copy_points_nowhere() -> None:
    rows = without_failures(cleaned(), copy_of(cleaned()), problem="failed")
    assert [(row.problem, row.duplicate_of) for row in rows] == [("failed", None), ("duplicate", None)]
    assert document_tables([to_batch(rows)])["documents"].num_rows == 0


def test_a_good_document_stays_as_it_is() -> None:
    rows = without_failures(cleaned(), copy_of(cleaned()), problem=None)
    assert rows == [cleaned(), copy_of(cleaned())]


def test_the_tables_hold_every_input_once() -> None:
    tables = document_tables([to_batch([copy_of(cleaned())]), to_batch([cleaned(), cleaned("b.txt", None)])])
    assert {name: table.num_rows for name, table in tables.items()} == {
        "snapshots": 3,
        "documents": 2,
        "removals": 2,
        "exclusions": 1,
    }
    assert tables["documents"]["source_length"].to_pylist() == [len(TEXT) + 1] * 2
    assert tables["documents"]["text_sha256"].to_pylist() == [ids.sha256(TEXT.encode())] * 2
    own = [ids.document_id(URL, ""), ids.document_id(None, "0" * 64)]
    assert tables["removals"]["document_id"].to_pylist() == tables["documents"]["document_id"].to_pylist() == own
    assert tables["exclusions"].to_pylist()[0]["duplicate_of"] == own[0]


def test_no_input_gives_empty_tables() -> None:
    assert {table.num_rows for table in document_tables([]).values()} == {0}


def snapshot() -> Snapshot:
    return Snapshot("a.txt", "0" * 64, "text/plain", TEXT.encode())


def test_a_crash_in_cleaning_becomes_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_snapshot: Snapshot, _settings: Settings) -> Cleaned:
        raise RecursionError("too deep")

    monkeypatch.setattr(batches, "clean", crash)
    result = batches.clean_one(snapshot(), Settings())
    assert (result.problem, result.detail) == ("failed", "cleaning: RecursionError: too deep")


def test_a_crash_in_extraction_becomes_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> dict[str, object]:
        raise ValueError("no parse")

    monkeypatch.setattr(batches, "_extracted", crash)
    row = batches.extract_batch(to_batch([cleaned()]), Settings()).to_pylist()[0]
    assert (row["problem"], row["detail"], row["claims"]) == ("failed", "extraction: ValueError: no parse", [])


def test_a_text_too_long_to_parse_is_too_large() -> None:
    long = TEXT * 10_000
    segment = Segment("body", 0, len(long), 0, len(long))
    row = replace(cleaned(), source_text=long, document=replace(document(), text=long, segments=(segment,)))
    result = batches.extract_batch(to_batch([row]), Settings()).to_pylist()[0]
    assert (result["problem"], result["claims"]) == ("too_large", [])


def test_a_broken_installation_is_no_fault_of_the_article(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> dict[str, object]:
        raise ImportError("no spacy")

    monkeypatch.setattr(batches, "_extracted", missing)
    with pytest.raises(ImportError, match="no spacy"):
        batches.extract_batch(to_batch([cleaned()]), Settings())


def test_an_input_that_kills_its_worker_keeps_its_name() -> None:
    row = {**snapshots_to_batch([snapshot()]).to_pylist()[0]}
    result = from_row(batches.clean_failure(row, "crashed (SIGSEGV)"))
    assert result == Cleaned("a.txt", "0" * 64, "text/plain", problem="failed", detail="cleaning: crashed (SIGSEGV)")


def test_a_document_that_kills_its_worker_keeps_its_id() -> None:
    row = batches.extract_failure(to_batch([cleaned()]).to_pylist()[0], "crashed (SIGSEGV)")
    table = pa.Table.from_pylist([row], schema=arrow_schema(EXTRACTED))
    assert table.to_pylist()[0]["document_id"] == ids.document_id(URL, "")
    failed = next(stages._without_failures(as_table(cleaned()), stages._outcomes(table)[1])).to_pylist()
    assert failed[0]["detail"] == "extraction: crashed (SIGSEGV)"


@pytest.mark.parametrize("error", [MemoryError, OSError])
def test_a_full_process_or_disk_is_no_fault_of_the_article(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def full(*_: object) -> Cleaned:
        raise error

    monkeypatch.setattr(batches, "clean", full)
    with pytest.raises(error):
        batches.clean_one(snapshot(), Settings())


def test_a_folder_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcde":
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(stages, "READ_BYTES", 2 * len(TEXT))
    told: list[tuple[str, int, int | None]] = []
    rows = stages.read(Settings(documents=tmp_path), lambda *args: told.append(args))
    assert [batch["source_name"].to_pylist() for batch in rows] == [["a.txt", "b.txt"], ["c.txt", "d.txt"], ["e.txt"]]
    assert told == [("read", 2, None), ("read", 4, None), ("read", 5, None), ("read", 5, 5)]
    assert len(list(rows)) == 3


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match="holds no input"):
        list(stages.read(Settings(documents=tmp_path)))


def test_a_problem_from_intake_is_carried_on() -> None:
    result = batches.clean_one(replace(snapshot(), problem="unreadable", detail="NULs"), Settings())
    assert (result.problem, result.detail, result.document) == ("unreadable", "NULs", None)


def test_code_versions_build_on_each_other() -> None:
    versions = [code_version(name) for name in ("read", "clean", "extract", "resolve")]
    assert len(set(versions)) == 4
    with pytest.raises(KeyError):
        code_version("print")


def test_a_stage_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path)
    stages.save_stage("cleaned", as_table(cleaned()), settings)
    rows = stages.stream_stage("cleaned", settings)
    assert [from_row(row) for batch in rows for row in batch.to_pylist()] == [cleaned()]
    glance = stages.glance("cleaned", settings, 5)
    assert (glance.rows, glance.first, glance.problems) == (1, as_table(cleaned()), {})
    (settings.stages / "cleaned.parquet").write_bytes(b"torn")
    with pytest.raises(OnRecordError, match=r"cleaned\.parquet"):
        list(rows)


def data_version(settings: Settings, *rows: Cleaned) -> str:
    stages.save_stage("cleaned", as_table(*rows), settings)
    return stages.glance("cleaned", settings, 5).data_version


def test_a_stage_has_a_version_by_what_its_rows_say_in_whatever_order(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path)
    one, other = cleaned(), cleaned("b.txt", None)
    versions = [data_version(settings, *rows) for rows in ((one, other), (other, one), (one,), (), (one, one))]
    assert versions[0] == versions[1]
    assert len({len(version) for version in versions}) == 1
    assert len({*versions, data_version(settings, one, replace(other, detail="seen"))}) == 5


def test_a_document_that_was_never_extracted_is_not_published_without_its_claims(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path)
    later = as_table(cleaned(), replace(cleaned("b.txt", None), source_sha256="1" * 64))
    assert stages.resolve(as_table(cleaned()), extracted(None), settings)["documents"].num_rows == 1
    assert stages.resolve(as_table(cleaned()), extracted("failed"), settings)["documents"].num_rows == 0
    with pytest.raises(OnRecordError, match=r"extracted\.parquet .* lacks 1 of 2 .*; materialise stages/extracted"):
        stages.resolve(later, extracted(None), settings)
