"""Rules for the bounds of the model's names, and for what is no name at all.

Belongs here: cutting, trimming, extending, dropping. Does not: kinds (`kinds`), or names that the model overlooked
(`overlooked`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.repair.lexicon import is_word
from pipeline.extraction.repair.name import (
    NUMERAL,
    Name,
    Names,
    headings,
    is_capital,
    is_honorific,
    is_office,
    words,
    words_in,
    words_of,
)

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token

_OPENING_PARTICLES = frozenset({"al", "bin", "von", "van", "de"})
_ARTICLES = frozenset({"the", "a", "an"})
_BETWEEN = frozenset({"on", "in", "at", "to", "from", "by", "with"})
"""Words that stand between two names, unless a head like Council or Committee stands before them."""
_NO_NOUNS = frozenset({"VBG", "VBN", "VBD", "VB", "IN", "RB", "WRB"})
_LONGEST_JOINED = 8
"""Letters of the longest word that a hyphen joins to a person's name."""


def trim_edges(doc: Doc, names: Names) -> Names:
    """Names without articles, possessives and what stands beyond a bracket, a line end or an article inside."""
    pieces = (piece for name in names for piece in _pieces(doc, name))
    return [trimmed for piece in pieces if (trimmed := _trim(doc, piece))]


def _pieces(doc: Doc, name: Name) -> Iterator[Name]:
    start = name.start
    for i in name.tokens:
        if doc[i].text in "()[]:;|*•" or "\n" in doc[i].text or _parts(doc, name, start, i):
            if start < i:
                yield name._replace(start=start, end=i)
            start = i + 1
        elif doc[i].text == "the" and start < i and doc[i - 1].pos_ not in ("ADP", "CCONJ"):
            yield name._replace(start=start, end=i)
            start = i
    if start < name.end:
        yield name._replace(start=start)


def _parts(doc: Doc, name: Name, start: int, i: int) -> bool:
    """True for a word that stands between two names: a preposition of place, "and" before a title."""
    if start == i or i + 1 >= name.end:
        return False
    if doc[i].text == "and":
        return is_honorific(doc[i + 1])
    if doc[i].text == ",":
        listed = doc[start].text in words("of_head") or any(token.text == "and" for token in doc[i : name.end])
        return not listed and doc[i + 1].lower_ not in words("legal_form")
    return doc[i].text in _BETWEEN and not any(token.text in words("of_head") for token in doc[start:i])


def _trim(doc: Doc, name: Name) -> Name | None:
    start, end = name.start, name.end
    while start < end and (doc[start].lower_ in _ARTICLES or not _may_open(doc[start])):
        start += 1
    while end > start and not _may_close(doc[end - 1]):
        end -= 1
    return name._replace(start=start, end=end) if start < end else None


def _may_open(token: Token) -> bool:
    return is_capital(token) or token.text[:1].isdigit() or token.lower_ in _OPENING_PARTICLES


def _may_close(token: Token) -> bool:
    if token.lower_ in ("'s", "’s"):
        return False
    return is_capital(token) or token.like_num or (token.text[:1].isalnum() and not token.text.islower())


def opening_verbs(doc: Doc, names: Names) -> Names:
    """Names without the English word that opens their sentence and is no noun (Wearing X, she left)."""
    return [name._replace(start=name.start + 1) if _opens_with_verb(doc, name) else name for name in names]


def _opens_with_verb(doc: Doc, name: Name) -> bool:
    first = doc[name.start]
    if name.rule != "model" or name.size < 2 or not (first.is_sent_start or doc[first.i - 1].is_quote):
        return False
    verb = first.tag_ == "MD" or (first.tag_ in _NO_NOUNS and is_word(first.text) and not _is_given(first.text))
    return verb and is_capital(doc[name.start + 1])


def _is_given(word: str) -> bool:
    return word in gazetteer().given_names or word in gazetteer().surnames


def strip_titles(doc: Doc, names: Names) -> Names:
    """People without the titles before their names, bodies without the offices behind theirs."""
    return [after_titles(doc, name) if name.kind == "person" else _before_titles(doc, name) for name in names]


def after_titles(doc: Doc, name: Name) -> Name:
    """A person's name without the titles before and the honours behind it."""
    start, end = name.start, name.end
    if name.size > 2 and _opens_with_noun(doc[start]):
        start += 1
    while start < end - 1 and (is_honorific(doc[start]) or is_office(doc[start])):
        start += 1
    if doc[start].lower_ in words("generic"):
        start = max((i + 1 for i in range(start, end - 1) if is_office(doc[i])), default=start)
    while end > start + 1 and doc[end - 1].text in words("suffix"):
        end -= 1
    return name._replace(start=start, end=end)


def _opens_with_noun(token: Token) -> bool:
    """True for a noun for people that has its capital from opening a sentence."""
    return bool(token.is_sent_start) and _is_person_noun(token) and not _is_given(token.text)


def _before_titles(doc: Doc, name: Name) -> Name:
    if name.size > 2 and is_office(doc[name.start]) and doc[name.start + 1].lower_ in ("of", "at", "for"):
        name = name._replace(start=name.start + 2)
    end, followed = name.end, name.end < len(doc) and is_capital(doc[name.end])
    while end > name.start + 1 and (is_office(doc[end - 1]) or (followed and _is_person_noun(doc[end - 1]))):
        end -= 1
    return name._replace(end=end)


def _is_person_noun(token: Token) -> bool:
    return token.lower_ in words("person_noun")


def hyphens(doc: Doc, names: Names) -> Names:
    """People with what a hyphen joins to their names."""
    return [name._replace(end=name.end + 2) if _is_joined(doc, name) else name for name in names]


def _is_joined(doc: Doc, name: Name) -> bool:
    if name.kind != "person" or name.size < 2 or name.end + 1 >= len(doc):
        return False
    hyphen, after = doc[name.end], doc[name.end + 1]
    tight = not doc[name.end - 1].whitespace_ and not hyphen.whitespace_
    return hyphen.text in "-–" and tight and after.text.isalpha() and len(after) <= _LONGEST_JOINED


def drop_words(doc: Doc, names: Names) -> Names:
    """Names without what is no name of an actor: days, offices, products, units, events."""
    return [name for name in names if not is_no_name(doc, name)]


def is_no_name(doc: Doc, name: Name) -> bool:
    """True for days, offices, products, units, events and the like."""
    found = [token.text for token in doc[name.start : name.end]]
    stop = words_of("calendar", "not_a_name")
    if all(word.rstrip(".") in stop or not word[:1].isupper() for word in found):
        return True
    if name.rule == "model" and name.start and doc[name.start - 1].text in words("product"):
        return True
    if len(found) == 1:
        return _is_no_single_name(doc[name.start])
    return _is_thing(found) or (name.rule == "model" and any(letter.isdigit() for letter in found[-1]))


def _is_no_single_name(token: Token) -> bool:
    word = token.text
    if word in words("org_head"):
        return word not in words("single_body")
    groups = ("unit", "product", "not_actor_head", "adjective")
    return (
        is_office(token)
        or is_honorific(token)
        or word in gazetteer().demonyms
        or any(word in words(group) for group in groups)
        or any(letter.isdigit() for letter in word)
        or bool(NUMERAL.fullmatch(word))
        or _joins_states(word)
    )


def _joins_states(word: str) -> bool:
    """True for U.S.-Mexico, which describes a border or a treaty."""
    parts = word.split("-")
    return len(parts) > 1 and all(part in gazetteer().by_name or part in gazetteer().demonyms for part in parts)


def _is_thing(found: list[str]) -> bool:
    return (
        found[-1] in words("not_actor_head")
        or found[-1] in gazetteer().demonyms
        or found[0] in words("not_actor_first")
        or any(word in words("product") for word in found)
    )


def trust_the_body(doc: Doc, names: Names) -> Names:
    """Names without those of headlines in title case; what stands in the body is found there again."""
    headed = headings(doc) | words_in(doc).shouted
    return [name for name in names if name.start not in headed]


def before_office(doc: Doc, names: Names) -> Names:
    """Names without fields of government that belong to an office (Defence in Defence Secretary)."""
    return [name for name in names if not (name.rule == "model" and _belongs_to_office(doc, name))]


def _belongs_to_office(doc: Doc, name: Name) -> bool:
    if name.end >= len(doc) or not is_office(doc[name.end]):
        return False
    return all(token.lower_ in words("generic") for token in doc[name.start : name.end])


def modifiers(doc: Doc, names: Names) -> Names:
    """Names without media that only describe a noun (Facebook posts, the Australian experts)."""
    return [name for name in names if not (name.kind == "media" and name.end < len(doc) and _describes(doc, name))]


def _describes(doc: Doc, name: Name) -> bool:
    after = doc[name.end]
    is_demonym = doc[name.end - 1].text in gazetteer().demonyms
    return after.lower_ in words("platform_noun") or (is_demonym and after.pos_ in ("NOUN", "ADJ"))
