"""Licences of texts: which of them let anybody publish the text again.

Belongs here: reading `seeds/reference/licences.csv` and looking a licence up. Does not: deciding what a release holds.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.intake.snapshot import ALL_RIGHTS_RESERVED
from pipeline.settings import REFERENCE

_URL = re.compile(r"(?:https?://)?(?:www\.)?(.+?)/*(?:(?:deed|legalcode)(?:\.[a-z-]+)?)?/*")


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence: its SPDX id (or a word of our own), name, address, and whether anybody may publish the text again.

    A licence that allows it only for some purposes (non-commercial) or only unchanged (no derivatives) is not open in
    the sense of the Open Definition 2.1, because a release may be used for anything and holds the text cleaned.
    """

    id: str
    name: str
    url: str
    text_is_open: bool


@lru_cache
def licences() -> tuple[Licence, ...]:
    """All licences that OnRecord knows, in the order of the file."""
    with (REFERENCE / "licences.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Licence(r["id"], r["name"], r["url"], r["text_is_open"] == "true") for r in csv.DictReader(file))


def canonical(licence: str | None) -> str:
    """The id of a licence given by id, name or URL; an unknown one as it was given, none as all rights reserved."""
    given = (licence or "").strip()
    known = _by_spelling().get(_folded(given))
    return known.id if known else given or ALL_RIGHTS_RESERVED


def text_is_open(licence: str) -> bool:
    """True if the licence lets anybody publish the text again; an unknown licence is read as all rights reserved."""
    known = _by_spelling().get(_folded(licence))
    return known is not None and known.text_is_open


@lru_cache
def _by_spelling() -> dict[str, Licence]:
    return {
        _folded(spelling): entry for entry in licences() for spelling in (entry.id, entry.name, entry.url) if spelling
    }


def _folded(spelling: str) -> str:
    folded = " ".join(spelling.casefold().split())
    address = _URL.fullmatch(folded)
    return address[1] if address else folded
