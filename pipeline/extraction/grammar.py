"""Small questions to a dependency parse: spans of phrases, subjects, finiteness.

Belongs here: what can be asked of any parse. Does not: cues, or what counts as a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

RELATIVE = frozenset(("who", "which", "that", "whom", "whose"))
FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))


def children(token: Token, *deps: str) -> list[Token]:
    """Children with one of these relations, in order."""
    return [child for child in token.children if child.dep_ in deps]


def child(token: Token, *deps: str) -> Token | None:
    """The first child with one of these relations."""
    for other in token.children:  # no generator: this is asked a dozen times of every verb
        if other.dep_ in deps:
            return other
    return None


def is_verb(token: Token) -> bool:
    """True for a verb, be included; and for one that the tagger took for a plural although it has its subject."""
    return token.tag_.startswith("VB") or (token.tag_ == "NNS" and _has_subject_and_clause(token))


def _has_subject_and_clause(noun: Token) -> bool:
    return child(noun, "nsubj") is not None and child(noun, "ccomp") is not None


def is_according(token: Token) -> bool:
    """True for the first word of according to, soft hyphens in it or not."""
    return token.lemma_ == "accord" and token.tag_ == "VBG"


def is_noun(token: Token) -> bool:
    """True for what can head a noun phrase."""
    return token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "DET")


def is_finite(clause: Token) -> bool:
    """True if the verb or predicate has a tensed form or a modal."""
    return clause.tag_ in FINITE or any(
        other.tag_ in FINITE for other in clause.children if other.dep_ in ("aux", "auxpass", "cop")
    )


def is_infinitive(clause: Token) -> bool:
    """True if the clause has its to."""
    return any(other.tag_ == "TO" for other in clause.children if other.dep_ == "aux")


def is_passive(verb: Token) -> bool:
    """True for a participle with a passive auxiliary or subject."""
    return verb.tag_ == "VBN" and any(other.dep_ in ("auxpass", "nsubjpass") for other in verb.children)


def subject(verb: Token) -> Token | None:
    """The verb's own subject."""
    return child(verb, "nsubj", "nsubjpass", "csubj")


_OUTSIDE = frozenset(("relcl", "acl", "appos", "conj", "cc", "punct", "advcl", "parataxis", "preconj"))


def noun_phrase(head: Token) -> Span:
    """The phrase around a noun: what stands before it, and prepositions behind it up to the first comma or clause."""
    last, doc = head.i, head.doc
    for right in head.rights:
        if right.dep_ in _OUTSIDE and not _closes_name(right):
            if right.dep_ == "punct" and right.text in ("(", "-", "–"):
                break
            if right.dep_ in ("cc", "punct"):
                continue
            break
        if right.dep_ not in ("prep", "nmod", "amod", "compound", "punct", "npadvmod", "nummod", "advmod"):
            break
        if right.dep_ == "prep" and any(_is_clause(other) for other in right.subtree):
            break
        last = max(last, right.right_edge.i)
    start = head.left_edge.i
    while start < head.i and (doc[start].is_punct or doc[start].dep_ in ("cc", "advmod") or doc[start].is_space):
        start += 1
    while start > 0 and doc[start].ent_iob_ == "I" and doc[start].ent_type_:  # a name is one piece
        start -= 1
    return Span(doc[start].idx, doc[last].idx + len(doc[last]))


def _closes_name(token: Token) -> bool:
    return token.text in ("'s", "’s")


def _is_clause(token: Token) -> bool:
    return token.dep_ in ("relcl", "acl", "advcl", "ccomp", "pcomp")


def coordinated(head: Token) -> list[Token]:
    """The noun and the nouns joined to it by commas and conjunctions."""
    out, queue = [head], [head]
    while queue:
        current = queue.pop()
        more = [other for other in current.children if other.dep_ == "conj" and is_noun(other)]
        out += more
        queue += more
    return sorted(out, key=lambda token: token.i)
