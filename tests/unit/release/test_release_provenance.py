"""provenance.json names all code that acts on a table, and hashes what a downloader can hash again."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

from pipeline.code import CODE, modules, up_to
from pipeline.release.provenance import MODELS, Provenance
from pipeline.schema.tables import TABLES
from pipeline.settings import ROOT, Settings


def test_a_table_names_the_code_that_its_stage_depends_on(provenance: Provenance) -> None:
    for made in provenance.tables:
        last = "clean" if made.table in {"documents", "removals", "exclusions"} else "resolve"
        needed = {path.removeprefix("pipeline/") for stage in up_to(last) for path in CODE[stage]}
        assert {path for path in needed if not path.startswith("seeds/")} <= set(made.code), made.table
        assert "stages.py" in made.code, made.table


def test_what_makes_a_table_is_there() -> None:
    assert all((ROOT / path).exists() for paths in CODE.values() for path in paths)
    assert "extraction" not in modules("clean")


def test_what_cleaning_gives_is_made_from_reference_data_too(provenance: Provenance) -> None:
    made_of = {made.table: made.inputs for made in provenance.tables}
    assert any(path.startswith("seeds/reference") for path in CODE["clean"])
    assert all("reference" in made_of[name] for name in ("documents", "removals", "exclusions"))


def test_the_digest_of_a_table_is_that_of_its_unpacked_csv_file(release: Path) -> None:
    tables = json.loads((release / "provenance.json").read_text())["tables"]
    for spec in TABLES:
        content = gzip.decompress((release / "csv" / f"{spec.name}.csv.gz").read_bytes())
        assert tables[spec.name]["rows_sha256"] == hashlib.sha256(content).hexdigest()


def test_every_model_is_named_with_version_and_hash(provenance: Provenance) -> None:
    assert [model.name for model in provenance.models] == list(MODELS)
    assert all(model.version and len(model.sha256) == 64 for model in provenance.models)
    assert len({model.sha256 for model in provenance.models} | {hashlib.sha256().hexdigest()}) == len(MODELS) + 1


def test_other_decisions_of_people_give_another_hash(tmp_path: Path, provenance: Provenance) -> None:
    (tmp_path / "merges.csv").write_text("one,other\n")
    other = Provenance.of_this_code(Settings(curation_folder=tmp_path))
    assert other.seeds[0].sha256 == provenance.seeds[0].sha256
    assert other.seeds[1].sha256 != provenance.seeds[1].sha256


def test_every_table_names_its_inputs_code_models_and_rows(release: Path) -> None:
    made = json.loads((release / "provenance.json").read_text())
    assert set(made["tables"]) == {spec.name for spec in TABLES}
    known = {*made["tables"], "snapshots", *(seed["name"] for seed in made["seeds"])}
    for name, table in made["tables"].items():
        assert table["inputs"], name
        assert set(table["inputs"]) <= known, name
        assert len(table["code_sha256"]) == len(table["rows_sha256"]) == 64, name
        assert (table["models"] == []) == (name in {"documents", "removals", "exclusions"}), name
    assert all((made["lock_sha256"], made["code"]["sha256"], made["inputs"]["sha256"]))


def test_every_row_leads_to_a_document_an_input_or_a_decision() -> None:
    """By its own columns or over its foreign keys: nothing is there that nobody can look up."""
    known = {spec.name: spec for spec in TABLES}
    ends = {"document_id", "source_name", "target", "identifier"}

    def leads(name: str, seen: frozenset[str]) -> bool:
        spec = known[name]
        if ends & set(spec.column_names):
            return True
        pointing = [other.name for other in TABLES if any(key.references[0] == name for key in other.foreign_keys)]
        following = [key.references[0] for key in spec.foreign_keys]
        return any(leads(other, seen | {name}) for other in (*following, *pointing) if other not in seen)

    assert [name for name in known if not leads(name, frozenset())] == []
