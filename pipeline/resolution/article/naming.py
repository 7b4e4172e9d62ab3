"""Which names in one document stand for the same actor: full names, surnames, short forms, acronyms, known aliases.

Belongs here: comparing names. Does not: titles, common nouns and pronouns (`coreference`), or other documents
(`corpus`).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipeline.extraction.gazetteer import Known, gazetteer
from pipeline.extraction.records import Mention
from pipeline.extraction.repair.lexicon import is_word
from pipeline.extraction.repair.name import NUMERAL

_LEGAL = frozenset(
    [
        "motor",
        "motors",
        "regional",
        "airlines",
        "airways",
        "inc",
        "inc.",
        "ltd",
        "ltd.",
        "limited",
        "plc",
        "corp",
        "corp.",
        "corporation",
        "co",
        "co.",
        "company",
        "llc",
        "gmbh",
        "ag",
        "group",
        "holdings",
        "party",
        "coalition",
        "alliance",
        "organization",
        "organisation",
        "government",
        "newspaper",
        "magazine",
    ]
)
_SMALL = frozenset(["of", "the", "for", "and", "on", "in", "de", "la", "du", "&", "a", "an", "to"])


_CHAMBERS = frozenset(["house"])
"""Heads that stand alone for another body than the one whose name ends in them: the House is not the White House."""


_LONGEST_SHORT = 8
"""Words of the longest short form."""


@dataclass
class Cluster:
    """The named mentions of one actor of a document. `names` counts its surfaces; `known` is its reference entry."""

    kind: str
    names: Counter[str] = field(default_factory=Counter)
    known: Known | None = None
    members: list[int] = field(default_factory=list)
    first: int = sys.maxsize
    """The least of the members."""

    def add(self, number: int, name: str) -> None:
        self.members.append(number)
        self.first = min(self.first, number)
        self.names[name] += 1

    def absorb(self, other: Cluster) -> None:
        self.members += other.members
        self.first = min(self.first, other.first)
        self.names += other.names
        self.known = self.known or other.known

    @property
    def name(self) -> str:
        """The name it is published under: its reference name, else its fullest name."""
        return self.known.name if self.known else max(self.names, key=lambda n: (_fullness(n), self.names[n], n))


def _fullness(name: str) -> tuple[bool, int, int]:
    words = name.split()
    return not (len(words) == 1 and name.isupper()), len(words), len(name)


def without_note(name: str) -> str:
    """A name without a note in brackets behind it."""
    return re.sub(r"\s*\([^()]*\)$", "", name)


def tidy(name: str) -> str:
    """A name as it is published: without soft hyphens, every run of spaces, breaking or not, as one space."""
    return re.sub(r"\s+", " ", re.sub("[\xad\u200b\u2060\ufeff]", "", name)).strip()


def tidy_sql(column: str) -> str:
    """DuckDB's SQL for `tidy`, which counts the surfaces of millions of mentions in a moment."""
    seen = rf"regexp_replace({column}, '[\x{{AD}}\x{{200B}}\x{{2060}}\x{{FEFF}}]', '', 'g')"
    return rf"trim(regexp_replace({seen}, '[\s\x{{1C}}-\x{{1F}}\x{{85}}\p{{Z}}]+', ' ', 'g'))"


@lru_cache(maxsize=50_000)
def fold(name: str) -> str:
    """A name without case, accents, articles and points, for comparison."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").replace("\xad", ""))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"\s+", " ", re.sub(r"[.,\"]", "", re.sub(r"^(the|a|an)\s+|'s$", "", plain))).strip()


def key(name: str) -> str:
    """Folded name with British spelling of -isation, so that both spellings meet."""
    return fold(name).replace("organization", "organisation").replace("defense", "defence")


@dataclass(frozen=True, slots=True)
class Surface:
    """A named mention: its number among the mentions, its words, its kind, and its reference entry."""

    number: int
    text: str
    kind: str
    known: Known | None
    full: str | None = None
    """The name that the document itself gives for it, as for an acronym in brackets."""


def surfaces(texts: Sequence[str], mentions: Sequence[Mention]) -> list[Surface]:
    """The named mentions; `texts` are the words of all mentions."""
    found = [
        Surface(
            number,
            re.sub(r"\s+", " ", text),
            mention.kind or "organisation",
            _known(text, mention),
            mention.canonical,
        )
        for number, (text, mention) in enumerate(zip(texts, mentions, strict=True))
        if mention.form in ("name", "acronym", "metonym", "demonym")
    ]
    return _of_one_kind(found, [not mention.in_caption for mention in mentions])


def _known(text: str, mention: Mention) -> Known | None:
    """The reference entry of a name: that of what the document itself gives for it, else of its words."""
    found = gazetteer().by_name.get(mention.canonical or text)
    if found is None and not mention.canonical:
        found = _short(text, mention)
    return found if found is None or (found.kind == "person") == (mention.kind == "person") else None


def _of_one_kind(found: Sequence[Surface], in_text: Sequence[bool]) -> list[Surface]:
    """The same with one kind for each name: that which the text gives it, else the one it has most in captions."""
    votes: dict[str, Counter[str]] = {}
    for surface in found:
        weight = len(found) if in_text[surface.number] else 1
        votes.setdefault(fold(surface.text), Counter())[surface.kind] += weight
    winner = {text: max(sorted(count), key=lambda kind: count[kind]) for text, count in votes.items()}
    return [replace(surface, kind=winner[fold(surface.text)]) if not surface.known else surface for surface in found]


def _short(text: str, mention: Mention) -> Known | None:
    """The body that a short name, or a name with its legal form, stands for, where the text treats it as a body."""
    if mention.kind not in ("organisation", "media"):
        return None
    bare = re.sub(r",? (Inc|Corp|Co|Ltd|Corporation|Company|plc|PLC|AG)\.?$", "", text)
    return gazetteer().by_short_name.get(bare) or gazetteer().by_name.get(bare)


def cluster_names(found: Sequence[Surface]) -> list[Cluster]:
    """Clusters of all named mentions, in order of their first mention's number."""
    people = [surface for surface in found if surface.kind == "person"]
    clusters = [*_people(people), *_bodies([surface for surface in found if surface.kind != "person"])]
    return sorted(clusters, key=lambda cluster: cluster.first)


# --- people ---


def _people(found: Sequence[Surface]) -> list[Cluster]:
    people = _Register()
    full = [surface for surface in found if " " in surface.text.strip()]
    for surface in sorted(full, key=lambda s: (-len(s.text.split()), s.number)):
        near = people.under(_wanted_keys(surface))
        people.add(surface, next((c for c in near if _same_person(c, surface)), None))
    singles: dict[str, Cluster] = {}
    for surface in (s for s in found if " " not in s.text.strip()):
        word = fold(surface.text)
        singles[word] = people.add(surface, _bearer(people, surface) or singles.get(word))
    return people.clusters


_Key = tuple[str, Known | str, str]


class _Register:
    """The people found so far, by the words of their names: a name is compared with those alone that it may mean."""

    def __init__(self) -> None:
        self.clusters: list[Cluster] = []
        self._number: dict[int, int] = {}
        self._under: dict[_Key, dict[int, None]] = {}

    def add(self, surface: Surface, home: Cluster | None) -> Cluster:
        """Put a name to its person, or to a new one if there is no home."""
        if home is None:
            home = Cluster(surface.kind)
            self._number[id(home)] = len(self.clusters)
            self.clusters.append(home)
        for found in _keys(surface):
            self._under.setdefault(found, {})[self._number[id(home)]] = None
        home.known = home.known or surface.known
        home.add(surface.number, surface.text)
        return home

    def under(self, wanted: Iterable[_Key]) -> list[Cluster]:
        """The people under any of these keys, in the order in which they were found."""
        return [self.clusters[n] for n in sorted({n for key in wanted for n in self._under.get(key, ())})]


def _keys(surface: Surface) -> Iterator[_Key]:
    """Under what a person is found who bears this name: what `_same_person` and `_bearer` compare."""
    *given, last = fold(surface.text).split() or [""]
    for word in given:
        yield from (("given", last, word), ("initial", last, word[0]))
    for position, group in ((-1, "surname"), (0, "first name")):
        if part := _part(surface.text, position):
            yield group, part, ""
    if surface.known:
        yield "known", surface.known, ""


def _wanted_keys(surface: Surface) -> Iterator[_Key]:
    """Under what the person of a full name may be found already: by the reference entry, or by surname and a name."""
    words = fold(surface.text).split() or [""]
    first, last = words[0], words[-1]
    yield from (("given", last, first), ("given", last, first[:1]))
    if len(first) == 1:
        yield "initial", last, first
    if surface.known:
        yield "known", surface.known, ""


def _same_person(cluster: Cluster, surface: Surface) -> bool:
    if cluster.known and surface.known:
        return cluster.known == surface.known
    return any(_compatible(fold(name).split(), fold(surface.text).split()) for name in cluster.names)


def _compatible(longer: list[str], shorter: list[str]) -> bool:
    """True if the shorter full name is the longer one with middle names left out or shortened."""
    if len(shorter) < 2 or longer[-1] != shorter[-1]:
        return False
    rest = iter(longer[:-1])
    return all(any(_initial_of(word, other) for other in rest) for word in shorter[:-1])


def _initial_of(short: str, long: str) -> bool:
    return short == long or (len(short) == 1 and long.startswith(short)) or (len(long) == 1 and short.startswith(long))


def _bearer(people: _Register, surface: Surface) -> Cluster | None:
    """The person whose surname, else whose first name, this single word is; of two, the one named first.

    Who is introduced later under a surname that the text uses already goes by full or first name. Of two who are both
    introduced later, a first name says neither.
    """
    word = fold(surface.text)
    for group in ("surname", "first name"):
        fitting = people.under([(group, word, "")])
        before = [c for c in fitting if c.first < surface.number]
        if before or len(fitting) == 1 or (fitting and group == "surname"):
            return min(before or fitting, key=lambda c: c.first)
    return None


def _part(name: str, position: int) -> str | None:
    """The first or last word of a full name; monarchs have no surname."""
    words = fold(name).split()
    if len(words) < 2 or (position and NUMERAL.fullmatch(name.rsplit(maxsplit=1)[-1])):
        return None
    return words[position]


# --- everything else ---


def _bodies(found: Sequence[Surface]) -> list[Cluster]:
    by_key: dict[str, Cluster] = {}
    for surface in found:
        home = key(surface.known.name if surface.known else surface.full or surface.text)
        cluster = by_key.setdefault(home, Cluster(surface.known.kind if surface.known else surface.kind))
        cluster.known = cluster.known or surface.known
        cluster.add(surface.number, surface.text)
    clusters = list(by_key.values())
    absorbed: set[int] = set()
    for short, long in list(_short_forms(clusters)):
        if absorbed.isdisjoint((id(short), id(long))):
            long.absorb(short)
            absorbed.add(id(short))
    clusters = [cluster for cluster in clusters if id(cluster) not in absorbed]
    for cluster in clusters:
        if cluster.kind == "media" and cluster.known is None:
            cluster.known = gazetteer().by_name.get(f"The {cluster.name}")
    return clusters


def _short_forms(clusters: Sequence[Cluster]) -> Iterator[tuple[Cluster, Cluster]]:
    """Pairs of a short form and the one actor of the document that it can stand for."""
    by_hint: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        for hint in {hint for name in _all_names(cluster) for hint in _hints(name)}:
            by_hint.setdefault(hint, []).append(cluster)
    for short in clusters:
        if short.known and short.known.kind == "state":
            continue
        near = {id(c): c for hint in _short_hints(short) for c in by_hint.get(hint, ())}
        fitting = [long for long in near.values() if long is not short and _shortens(short, long)]
        if len(fitting) == 1:
            yield short, fitting[0]


def _all_names(cluster: Cluster) -> set[str]:
    return {cluster.name, *cluster.names, *(cluster.known.names if cluster.known else ())}


def _short_hints(short: Cluster) -> set[str]:
    """What a short form may be of a full name (see `_hints`): its words, or its letters."""
    names = {*short.names, short.name}
    return {" ".join(key(name).split()) for name in names} | {_letters(name).lower() for name in short.names}


def _hints(name: str) -> set[str]:
    """Under what a full name is looked for: the words with which it begins or ends, and its initials."""
    words = key(name).split()
    sizes = range(1, min(len(words), _LONGEST_SHORT) + 1)
    pieces = {" ".join(piece) for size in sizes for piece in (words[:size], words[-size:])}
    return pieces | {letters.lower() for letters in _initials(name)}


def _letters(name: str) -> str:
    return name.replace(".", "").removesuffix("s")


def _initials(name: str) -> tuple[str, str]:
    """The initials of the capitalised words of a name, and of all its words."""
    words = re.findall(r"[\w']+", name)
    return "".join(w[0] for w in words if w[0].isupper()), "".join(w[0] for w in words).upper()


def _shortens(short: Cluster, long: Cluster) -> bool:
    if _is_paper(short, long):
        return True
    if long.kind in ("state", "place") or (short.known and long.known) or _is_place(short):
        return False
    names = _all_names(long)
    return any(_is_acronym(a, b) or _is_part(a, b) for a in short.names for b in names)


def _is_place(cluster: Cluster) -> bool:
    """True for a city or region: Philadelphia is no short form of Philadelphia Magazine."""
    known = gazetteer()
    return cluster.kind == "place" and any(n in known.cities or n in known.regions for n in cluster.names)


def _is_paper(short: Cluster, long: Cluster) -> bool:
    """True for "The Times" in a text that names The New York Times."""
    a, b = fold(short.name).split(), fold(long.name).split()
    return short.kind == long.kind == "media" and len(a) == 1 < len(b) and a[0] == b[-1]


def _is_acronym(short: str, long: str) -> bool:
    letters = _letters(short)
    return 2 <= len(letters) <= 7 and letters.isupper() and len(long.split()) > 1 and letters in _initials(long)


def _is_part(short: str, long: str) -> bool:
    """True for "Boeing" of "Boeing Company", "State Department" of "US State Department"."""
    a, b = key(short).split(), key(long).split()
    if not a or len(a) >= len(b):
        return False
    if b[: len(a)] == a:
        return all(word in _LEGAL or word in _SMALL for word in b[len(a) :]) or _opens_firm(short, long)
    if len(a) == 1 and a[0] in (b[0], b[-1]) and short in gazetteer().words("org_head"):
        return a[0] == b[0] or a[0] not in _CHAMBERS
    if len(b) == len(a) + 2 and b[1] == "of" and b[0] in ("church", "society", "order", "house"):
        return b[2:] == a
    return len(a) > 1 and b[-len(a) :] == a and _is_national(" ".join(long.split()[: len(b) - len(a)]))


def _opens_firm(short: str, long: str) -> bool:
    """True for "Cerberus" of "Cerberus Capital Management": news calls firms by a first word that is no other name."""
    known = gazetteer()
    others = (known.cities, known.regions, known.given_names, known.surnames, known.by_name, known.words("branch"))
    coined = " " not in short and short.isalpha() and not short.isupper() and not is_word(short)
    last = long.rsplit(maxsplit=1)[-1]
    heads = known.words("org_head").get(last) == "organisation" or last in known.words("firm_word")
    return coined and heads and not any(short in names for names in others)


def _is_national(words: str) -> bool:
    words = re.sub(r"^(the|The) |['’]s$", "", words)
    return words in gazetteer().demonyms or (
        words in gazetteer().by_name and gazetteer().by_name[words].kind == "state"
    )
