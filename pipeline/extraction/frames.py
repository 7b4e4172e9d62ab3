"""Frames: the shapes in which a cue takes its content, recognised in the dependency parse.

Belongs here: from a verb or noun to the words of what it reports, whatever the word is. Does not: which words report
(`cues`), or who speaks (`speakers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cue in a frame with the tokens (by number) of its content, punctuation at the edges included."""

    cue: Token
    frame: str
    content: frozenset[int]


def candidates(token: Token) -> Iterator[Candidate]:
    """Every frame that the token stands in, the one with the most words first."""
    if g.is_verb(token):
        yield from _of_verb(token)
    elif token.tag_ in ("NN", "NNS"):
        yield from _of_noun(token)
    elif token.lower_ == "according":
        yield from _according(token)


def _of_verb(verb: Token) -> Iterator[Candidate]:
    yield from _clauses(verb)
    yield from _objects(verb)
    yield from _inserted(verb)


def _tokens(*roots: Token) -> frozenset[int]:
    return frozenset(token.i for root in roots for token in root.subtree)


def _clauses(verb: Token) -> Iterator[Candidate]:
    taken = g.child(verb, "dobj", "oprd")
    for clause in g.children(verb, "ccomp", "xcomp"):
        frame = _clause_frame(clause)
        content = _tokens(clause)
        if frame == "to" and taken is not None and taken.i < clause.i:
            yield Candidate(verb, "obj to", content | _tokens(taken))
        elif frame:
            yield Candidate(verb, frame, content)


def _clause_frame(clause: Token) -> str | None:
    first = next(iter(clause.lefts), clause)
    if first.lower_ in ("whether", "if") or first.tag_ in ("WDT", "WP", "WRB", "WP$"):
        return "wh"
    if g.is_finite(clause):
        return "that"
    if g.is_infinitive(clause):
        return "obj to" if g.subject(clause) is not None else "to"
    if clause.tag_ == "VBG":
        return "ing"
    return "obj compl" if g.subject(clause) is not None else None


def _objects(verb: Token) -> Iterator[Candidate]:
    thing = g.child(verb, "nsubjpass" if g.is_passive(verb) else "dobj")
    if thing is not None and thing.lower_ in g.RELATIVE:
        return
    complement = g.child(verb, "oprd")
    if thing is not None and complement is not None:
        yield Candidate(verb, "obj compl", _tokens(thing, complement))
    for preposition in g.children(verb, "prep"):
        word = preposition.lower_
        inside = g.child(preposition, "pobj", "pcomp")
        if inside is None:
            continue
        if thing is not None:
            yield Candidate(verb, f"obj {word}", _tokens(thing, preposition))
        else:
            yield Candidate(verb, word, _tokens(inside))
    if thing is not None:
        yield Candidate(verb, "obj", _tokens(thing))


def _inserted(verb: Token) -> Iterator[Candidate]:
    """The verb stands inside or behind what it reports, and the parser made it depend on that."""
    if verb.dep_ == "parataxis" and g.subject(verb) is not None:
        yield Candidate(verb, "that", _tokens(verb.head) - _tokens(verb))


_NOUN_CLAUSES = ("ccomp", "acl", "relcl")


def _of_noun(noun: Token) -> Iterator[Candidate]:
    for clause in g.children(noun, *_NOUN_CLAUSES):
        first = next(iter(clause.lefts), clause)
        if clause.dep_ != "relcl" and first.lower_ == "that" and g.is_finite(clause):
            yield Candidate(noun, "noun that", _tokens(clause))
        elif clause.dep_ != "relcl" and g.is_infinitive(clause):
            yield Candidate(noun, "noun to", _tokens(clause))
    for preposition in g.children(noun, "prep"):
        inside = g.child(preposition, "pobj", "pcomp")
        if inside is not None and preposition.i > noun.i:
            yield Candidate(noun, f"noun {preposition.lower_}", _tokens(inside))


def _according(token: Token) -> Iterator[Candidate]:
    following = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if following is None or following.lower_ != "to" or token.head is token:
        return
    clause = token.head
    while clause.dep_ in ("prep", "pobj", "advmod", "nummod", "dobj", "attr", "acomp") and clause.head is not clause:
        clause = clause.head
    yield Candidate(token, "according", _tokens(clause) - _tokens(token))
