"""Mentions: every place where somebody or something is named, titled, pointed to or meant by a pronoun.

Belongs here: which words are a mention, and of which form. Does not: repairing names (`repair`), or who a mention
stands for (`pipeline.resolution`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.parse import Paragraph, Parsed, parse
from pipeline.extraction.records import Mention, Span
from pipeline.extraction.repair.name import Name, is_capital, root, text_of, words_in
from pipeline.extraction.repair.overlooked import definitions
from pipeline.extraction.repair.table import repaired_names

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token

THIRD_PERSON = frozenset(
    [
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "it",
        "its",
        "itself",
    ]
)
FIRST_PERSON = frozenset(["i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"])
_PLACE_WORDS = frozenset(
    [
        "in",
        "at",
        "from",
        "near",
        "to",
        "into",
        "outside",
        "around",
        "across",
        "through",
        "towards",
        "toward",
        "inside",
        "of",
        "throughout",
    ]
)
_RELATION_WORDS = frozenset(
    [
        "war",
        "conflict",
        "talks",
        "relations",
        "dispute",
        "tension",
        "tensions",
        "ties",
        "negotiations",
        "agreement",
        "deal",
        "treaty",
        "row",
        "standoff",
        "alliance",
        "pressure",
        "sanctions",
        "support",
        "cooperation",
        "friendship",
        "trade",
        "border",
        "ceasefire",
        "dialogue",
    ]
)
_DETERMINERS = frozenset(["the", "a", "an", "this", "that", "these", "those", "some", "any"])


class HasPlace(Protocol):
    """A span of the source text."""

    @property
    def source_start(self) -> int: ...

    @property
    def source_end(self) -> int: ...


def find_mentions(parsed: Parsed) -> tuple[Mention, ...]:
    """Every mention of the text, in order of place; demonyms, titles and common nouns may overlap names."""
    names = repaired_names(parsed.doc)
    taken = {i for name in names for i in range(name.start, name.end)}
    short = definitions(parsed.doc, names)
    found = [_named(parsed.doc, name, short) for name in names]
    for start, end, form, kind in (*_titles(parsed.doc, taken), *_nominals(parsed.doc, taken)):
        if taken.isdisjoint(range(start, end)) or form == "title":
            found.append(Mention(_span(parsed.doc, start, end), form, kind))
    found += [*_demonyms(parsed.doc, taken), *_states_inside(parsed.doc, names), *_pronouns(parsed.doc, taken)]
    unique = {mention.span: mention for mention in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda mention: (mention.span, mention.form)))


def find_caption_mentions(source_text: str, places: Sequence[HasPlace]) -> tuple[Mention, ...]:
    """Names in captions, which are taken out of the text.

    Spans point into the source text, and `canonical` is what stands there.
    """
    return tuple(mention for place in places for mention in _caption(source_text, place))


def _caption(source_text: str, place: HasPlace) -> Iterator[Mention]:
    text = source_text[place.source_start : place.source_end]
    doc = parse(text, (Paragraph(Span(0, len(text)), "body"),)).doc
    names = repaired_names(doc)
    for mention in (*(_named(doc, name, {}) for name in names), *_states_inside(doc, names)):
        span = Span(mention.span.start + place.source_start, mention.span.end + place.source_start)
        form = "demonym" if mention.form == "demonym" else "name"
        yield Mention(span, form, mention.kind, source_text[span.start : span.end], in_caption=True)


def _span(doc: Doc, start: int, end: int) -> Span:
    last = doc[end - 1]
    return Span(doc[start].idx, last.idx + len(last.text))


# --- names ---


def _named(doc: Doc, name: Name, short: Mapping[str, str]) -> Mention:
    text = text_of(doc, name)
    state = gazetteer().metonyms.get(text)
    if state and name.kind in ("place", "state") and text not in gazetteer().by_name and _acts(doc, name):
        return Mention(_span(doc, name.start, name.end), "metonym", "state", state.name)
    known = None if text in short else gazetteer().by_name.get(text)
    form = "acronym" if text.isupper() and name.end - name.start == 1 and len(text) > 1 else "name"
    return Mention(_span(doc, name.start, name.end), form, name.kind, known.name if known else short.get(text))


def _acts(doc: Doc, name: Name) -> bool:
    """True if a capital stands for its state here: it does something, something is done to it, or it has a policy."""
    head = root(doc, name.start, name.end)
    if head.dep_ in ("nsubj", "nsubjpass", "agent", "dobj"):
        return head.head.pos_ in ("VERB", "AUX") and not _is_visited(head)
    if head.dep_ == "poss":
        return head.head.lemma_ in _POLICIES
    if head.dep_ == "pobj" and head.head.lower_ not in _PLACE_WORDS:
        return head.head.head.lemma_ in _RELATION_WORDS
    return False


_POLICIES = frozenset(
    [
        "intent",
        "intention",
        "stance",
        "policy",
        "position",
        "ally",
        "government",
        "decision",
        "demand",
        "claim",
        "response",
        "plan",
        "strategy",
        "offer",
        "proposal",
        "request",
        "refusal",
        "ambition",
        "aggression",
        "invasion",
        "war",
        "leader",
        "leadership",
        "commitment",
        "support",
        "view",
        "interest",
        "force",
        "troop",
        "army",
        "military",
        "foreign",
        "relationship",
        "tie",
        "sanction",
        "promise",
        "pledge",
    ]
)
_VISITS = frozenset(
    [
        "visit",
        "leave",
        "reach",
        "enter",
        "hit",
        "strike",
        "bomb",
        "shell",
        "attack",
        "tour",
        "flood",
        "surround",
        "capture",
        "seize",
        "hold",
    ]
)


def _is_visited(head: Token) -> bool:
    return head.dep_ in ("dobj", "nsubjpass") and head.head.lemma_ in _VISITS


# --- demonyms, pronouns ---


def _demonyms(doc: Doc, taken: set[int]) -> Iterator[Mention]:
    demonyms, end = gazetteer().demonyms, 0
    for token in words_in(doc).capitalised:
        i, pair = token.i, doc.passage(token.i, token.i + 2)
        size, state = (len(pair.split()), demonyms[pair]) if pair in demonyms else (1, demonyms.get(token.text))
        if state is None or i < end:
            continue
        end = i + size
        if i not in taken or i == 0 or not is_capital(doc[i - 1]):
            yield Mention(_span(doc, i, end), "demonym", "state", state.name)


def _states_inside(doc: Doc, names: Sequence[Name]) -> Iterator[Mention]:
    """States inside the names of bodies, where they say to whom the body belongs: the UK in the UK Armed Forces."""
    for name in names:
        if name.kind in ("person", "state", "place") or name.end - name.start < 2:
            continue
        for i in range(name.start, name.end):
            state = gazetteer().by_name.get(doc[i].text)
            if state and state.kind == "state":
                yield Mention(_span(doc, i, i + 1), "demonym", "state", state.name)


def _pronouns(doc: Doc, taken: set[int]) -> Iterator[Mention]:
    for token in words_in(doc).among_lower(THIRD_PERSON | FIRST_PERSON):
        word = token.lower_
        if token.i in taken or (word == "us" and token.text != "us") or (word == "mine" and token.pos_ != "PRON"):
            continue
        kind = "person" if word not in ("it", "its", "itself") and word in THIRD_PERSON else None
        yield Mention(_span(doc, token.i, token.i + 1), "pronoun", kind)


# --- titles and common nouns ---


def _left(doc: Doc, head: Token) -> int:
    """Start of the noun phrase whose noun this is, without what stands before its determiner."""
    start = head.i
    while start > 0 and _belongs(doc[start - 1], head):
        start -= 1
    return start


def _belongs(token: Token, head: Token) -> bool:
    if token.is_punct and token.text not in ("-", "–"):
        return False
    return token.pos_ in ("ADJ", "NOUN", "PROPN", "DET", "NUM", "PART", "PRON") and (
        token.head.i <= head.i and token.i >= head.left_edge.i
    )


def _titles(doc: Doc, taken: set[int]) -> Iterator[tuple[int, int, str, str]]:
    """Offices that stand for their holder: "the defence secretary", "Defence Secretary" at the start of a headline."""
    for token in words_in(doc).offices:
        if token.i in taken or token.tag_ in ("NNS", "NNPS") or _names_follow(token, taken):
            continue
        start = _left(doc, token)
        # The second office of "director and Founder" says nothing that the first does not.
        second = start == token.i > 0 and doc[token.i - 1].lower_ in ("and", "&")
        named = doc[start].pos_ in ("PROPN", "PRON") and not second
        determined = named or doc[start].lower_ in ("the", "this", "that")
        if token.dep_ in ("compound", "amod") or not determined:
            continue
        yield start + (doc[start].lower_ in _DETERMINERS), token.i + 1, "title", "person"


def _names_follow(token: Token, taken: set[int]) -> bool:
    """True if the title is followed by its holder's name: then the name is the mention, and the title its role."""
    i, doc = token.i, token.doc
    return i + 1 in taken or (
        i + 3 in taken and doc[i + 1].text == "of" and is_capital(doc[i + 2]) and i + 2 not in taken
    )


def _nominals(doc: Doc, taken: set[int]) -> Iterator[tuple[int, int, str, str]]:
    """Common nouns for people, subjects of verbs: "a spokeswoman for the bank", "critics"."""
    for token, kind in _common_nouns(doc):
        if token.i not in taken and token.dep_ in ("nsubj", "nsubjpass", "agent") and token.pos_ == "NOUN":
            start = _left(doc, token)
            if taken.isdisjoint(range(start, token.i + 1)):
                yield start, token.i + 1, "nominal", kind


def _common_nouns(doc: Doc) -> Iterator[tuple[Token, str]]:
    """The nouns for people and for groups of people, in order, with the kind of each."""
    text, words = words_in(doc), gazetteer().words
    found = {token.i: "group" for token in text.among_lower(words("group_noun").keys())}
    found |= {token.i: "person" for token in (*text.among_lower(words("person_noun").keys()), *text.offices)}
    return ((text.tokens[i], found[i]) for i in sorted(found))
