"""The repair layer over the model's names: one table of named rules, each with its reason and examples that a test runs.

Belongs here: bounds and kinds of names, decided from words, reference tables and the rest of the text. Does not: titles,
pronouns and common nouns (`names`), or who a name stands for (`pipeline.resolution`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.extraction.gazetteer import BIG_CITY, Known, gazetteer

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


class Name(NamedTuple):
    """A name as tokens `start` to `end` of a text; `kind` as the vocabulary names it, `rule` says what found it."""

    start: int
    end: int
    kind: str
    rule: str

    def overlaps(self, other: Name) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Name) -> bool:
        return self.start <= other.start and other.end <= self.end


Names = list[Name]


@dataclass(frozen=True, slots=True)
class Rule:
    """A step of the repair. An example is a text and the names that must come out of it, each as `name/kind`."""

    name: str
    reason: str
    apply: Callable[[Doc, Names], Names]
    examples: tuple[tuple[str, tuple[str, ...]], ...]


MODEL_KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}
"""The model's labels that can be actors; its other labels (EVENT, PRODUCT …) are left out."""
ORGANISED = ("organisation", "government_body", "media")
LONGEST = 9
"""Tokens of the longest name that is looked up."""
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ɏ]")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]{0,2}[A-Z&]{1,6}s?")
_QUOTES = frozenset("\"'“”‘’«»()[]")
_LINKS = frozenset({"of", "for", "on", "and", "the", "&", "in", "de", "du", "des", "la", "al"})
_FORCES = frozenset({"Armed", "Forces", "Force", "Army", "Navy", "Police", "Government", "Parliament"})


def text_of(doc: Doc, name: Name) -> str:
    """The words of a name, with straight apostrophes and plain spaces."""
    return plain(doc[name.start : name.end].text)


def plain(text: str) -> str:
    """A text with straight apostrophes and plain spaces."""
    return re.sub(r"\s+", " ", text.replace("’", "'"))


def is_capital(token: Token) -> bool:
    """True if the token begins with a capital letter."""
    return bool(_CAPITAL.match(token.text))


def model_names(doc: Doc) -> Names:
    """What the model took for names of actors."""
    return [Name(e.start, e.end, MODEL_KINDS[e.label_], "model") for e in doc.ents if e.label_ in MODEL_KINDS]


def _put(names: Names, new: Name) -> Names:
    """The names with `new` in the place of all that it overlaps."""
    return [*(name for name in names if not name.overlaps(new)), new]


def _words(group: str) -> dict[str, str]:
    return gazetteer().words(group)


def is_office(token: Token) -> bool:
    """True if the word is the noun of an office (minister, spokeswoman)."""
    return token.lower_ in _words("office") or token.text in _words("office_abbreviation")


def is_honorific(token: Token) -> bool:
    """True for Mr, Dame, Gen. and the like."""
    return token.text.rstrip(".") in _words("honorific")


# --- bounds ---


def _pieces(doc: Doc, name: Name) -> Iterator[Name]:
    """A name cut at line breaks and brackets."""
    start = name.start
    for i in range(name.start, name.end):
        if doc[i].text in "()[]:;|" or "\n" in doc[i].text:
            if start < i:
                yield name._replace(start=start, end=i)
            start = i + 1
        elif doc[i].text == "the" and start < i and doc[i - 1].pos_ not in ("ADP", "CCONJ"):
            yield name._replace(start=start, end=i)
            start = i
    if start < name.end:
        yield name._replace(start=start)


def _may_open(token: Token) -> bool:
    return is_capital(token) or token.text[:1].isdigit() or token.lower_ in ("al", "bin", "von", "van", "de", "al-")


def _trim(doc: Doc, name: Name) -> Name | None:
    start, end = name.start, name.end
    while start < end and (doc[start].lower_ in ("the", "a", "an") or not _may_open(doc[start])):
        start += 1
    while end > start and (doc[end - 1].lower_ in ("'s", "’s", "'", "’") or not _may_close(doc[end - 1])):
        end -= 1
    return name._replace(start=start, end=end) if start < end else None


def _may_close(token: Token) -> bool:
    return is_capital(token) or (token.text[:1].isalnum() and not token.text.islower()) or token.like_num


def trim_edges(doc: Doc, names: Names) -> Names:
    pieces = (piece for name in names for piece in _pieces(doc, name))
    return [trimmed for piece in pieces if (trimmed := _trim(doc, piece))]


def _after_titles(doc: Doc, name: Name) -> Name:
    start = name.start
    while start < name.end - 1 and (is_honorific(doc[start]) or is_office(doc[start])):
        start += 1
    return name._replace(start=start)


def _before_titles(doc: Doc, name: Name) -> Name:
    end = name.end
    while end > name.start + 1 and (is_office(doc[end - 1]) or doc[end - 1].lower_ in _words("person_noun")):
        end -= 1
    return name._replace(end=end)


def strip_titles(doc: Doc, names: Names) -> Names:
    return [_after_titles(doc, name) if name.kind == "person" else _before_titles(doc, name) for name in names]


def _no_name(doc: Doc, name: Name) -> bool:
    words = [token.text for token in doc[name.start : name.end]]
    stop = {**_words("calendar"), **_words("not_a_name")}
    return (
        all(word in stop or not word[:1].isupper() for word in words)
        or (len(words) == 1 and (is_office(doc[name.start]) or is_honorific(doc[name.start])))
        or (len(words) == 1 and words[0] in _words("org_head") and words[0] not in _words("single_body"))
        or words[-1] in gazetteer().demonyms
        or (len(words) == 1 and words[0] in {**_words("unit"), **_words("product")})
        or words[-1] in _words("not_actor_head")
        or (len(words) > 1 and words[0] in _words("not_actor_first"))
        or any(word in _words("product") for word in words)
        or (any(c.isdigit() for c in words[-1]) and name.rule == "model")
    )


def drop_words(doc: Doc, names: Names) -> Names:
    return [name for name in names if not _no_name(doc, name)]


def _lines(doc: Doc) -> Iterator[tuple[int, int]]:
    start = 0
    for token in doc:
        if "\n" in token.text:
            yield start, token.i
            start = token.i + 1
    yield start, len(doc)


def is_title_case(doc: Doc, start: int, end: int) -> bool:
    """True if these tokens are a line in which nearly every longer word has a capital."""
    words = [token for token in doc[start:end] if token.is_alpha and len(token) > 3]
    return len(words) >= 4 and doc[end - 1].text not in ".?!" and sum(map(is_capital, words)) >= 0.75 * len(words)


def trust_the_body(doc: Doc, names: Names) -> Names:
    headed = _headings(doc)
    return [name for name in names if name.start not in headed]


def _headings(doc: Doc) -> frozenset[int]:
    """The tokens of headings in title case."""
    lines = ((s, e) for s, e in _lines(doc) if e > s and is_title_case(doc, s, e))
    return frozenset(i for s, e in lines for i in range(s, e))


# --- what is known ---


def _lookup(doc: Doc) -> Iterator[tuple[Name, Known]]:
    known, i = gazetteer().by_name, 0
    while i < len(doc):
        match = None
        if is_capital(doc[i]) or doc[i].text == "al":
            for end in range(min(len(doc), i + LONGEST), i, -1):
                words = doc[i:end].text
                found = known.get(plain(words)) if "\n" not in words else None
                if found:
                    match = Name(i, end, found.kind, "known_names"), found
                    break
        if match:
            yield match
        i = match[0].end if match else i + 1


def hyphens(doc: Doc, names: Names) -> Names:
    """Lung-bin: what a hyphen joins to a person's name belongs to it."""
    return [
        name._replace(end=name.end + 2)
        if name.kind == "person"
        and name.end + 1 < len(doc)
        and doc[name.end].text in "-–"
        and not doc[name.end - 1].whitespace_
        and not doc[name.end].whitespace_
        and doc[name.end + 1].text.isalpha()
        and len(doc[name.end + 1].text) <= 8
        and name.end - name.start > 1
        else name
        for name in names
    ]


def given_names(doc: Doc, names: Names) -> Names:
    """Cristina Cifuentes: what begins with a given name, and ends in no word of a body or place, is a person."""
    given, heads = gazetteer().given_names, {**_words("org_head"), **_words("place_head")}
    return [
        name._replace(kind="person", rule="given_names")
        if name.rule == "model"
        and name.kind in ("organisation", "place")
        and 2 <= name.end - name.start <= 4
        and (doc[name.start].text in given or doc[name.start].text in ("Von", "Van", "De", "Del", "Di"))
        and doc[name.end - 1].text not in heads
        and all(is_capital(token) or token.lower_ in _PARTICLES for token in doc[name.start : name.end])
        and text_of(doc, name) not in gazetteer().cities
        else name
        for name in names
    ]


_PARTICLES = frozenset(
    [
        "de",
        "da",
        "di",
        "do",
        "dos",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "al",
        "el",
        "bin",
        "ibn",
        "du",
        "del",
        "y",
        "e",
    ]
)


def surnames(doc: Doc, names: Names) -> Names:
    """Trump, Parker: a common surname alone, taken for a body or place, is a person unless an article stands before it."""
    return [
        name._replace(kind="person", rule="surnames")
        if name.rule == "model"
        and name.kind == "organisation"
        and (text_of(doc, name) in gazetteer().surnames or text_of(doc, name) in gazetteer().given_names)
        and not (name.start and doc[name.start - 1].lower_ in ("the", "a", "an"))
        and text_of(doc, name) not in gazetteer().by_short_name
        else name
        for name in names
    ]


def who_follows(doc: Doc, names: Names) -> Names:
    """X, who …; X, 45, …; actor X: only people are spoken of like that."""
    return [
        name._replace(kind="person", rule="who_follows")
        if name.rule == "model" and name.kind != "person" and name.end - name.start <= 3 and _is_person(doc, name)
        else name
        for name in names
    ]


def _is_person(doc: Doc, name: Name) -> bool:
    before = doc[name.start - 1] if name.start else None
    after = [token.lower_ for token in doc[name.end : name.end + 3]]
    if before is not None and before.pos_ == "NOUN" and before.lower_ in _words("person_noun"):
        return True
    if after[:1] == ["who"] or after[:2] == [",", "who"]:
        return True
    return len(after) == 3 and after[0] == after[2] == "," and after[1].isdigit() and 5 < int(after[1]) < 105


def class_nouns(doc: Doc, names: Names) -> Names:
    """The airline Ryanair, companies such as Spotify: the noun before a name says what it is."""
    return [
        name._replace(kind=kind, rule="class_nouns")
        if name.rule in ("model", "cities", "surnames") and (kind := _class_of(doc, name))
        else name
        for name in names
    ]


def _class_of(doc: Doc, name: Name) -> str | None:
    before = name.start - 1
    if before > 1 and doc[before - 1 : before + 1].text == "such as":
        before -= 2
    noun = doc[before] if before >= 0 else None
    return _words("class_noun").get(noun.lower_) if noun is not None and noun.pos_ == "NOUN" else None


def modifiers(doc: Doc, names: Names) -> Names:
    """Facebook posts, The Australian experts: a medium's name before a noun that does not belong to it is no mention."""
    return [name for name in names if not (name.kind == "media" and name.end < len(doc) and _modifies(doc, name))]


def _modifies(doc: Doc, name: Name) -> bool:
    after = doc[name.end]
    is_demonym = doc[name.end - 1].text in gazetteer().demonyms
    return after.lower_ in _words("platform_noun") or (is_demonym and after.pos_ in ("NOUN", "ADJ"))


def siblings(doc: Doc, names: Names) -> Names:
    """Spotify, Tesla and Snapchat: what is listed with a name, and is no name yet, is of its kind."""
    covered = {i: name for name in names for i in range(name.start, name.end)}
    for token in doc:
        if token.i in covered or token.pos_ != "PROPN" or not is_capital(token) or token.dep_ != "conj":
            continue
        other = covered.get(token.head.i)
        single = not any(is_capital(doc[i]) for i in (token.i - 1, token.i + 1) if 0 <= i < len(doc))
        if other and single and token.text not in _words("not_a_name") and not is_office(token):
            names = [*names, Name(token.i, token.i + 1, other.kind, "siblings")]
    return names


def subjects(doc: Doc, names: Names) -> Names:
    """Kühn shakes his head: a proper noun alone that does something, or owns something, is a name."""
    covered, headed = {i for name in names for i in range(name.start, name.end)}, _headings(doc)
    small = {token.text for token in doc if token.text.islower()}
    for token in doc:
        if token.i in covered | headed or token.pos_ != "PROPN" or token.dep_ != "nsubj" or token.text.lower() in small:
            continue
        if (
            _stands_alone(doc, token)
            and not _no_name(doc, Name(token.i, token.i + 1, "", "subjects"))
            or token.text == "May"
        ):
            person = token.head.lemma_ in _words("human_verb") or token.text in gazetteer().surnames
            if not person and _opens(doc, token):
                continue
            names = [*names, Name(token.i, token.i + 1, "person" if person else "organisation", "subjects")]
    return names


def _opens(doc: Doc, token: Token) -> bool:
    """True if the word opens a sentence or a quotation, where any word has a capital."""
    return bool(token.is_sent_start) or not doc[token.i - 1].text[-1:].isalnum()


def _stands_alone(doc: Doc, token: Token) -> bool:
    near = [doc[i] for i in (token.i - 1, token.i + 1) if 0 <= i < len(doc)]
    return (
        token.text.isalpha()
        and len(token.text) > 2
        and not any(is_capital(other) or other.text in "-–" for other in near)
    )


def capitals(doc: Doc, names: Names) -> Names:
    """The RSPB: a word in capitals with an article before it, or a possessive after it, names a body."""
    covered = {i for name in names for i in range(name.start, name.end)}
    stop = {**_words("unit"), **_words("office_abbreviation"), **_words("product")}
    for token in doc[1:-1]:
        if token.i in covered or not re.fullmatch(r"[A-Z]{3,6}", token.text) or token.text in stop:
            continue
        shouted = doc[token.i - 1].text.isupper() or doc[token.i + 1].text.isupper()
        after = doc[token.i + 1].lower_ in ("'s", "’s") or doc[token.i + 1].pos_ in ("VERB", "AUX")
        if not shouted and (doc[token.i - 1].lower_ == "the" and not is_capital(doc[token.i + 1]) or after):
            names = [*names, Name(token.i, token.i + 1, "organisation", "capitals")]
    return names


def _keeps(doc: Doc, longer: Name, match: Name) -> bool:
    """True if a longer name around a known one is a name of its own (Jordan Smith, University of Iran)."""
    if longer.kind == "person":
        return longer.end - longer.start > 1
    last, first = doc[longer.end - 1], doc[longer.start]
    heads = {**_words("org_head"), **_words("place_head")}
    return match.kind != "person" and (last.text in heads or (first.text in heads and longer.start != match.start))


def known_names(doc: Doc, names: Names) -> Names:
    for match, _ in _lookup(doc):
        around = [n for n in names if n.contains(match) and n.end - n.start > match.end - match.start]
        if not any(_keeps(doc, longer, match) for longer in around) and not _is_part_of_person(doc, match):
            names = _put(names, match)
    return names


def _is_part_of_person(doc: Doc, match: Name) -> bool:
    """True if a one-word name of a state follows an honorific or a first name (Mr Israel)."""
    before = doc[match.start - 1] if match.start else None
    return match.end - match.start == 1 and before is not None and is_honorific(before)


def cities(doc: Doc, names: Names) -> Names:
    known, places = gazetteer(), gazetteer().metonyms
    people = {token for name in names for token in _parts(doc, name)}
    return [
        name._replace(kind="place", rule="cities")
        if (text := text_of(doc, name)) not in people
        and name.kind in ("person", "organisation")
        and name.rule == "model"
        and (text in places or known.cities.get(text, 0) >= _big_enough(name) or text in known.regions)
        else name
        for name in names
    ]


def _big_enough(name: Name) -> int:
    """A name of two words is hardly anything else than the city, however small that is."""
    return BIG_CITY if name.end - name.start == 1 else 1


def _parts(doc: Doc, name: Name) -> list[str]:
    """First and last word of a person's full name."""
    if name.kind != "person" or name.end - name.start < 2:
        return []
    return [doc[name.start].text, doc[name.end - 1].text]


# --- patterns ---


def _run(doc: Doc, start: int) -> int:
    """End of the run of capitalised words that begins here."""
    end = start
    while end < len(doc) and (is_capital(doc[end]) or (end > start and _is_joint(doc[end]) and _joins(doc, end))):
        end += 1
    return end


def _is_joint(token: Token) -> bool:
    return token.text in "-–&" or (token.is_space and "\n" not in token.text)


def _joins(doc: Doc, i: int) -> bool:
    return i + 1 < len(doc) and is_capital(doc[i + 1])


def after_title(doc: Doc, names: Names) -> Names:
    for token in doc:
        if is_honorific(token) and token.i + 1 < len(doc):
            start = token.i + 1
            while start < len(doc) and (is_honorific(doc[start]) or doc[start].text == "." or _is_joint(doc[start])):
                start += 1
            end = min(_run(doc, start), start + 4) if start < len(doc) else start
            if end > start and doc[start].text not in _words("not_a_name"):
                names = _put(names, Name(start, end, "person", "after_title"))
    return names


def _head_kind(word: str) -> str | None:
    return _words("org_head").get(word)


def _capital_runs(doc: Doc) -> Iterator[tuple[int, int]]:
    i = 0
    while i < len(doc):
        if is_capital(doc[i]) and not doc[i].is_punct:
            end = _run(doc, i)
            yield i, end
            i = end
        else:
            i += 1


def organisation_head(doc: Doc, names: Names) -> Names:
    headed = _headings(doc)
    for start, end in _capital_runs(doc):
        first = start + (doc[start].lower_ in ("the", "a", "an") or doc[start].text in _words("not_a_name"))
        kind = _head_kind(doc[end - 1].text)
        if kind and end - first > 1 and start not in headed:
            new = Name(first, end, kind, "organisation_head")
            if not any(name.contains(new) and name[:2] != new[:2] and name.kind != "person" for name in names):
                names = _put(names, new)
    return names


def _of_end(doc: Doc, end: int) -> int:
    """End of "of/for (the) Capitals (and Capitals)" after a name, or `end` if there is none."""
    if end + 1 >= len(doc) or doc[end].text not in ("of", "for", "on"):
        return end
    start = end + 1 + (doc[end + 1].text == "the")
    stop = _run(doc, start) if start < len(doc) else start
    if stop == start:
        return end
    if stop + 1 < len(doc) and doc[stop].text == "and" and is_capital(doc[stop + 1]):
        more = _run(doc, stop + 1)
        return stop if _head_kind(doc[more - 1].text) or doc[more - 1].text in _OF_HEADS else more
    return stop


_PAPERS = frozenset(
    [
        "Times",
        "Post",
        "Herald",
        "Tribune",
        "Gazette",
        "Chronicle",
        "Journal",
        "Telegraph",
        "Mail",
        "Mirror",
        "Star",
        "Guardian",
        "Independent",
        "Courier",
        "Echo",
        "Argus",
        "Inquirer",
        "Examiner",
        "Sentinel",
        "Dispatch",
        "Observer",
    ]
)
_OF_HEADS = frozenset(
    [
        "Ministry",
        "Department",
        "Office",
        "University",
        "Institute",
        "Bank",
        "Court",
        "Church",
        "Council",
        "Association",
        "Federation",
        "Society",
        "Academy",
        "Board",
        "Bureau",
        "House",
        "Chamber",
        "College",
        "School",
        "Committee",
        "Commission",
        "League",
        "Union",
        "Centre",
        "Center",
        "Campaign",
        "Company",
        "Confederation",
        "Organization",
        "Organisation",
        "Foundation",
        "Agency",
        "Secretariat",
        "Force",
        "Archbishopric",
        "Diocese",
        "Army",
        "Party",
        "Friends",
        "Doctors",
    ]
)


def of_phrase(doc: Doc, names: Names) -> Names:
    headed = _headings(doc)
    for token in doc:
        if token.text in _OF_HEADS and token.i not in headed:
            end = _of_end(doc, token.i + 1)
            start = token.i
            while start > 0 and is_capital(doc[start - 1]) and doc[start - 1].lower_ not in ("the", "a", "an"):
                start -= 1
            if end > token.i + 1 and doc[end - 1].text not in _words("calendar"):
                kind = _head_kind(token.text) or "organisation"
                names = _put(names, Name(start, end, kind, "of_phrase"))
    return names


def own_branch(doc: Doc, names: Names) -> Names:
    """Leonardo UK, Hitwise UK: a name that ends in a short form of a state is its branch there."""
    heads = {token.i for token in doc if token.text in ("UK", "USA", "Europe", "International", "Worldwide", "GB")}
    for i in sorted(heads):
        if (
            i > 0
            and is_capital(doc[i - 1])
            and doc[i - 1].text not in _words("not_a_name")
            and not doc[i - 1].is_sent_start
        ):
            start = i - 1
            while start > 0 and is_capital(doc[start - 1]) and not doc[start - 1].is_sent_start:
                start -= 1
            names = _put(names, Name(start, i + 1, "organisation", "own_branch"))
    return names


def papers(doc: Doc, names: Names) -> Names:
    """The Star, the Telegraph: "the" and one word that newspapers are named by, and no name before or after."""
    for token in doc[1:]:
        last = token.i + 1 == len(doc) or not is_capital(doc[token.i + 1])
        before = doc[token.i - 1 - (token.i > 1 and _is_joint(doc[token.i - 1]))]
        if token.text in _PAPERS and before.lower_ == "the" and last:
            names = _put(names, Name(token.i, token.i + 1, "media", "papers"))
    return names


def before_office(doc: Doc, names: Names) -> Names:
    """Defence in "Defence Secretary" is a part of the office."""
    return [
        name
        for name in names
        if not (
            name.rule == "model"
            and name.end < len(doc)
            and is_office(doc[name.end])
            and all(token.lower_ in _words("generic") for token in doc[name.start : name.end])
        )
    ]


def single_bodies(doc: Doc, names: Names) -> Names:
    """The Senate, Parliament: bodies that one word names, wherever it has a capital and stands alone."""
    covered = {i for name in names for i in range(name.start, name.end)}
    for token in doc:
        near = [doc[i] for i in (token.i - 1, token.i + 1) if 0 <= i < len(doc)]
        if token.text in _words("single_body") and token.i not in covered:
            if not any(is_capital(other) and other.lower_ not in ("the", "in", "but", "and") for other in near):
                names = [*names, Name(token.i, token.i + 1, "government_body", "single_bodies")]
    return names


def short_heads(doc: Doc, names: Names) -> Names:
    """The Church, the Ministry: the head of a body's name with a capital and an article, after the full name."""
    covered = {i for name in names for i in range(name.start, name.end)}
    heads: dict[str, Name] = {}
    for name in sorted(names):
        if name.kind in ORGANISED and name.end - name.start > 1:
            for word in (doc[name.start].text, doc[name.end - 1].text):
                if word in _words("org_head") or word in _OF_HEADS:
                    heads.setdefault(word, name)
    found = list(names)
    for token in doc[1:]:
        full = heads.get(token.text)
        alone = token.i + 1 == len(doc) or not is_capital(doc[token.i + 1])
        if full and full.start < token.i and token.i not in covered and alone and doc[token.i - 1].lower_ == "the":
            found.append(Name(token.i, token.i + 1, full.kind, "short_heads"))
    return found


def place_head(doc: Doc, names: Names) -> Names:
    return [
        name._replace(kind="place", rule="place_head")
        if name.rule == "model"
        and name.end - name.start > 1
        and name.kind in ("organisation", "person")
        and doc[name.end - 1].text in _words("place_head")
        else name
        for name in names
    ]


# --- the whole text ---


def initials(words: Iterable[str]) -> str:
    """First letters of the words that have a capital."""
    return "".join(word[0] for word in words if word[:1].isupper())


def _defined(doc: Doc, name: Name) -> str | None:
    """The acronym in brackets after a name."""
    if name.end + 1 < len(doc) and doc[name.end].text == "(" and _ACRONYM.fullmatch(doc[name.end + 1].text):
        short = str(doc[name.end + 1].text)
        if short[0] == doc[name.start].text[0] or short in initials(t.text for t in doc[name.start : name.end]):
            return short
    return None


def definitions(doc: Doc, names: Iterable[Name]) -> dict[str, str]:
    """The acronyms that a text defines, each with its name."""
    return {short: text_of(doc, name) for name in names if (short := _defined(doc, name))}


def acronyms(doc: Doc, names: Names) -> Names:
    for name in list(names):
        if _defined(doc, name):
            names = _put(names, Name(name.end + 1, name.end + 2, name.kind, "acronyms"))
    return names


_GUESSES = ("model", "cities", "subjects", "siblings")
"""Rules whose kinds give way to what the rest of the text says."""


def vote(doc: Doc, names: Names) -> Names:
    people = {token for name in names for token in _parts(doc, name)[1:]}
    votes: dict[str, Counter[str]] = {}
    for name in names:
        weight = 1 if name.rule in _GUESSES else 3
        votes.setdefault(text_of(doc, name), Counter())[name.kind] += weight
    winner = {text: max(sorted(count), key=lambda k: count[k]) for text, count in votes.items()}
    return [
        name._replace(kind="person")
        if (text := text_of(doc, name)) in people and name.rule in _GUESSES
        else name._replace(kind=winner[text])
        for name in names
    ]


def repeat(doc: Doc, names: Names) -> Names:
    kinds: dict[tuple[str, ...], str] = {}
    for name in sorted(names):
        words = tuple(token.text for token in doc[name.start : name.end])
        kinds.setdefault(words, name.kind)
    for name in sorted(names):
        for position, part in enumerate(_parts(doc, name)):
            if position or (part in gazetteer().given_names and part not in gazetteer().surnames):
                kinds.setdefault((part,), "person")
    covered = {i for name in names for i in range(name.start, name.end)}
    longest = max((len(words) for words in kinds), default=0)
    found = list(names)
    for i in range(len(doc)):
        for size in range(min(longest, len(doc) - i), 0, -1):
            words = tuple(token.text for token in doc[i : i + size])
            if words in kinds and is_capital(doc[i]) and not covered & set(range(i, i + size)):
                found.append(Name(i, i + size, kinds[words], "repeat"))
                covered |= set(range(i, i + size))
                break
    return found


RULES: tuple[Rule, ...] = (
    Rule("trim_edges", "articles, possessives and line ends are no part of a name", trim_edges, ()),
    Rule("strip_titles", "a title stands before the name", strip_titles, ()),
    Rule("drop_words", "days, headings and single common nouns are no names", drop_words, ()),
    Rule("trust_the_body", "in a headline in title case every word looks like a name", trust_the_body, ()),
    Rule("known_names", "states, bodies, media and office holders are known by name", known_names, ()),
    Rule("after_title", "what follows Mr is a person", after_title, ()),
    Rule("given_names", "the model takes foreign names of people for bodies and places", given_names, ()),
    Rule("surnames", "the model takes bare surnames for bodies", surnames, ()),
    Rule("class_nouns", "the noun before a name says what it is", class_nouns, ()),
    Rule("modifiers", "a platform's name before a noun names no actor", modifiers, ()),
    Rule("who_follows", "the words around tell a person", who_follows, ()),
    Rule("hyphens", "the model cuts names at hyphens", hyphens, ()),
    Rule("cities", "the model takes cities for people", cities, ()),
    Rule("organisation_head", "a run of capitals that ends in Ministry, Union, Times is an organisation", organisation_head, ()),
    Rule("of_phrase", "University of X, Office for National Statistics are one name", of_phrase, ()),
    Rule("own_branch", "a company's name and a state's short form name its branch", own_branch, ()),
    Rule("papers", "newspapers are called by one word of their names", papers, ()),
    Rule("before_office", "a field of government before an office is no name", before_office, ()),
    Rule("place_head", "X Street, X Airport are places", place_head, ()),
    Rule("acronyms", "an acronym in brackets after a name names the same", acronyms, ()),
    Rule("subjects", "the model overlooks bare surnames and companies", subjects, ()),
    Rule("capitals", "the model overlooks bodies that are named by capitals", capitals, ()),
    Rule("siblings", "the model overlooks names in lists", siblings, ()),
    Rule("single_bodies", "parliaments have names of one word", single_bodies, ()),
    Rule("short_heads", "a body is called by the head of its name", short_heads, ()),
    Rule("vote", "one name has one kind in one text", vote, ()),
    Rule("repeat", "a name once found is found everywhere", repeat, ()),
)  # fmt: skip


def repaired_names(doc: Doc) -> tuple[Name, ...]:
    """The names of a text, none overlapping, in order."""
    names = model_names(doc)
    for rule in RULES:
        names = rule.apply(doc, names)
    return tuple(sorted(names))
