"""Rules for the kinds of names: person, state, place, body, medium.

Belongs here: deciding from reference tables, from the words around, and from the rest of the text. Does not: bounds
(`bounds`), or names that the model overlooked (`overlooked`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import BIG_CITY, first_word, gazetteer
from pipeline.extraction.repair.bounds import after_titles
from pipeline.extraction.repair.lexicon import is_word
from pipeline.extraction.repair.name import (
    ORGANISED,
    Name,
    Names,
    covered,
    has_capital,
    is_capital,
    is_honorific,
    is_office,
    person_parts,
    plain,
    put,
    root,
    text_of,
    words,
    words_in,
    words_of,
)

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc

LONGEST = 9
"""Tokens of the longest name that is looked up."""
_GUESSES = ("model", "cities", "subjects", "siblings")
"""Rules whose kinds give way to what the rest of the text says."""
_AGES = range(6, 105)
_CAMEL = re.compile(r"(?<!^Mc)(?<!^Mac)(?<!^De)(?<=[a-z])[A-Z]")
"""A capital inside a word, as in AirTanker, but not as in McDonald."""


def _retyped(names: Names, kind: str, rule: str, test: Callable[[Name], bool]) -> Names:
    """The names, with this kind for those of the model that pass the test."""
    return [name._replace(kind=kind, rule=rule) if name.rule == "model" and test(name) else name for name in names]


def known_names(doc: Doc, names: Names) -> Names:
    """Names with those of the reference tables, unless a longer name around them is a name of its own."""
    at, shouted = covered(names), words_in(doc).shouted
    surnames = {part for name in names for part in person_parts(doc, name)[1:]}
    found = (match for match in _lookup(doc) if match.start not in shouted and not _is_inside(doc, match, at))
    return put(names, (match for match in found if not (_is_body(match) and text_of(doc, match) in surnames)))


def _is_body(match: Name) -> bool:
    """True for a body known by one word, which may be the surname of a person of the text (Bloomberg)."""
    return match.size == 1 and match.kind in ORGANISED


def _lookup(doc: Doc) -> Iterator[Name]:
    end = 0
    for token in words_in(doc).among({word for word in words_in(doc).places if _may_open(word)}):
        match = _known_at(doc, token.i) if token.i >= end else None
        if match:
            yield match
            end = match.end


def _may_open(word: str) -> bool:
    """True if a name of the reference tables begins with this word, which has a capital unless it is the Arabic al."""
    return (has_capital(word) or word == "al") and first_word(word) in gazetteer().first_words


def _known_at(doc: Doc, start: int) -> Name | None:
    for end in range(min(len(doc), start + LONGEST), start, -1):
        text = doc.passage(start, end)
        known = gazetteer().by_name.get(plain(text)) if "\n" not in text else None
        if known:
            return Name(start, end, known.kind, "known_names")
    return None


def _is_inside(doc: Doc, match: Name, at: dict[int, Name]) -> bool:
    """True if a longer name around is a name of its own (Jordan Smith, University of Iran), or an honorific before."""
    if (match.size == 1 and match.start and _is_cut(doc, match.start)) or _makes_thing(doc, match):
        return True
    longer = at.get(match.start)
    if longer is None or longer.end < match.end or longer.size <= match.size:
        return False
    if longer.kind == "person":
        return True
    heads = words_of("org_head", "place_head")
    opens = doc[longer.start].text in heads and longer.start != match.start
    headed = doc[longer.end - 1].text in heads or opens
    return match.kind != "person" and (headed or _is_carrier(match, longer) or _is_joined(doc, match, longer))


def _makes_thing(doc: Doc, match: Name) -> bool:
    """True if the word behind makes a thing of a body: its index, its cup."""
    after = doc[match.end].text if match.end < len(doc) else ""
    return match.kind not in ("state", "person") and after in words("made_thing")


def _is_joined(doc: Doc, match: Name, longer: Name) -> bool:
    """True inside a body of two names joined by a hyphen: Daimler in Daimler-Benz."""
    return (
        longer.kind == "organisation" and match.kind != "state" and doc.passage(match.end, match.end + 1) in ("-", "–")
    )


def _is_cut(doc: Doc, start: int) -> bool:
    """True if the word before makes another name of what begins here: an honorific, the North of North America."""
    before = doc[start - 1]
    return is_honorific(before) or (before.text in words("direction") and not doc[start].is_sent_start)


def _is_carrier(match: Name, longer: Name) -> bool:
    """True for a body named by one word and its state: Air China."""
    return match.kind == "state" and longer.kind == "organisation" and longer.size == 2 and match.end == longer.end


def given_names(doc: Doc, names: Names) -> Names:
    """People: what begins with a given name and ends in no word of a body or place."""
    return _retyped(names, "person", "given_names", lambda name: _has_given_name(doc, name))


def _has_given_name(doc: Doc, name: Name) -> bool:
    first, last = doc[name.start].text, doc[name.end - 1].text
    heads = words_of("org_head", "place_head")
    opens = first in gazetteer().given_names or first in words("name_particle")
    capitals = all(is_capital(token) or token.lower_ in words("particle") for token in doc[name.start : name.end])
    known = text_of(doc, name) in gazetteer().cities
    return name.kind != "person" and 2 <= name.size <= 4 and opens and capitals and last not in heads and not known


def surnames(doc: Doc, names: Names) -> Names:
    """People: a common surname or given name alone that was taken for a body, without an article before it."""
    return _retyped(names, "person", "surnames", lambda name: _is_surname(doc, name))


def _is_surname(doc: Doc, name: Name) -> bool:
    text = text_of(doc, name)
    if name.kind != "organisation" or text in gazetteer().by_short_name:
        return False
    articled = name.start > 0 and doc[name.start - 1].lower_ in ("the", "a", "an")
    return not articled and (text in gazetteer().surnames or text in gazetteer().given_names)


def class_nouns(doc: Doc, names: Names) -> Names:
    """The kind that the noun before a name says: the airline X, companies such as X."""
    return [
        name._replace(kind=kind, rule="class_nouns")
        if name.rule in ("model", "surnames") and (kind := _class_of(doc, name))
        else name
        for name in names
    ]


def works(doc: Doc, names: Names) -> Names:
    """Names without those of works and ships, as the noun before or the prize behind them says, wherever they stand."""
    titles = {text_of(doc, name) for name in names if name.rule == "model" and _is_work(doc, name)}
    return [name for name in names if name.rule != "model" or text_of(doc, name) not in titles]


def _is_work(doc: Doc, name: Name) -> bool:
    before, after = doc[name.start - 1 if name.start else 0], doc.passage(name.end, name.end + 2).lower()
    named = name.start > 0 and before.pos_ == "NOUN" and before.lower_ in words("work_noun")
    return named or after in ("-winning", "-nominated")


def _class_of(doc: Doc, name: Name) -> str | None:
    before = name.start - 1
    if before > 1 and doc.passage(before - 1, before + 1) == "such as":
        before -= 2
    if before < 0 or doc[before].pos_ != "NOUN":
        return None
    return words("class_noun").get(doc[before].lower_)


def told_people(doc: Doc, names: Names) -> Names:
    """People: actor X; X, who sold it; X, 45, of the city; X, a nurse; X shrugged."""
    found = _retyped(names, "person", "told_people", lambda name: _may_be_person(doc, name) and is_told(doc, name))
    return [after_titles(doc, name) if name.rule == "told_people" else name for name in found]


def _may_be_person(doc: Doc, name: Name) -> bool:
    heads = words_of("org_head", "place_head", "branch")
    tokens, text = doc[name.start : name.end], doc.passage(name.start, name.end)
    if name.kind == "person" or name.size > 5 or tokens[-1].text in heads or text.isupper():
        return False
    if any(_CAMEL.search(token.text) for token in tokens):
        return False
    placed = name.start > 0 and doc[name.start - 1].lower_ in ("in", "at", "of", "from", "to", "near", "outside")
    plain_words = all(is_capital(token) or token.text in "-–" or token.lower_ in words("particle") for token in tokens)
    return plain_words and not placed and text not in gazetteer().regions


def is_told(doc: Doc, name: Name) -> bool:
    """True if the words around say that the name is a person's."""
    at = name.start - 1 - (name.start > 1 and doc[name.start - 1].text == ",")
    if at >= 0 and doc[at].pos_ == "NOUN" and (doc[at].lower_ in words("person_noun") or is_office(doc[at])):
        return True
    if at == name.start - 1 >= 0 and name.size > 1 and doc[at].pos_ == "PROPN" and is_office(doc[at]):
        return True
    if name.size > 1 and (is_honorific(doc[name.start]) or doc[name.start].text in words("honorific")):
        return True
    return _acts_bodily(doc, name) or _is_explained(doc, name)


def _acts_bodily(doc: Doc, name: Name) -> bool:
    head = root(doc, name.start, name.end)
    return head.dep_ == "nsubj" and head.head.lemma_ in words("bodily_verb")


def _is_explained(doc: Doc, name: Name) -> bool:
    """True if "who", an age, or a noun for people follows, the last two behind a comma."""
    after = [token.lower_ for token in doc[name.end : name.end + 3]]
    if after[:1] == ["who"] or after[:2] == [",", "who"]:
        return True
    if len(after) == 3 and after[0] == after[2] == "," and after[1].isdigit():
        return int(after[1]) in _AGES
    return after[:1] == [","] and _opens_with_person(doc, name.end + 1)


def _opens_with_person(doc: Doc, start: int) -> bool:
    """True if the phrase that begins here has a noun for people as its head: a retired nurse, president of the club."""
    for token in doc[start : start + 6]:
        if token.pos_ not in ("DET", "ADJ", "NOUN", "PROPN", "PART", "PRON") or is_capital(token):
            return False
        if token.lower_ in words("person_noun") or is_office(token):
            return token.i + 1 == len(doc) or doc[token.i + 1].pos_ not in ("NOUN", "PROPN", "PART")
    return False


def unworded(doc: Doc, names: Names) -> Names:
    """People: a name of no English words, taken for a body, that says something or is listed after a person."""
    return _retyped(names, "person", "unworded", lambda name: _may_be_person(doc, name) and _is_unworded(doc, name))


def _is_unworded(doc: Doc, name: Name) -> bool:
    head = root(doc, name.start, name.end)
    speaks = head.dep_ == "nsubj" and head.head.lemma_ in words("human_verb")
    listed = head.dep_ == "conj" and head.head.ent_type_ == "PERSON" and head.head.i < name.start
    if name.kind not in ("organisation", "place") or name.size < 2 or not (speaks or listed):
        return False
    parts = [token.text for token in doc[name.start : name.end] if token.text not in "-–"]
    return parts[0] in gazetteer().given_names or not any(is_word(part) or part.isupper() for part in parts)


def full_names(doc: Doc, names: Names) -> Names:
    """People: what was taken for a body and ends in the single name of a person of the text."""
    people = {text_of(doc, name) for name in names if name.kind == "person" and name.size == 1}
    return _retyped(names, "person", "full_names", lambda n: _may_be_person(doc, n) and _ends_in(doc, n, people))


def _ends_in(doc: Doc, name: Name, people: set[str]) -> bool:
    first, last = doc[name.start].text, doc[name.end - 1].text
    if name.size < 2 or last not in people or text_of(doc, name._replace(end=name.end - 1)) in gazetteer().cities:
        return False
    return first in gazetteer().given_names or (first.isalpha() and not first.isupper() and not is_word(first))


def worded(doc: Doc, names: Names) -> Names:
    """Bodies: a name that begins and ends in English words, none of them a given name or surname, is hardly a person's.

    A single English word that has its capital from opening a sentence is no name at all.
    """
    inside = {token.text for token in words_in(doc).capitalised if not token.is_sent_start}
    kept = (name for name in names if not _is_common_opening(doc, name, inside))
    return [
        name._replace(kind="organisation", rule="worded") if _is_worded(doc, name) and not is_told(doc, name) else name
        for name in kept
    ]


def _is_worded(doc: Doc, name: Name) -> bool:
    if name.rule != "model" or name.kind != "person" or name.size < 2:
        return False
    first, last = doc[name.start].text, doc[name.end - 1].text
    known = first in gazetteer().given_names or last in gazetteer().surnames or len(first.rstrip(".")) == 1
    return not known and is_word(last) and is_word(first)


def _is_common_opening(doc: Doc, name: Name, inside: set[str]) -> bool:
    if name.rule != "model" or name.size > 1 or not doc[name.start].is_sent_start:
        return False
    text, known = doc[name.start].text, gazetteer()
    bearers = (known.surnames, known.given_names, known.cities, known.regions, known.by_short_name, inside)
    return is_word(text) and not text.isupper() and not any(text in names for names in bearers)


def opening_words(doc: Doc, names: Names) -> Names:
    """Bodies: what opens with Café, Hotel or Radio, whoever it is named after."""
    kinds = (words("body_first").get(doc[name.start].text) if name.size > 1 else None for name in names)
    return [
        name._replace(kind=kind, rule="opening_words") if kind and name.rule != "known_names" else name
        for name, kind in zip(names, kinds, strict=True)
    ]


def short_firms(doc: Doc, names: Names) -> Names:
    """Bodies: a single word taken for a person that opens a company's name and is part of no person's."""
    heads = {**words("org_head"), **words("firm_word")}
    firms = {doc[n.start].text for n in names if n.size > 1 and n.kind in ORGANISED and doc[n.end - 1].text in heads}
    firms -= {part for name in names for part in person_parts(doc, name)}
    return _retyped(
        names, "organisation", "short_firms", lambda n: n.kind == "person" and n.size == 1 and text_of(doc, n) in firms
    )


def articled(doc: Doc, names: Names) -> Names:
    """Bodies: one word behind "the" with no noun after it, taken for a person; no person of the text is called so."""
    people = {part for name in names for part in person_parts(doc, name)}
    families = people | {f"{part}s" for part in people | gazetteer().surnames}
    return _retyped(
        names, "organisation", "articled", lambda n: text_of(doc, n) not in families and _is_articled(doc, n)
    )


def plurals(doc: Doc, names: Names) -> Names:
    """Bodies: the plural of an English word that was taken for a person is a team (the name of no person there)."""
    people = {part for name in names for part in person_parts(doc, name)}
    return _retyped(names, "organisation", "plurals", lambda n: text_of(doc, n) not in people and _is_plural(doc, n))


def _is_plural(doc: Doc, name: Name) -> bool:
    text = text_of(doc, name)
    head = root(doc, name.start, name.end)
    if (
        name.kind != "person"
        or name.size > 1
        or text in gazetteer().surnames
        or head.head.lemma_ in words("human_verb")
    ):
        return False
    return len(text) > 4 and text[-2:] != "ss" and text[-1] == "s" and is_word(text) and is_word(text[:-1])


def _is_articled(doc: Doc, name: Name) -> bool:
    if name.kind != "person" or name.size > 1 or name.start == 0 or name.end == len(doc):
        return False
    after = doc[name.end]
    return doc[name.start - 1].lower_ == "the" and after.pos_ not in ("NOUN", "PROPN", "ADJ") and after.text not in "-–"


def place_nouns(doc: Doc, names: Names) -> Names:
    """Places: what a noun for a place follows, whoever it is named after (the X airport)."""
    return _retyped(
        names,
        "place",
        "place_nouns",
        lambda name: name.end < len(doc) and doc[name.end].text in words("place_noun"),
    )


def state_codes(doc: Doc, names: Names) -> Names:
    """Places: the two letters of a state of the United States behind a comma and a place."""
    return _retyped(names, "place", "state_codes", lambda name: _is_state_code(doc, name))


def _is_state_code(doc: Doc, name: Name) -> bool:
    text = text_of(doc, name)
    if name.start < 2 or not (text in gazetteer().region_codes or text in words("state_abbreviation")):
        return False
    return doc[name.start - 1].text == "," and is_capital(doc[name.start - 2])


def cities(doc: Doc, names: Names) -> Names:
    """Places: cities and regions that the model took for people or bodies.

    A city after which the text has a person, or a known body, stays what it was found to be (Tottenham Hotspur).
    """
    people = {part for name in names for part in person_parts(doc, name)}
    clubs = {doc[name.start].text for name in names if name.kind in ORGANISED and name.rule == "known_names"}
    named = people | clubs
    return _retyped(names, "place", "cities", lambda name: text_of(doc, name) not in named and _is_city(doc, name))


def _is_city(doc: Doc, name: Name) -> bool:
    known, text = gazetteer(), text_of(doc, name)
    # A name of two words is hardly anything else than the city, however small that is.
    enough = BIG_CITY if name.size == 1 else 1
    return name.kind != "place" and (
        text in known.metonyms or text in known.regions or known.cities.get(text, 0) >= enough
    )


def place_head(doc: Doc, names: Names) -> Names:
    """Places: what ends in Street, Airport, County."""
    return _retyped(
        names, "place", "place_head", lambda name: name.size > 1 and doc[name.end - 1].text in words("place_head")
    )


def vote(doc: Doc, names: Names) -> Names:
    """One kind for each name of a text: that of the full name for a surname, else the one found most.

    A surname that a body of the text begins with (Ford of Ford Motor Company) stays a body where it was found as one.
    """
    firms = {doc[name.start].text for name in names if name.kind in ORGANISED and name.size > 1}
    firms |= set(gazetteer().by_short_name)
    people = {part for name in names for part in person_parts(doc, name)[1:]}
    votes: dict[str, Counter[str]] = {}
    for name in names:
        votes.setdefault(text_of(doc, name), Counter())[name.kind] += 1 if name.rule in _GUESSES else 3
    winner = {text: max(sorted(count), key=lambda kind: count[kind]) for text, count in votes.items()}
    bearers = [name for name in names if name.rule in _GUESSES and text_of(doc, name) in people]
    bearers = [n for n in bearers if not (text_of(doc, n) in firms and n.kind in ORGANISED) and not _is_at(doc, n)]
    kinds = dict.fromkeys(bearers, "person")
    return [name._replace(kind=kinds.get(name) or winner[text_of(doc, name)]) for name in names]


def _is_at(doc: Doc, name: Name) -> bool:
    """True for a place behind a preposition of place: in Lincoln."""
    before = doc[name.start - 1].lower_ if name.start else ""
    return name.kind == "place" and before in ("in", "at", "from", "to", "near", "outside")
