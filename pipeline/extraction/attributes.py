"""What surrounds a cue: to whom, where, denied or hedged.

Belongs here: addressee, medium, negation and hedging of a report. Does not: speaker and content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.records import Span
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

_ADDRESSED = words(
    "tell warn urge remind assure ask inform advise promise beg order instruct thank notify reassure caution implore ",
    "persuade convince brief address press encourage challenge invite command call",
)
"""Verbs whose object is the one spoken to."""
_MEDIA = words(
    "statement interview tweet post letter email e-mail memo column article op-ed editorial report blog speech book ",
    "podcast programme program broadcast newspaper magazine briefing conference release message show video testimony ",
    "newsletter twitter facebook instagram telegram youtube tv radio television",
)
_NEWS = words(
    "BBC CNN Reuters AP AFP Bloomberg Politico ITV NBC ABC CBS NPR MSNBC Fox Sky Times Telegraph Guardian Independent",
    "Post News Herald Star Journal Mail Mirror Sun Express Tribune Gazette Chronicle Observer Economist Spectator",
    "Newsnight Today Radio TV Television Magazine Wikinews Dispatch Inquirer Sentinel Examiner Globe",
)
"""Words of the names of media."""
_HEDGES = words(
    "reportedly allegedly apparently supposedly seemingly purportedly presumably",
)
_HEDGING_VERBS = words(
    "appear seem",
)


def is_addressed(cue: Token) -> bool:
    """True for a verb whose object is the one spoken to, even where it is a part of what is said (urged X to go)."""
    return cue.lemma_ in _ADDRESSED


def addressee(cue: Token) -> Span | None:
    """To whom it is said: the object of tell or warn, or whom `to` names (not that of `according to`)."""
    if not g.is_verb(cue) or g.is_according(cue):
        return None
    if is_addressed(cue):
        thing = g.child(cue, "dative") or g.child(cue, "nsubjpass" if g.is_passive(cue) else "dobj")
        if thing is not None and g.is_noun(thing):
            return g.noun_phrase(thing)
    for preposition in g.children(cue, "prep", "dative"):
        thing = g.child(preposition, "pobj")
        if thing is not None and (preposition.lower_ == "to" or (preposition.lower_, cue.lemma_) == ("on", "call")):
            return g.noun_phrase(thing)
    return None


def medium(cue: Token) -> Span | None:
    """Where it is said or published: a statement, an interview, a newspaper; or the medium that was told."""
    if not g.is_verb(cue):
        return None
    told = addressee(cue)
    if told is not None and words(*cue.doc.text[told.start : told.end].split()) & _NEWS:
        return told
    for preposition in g.children(cue, "prep"):
        thing = g.child(preposition, "pobj")
        if thing is None or preposition.lower_ not in ("in", "on", "via", "to", "during", "at", "for"):
            continue
        is_site = preposition.lower_ == "on" and thing.text == "X"
        if is_site or thing.lemma_.lower() in _MEDIA or (preposition.lower_ == "in" and cue.lemma_ == "write"):
            return g.noun_phrase(thing)
    return None


def is_negated(cue: Token) -> bool:
    """True if it is reported as not said."""
    words = (cue, cue.head) if cue.dep_ == "xcomp" else (cue,)
    return any(
        other.dep_ == "neg" or other.lower_ in ("never", "nobody", "none") for word in words for other in word.children
    )


def is_hedged(cue: Token) -> bool:
    """True if the report itself is hedged."""
    if any(other.lower_ in _HEDGES for other in cue.children):
        return True
    return cue.dep_ == "xcomp" and cue.head.lemma_ in _HEDGING_VERBS
