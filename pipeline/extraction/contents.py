"""Where the words of a reported content begin and end, mended after the parse.

Belongs here: what the parser attaches one level too high or too low around a reported clause. Does not: which clause is
reported (`frames`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extraction import cues, speakers
from pipeline.extraction import grammar as g
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.frames import Candidate
    from pipeline.extraction.page import Page
    from pipeline.extraction.records import Claim
    from pipeline.extraction.tokens import Doc, Token

_GOES_ON = frozenset(
    ("because", "if", "as", "since", "before", "until", "unless", "when", "so", "while", "after", "than")
)
"""Subordinators that go on with a reported clause, even where the parser hangs them on the cue (9 in 10)."""
_LOOSE = frozenset(("as", "and", "but", "or", "while", "because", "although", "that"))
_CONTRASTS = frozenset(("while", "whereas", "although", "though"))
_STANDS_FOR_OTHERS = words(
    "i me you he him she her it we us they them this that these those what which who whom whose how why when where ",
    "one ones nothing something anything everything none all both some any same thing things so myself yourself ",
    "himself herself itself ourselves themselves the a an of for to about with",
)
"""Words that name nothing by themselves: a content of them alone cannot be read without its sentence."""
_WORD = re.compile(r"\w+")
_CLAUSES = frozenset(("that", "wh"))


def says_something(page: Page, claim: Claim) -> bool:
    """True unless the claim has no words of its own but those that stand for others (him, what, one, the same thing).

    In quotation marks a single word may be an answer (“Nothing,” she said); told by the reporter it is none.
    """
    said = [word.lower() for span in claim.fragments for word in _WORD.findall(page.text, *span)]
    if claim.cue_lemma == ":" or claim.rule.startswith("cue-"):
        return bool(said)
    return any(word not in _STANDS_FOR_OTHERS and (len(word) > 1 or word.isdigit()) for word in said)


def parts(page: Page, candidate: Candidate) -> list[set[int]]:
    """The content's tokens by number; two parts if a second that-clause is not reported in the same mode as the first.

    Whether words are the speaker's own is said clause by clause: he said that it was "over" and that he was glad.
    """
    content = mended(candidate)
    second = _second_clause(candidate, content)
    if not second:
        return [content]
    first = content - second
    quoted = [any(page.is_quoted(page.doc[i]) for i in part) for part in (first, second)]
    return [_without_loose_end(candidate, first), second] if quoted[0] != quoted[1] else [content]


def _second_clause(candidate: Candidate, content: set[int]) -> set[int]:
    if candidate.frame != "that":
        return set()
    doc = candidate.cue.doc
    for i in sorted(content):
        joined = doc[i].lower_ == "that" and doc[i].dep_ == "mark" and g.subject(doc[i].head) is not None
        if joined and doc[i - 1].lower_ == "and" and i - 1 in content:
            return {j for j in content if j >= i}
    return set()


def mended(candidate: Candidate) -> set[int]:
    """The numbers of the content's tokens."""
    content = set(candidate.content)
    if candidate.frame in _CLAUSES:
        content = _one_side(candidate, content)
    if candidate.frame in (*_CLAUSES, "ing"):
        content = _going_on(candidate, content)
    content = _without_reports(candidate, content)
    return _without_loose_end(candidate, content)


def _without_loose_end(candidate: Candidate, content: set[int]) -> set[int]:
    """Without a conjunction at the end, whose clause the parser cut off."""
    doc, left = candidate.cue.doc, sorted(content)
    while left and (doc[left[-1]].lower_ in _LOOSE or doc[left[-1]].is_punct or doc[left[-1]].is_space):
        left.pop()
    return set(left)


def _one_side(candidate: Candidate, content: set[int]) -> set[int]:
    """A clause behind its cue has no words before it: those are adverbials that the parser pulled in."""
    cue = candidate.cue
    behind = {i for i in content if i > cue.i}
    own = g.subject(candidate.root)
    if (
        speakers.inverted(cue) is not None
        or speakers.second_subject(cue) is not None
        or (cue.dep_ == "relcl" and own is None and cue.head.i in content)
    ):
        return content
    if candidate.root.i > cue.i and behind and (own is None or own.i > cue.i):
        return behind
    return content


def _going_on(candidate: Candidate, content: set[int]) -> set[int]:
    """With the subordinate clause right behind the content that the parser hangs on the cue."""
    cue = candidate.cue
    for child in cue.rights:
        edge = child.left_edge
        if not content or child.i in content or not _adjoins(cue.doc, max(content) + 1, edge.i):
            continue
        subordinate = (child.dep_ == "advcl" and edge.lower_ in _GOES_ON) or _is_backshifted(cue, child)
        joined = edge.dep_ == "cc" or (child.dep_ == "conj" and edge.i == child.i)
        if subordinate or (joined and child.dep_ == "conj" and g.subject(child) is not None and not _is_cue(child)):
            content |= {token.i for token in child.subtree} | set(range(max(content) + 1, edge.i))
    return content


def _adjoins(doc: Doc, end: int, start: int) -> bool:
    """True if between two places there is at most a comma and a conjunction."""
    return 0 <= start - end <= 2 and all(doc[i].text in (",", "and", "but") for i in range(end, start))


def _is_backshifted(cue: Token, clause: Token) -> bool:
    """True for `, and then would go on` behind a cue in the past: would and could show that it is still reported."""
    modal = any(other.dep_ == "aux" and other.lower_ in ("would", "could", "might") for other in clause.lefts)
    return clause.dep_ == "conj" and cue.tag_ == "VBD" and modal and not _is_cue(clause)


def _without_reports(candidate: Candidate, content: set[int]) -> set[int]:
    """Without what follows a comma and reports something of its own: `, which has warned that …`, `, calling it …`."""
    doc, cue = candidate.cue.doc, candidate.cue
    for i in sorted(i for i in content if i > cue.i):
        token = doc[i]
        if (_is_cue(token) or _is_verdict_in_contrast(token)) and _stands_apart(token, cue):
            start = _comma_before(doc, token, content)
            if start is not None:
                return {j for j in content if j < start}
    return content


def _is_cue(token: Token) -> bool:
    frames = ("that", "obj compl", "to", "obj for", "obj of")
    return g.is_verb(token) and any((token.lemma_.lower(), frame) in cues.lexicon() for frame in frames)


def _is_verdict_in_contrast(token: Token) -> bool:
    """True for `while ministers dismissed it as old news`, `whereas others put it at 40`."""
    judges = any((token.lemma_.lower(), frame) in cues.lexicon() for frame in ("obj as", "obj at"))
    return judges and g.is_verb(token) and token.left_edge.lower_ in _CONTRASTS


def _stands_apart(token: Token, cue: Token) -> bool:
    """True for a participle behind a comma, a relative clause behind one, and a verb joined without its own subject."""
    if _after_semicolon(token) is not None:
        return True
    if token.dep_ == "relcl" or (token.dep_ in ("advcl", "conj") and token.tag_ == "VBG"):
        return True
    if token.dep_ == "conj" and g.subject(token) is None:
        return speakers.same_form(token, cue) and (g.child(token, "ccomp") is not None or _is_level_up(token, cue))
    return token.dep_ in ("advcl", "conj") and g.subject(token) is not None and token.left_edge.lower_ in _CONTRASTS


def _after_semicolon(token: Token) -> int | None:
    """Number of the first token of a verb's clause if a semicolon stands before its subject."""
    own = g.subject(token)
    start = own.left_edge.i if own is not None else 0
    return start if start and token.doc[start - 1].text == ";" else None


def _is_level_up(token: Token, cue: Token) -> bool:
    """True if the tense says that a verb is joined to the cue: said that work would begin and blamed the delay."""
    return token.head.head.i == cue.i and speakers.differs(token.head, token)


def _comma_before(doc: Doc, token: Token, content: set[int]) -> int | None:
    """Number of the comma before the token's clause, if it has one; before an apposition that the clause explains."""
    start = _after_semicolon(token) or token.left_edge.i
    head = token.head
    edge = token.left_edge
    if token.dep_ in ("advcl", "conj") and edge.lower_ in _CONTRASTS and edge.i and doc[edge.i - 1].is_quote:
        return start
    if token.dep_ == "relcl" and head.dep_ in ("appos", "npadvmod", "dep", "ccomp") and head.left_edge.i - 1 in content:
        start = min(start, head.left_edge.i)
    before = start - 1
    while before > token.sent.start and doc[before].is_quote:
        before -= 1
    return before if before in content and doc[before].text in (",", ";", "and", "but") else None
