"""Frames: the shapes in which a cue takes its content, recognised in the dependency parse.

Belongs here: from a verb or noun to the words of what it reports, whatever the word is. Does not: which words report
(`cues`), or who speaks (`speakers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction import speakers
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token


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
    elif token.lower_ in speakers.IN_WORDS and _is_in_words(token):
        yield Candidate(token, "in words", token, _clause_of(token.head) - _tokens(token.head))
    elif g.is_verb(token):
        yield from _of_verb(token)
    elif token.tag_ in ("NN", "NNS"):
        yield from _of_noun(token)


def _is_in_words(noun: Token) -> bool:
    """True for `in her words`, `in the view of the court`, but not for `in view of the court`."""
    owned = noun.head.lower_ == "in" and speakers.owner(noun) is not None
    return owned and (noun.lower_ == "words" or any(other.dep_ in ("poss", "det") for other in noun.lefts))


def _of_verb(verb: Token) -> Iterator[Candidate]:
    yield from _clauses(verb)
    yield from _objects(verb)
    yield from _inserted(verb)
    yield from _as_reported(verb)


def _tokens(*roots: Token) -> frozenset[int]:
    return frozenset(token.i for root in roots for token in root.subtree)


def _clauses(verb: Token) -> Iterator[Candidate]:
    taken = g.child(verb, "dobj", "oprd")
    yield from _told_without_that(verb, taken)
    yield from _behind_place(verb)
    yield from _cut_in_two(verb)
    behind = speakers.inverted(verb)
    for clause in _in_order(verb, g.children(verb, "ccomp", "xcomp")):
        frame = _clause_frame(clause)
        content = _tokens(clause) if behind is None else _around(verb, clause, behind)
        if frame == "inf" and (called := _called_on(verb, clause)) is not None:
            yield Candidate(verb, "on inf", clause, content | called)
        if frame == "inf" and verb.lemma_.lower() in _RAISED and g.is_passive(verb):
            subject = g.subject(verb)
            yield Candidate(verb, "inf", clause, content | (_tokens(subject) if subject is not None else frozenset()))
        elif frame == "inf" and taken is not None and taken.i < clause.i:
            told = verb.lemma_.lower() in TOLD
            yield Candidate(verb, "obj inf", clause, content if told else content | _tokens(taken))
        elif frame and not _is_headless(verb, clause, frame) and not _is_of_another(verb, clause):
            yield Candidate(verb, frame, clause, _explained(verb, clause, content))


TOLD = words("tell warn remind inform assure reassure notify brief advise")
"""Verbs whose object is the one spoken to, and no part of what is said."""


def _told_without_that(verb: Token, told: Token | None) -> Iterator[Candidate]:
    """`Neighbours told the inquest they had heard it`: the parser hangs the clause on those who are told."""
    if told is None or verb.lemma_.lower() not in TOLD:
        return
    for clause in g.children(told, "relcl", "acl"):
        own = g.subject(clause)
        if own is not None and g.is_finite(clause) and clause.left_edge.tag_ not in ("WP", "WDT", "WP$", "WRB", "IN"):
            yield Candidate(verb, "that", clause, _tokens(clause))


_COMPLETE = ("nsubjpass", "dobj", "attr", "acomp", "ccomp", "xcomp")


def _behind_place(verb: Token) -> Iterator[Candidate]:
    """`The clinic said in a letter that it was shut`: the parser hangs the clause on the letter."""
    if g.child(verb, "ccomp", "xcomp") is not None:
        return
    for preposition in g.children(verb, "prep", "dative"):
        if preposition.i < verb.i or not _is_place(preposition):
            continue
        for clause in preposition.subtree:
            if clause.dep_ in ("relcl", "acl", "ccomp") and _is_whole_that_clause(clause):
                yield Candidate(verb, "that", clause, _tokens(clause))
                return


def _cut_in_two(verb: Token) -> Iterator[Candidate]:
    """`They found yields of wheat fell by half`: the parser takes the subject for an object, and joins the verb."""
    joined, thing = g.child(verb, "conj"), g.child(verb, "dobj")
    if (
        joined is None
        or g.child(verb, "cc", "ccomp", "xcomp") is not None
        or joined.tag_ not in g.FINITE | {"VB", "VBN"}
    ):
        return
    start = g.subject(joined) if thing is None else thing
    if start is None or start.i < verb.i or not g.is_finite(joined) or (thing is not None and g.subject(joined)):
        return
    between = verb.doc[start.i : joined.i]
    if not any(token.is_punct or token.is_quote or (thing is not None and token.dep_ == "cc") for token in between):
        yield Candidate(verb, "that", joined, frozenset(range(verb.i + 1, joined.right_edge.i + 1)))


def _is_place(preposition: Token) -> bool:
    return preposition.dep_ == "dative" or preposition.lower_ in ("in", "on", "at", "during", "by", "via", "through")


def _is_whole_that_clause(clause: Token) -> bool:
    """True for that, a subject, and a verb that lacks nothing which that could stand for."""
    first, own = clause.left_edge, g.subject(clause)
    if first.lower_ != "that" or own is None or own.i == first.i or not g.is_finite(clause):
        return False
    more = ("prep", "advmod") if first.dep_ == "mark" else ()
    return g.child(clause, *_COMPLETE, *more) is not None


def _around(verb: Token, clause: Token, behind: Token) -> frozenset[int]:
    """The clause without the speaker behind the cue, whom the parser gave it for a subject, with its own before it."""
    before = g.subject(verb)
    own = _tokens(before) if before is not None else frozenset()
    return (_tokens(clause) - _tokens(behind)) | own


_CALLED = {"call": ("on", "upon", "for"), "appeal": ("to", "for")}
"""Prepositions that name who is to do what the infinitive behind says."""


def _called_on(verb: Token, clause: Token) -> frozenset[int] | None:
    for preposition in g.children(verb, "prep"):
        inside = g.child(preposition, "pobj")
        called = preposition.lower_ in _CALLED.get(verb.lemma_, ())
        if called and inside is not None and verb.i < preposition.i < clause.i:
            return _tokens(inside)
    return None


_RAISED = words("say report allege claim rumour rumor estimate understand")
"""Verbs whose passive takes its subject from what is reported: the bridge is said to be safe."""


def _in_order(verb: Token, clauses: list[Token]) -> list[Token]:
    """The clauses as they stand; but behind a cue with its own subject before it, what stands behind comes first.

    Unless a quotation ends before that subject: then that is reported.
    """
    own = g.subject(verb)
    if own is None or own.i > verb.i or (own.left_edge.i and verb.doc[own.left_edge.i - 1].is_quote):
        return clauses
    behind = [clause for clause in clauses if clause.i > verb.i and g.is_finite(clause)]
    return behind + [clause for clause in clauses if clause not in behind]


def _is_headless(verb: Token, clause: Token, frame: str) -> bool:
    """True for a finite clause behind its cue that has no subject: the parser cut it off from its own."""
    subjectless = not any(token.dep_ in _HEADS for left in clause.lefts for token in (left, *left.lefts))
    return frame == "that" and clause.i > verb.i and subjectless and verb.dep_ != "relcl"


_HEADS = frozenset(("nsubj", "nsubjpass", "csubj", "csubjpass", "expl", "attr", "mark"))
"""What may stand at the head of a clause, its own child or that of an auxiliary that the parser took for a verb."""


def _is_of_another(verb: Token, clause: Token) -> bool:
    """True for a clause before the verb that is not its own: the sentence, or what a cue before it reports."""
    edge, own = clause.left_edge, g.subject(verb)
    if clause.i < verb.i and own is not None and own.left_edge.i and own.left_edge.nbor(-1).text == ";":
        return True
    after_cue = edge.lower_ == "that" and edge.i > 0 and g.is_verb(edge.nbor(-1))
    return _is_main(verb, clause) or (clause.i < verb.i and after_cue)


def _is_main(verb: Token, clause: Token) -> bool:
    """True if the clause before the verb is the sentence, and the verb a participle of it, which the parser mistook."""
    return clause.i < verb.i and any(
        other.i > verb.i and other.dep_ == "ccomp" and other.tag_ == "VB" and g.subject(other) is not None
        for other in verb.rights
    )


def _explained(verb: Token, clause: Token, content: frozenset[int]) -> frozenset[int]:
    """With the noun that a relative clause with a report inside speaks of: `a move` in `a move he says would help`.

    It stands in the place of its pronoun (a move which he says would help).
    """
    own = g.subject(clause)
    if verb.dep_ != "relcl" or (own is not None and own.lower_ not in g.RELATIVE) or g.subject(verb) is None:
        return content
    if clause.i < verb.i:
        return content
    head, start = verb.head, verb.left_edge.i
    thing = {token.i for token in head.subtree if head.left_edge.i <= token.i < start and not token.is_punct}
    return (content - {own.i} if own is not None else content) | thing


def _asks(clause: Token, first: Token) -> bool:
    """True for a clause that begins as an indirect question does, and not with the pronoun of a relative clause."""
    relative = clause.head.dep_ == "relcl" and first.lower_ in ("which", "who") and first.dep_ in ("nsubj", "nsubjpass")
    asking = first.tag_ in ("WDT", "WP", "WRB", "WP$") and first.lower_ != "that"
    return not relative and (first.lower_ in ("whether", "if") or asking)


def _clause_frame(clause: Token) -> str | None:
    first = next(iter(clause.lefts), clause)
    if _asks(clause, first):
        return "wh"
    if first.i > clause.head.i and first.lower_ == "that" and first.dep_ == "nsubj" and first.tag_ == "WDT":
        return None
    if first.lower_ == "that" or g.is_finite(clause):
        return "that"
    if g.is_infinitive(clause):
        return "obj inf" if g.subject(clause) is not None else "inf"
    if clause.tag_ == "VBG" or any(other.tag_ == "VBG" and other.dep_ == "aux" for other in clause.lefts):
        return "ing"
    return "obj compl" if g.subject(clause) is not None else None


_PREDICATIVE = frozenset(("dobj", "oprd", "ccomp", "xcomp", "acomp", "attr", "dative", "nsubj"))
"""Labels under which the parser puts the two phrases behind call or declare (called him a friend)."""


def _thing(verb: Token) -> Token | None:
    """The object; of a passive its subject, which it may share with the verb that it is joined to."""
    if not g.is_passive(verb):
        return g.child(verb, "dobj")
    own = g.child(verb, "nsubjpass")
    return g.subject(verb.head) if own is None and verb.dep_ == "conj" and g.is_verb(verb.head) else own


def _objects(verb: Token) -> Iterator[Candidate]:
    thing = _thing(verb)
    if thing is not None and thing.lower_ in g.RELATIVE:
        return
    parts = [child for child in verb.rights if child.dep_ in _PREDICATIVE and not g.is_finite(child)]
    if thing is not None and len(parts) == 1 and parts[0].dep_ == "oprd" and g.is_passive(verb):
        agent = speakers.agent(verb)
        by = _tokens(agent.head) if agent is not None else frozenset()
        yield Candidate(verb, "obj compl", parts[0], (_tokens(thing) | _tokens(parts[0])) - by)
    if len(parts) > 1 or (parts and parts[-1].dep_ == "oprd" and g.child(parts[-1], "nmod") is not None):
        yield Candidate(verb, "obj compl", parts[-1], _tokens(*parts))
    for preposition in _prepositions(verb, thing):
        word = preposition.lower_
        inside = g.child(preposition, "pobj", "pcomp")
        if inside is None:
            continue
        if thing is not None:
            whole = (
                _tokens(inside) if verb.lemma_.lower() in TOLD else _whole_object(verb, thing) | _tokens(preposition)
            )
            yield Candidate(verb, f"obj {word}", thing, whole)
            continue
        action = g.child(verb, "xcomp")
        if word == "on" and action is not None and g.is_infinitive(action):
            yield Candidate(verb, "on inf", action, _tokens(inside, action))
        yield Candidate(verb, word, inside, _tokens(inside))
    if thing is not None:
        yield Candidate(verb, "obj", thing, _whole_object(verb, thing))


def _prepositions(verb: Token, thing: Token | None) -> list[Token]:
    """The prepositions of a verb; of one that is told to somebody also those that the parser hung on this somebody."""
    own = g.children(verb, "prep")
    if thing is None or verb.lemma_.lower() not in TOLD:
        return own
    return own + [child for child in g.children(thing, "prep") if child.lower_ in ("about", "of", "against")]


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


_INSERTED = 12
"""Tokens of an inserted report (she said on Monday) at most."""


def _inserted(verb: Token) -> Iterator[Candidate]:
    """The verb stands inside or behind what it reports, and the parser made it depend on that."""
    own = speakers.second_subject(verb) or g.subject(verb)
    if verb.dep_ == "parataxis" and own is not None and len(_tokens(verb)) <= _INSERTED:
        first = g.subject(verb) if speakers.second_subject(verb) is not None else None
        inserted = _tokens(verb) - (_tokens(first) if first is not None else frozenset())
        yield Candidate(verb, "that", verb.head, _tokens(verb.head) - inserted)


_REPORTED = ("dobj", "ccomp", "xcomp", "acomp", "oprd")


def _as_reported(verb: Token) -> Iterator[Candidate]:
    """`As the mayor noted, the bridge is safe`: a clause with as and nothing reported in it speaks of the main one."""
    mark, own = g.child(verb, "mark"), g.subject(verb)
    told = ("dobj",) if verb.lemma_.lower() in TOLD else ()
    is_whole = not any(child.dep_ in _REPORTED and child.dep_ not in told for child in verb.children)
    if verb.dep_ != "advcl" or mark is None or mark.lower_ != "as" or own is None or not is_whole:
        return
    clause = frozenset(range(verb.left_edge.i, verb.right_edge.i + 1))
    beside = {verb.left_edge.i - 1, verb.right_edge.i + 1}
    if any(verb.doc[i].text == "," for i in beside if verb.sent.start <= i < verb.sent.end):
        yield Candidate(verb, "that", verb.head, _tokens(verb.head) - clause)


_NOUN_CLAUSES = ("ccomp", "acl", "relcl")


def _of_noun(noun: Token) -> Iterator[Candidate]:
    for clause in (*g.children(noun, *_NOUN_CLAUSES), *_of_its_source(noun)):
        first = next(iter(clause.lefts), clause)
        if (
            (clause.dep_ != "relcl" or clause.head.i != noun.i or _has_source_before(noun, clause))
            and first.lower_ == "that"
            and g.is_finite(clause)
        ):
            yield Candidate(noun, "noun that", clause, _tokens(clause))
        elif clause.dep_ != "relcl" and g.is_infinitive(clause):
            yield Candidate(noun, "noun inf", clause, _tokens(clause))
    for preposition in g.children(noun, "prep"):
        inside = g.child(preposition, "pobj", "pcomp")
        if inside is not None and preposition.i > noun.i:
            yield Candidate(noun, f"noun {preposition.lower_}", inside, _tokens(inside))


def _of_its_source(noun: Token) -> list[Token]:
    """`an allegation by rivals that she had lied`: the parser hangs the clause on those who say it."""
    sources = (g.child(other, "pobj") for other in g.children(noun, "prep") if other.lower_ in ("by", "from"))
    clauses = (clause for source in sources if source is not None for clause in g.children(source, "relcl", "acl"))
    return [clause for clause in clauses if _is_whole_that_clause(clause)]


def _clause_of(phrase: Token) -> frozenset[int]:
    """The tokens of the clause that a phrase belongs to: a subordinate one behind its conjunction, or the sentence."""
    clause = phrase.head
    if clause.dep_ != "advcl":
        return frozenset(token.i for token in phrase.sent)
    return frozenset(token.i for token in clause.subtree if token.dep_ != "mark")


def _has_source_before(noun: Token, clause: Token) -> bool:
    """True for `a warning from teachers that children would suffer`, which the parser takes for a relative clause."""
    between = (other for other in g.children(noun, "prep") if noun.i < other.i < clause.left_edge.i)
    return any(other.lower_ in ("from", "by") for other in between) and g.subject(clause) is not None


def _according(token: Token) -> Iterator[Candidate]:
    following = next((other for other in token.doc[token.i + 1 : token.i + 3] if not other.is_space), None)
    if following is None or following.lower_ != "to":
        return
    source = token.head if token.dep_ == "pobj" else token
    phrase = {other.i for other in source.subtree if other.i >= token.i}
    phrase = _up_to_comma(token, phrase)
    yield Candidate(token, "according", token, frozenset(other.i for other in token.sent) - phrase)


def _up_to_comma(token: Token, phrase: set[int]) -> set[int]:
    """The phrase that names the source: up to a comma, for what stands behind it is content again.

    A relative clause or apposition behind that comma still describes the source.
    """
    doc, end, last = token.doc, token.i, token.sent.end
    while end < last and end in phrase and doc[end].text not in (",", ":", "—", "–"):
        end += 1
    if end + 1 < last and doc[end].text == ",":
        described = (a for a in (doc[end + 1], *doc[end + 1].ancestors) if a.dep_ in ("relcl", "appos"))
        clause = next((a for a in described if a.left_edge.i == end + 1 and token.i < a.head.i < end), None)
        end = clause.right_edge.i + 1 if clause is not None else end
    return set(range(token.i, end))
