"""Rules that find names which the model overlooked or cut: by their heads, by titles, by capitals, by repetition.

Belongs here: names from words and their order. Does not: bounds and kinds of the model's own (`bounds`, `kinds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.repair.bounds import after_titles, is_no_name
from pipeline.extraction.repair.lexicon import is_word
from pipeline.extraction.repair.name import (
    ORGANISED,
    Name,
    Names,
    add,
    covered,
    goes_on,
    headings,
    is_capital,
    is_honorific,
    is_joint,
    neighbours,
    person_parts,
    plain,
    put,
    run_end,
    runs,
    text_of,
    words,
    words_in,
    words_of,
)

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token

_ACRONYM = re.compile(r"[A-Z][A-Za-z]{0,2}[A-Z&]{1,6}s?")
_CAPITALS = re.compile(r"[A-Z]{3,6}")
_PORTFOLIOS = frozenset({"Ministry", "Department", "Committee"})
"""Bodies whose names list the fields of their work."""
_LONGEST_PERSON = 4
"""Words of the longest name behind a title."""


def after_title(doc: Doc, names: Names) -> Names:
    """People: the capitalised words after Mr, Dame, Gen."""
    return put(names, _titled(doc))


def honorifics(doc: Doc) -> Iterator[Token]:
    """Mr, Dame, Gen. and the like, in order."""
    return words_in(doc).among({word for word in words_in(doc).places if word.rstrip(".") in words("honorific")})


def _titled(doc: Doc) -> Iterator[Name]:
    for token in honorifics(doc):
        start = token.i + 1
        while start < len(doc) and (is_honorific(doc[start]) or doc[start].text == "." or is_joint(doc[start])):
            start += 1
        end = min(run_end(doc, start), start + _LONGEST_PERSON) if start < len(doc) else start
        if end > start and doc[start].text not in words("not_a_name"):
            yield after_titles(doc, Name(start, end, "person", "after_title"))


def organisation_head(doc: Doc, names: Names) -> Names:
    """Bodies: runs of capitals that end in Union, Ministry, Times."""
    at, headed = covered(names), headings(doc)
    found = (name for name in _headed(doc) if name.start not in headed)
    return put(names, (name for name in found if not _is_within(name, at)))


def _headed(doc: Doc) -> Iterator[Name]:
    for start, stop in runs(doc):
        first = start + (doc[start].lower_ in ("the", "a", "an") or doc[start].text in words("not_a_name"))
        end = _behind_plural(doc, stop)
        kind = words("org_head").get(doc[end - 1].text)
        if kind and end - first > 1 and is_capital(doc[first]):
            yield Name(first, end, kind, "organisation_head")


def _behind_plural(doc: Doc, end: int) -> int:
    """End of the run with "Guild" of "the Bakers' Guild": what members own in the plural is named after them."""
    if end + 1 >= len(doc) or doc[end].tag_ != "POS" or doc[end - 1].text[-1] != "s" or doc[end].text[-1] == "s":
        return end
    stop = run_end(doc, end + 1)
    return stop if stop > end + 1 and words("org_head").get(doc[stop - 1].text) == "organisation" else end


def _is_within(name: Name, at: dict[int, Name]) -> bool:
    """True if a longer name that is no person holds this one."""
    longer = at.get(name.start)
    return longer is not None and longer.kind != "person" and longer.end >= name.end and longer.size > name.size


def of_phrase(doc: Doc, names: Names) -> Names:
    """Bodies: University of X, Office for National Statistics, Ministry of X and Y."""
    headed = headings(doc)
    return put(names, (name for token in _of_heads(doc) if token.i not in headed and (name := _of(doc, token))))


def _of_heads(doc: Doc) -> Iterator[Token]:
    return words_in(doc).among(words("of_head").keys())


def _of(doc: Doc, token: Token) -> Name | None:
    end, start = _of_end(doc, token.i + 1), token.i
    while start > 0 and is_capital(doc[start - 1]) and doc[start - 1].lower_ not in ("the", "a", "an"):
        start -= 1
    if end == token.i + 1 or doc[end - 1].text in words("calendar"):
        return None
    return Name(start, end, words("org_head").get(token.text) or "organisation", "of_phrase")


def _of_end(doc: Doc, end: int) -> int:
    """End of "of/for/on (the) Capitals (and Capitals)" behind a name, or `end` if there is none."""
    if end + 1 >= len(doc) or doc[end].text not in ("of", "for", "on"):
        return end
    start = end + 1 + (doc[end + 1].text == "the")
    stop = run_end(doc, start) if start < len(doc) else start
    if stop == start or (doc[end].text == "for" and stop < len(doc) and doc[stop].tag_ == "NN"):
        return end
    listed = stop
    while doc[end - 1].text in _PORTFOLIOS and _is_field(doc, listed):
        listed += 2
    if listed > stop and doc[listed].text == "and" and goes_on(doc, listed):
        return run_end(doc, listed + 1)
    if stop + 1 < len(doc) and doc[stop].text == "and" and is_capital(doc[stop + 1]):
        more = run_end(doc, stop + 1)
        # What has a head of its own is a second name: the University of X and Y College.
        own = doc[more - 1].text in words("org_head") or doc[more - 1].text in words("of_head")
        return stop if own else more
    return stop


def _is_field(doc: Doc, comma: int) -> bool:
    """True for a comma and one English word in capitals: a further field of a ministry's work."""
    if comma + 2 >= len(doc) or doc[comma].text != ",":
        return False
    return is_capital(doc[comma + 1]) and is_word(doc[comma + 1].text) and doc[comma + 2].text in (",", "and")


def own_branch(doc: Doc, names: Names) -> Names:
    """Bodies: a name that ends in the short form of a state (Leonardo UK) is its branch there."""
    ends = (token for token in words_in(doc).among(words("branch").keys()) if not goes_on(doc, token.i))
    return put(names, (name for token in ends if (name := _branch(doc, token))))


def _branch(doc: Doc, token: Token) -> Name | None:
    start = token.i
    while start > 0 and is_capital(doc[start - 1]) and not doc[start - 1].is_sent_start:
        start -= 1
    if start == token.i or doc[start].text in words("not_a_name"):
        return None
    return Name(start, token.i + 1, "organisation", "own_branch")


def papers(doc: Doc, names: Names) -> Names:
    """Media: "the" and one word that newspapers are named by, with no capital behind it (the Star)."""
    found = (token for token in words_in(doc).among(words("paper").keys()) if token.i and _is_paper(doc, token))
    return put(names, (Name(token.i, token.i + 1, "media", "papers") for token in found))


def _is_paper(doc: Doc, token: Token) -> bool:
    if token.i + 1 < len(doc) and is_capital(doc[token.i + 1]):
        return False
    before = doc[token.i - 1 - (token.i > 1 and is_joint(doc[token.i - 1]))]
    return bool(before.lower_ == "the")


def acronyms(doc: Doc, names: Names) -> Names:
    """Bodies: the acronym in brackets after a name."""
    return put(names, (Name(n.end + 1, n.end + 2, n.kind, "acronyms") for n in names if _defined(doc, n)))


def definitions(doc: Doc, names: Iterable[Name]) -> dict[str, str]:
    """The acronyms that a text defines in brackets, or before them, each with its name."""
    names = list(names)
    before = {
        name.end + 1: text_of(doc, name)
        for name in names
        if name.size == 1 and doc.passage(name.end, name.end + 1) == "("
    }
    spelt = {before[n.start]: text_of(doc, n) for n in names if n.start in before and _spells(doc, n, before[n.start])}
    return {**spelt, **{short: text_of(doc, name) for name in names if (short := _defined(doc, name))}}


def _spells(doc: Doc, name: Name, short: str) -> bool:
    """True if the initials of the capitalised words of a name are this acronym, in capitals or not (Isis)."""
    return name.size > 1 and "".join(t.text[0] for t in doc[name.start : name.end] if is_capital(t)) == short.upper()


def _defined(doc: Doc, name: Name) -> str | None:
    if name.end + 1 >= len(doc) or doc[name.end].text != "(" or not _ACRONYM.fullmatch(doc[name.end + 1].text):
        return None
    short = str(doc[name.end + 1].text)
    initials = "".join(token.text[0] for token in doc[name.start : name.end] if token.text[:1].isupper())
    return short if short[0] == doc[name.start].text[0] or short in initials else None


def abbreviated(doc: Doc, names: Names) -> Names:
    """Bodies: words in capitals, small ones or not, whose initials stand in brackets behind them.

    The name is found from its acronym as by Schwartz and Hearst, "A simple algorithm for identifying abbreviation
    definitions" (2003), but every word in capitals must give one letter.
    """
    at = covered(names)
    brackets = (token.i for token in words_in(doc).among({"("}) if 0 < token.i < len(doc) - 1)
    found = (name for bracket in brackets if (name := _spelt_out(doc, bracket)))
    return put(names, (name for name in found if name.end - 1 not in at))


def _spelt_out(doc: Doc, bracket: int) -> Name | None:
    short = doc[bracket + 1].text
    if not _CAPITALS.fullmatch(short):
        return None
    start, letters = bracket, ""
    while start > 0 and len(letters) < len(short) and not doc[start - 1].is_punct:
        start -= 1
        letters = doc[start].text[0] + letters if is_capital(doc[start]) else letters
    return Name(start, bracket, "organisation", "abbreviated") if letters == short else None


def whole_people(doc: Doc, names: Names) -> Names:
    """People with the given name or surname that the model left out.

    A given name is a proper noun, no English word, right before a surname; a surname is one capitalised word behind.
    """
    at = covered(names)
    before = [n._replace(start=n.start - 1) for n in names if _lacks_given_name(doc, n, at)]
    return put(names, [*before, *(n._replace(end=n.end + 1) for n in names if _lacks_surname(doc, n, at))])


def _lacks_surname(doc: Doc, name: Name, at: dict[int, Name]) -> bool:
    """True for a given name that the model found without the capitalised word right behind it."""
    if name.kind != "person" or name.size > 1 or name.end >= len(doc) or name.end in at:
        return False
    after = doc[name.end]
    known = doc[name.start].text in gazetteer().given_names and doc[name.start].text not in gazetteer().surnames
    return (
        known and is_capital(after) and after.text.isalpha() and not after.text.isupper() and not goes_on(doc, name.end)
    )


def _lacks_given_name(doc: Doc, name: Name, at: dict[int, Name]) -> bool:
    if name.kind != "person" or name.size > 1 or name.start == 0 or name.start - 1 in at:
        return False
    before = doc[name.start - 1]
    if before.pos_ != "PROPN" or before.dep_ != "compound" or before.head.i != name.start:
        return False
    alone = name.start == 1 or not is_capital(doc[name.start - 2]) or before.is_sent_start
    opens = is_capital(before) and before.text.isalpha() and not before.text.isupper() and bool(alone)
    return opens and not (is_word(before.text) or is_no_name(doc, Name(before.i, before.i + 1, "person", "model")))


def subjects(doc: Doc, names: Names) -> Names:
    """Bare surnames and companies: a proper noun alone that does something."""
    at, headed = covered(names), headings(doc)
    small = {word for word in words_in(doc).places if word.islower()}
    alone = words_in(doc).among({word for word in words_in(doc).places if word.lower() not in small})
    free = (token for token in alone if token.i not in at and token.i not in headed)
    return add(names, (name for token in free if (name := _subject(doc, token))))


def _subject(doc: Doc, token: Token) -> Name | None:
    if token.pos_ != "PROPN" or token.dep_ != "nsubj":
        return None
    name = Name(token.i, token.i + 1, "person", "subjects")
    if token.text != "May" and (not _stands_alone(doc, token) or is_no_name(doc, name)):
        return None
    if _opens(doc, token) and token.lower_ in words("person_noun") and token.text not in gazetteer().surnames:
        return None
    if token.head.lemma_ in words("human_verb") or token.text in gazetteer().surnames:
        return name
    return None if _opens(doc, token) else name._replace(kind="organisation")


def _stands_alone(doc: Doc, token: Token) -> bool:
    near = neighbours(doc, token)
    return token.text.isalpha() and len(token) > 2 and not any(is_capital(t) or t.text in "-–" for t in near)


def _opens(doc: Doc, token: Token) -> bool:
    """True if the word opens a sentence or a quotation, where any word has a capital."""
    return bool(token.is_sent_start) or not doc[token.i - 1].text[-1:].isalnum()


def capitals(doc: Doc, names: Names) -> Names:
    """Bodies: a word in capitals with an article before it, or a possessive or verb behind it (the RSPB)."""
    return add(names, (Name(t.i, t.i + 1, "organisation", "capitals") for t in _in_capitals(doc) if _is_body(doc, t)))


def _in_capitals(doc: Doc) -> Iterator[Token]:
    """The words in capitals that have a word on both sides and are no units, offices or products."""
    stop = words_of("unit", "office_abbreviation", "product")
    found = {word for word in words_in(doc).places if _CAPITALS.fullmatch(word) and word not in stop}
    return (token for token in words_in(doc).among(found) if 0 < token.i < len(doc) - 1)


def _is_body(doc: Doc, token: Token) -> bool:
    before, after = doc[token.i - 1], doc[token.i + 1]
    if before.text.isupper() or after.text.isupper():
        return False
    acts = after.lower_ in ("'s", "’s") or after.pos_ in ("VERB", "AUX")
    return acts or (before.lower_ == "the" and not is_capital(after))


def siblings(doc: Doc, names: Names) -> Names:
    """What is listed with a name, and is no name yet, is of its kind (Spotify, Tesla and Snapchat)."""
    at = covered(names)
    free = (token for start, end in runs(doc) for token in words_in(doc).tokens[start:end] if token.i not in at)
    listed = (name for token in free if (name := _sibling(doc, token, at)))
    return add([_like_its_list(doc, name, at) for name in names], listed)


def _like_its_list(doc: Doc, name: Name, at: dict[int, Name]) -> Name:
    """A single word that the model took for a person, listed with a known body, is a body."""
    other = at.get(doc[name.start].head.i)
    if name.rule != "model" or name.kind != "person" or name.size > 1 or other is None:
        return name
    known = other.rule == "known_names" and other.kind in ORGANISED and doc[name.start].dep_ == "conj"
    return name._replace(kind=other.kind, rule="siblings") if known else name


def _sibling(doc: Doc, token: Token, at: dict[int, Name]) -> Name | None:
    other = at.get(token.head.i)
    if other is None or token.dep_ != "conj" or token.pos_ != "PROPN" or not is_capital(token):
        return None
    name = Name(token.i, token.i + 1, other.kind, "siblings")
    alone = not any(is_capital(near) for near in neighbours(doc, token))
    return name if alone and not is_no_name(doc, name) else None


def capital_cities(doc: Doc, names: Names) -> Names:
    """Places: capitals of states, which the model overlooks where they act."""
    return add(names, _capital_cities(doc))


def _capital_cities(doc: Doc) -> Iterator[Name]:
    for start, end in runs(doc):
        if plain(doc.passage(start, end)) in gazetteer().metonyms and not is_honorific(doc[start - 1 if start else 0]):
            yield Name(start, end, "place", "capital_cities")


def single_bodies(doc: Doc, names: Names) -> Names:
    """Bodies that one word names, wherever it has a capital and stands alone (the Senate)."""
    at = covered(names)
    found = words_in(doc).among(words("single_body").keys())
    alone = (token for token in found if _is_single(doc, token) and (token.i not in at or at[token.i].size == 1))
    return put(names, (Name(token.i, token.i + 1, "government_body", "single_bodies") for token in alone))


def _is_single(doc: Doc, token: Token) -> bool:
    near = (other for other in neighbours(doc, token) if other.lower_ not in ("the", "in", "but", "and"))
    return not any(map(is_capital, near))


def short_heads(doc: Doc, names: Names) -> Names:
    """Bodies called by the head of a name that stands before (the Church, the Ministry)."""
    heads: dict[str, Name] = {}
    for name in names:
        if name.kind in ORGANISED and name.size > 1:
            for word in (doc[name.start].text, doc[name.end - 1].text):
                if word in words("org_head") or word in words("of_head"):
                    heads.setdefault(word, name)
    called = (token for token in words_in(doc).among(heads.keys()) if token.i)
    return add(names, (found for token in called if (found := _short(doc, token, heads))))


def _short(doc: Doc, token: Token, heads: dict[str, Name]) -> Name | None:
    full = heads[token.text]
    alone = token.i + 1 == len(doc) or not is_capital(doc[token.i + 1])
    if full.start > token.i or not alone or doc[token.i - 1].lower_ != "the":
        return None
    return Name(token.i, token.i + 1, full.kind, "short_heads")


def repeat(doc: Doc, names: Names) -> Names:
    """Every further place of a name, of a person's surname, and of a first name that is no surname."""
    kinds: dict[tuple[str, ...], str] = {}
    for name in names:
        kinds.setdefault(tuple(token.text for token in doc[name.start : name.end]), name.kind)
    for name in names:
        for position, part in enumerate(person_parts(doc, name)):
            if position or (part in gazetteer().given_names and part not in gazetteer().surnames):
                kinds.setdefault(tuple(re.split(r"(?=-)|(?<=-)", part)), "person")
    return add(names, _again(doc, kinds, set(covered(names))))


def _again(doc: Doc, kinds: dict[tuple[str, ...], str], taken: set[int]) -> Iterator[Name]:
    text, sizes = words_in(doc), _sizes(kinds)
    for start in (token.i for token in text.among(sizes.keys()) if token.i not in taken and is_capital(token)):
        for size in sizes[text.texts[start]]:
            kind = kinds.get(tuple(text.texts[start : start + size]))
            if kind and start + size <= len(doc) and taken.isdisjoint(range(start, start + size)):
                yield Name(start, start + size, kind, "repeat")
                break


def _sizes(kinds: Iterable[tuple[str, ...]]) -> dict[str, list[int]]:
    """How many words the names have that begin with a word, the longest first."""
    found: dict[str, set[int]] = {}
    for name in kinds:
        found.setdefault(name[0], set()).add(len(name))
    return {word: sorted(sizes, reverse=True) for word, sizes in found.items()}
