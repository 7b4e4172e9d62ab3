"""What makes a cue more or less likely to report: its form, its place in the sentence, who its subject is.

Belongs here: one table of circumstances, each with its reason, read by one function. Does not: the cues themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.frames import Candidate


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Where `holds` is true, the cue's rate is multiplied by `factor`. `example` is a sentence in which it holds."""

    name: str
    reason: str
    holds: Callable[[Candidate], bool]
    factor: float
    example: str


def confidence(candidate: Candidate, rate: float) -> float:
    """The rate of the cue in its frame, changed by every circumstance that holds."""
    for circumstance in CIRCUMSTANCES:
        if circumstance.holds(candidate):
            rate *= circumstance.factor
    return rate


def _is_clause(candidate: Candidate) -> bool:
    return candidate.frame in ("that", "wh", "according", "in words")


def _purpose(candidate: Candidate) -> bool:
    cue = candidate.cue
    return cue.tag_ == "VB" and cue.dep_ in ("acl", "relcl", "conj", "advcl") and not _is_clause(candidate)


def _noun_of_purpose(candidate: Candidate) -> bool:
    return candidate.cue.tag_ == "VBG" and candidate.cue.dep_ == "acl" and not _is_clause(candidate)


def _attempt(candidate: Candidate) -> bool:
    cue = candidate.cue
    return cue.tag_ == "VB" and cue.dep_ == "xcomp" and not _is_clause(candidate) and cue.head.lemma_ not in _GOING_ON


_GOING_ON = frozenset(("go", "continue", "begin", "start", "use", "proceed"))


def _asked(candidate: Candidate) -> bool:
    cue = candidate.cue
    return cue.tag_ == "VBN" and cue.dep_ in ("advcl", "acl") and g.child(cue, "agent") is None


def _thing(candidate: Candidate) -> bool:
    if not g.is_verb(candidate.cue):
        return False
    cue = candidate.cue
    found = g.subject(cue)
    if found is None and cue.dep_ == "xcomp" and cue.head.lemma_ == "be":
        found = g.subject(cue.head)
        return found is not None and found.lower_ in ("it", "this", "that", "there")
    return found is not None and found.lower_ in ("that", "this", "these", "what", "there", "how", "something")


def _nobody(candidate: Candidate) -> bool:
    found = g.subject(candidate.cue) if g.is_verb(candidate.cue) else None
    if found is None:
        return False
    negated = any(other.lower_ in ("no", "neither") for other in found.lefts)
    return negated or found.lower_ in ("nobody", "none", "anyone", "anybody", "everyone", "one", "you", "neither")


def _condition(candidate: Candidate) -> bool:
    marks = [child.lower_ for child in candidate.cue.children if child.dep_ == "mark"]
    return "if" in marks or "unless" in marks or "whether" in marks


def _by_plan(candidate: Candidate) -> bool:
    if candidate.frame != "according":
        return False
    inside = [token for child in candidate.cue.children for token in (child, *child.children) if token.dep_ == "pobj"]
    if not inside or inside[0].tag_ != "NN" or inside[0].ent_type_:
        return False
    return inside[0].lower_ in ("way", "manner", "size", "need", "taste", "age") or (
        not list(inside[0].children) and inside[0].lower_ not in _BARE_SOURCES
    )


_BARE_SOURCES = words("police prosecution defence defense management staff research evidence testimony intelligence")
"""Nouns without an article that name a source."""


def _common(candidate: Candidate) -> bool:
    found = g.subject(candidate.cue) if g.is_verb(candidate.cue) else None
    return found is not None and found.tag_ == "NN" and not found.ent_type_ and not _is_clause(candidate)


def _itself(candidate: Candidate) -> bool:
    return candidate.root.lower_.endswith(("self", "selves")) and candidate.frame.startswith("obj")


def _amount(candidate: Candidate) -> bool:
    if candidate.frame != "obj at" or candidate.cue.lemma_ not in ("put", "value", "estimate"):
        return False
    doc = candidate.cue.doc
    return not any(doc[i].like_num or doc[i].is_currency for i in candidate.content)


_UNNAMED = frozenset(("name", "identify", "quote"))


def _pointing(candidate: Candidate) -> bool:
    return candidate.cue.lemma_ == "point" and _is_clause(candidate) and g.child(candidate.cue, "prt") is None


def _anonymity(candidate: Candidate) -> bool:
    if candidate.cue.lemma_ != "ask":
        return False
    said = [candidate.cue.doc[i] for i in candidate.content]
    hidden = any(word.lemma_ in _UNNAMED and word.tag_ == "VBN" for word in said) and any(
        word.dep_ == "neg" for word in said
    )
    return hidden or any(word.lower_ in ("anonymity", "anonymous", "withheld") for word in said)


def _of_minds(candidate: Candidate) -> bool:
    return candidate.cue.lemma_ in ("convince", "persuade") and candidate.cue.tag_ == "VBN" and _is_clause(candidate)


def _people_cited(candidate: Candidate) -> bool:
    if (candidate.cue.lemma_, candidate.frame) != ("cite", "obj"):
        return False
    return candidate.root.ent_type_ == "PERSON" or candidate.root.lemma_.lower() in _SOURCES


_SOURCES = words(
    "source official person people expert witness analyst diplomat doctor resident data figure document",
    "report statement spokesman spokeswoman spokesperson agency newspaper officer minister executive media",
)

CIRCUMSTANCES = (
    Circumstance("who is cited", "who cites officials names a source, and says nothing himself", _people_cited, 0.1,
                 "The paper said that it was late, citing two officials."),
    Circumstance("convinced", "who is convinced holds a belief, whoever may have said it", _of_minds, 0.3,
                 "The mayor was convinced that the bridge was safe."),
    Circumstance("put at no amount", "only an amount is an estimate", _amount, 0.1,
                 "The mayor put the lamp at the door."),
    Circumstance("point at", "who points at something says nothing, who points it out does", _pointing, 0.1,
                 "He said, pointing at the sky, that it was late."),
    Circumstance("anonymity", "who asks not to be named says nothing for the record", _anonymity, 0.2,
                 "One official asked not to be named."),
    Circumstance("common noun", "who acts is more often a thing, if it has no name", _common, 0.8,
                 "The decision defended the law."),
    Circumstance("according to plan", "a bare noun names no source", _by_plan, 0.3, "She acted according to plan."),
    Circumstance("itself", "forces that defend themselves say nothing", _itself, 0.3,
                 "The troops defended themselves."),
    Circumstance("purpose", "to say something is not yet to have said it", _purpose, 0.5,
                 "It is a chance to criticise the plan."),
    Circumstance("attempt", "who tries, wants or refuses to say it may not have said it", _attempt, 0.7,
                 "He wants to announce a reform."),
    Circumstance("participle of a noun", "rivals promising change are described, not reported", _noun_of_purpose, 0.5,
                 "He met rivals promising a new law."),
    Circumstance("asked about", "asked about it names the topic of somebody else's question", _asked, 0.5,
                 "Asked about the bridge, the mayor smiled."),
    Circumstance("things do not speak", "this, that and what stand for facts, not speakers", _thing, 0.5,
                 "This suggests a wider problem."),
    Circumstance("nobody in particular", "who is anybody, nobody or you did not say it", _nobody, 0.5,
                 "Nobody claims that it is easy."),
    Circumstance("condition", "what is said only if is not said", _condition, 0.7,
                 "If she announces a plan, we will listen."),
)  # fmt: skip
