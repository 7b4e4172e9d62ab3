"""Who says it: from a cue to the words that name its speaker, in the same sentence.

Belongs here: subjects, agents, antecedents, owners. Does not: whom a pronoun stands for (`pipeline.resolution`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.records import Span
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

_HIGHEST = 6
"""Steps up the tree at most in search of a subject."""


def of_cue(cue: Token) -> tuple[Span, ...]:
    """The words that name the speakers, main one first; empty if the sentence does not say."""
    if g.is_according(cue):
        head = _according(cue)
    elif g.is_verb(cue):
        head = _of_verb(cue)
    else:
        head = _of_noun(cue)
    return spans(head) if head is not None else ()


def relative(cue: Token) -> Span | None:
    """The relative pronoun that is the cue's subject, if it has one."""
    current = cue
    while (
        current.dep_ in ("xcomp", "conj", "pcomp", "prep", "advcl")
        and g.subject(current) is None
        and current.head is not current
    ):
        current = current.head
    found = g.subject(current) if g.is_verb(current) else None
    if found is None or found.lower_ not in g.RELATIVE:
        return None
    return Span(found.idx, found.idx + len(found))


def spans(head: Token) -> tuple[Span, ...]:
    """The phrase of a noun and of those joined to it; a name in apposition stands for its noun."""
    return tuple(g.noun_phrase(_name_of(other)) for other in g.coordinated(head))


def _name_of(noun: Token) -> Token:
    name = g.child(noun, "appos")
    if noun.tag_ in ("NN", "NNS") and name is not None and name.pos_ == "PROPN":
        return name
    return noun


def _according(cue: Token) -> Token | None:
    for preposition in (cue, *cue.children):
        thing = g.child(preposition, "pobj")
        if thing is not None:
            return thing
    return None


def _of_verb(verb: Token) -> Token | None:
    if g.is_passive(verb) or _is_clipped_passive(verb):
        return agent(verb)
    found = inverted(verb) or second_subject(verb) or g.subject(verb)
    if found is not None:
        return _antecedent(verb, found)
    outer = _outer_cue(verb)
    return _of_verb(outer) if outer is not None else _cut_off(verb) or _from_above(verb)


def second_subject(verb: Token) -> Token | None:
    """The one right before a cue between commas: the dam, engineers concede, may fail, where the parser has two."""
    both = g.children(verb, "nsubj")
    return both[-1] if verb.dep_ in ("parataxis", "ccomp") and len(both) > 1 and both[-1].i < verb.i else None


def inverted(verb: Token) -> Token | None:
    """The one behind a cue whose report goes on before and behind it: the mayor, said Ms Okoro, would resign.

    The parser takes the noun before the cue for its subject. A single comma between the two tells; words in apposition
    would have one on either side.
    """
    if verb.tag_ not in ("VBD", "VBZ") or not verb.i or verb.nbor(-1).text != ",":
        return None
    own, clause = g.subject(verb), g.child(verb, "ccomp")
    if own is None or clause is None or own.i > verb.i or clause.i < verb.i:
        return None
    behind = g.subject(clause)
    commas = [token.i for token in verb.doc[own.i : verb.i] if token.text == ","]
    if behind is None or commas != [verb.i - 1] or behind.left_edge.i != verb.i + 1:
        return None
    after = [token for token in verb.doc[behind.i + 1 : clause.i] if token.text == ","]
    return behind if after else None


def is_agentless(cue: Token) -> bool:
    """True for a passive that leaves out who says it: was accused of fraud, is said to be safe, asked about it."""
    return g.is_verb(cue) and (g.is_passive(cue) or _is_clipped_passive(cue)) and agent(cue) is None


def _is_clipped_passive(verb: Token) -> bool:
    """True for a participle without a subject: asked whether it was safe, she said yes; a man accused of theft."""
    return verb.tag_ == "VBN" and verb.dep_ in ("advcl", "acl") and g.child(verb, "aux", "auxpass", "nsubj") is None


def _cut_off(verb: Token) -> Token | None:
    """The noun right before a tensed verb that the parser left without a subject (as activists slam the plan)."""
    if verb.tag_ not in ("VBZ", "VBP", "VBD") or verb.dep_ == "conj":
        return None
    before = verb.i - 1
    while (
        before > verb.sent.start
        and verb.doc[before].dep_ in ("advmod", "aux", "punct", "appos")
        and verb.i - before < 5
    ):
        before -= 1
    found = verb.doc[before]
    if before < verb.sent.start or verb.i == verb.sent.start:
        return None
    is_subject = found.pos_ in ("PROPN", "NOUN", "PRON") and found.dep_ in ("pobj", "dobj", "nsubj")
    return found if is_subject or (found.dep_ == "amod" and found.head.i == verb.i) else None


def agent(verb: Token) -> Token | None:
    """Who is named behind by, also where the parser hangs it on the words between (branded “a disgrace” by critics)."""
    inner = g.child(verb, "oprd")
    hung = g.children(inner, "prep") if inner is not None else []
    by = g.child(verb, "agent") or next((other for other in hung if other.lower_ == "by"), None)
    return g.child(by, "pobj") if by is not None else None


def _antecedent(verb: Token, found: Token) -> Token | None:
    if found.lower_ in g.RELATIVE and verb.dep_ == "relcl" and g.is_noun(verb.head):
        return verb.head
    return found


def _from_above(verb: Token) -> Token | None:
    """The subject that a verb without its own borrows: of the verb it is joined to, or that governs it."""
    current = verb
    for _ in range(_HIGHEST):
        cut_off = _cut_off(current) if current is not verb else None
        if cut_off is not None:
            return cut_off
        head = current.head
        if head is current:
            return None
        if current.dep_ in ("acl", "relcl") and g.is_noun(head) and not _is_loose(current):
            if not g.is_infinitive(current):
                return head
            if g.child(head, "poss") is not None:
                return g.child(head, "poss")
        if g.is_verb(head) or head.pos_ == "AUX":
            own = _controller(current, head)
            if own is not None:
                return _antecedent(head, own)
        current = head
    return None


_PLACES = frozenset(("GPE", "LOC", "FAC", "DATE", "TIME", "EVENT"))


def _is_loose(participle: Token) -> bool:
    """True for a participle that the parser hung on a noun beside it, though it goes with the subject of the sentence:
    behind a comma, or on a place or time."""  # noqa: D205, D209
    if participle.tag_ != "VBG" or participle.dep_ != "acl":
        return False
    edge = participle.left_edge.i
    return participle.head.ent_type_ in _PLACES or (edge > 0 and participle.doc[edge - 1].text == ",")


def _outer_cue(verb: Token) -> Token | None:
    """The verb that reports the clause which the parser joined this verb to, if tense says it belongs one level up:
    claimed that it would work and vowed to stay."""  # noqa: D205, D209
    head = verb.head
    outer = head.head
    is_reported = verb.dep_ == "conj" and head.dep_ in ("ccomp", "xcomp") and g.is_verb(outer)
    is_higher = differs(head, verb) or g.is_passive(head) or verb.lemma_ == outer.lemma_
    return outer if is_reported and is_higher and same_form(verb, outer) else None


def differs(verb: Token, joined: Token) -> bool:
    """True if tense says that a joined verb does not go with this one: said that it would work and vowed to stay."""
    perfect = any(other.lower_ == "had" and other.dep_ == "aux" for other in verb.lefts)
    return tense(verb) != joined.tag_ or (perfect and joined.tag_ == "VBD")


def same_form(one: Token, other: Token) -> bool:
    """True for two verbs of one tense; a bare form without its auxiliary is a present."""
    forms = {"VBP" if verb.tag_ == "VB" and verb.i and tense(verb) == "VB" else verb.tag_ for verb in (one, other)}
    return len(forms) == 1


def tense(verb: Token) -> str:
    """The tag of the tensed form: of a modal or auxiliary, or the verb's own."""
    return next(
        (other.tag_ for other in verb.lefts if other.dep_ in ("aux", "auxpass") and other.tag_ != "TO"), verb.tag_
    )


_OBJECT_CONTROL = words(
    "ask urge tell want force allow lead cause prompt push press encourage get help order persuade convince expect ",
    "invite enable require compel leave let advise pressure call see hear watch make beg permit inspire",
)
"""Verbs whose object does what the infinitive behind it says; with others the subject does: he used a column to say."""


def _controller(current: Token, head: Token) -> Token | None:
    if current.dep_ == "xcomp" and head.lemma_ in _OBJECT_CONTROL and g.child(head, "dobj") is not None:
        return g.child(head, "dobj")
    return g.child(head, "nsubj", "nsubjpass")


IN_WORDS = frozenset(("words", "view", "opinion"))
"""Nouns that report a whole sentence: in the mayor’s words, in the view of the court."""


def owner(noun: Token) -> Token | None:
    """Whose it is: the mayor’s words, the words of the mayor."""
    of = next((other for other in g.children(noun, "prep") if other.lower_ == "of"), None)
    return g.child(noun, "poss") or (g.child(of, "pobj") if of is not None else None)


_BY_WAY_OF = frozenset(("in", "with", "by", "through", "under", "despite", "amid"))
"""Prepositions before a noun for speech whose speaker is the subject of the verb: left with a warning that."""


def _of_noun(noun: Token) -> Token | None:
    if noun.lower_ in IN_WORDS and noun.head.lower_ == "in":
        return owner(noun)
    possessor = g.child(noun, "poss")
    if possessor is not None:
        return possessor
    for preposition in g.children(noun, "prep", "agent", "acl"):
        if preposition.lower_ in ("by", "from"):
            return g.child(preposition, "pobj")
    verb = noun.head
    if noun.dep_ == "dobj" and g.is_verb(verb):
        return _of_verb(verb)
    if noun.dep_ == "pobj" and noun.head.lower_ in _BY_WAY_OF and g.is_verb(noun.head.head):
        return _of_verb(noun.head.head)
    return None
