"""Frames: the shapes in which a cue takes its content, recognised in the dependency parse.

Belongs here: from a verb or noun to the words of what it reports, whatever the word is. Does not: which words report
(`cues`), or who speaks (`speakers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cue in a frame with the tokens (by number) of its content, punctuation at the edges included."""

    cue: Token
    frame: str
    root: Token
    content: frozenset[int]


def candidates(token: Token) -> Iterator[Candidate]:
    """Every frame that the token stands in, the one with the most words first."""
    if g.is_according(token):
        yield from _according(token)
    elif token.lower_ == "words" and token.head.lower_ == "in" and g.child(token, "poss") is not None:
        yield Candidate(token, "in words", token, frozenset(other.i for other in token.sent) - _tokens(token.head))
    elif g.is_verb(token):
        yield from _of_verb(token)
    elif token.tag_ in ("NN", "NNS"):
        yield from _of_noun(token)


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
        if frame == "inf" and taken is not None and taken.i < clause.i:
            yield Candidate(verb, "obj inf", clause, content | _tokens(taken))
        elif frame and not _is_headless(verb, clause, frame) and not _is_main(verb, clause):
            yield Candidate(verb, frame, clause, content | _explained(verb, clause))


def _is_headless(verb: Token, clause: Token, frame: str) -> bool:
    """True for a finite clause behind its cue that has no subject: the parser cut it off from its own."""
    subjectless = g.child(clause, "nsubj", "nsubjpass", "csubj", "csubjpass", "expl", "attr", "mark") is None
    return frame == "that" and clause.i > verb.i and subjectless and verb.dep_ != "relcl"


def _is_main(verb: Token, clause: Token) -> bool:
    """True if the clause before the verb is the sentence, and the verb a participle of it, which the parser mistook."""
    return clause.i < verb.i and any(
        other.i > verb.i and other.dep_ == "ccomp" and other.tag_ == "VB" and g.subject(other) is not None
        for other in verb.rights
    )


def _explained(verb: Token, clause: Token) -> frozenset[int]:
    """The noun that a relative clause with a report inside speaks of: `a move` in `a move he says would help`."""
    if verb.dep_ != "relcl" or g.subject(clause) is not None or clause.i < verb.i or g.subject(verb) is None:
        return frozenset()
    head, start = verb.head, verb.left_edge.i
    return frozenset(token.i for token in head.subtree if head.left_edge.i <= token.i < start and not token.is_punct)


def _clause_frame(clause: Token) -> str | None:
    first = next(iter(clause.lefts), clause)
    if first.lower_ in ("whether", "if") or (first.tag_ in ("WDT", "WP", "WRB", "WP$") and first.lower_ != "that"):
        return "wh"
    if first.i > clause.head.i and first.lower_ == "that" and first.dep_ == "nsubj" and first.tag_ == "WDT":
        return None
    if first.lower_ == "that" or g.is_finite(clause):
        return "that"
    if g.is_infinitive(clause):
        return "obj inf" if g.subject(clause) is not None else "inf"
    if clause.tag_ == "VBG":
        return "ing"
    return "obj compl" if g.subject(clause) is not None else None


_PREDICATIVE = frozenset(("dobj", "oprd", "ccomp", "xcomp", "acomp", "attr", "dative", "nsubj"))
"""Labels under which the parser puts the two phrases behind call or declare (called him a friend)."""


def _objects(verb: Token) -> Iterator[Candidate]:
    thing = g.child(verb, "nsubjpass" if g.is_passive(verb) else "dobj")
    if thing is not None and thing.lower_ in g.RELATIVE:
        return
    parts = [child for child in verb.rights if child.dep_ in _PREDICATIVE and not g.is_finite(child)]
    if len(parts) > 1 or (parts and parts[-1].dep_ == "oprd" and g.child(parts[-1], "nmod") is not None):
        yield Candidate(verb, "obj compl", parts[-1], _tokens(*parts))
    for preposition in g.children(verb, "prep"):
        word = preposition.lower_
        inside = g.child(preposition, "pobj", "pcomp")
        if inside is None:
            continue
        if thing is not None:
            yield Candidate(verb, f"obj {word}", thing, _whole_object(verb, thing) | _tokens(preposition))
            continue
        action = g.child(verb, "xcomp")
        if word == "on" and action is not None and g.is_infinitive(action):
            yield Candidate(verb, "on inf", action, _tokens(inside, action))
        yield Candidate(verb, word, inside, _tokens(inside))
    if thing is not None:
        yield Candidate(verb, "obj", thing, _whole_object(verb, thing))


_OF_OBJECT = words("as for to with of from over about against into toward towards")
"""Prepositions behind an object that belong to what is reported about it (8 in 10); in, on and at are as often place
and time of saying it."""


def _whole_object(verb: Token, thing: Token) -> frozenset[int]:
    """The object with what is said of it: praised the plan for its cost, endorsed her bid to run."""
    more = [thing]
    for right in verb.rights:
        after_comma = right.left_edge.i > 0 and right.doc[right.left_edge.i - 1].text == ","
        if right.i < thing.i or after_comma:
            continue
        if (right.dep_ == "prep" and right.lower_ in _OF_OBJECT) or right.dep_ in ("xcomp", "oprd"):
            more.append(right)
    return _tokens(*more)


_INSERTED = 8
"""Tokens of an inserted report (she said on Monday) at most."""


def _inserted(verb: Token) -> Iterator[Candidate]:
    """The verb stands inside or behind what it reports, and the parser made it depend on that."""
    own = g.subject(verb)
    if verb.dep_ == "parataxis" and own is not None and len(_tokens(verb)) <= _INSERTED:
        yield Candidate(verb, "that", verb.head, _tokens(verb.head) - _tokens(verb))


_NOUN_CLAUSES = ("ccomp", "acl", "relcl")


def _of_noun(noun: Token) -> Iterator[Candidate]:
    for clause in g.children(noun, *_NOUN_CLAUSES):
        first = next(iter(clause.lefts), clause)
        if clause.dep_ != "relcl" and first.lower_ == "that" and g.is_finite(clause):
            yield Candidate(noun, "noun that", clause, _tokens(clause))
        elif clause.dep_ != "relcl" and g.is_infinitive(clause):
            yield Candidate(noun, "noun inf", clause, _tokens(clause))
    for preposition in g.children(noun, "prep"):
        inside = g.child(preposition, "pobj", "pcomp")
        if inside is not None and preposition.i > noun.i:
            yield Candidate(noun, f"noun {preposition.lower_}", inside, _tokens(inside))


def _according(token: Token) -> Iterator[Candidate]:
    following = next((other for other in token.doc[token.i + 1 : token.i + 3] if not other.is_space), None)
    if following is None or following.lower_ != "to" or token.head is token:
        return
    source = token.head if token.dep_ == "pobj" else token
    phrase = {other.i for other in source.subtree if other.i >= token.i}
    phrase = _up_to_comma(token, phrase)
    yield Candidate(token, "according", token, frozenset(other.i for other in token.sent) - phrase)


def _up_to_comma(token: Token, phrase: set[int]) -> set[int]:
    """The phrase that names the source: up to a comma, for what stands behind it is content again."""
    doc, end = token.doc, token.i
    while end < token.sent.end and end in phrase and doc[end].text not in (",", ":", "—", "–"):
        end += 1
    return set(range(token.i, end))
