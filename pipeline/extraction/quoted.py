"""Quotations and who says them: the cue beside the marks, or the speaker of the quotation before.

Belongs here: contents that are quotations. Does not: contents told in the reporter's words (`frames`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extraction import cues, signatures, speakers
from pipeline.extraction import grammar as g
from pipeline.extraction.page import Page
from pipeline.extraction.quotations import Quotation
from pipeline.extraction.records import Span
from pipeline.extraction.wordlists import words

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Doc, Token
    from pipeline.extraction.tokens import Span as Sentence

_TERM = 4
"""Words from which a quotation in the middle of a clause goes on with the one before, and is no quoted term."""
_OPENS_CLAUSE = frozenset(("that", "whether", "if", "why", "how", "what", "when", "where", "who"))
_REACH = 16
"""Tokens between a quotation and its cue at most."""


@dataclass(slots=True)
class Quoted:
    """Quotations that one cue reports, or that continue those of one."""

    quotations: list[Quotation]
    cue: Token | None
    speakers: tuple[Span, ...]
    rule: str
    confidence: float = 0.9
    is_set_in: bool = False
    """The words are set in as a block, without marks of their own."""


def find_quoted(page: Page) -> list[Quoted]:
    """Quotations with a speaker, in order. What nobody says (titles, scare quotes) is left out."""
    found: list[Quoted] = []
    for number, quotation in enumerate(page.spoken):
        before = page.spoken[number - 1] if number else None
        new = _attributed(page, quotation) or _read_out(page, quotation)
        joined = _continues(page, found, before, quotation, new)
        if joined is not None:
            joined.quotations.append(quotation)
        elif (said := new or _behind_sentence(page, quotation)) is not None:
            found.append(said)
    return found


def _attributed(page: Page, quotation: Quotation) -> Quoted | None:
    before = _cue_before(page, quotation)
    after = (
        None
        if before is not None and before.i + 2 >= page.token_at(quotation.span.start)
        else _cue_after(page, quotation)
    )
    if after is not None and (lead := _lead(page, quotation)) is not None:
        return Quoted([lead], after, _speakers(page, after, quotation), "cue-after-headline")
    if after is not None:
        return Quoted([quotation], after, _speakers(page, after, quotation), "cue-after-quotation")
    if before is not None:
        said = _verdict(page, before, quotation)
        rule = "cue-before-quotation" if said is quotation else "verdict-before-quotation"
        return Quoted([said], before, _speakers(page, before, quotation), rule, 0.8)
    return _after_colon(page, quotation) or _signed(page, quotation) or _on_top(page, quotation)


def _signed(page: Page, quotation: Quotation) -> Quoted | None:
    """`“…” — Ann Lee, mayor`: who is named behind a dash, in the rest of the paragraph or in the next one."""
    start, end = page.paragraphs[quotation.paragraph].span
    if quotation.span.start != start or not quotation.is_closed:
        return None
    rest = _trimmed(page.text, Span(quotation.span.end, end))
    line = rest if rest.start < rest.end else signatures.paragraph(page, quotation.paragraph + 1)
    name = signatures.behind_dash(page, line)
    return Quoted([quotation], None, (name,), "name-under-quotation", 0.8) if name is not None else None


_TOPPED = re.compile(r"\s?[:–—]\s+(?=\w)|\s-\s+(?=\w)")


def _on_top(page: Page, quotation: Quotation) -> Quoted | None:
    """`‘We were lied to’: flood victims turn on insurer`: the quotation over a headline, and those who say it."""
    start, end = page.paragraphs[quotation.paragraph].span
    mark = _TOPPED.match(page.text, quotation.span.end, end)
    if page.section_at(start) != "headline" or quotation.span.start != start or mark is None:
        return None
    first = page.doc[page.token_from(mark.end())]
    head = next((token for token in (first, *first.ancestors) if token.dep_ in ("nsubj", "nsubjpass")), None)
    if head is None or not (head.ent_type_ == "PERSON" or head.tag_ == "NNS"):
        return None
    return Quoted([quotation], None, (g.noun_phrase(head),), "quotation-on-top", 0.6)


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)


def announced(page: Page, block: Quotation) -> Quoted | None:
    """Who says what a block holds: the paragraph before it ends in a colon, with a cue or a name before that."""
    if _announcing(page, block) == block.paragraph:
        return None
    cue = _cue_before(page, block)
    if cue is None:
        return _after_colon(page, block)
    found = _speakers(page, cue, block)
    return Quoted([block], cue, found, "cue-before-block") if found else None


def _verdict(page: Page, cue: Token, quotation: Quotation) -> Quotation:
    """With what is judged, if the cue calls something by the quoted words: called the plan, at last, “a disaster”."""
    thing = g.child(cue, "dobj", "ccomp")
    judges = (cue.lemma_.lower(), "obj compl") in cues.lexicon()
    if not judges or thing is None or not cue.i < thing.i < page.token_at(quotation.span.start):
        return quotation
    return replace(quotation, inner=Span(thing.left_edge.idx, quotation.inner.end))


def _lead(page: Page, quotation: Quotation) -> Quotation | None:
    """In a headline, the words before a quoted piece belong to what is said: `Mayor to go ‘in days’, says deputy`."""
    start = page.paragraphs[quotation.paragraph].span.start
    if page.section_at(quotation.span.start) != "headline" or not page.text[start : quotation.span.start].strip():
        return None
    return replace(quotation, inner=Span(start, quotation.inner.end))


def reports(token: Token) -> bool:
    """True if the word can report a quotation."""
    lemma = token.lemma_.lower()
    if not g.is_verb(token) or (lemma, "quote") not in cues.lexicon() or _is_compound(token):
        return False
    return lemma not in _WITH_PARTICLE or g.child(token, "prt") is not None


_WITH_PARTICLE = frozenset(("point",))
"""Verbs that speak with their particle only: she pointed out, but not: pointing at the sky."""


def _is_compound(token: Token) -> bool:
    """True for the second half of so-called or self-described."""
    return token.i > 0 and token.nbor(-1).text in ("-", "so-")


def _cue_after(page: Page, quotation: Quotation) -> Token | None:
    """`"…," she said`: the first reporting verb behind a quotation that does not end its sentence."""
    doc = page.doc
    inner = page.text[quotation.inner.start : quotation.inner.end].rstrip()
    first = page.token_from(quotation.span.end)
    if not inner or first >= len(doc) or not quotation.is_closed:
        return None
    comma = doc[first].text in (",", "—", "–", "--", "-")
    if inner[-1] not in ",?!…—–-.'’”\"" and not comma:
        return _unmarked_report(page, first, quotation)
    if inner[-1] in ".…" and not inner.endswith("...") and doc[first].lower_ not in ("said", "says"):
        return None
    return _first_report(page, first, quotation)


_NAME_AND_CUE = 4
"""Tokens of a speaker and a cue at most that follow a quotation without a comma."""


def _unmarked_report(page: Page, first: int, quotation: Quotation) -> Token | None:
    """The cue right behind a quotation that opens its paragraph and lacks its comma: “It rained” Ms Okoro said."""
    start = page.paragraphs[quotation.paragraph].span.start
    if quotation.span.start != start or not page.text[quotation.inner.start].isupper():
        return None
    cue = _first_report(page, first, quotation)
    if cue is None or cue.i - first >= _NAME_AND_CUE or cue.tag_ not in ("VBD", "VBZ"):
        return None
    named = page.doc[first : cue.i]
    return cue if len(named) and all(token.pos_ in ("PROPN", "PRON", "DET", "NOUN") for token in named) else None


def _first_report(page: Page, first: int, quotation: Quotation) -> Token | None:
    doc, end = page.doc, page.paragraphs[quotation.paragraph].span.end
    for number in range(first, min(len(doc), first + _REACH)):
        token = doc[number]
        if token.idx >= end or page.is_quoted(token) or (token.is_sent_start and number > first):
            return None
        if reports(token) and token.tag_ != "VBG" and not _is_clipped(token):
            return None if _has_clause(token) else token
        if g.is_verb(token) and token.tag_ in g.FINITE and token.dep_ not in ("relcl", "aux", "auxpass"):
            return None
    return None


def _has_clause(token: Token) -> bool:
    """True for a verb that reports a clause behind it (called it “an insult”, and asked why nobody came): not this."""
    clauses = (child for child in token.rights if child.dep_ == "ccomp")
    return any(clause.left_edge.i > token.i and clause.left_edge.lower_ in _OPENS_CLAUSE for clause in clauses)


def _is_clipped(token: Token) -> bool:
    """True for `when asked`, `as promised`: a clause without a subject, about something else."""
    return token.i > 0 and token.nbor(-1).lower_ in ("when", "if", "as", "once", "though", "although", "while")


def _cue_before(page: Page, quotation: Quotation) -> Token | None:
    """`She said: "…"`: a reporting verb before the quotation, with nothing of the content between them."""
    doc = page.doc
    first = page.token_at(quotation.span.start)
    start = page.paragraphs[_announcing(page, quotation)].span.start
    gap: list[Token] = []
    for number in range(first - 1, max(-1, first - 1 - _REACH), -1):
        token = doc[number]
        if token.is_space and not gap:
            continue
        if token.idx < start or page.is_quoted(token) or (doc[number + 1].is_sent_start and not _colon(gap, token)):
            return None
        if reports(token) and not g.is_passive(token):
            is_clear = _is_clear(gap) and (token.lemma_ not in _BY_COLON or bool(gap and gap[0].text == ":"))
            return token if is_clear and _ends_phrase(page, quotation) else None
        gap.append(token)
    return None


_BY_COLON = frozenset(("speak", "talk"))
"""Verbs that introduce a quotation by its colon only: why he is speaking there, “but most agree”."""


def _ends_phrase(page: Page, quotation: Quotation) -> bool:
    """True unless the sentence runs on through the quotation (admitted “one or two cases” where it failed)."""
    inner = page.text[quotation.inner.start : quotation.inner.end].rstrip()
    following = page.token_from(quotation.span.end)
    if not inner or inner[-1] in ",.?!…—–-'’" or following >= len(page.doc):
        return True
    token = page.doc[following]
    return token.is_punct or token.is_space or token.pos_ in ("CCONJ", "ADP") or token.is_sent_start is True


def _announcing(page: Page, quotation: Quotation) -> int:
    """Number of the paragraph that introduces the quotation: its own, or the one before if that ends in a colon."""
    number = quotation.paragraph
    here = page.paragraphs[number].span
    if (
        number
        and quotation.span.start == here.start
        and page.text.endswith(":", 0, page.paragraphs[number - 1].span.end)
    ):
        return number - 1
    return number


def _colon(gap: list[Token], token: Token) -> bool:
    return not gap and token.text == ":"


def _is_clear(gap: Sequence[Token]) -> bool:
    """True if between cue and quotation (read backwards) there is nothing but addressee, place and time, and a mark."""
    between = [token for token in gap if not token.is_space]
    if not between:
        return True
    if between[0].text not in (",", ":", "—", "–", "-", "--", "…") and between[0].lower_ != "that":
        return False
    return between[0].text == ":" or not any(token.tag_ in g.FINITE and not _describes(token) for token in between)


def _describes(verb: Token) -> bool:
    """True for the verb of a relative clause, or an auxiliary of it: told the builders who had come, “…”."""
    return verb.dep_ == "relcl" or (verb.dep_ in ("aux", "auxpass") and verb.head.dep_ == "relcl")


_INTRODUCTION = 20
"""Tokens of a sentence at most that introduces a quotation by its colon alone."""
_INTRODUCES_ITSELF = words("statement letter post tweet message email reply response note speech comment words")
"""Nouns whose owner says what stands behind the colon: its statement in full."""


def _after_colon(page: Page, quotation: Quotation) -> Quoted | None:
    """`More from the report: "…"`, `Smith: "…"`: no verb, the one named last before the colon says it."""
    doc = page.doc
    last = page.token_at(quotation.span.start) - 1
    while last > 0 and doc[last].is_space:
        last -= 1
    start = page.paragraphs[_announcing(page, quotation)].span.start
    if last <= 0 or doc[last].text != ":" or doc[last].idx < start or last - doc[last].sent.start > _INTRODUCTION:
        return None
    nouns = [token for token in doc[doc[last].sent.start : last] if token.ent_type_ in ("PERSON", "ORG", "NORP", "GPE")]
    if not nouns:
        owner = _owner(doc, doc[last].sent.start, last)
        return Quoted([quotation], doc[last], (g.noun_phrase(owner),), "colon-before-quotation", 0.7) if owner else None
    head = nouns[-1]
    while head.dep_ == "compound" and head.head.i < last:
        head = head.head
    return Quoted([quotation], doc[last], (g.noun_phrase(head),), "colon-before-quotation", 0.7)


def _owner(doc: Doc, start: int, end: int) -> Token | None:
    """Whose statement or letter it is that a sentence without names introduces."""
    texts = (token for token in doc[start:end] if token.lower_ in _INTRODUCES_ITSELF)
    return next((owner for token in texts if (owner := speakers.owner(token)) is not None), None)


_WHOLE = 4
"""Words at least of a quotation that is said by whom the sentence before it is about."""


def _behind_sentence(page: Page, quotation: Quotation) -> Quoted | None:
    """`Ms Okoro shook her head. “There is no plan.”`: whole sentences without a cue behind one about a person."""
    if not _is_speech(page, quotation):
        return None
    person = g.subject(_sentence_before(page, quotation).root)
    if person is None or page.is_quoted(person):
        return None
    is_named = person.ent_type_ == "PERSON" or (person.pos_ == "PROPN" and not person.ent_type_)
    if not is_named and person.lower_ not in ("he", "she"):
        return None
    return Quoted([quotation], None, speakers.spans(person), "behind-sentence", 0.6)


def _sentence_before(page: Page, quotation: Quotation) -> Sentence:
    return page.doc[max(0, page.token_at(quotation.span.start) - 1)].sent


def _is_speech(page: Page, quotation: Quotation) -> bool:
    """True for whole sentences that end their paragraph, behind another sentence."""
    start = page.paragraphs[quotation.paragraph].span.start
    inner = page.text[slice(*quotation.inner)].rstrip()
    before = page.text[start : quotation.span.start].rstrip()
    is_whole = inner.endswith(_STOPS) and inner[0].isupper() and _length(page, quotation) >= _WHOLE
    return is_whole and before.endswith(_STOPS) and quotation.is_closed and _ends_paragraph(page, quotation)


_STOPS = (".", "!", "?", "…")


def _ends_paragraph(page: Page, quotation: Quotation) -> bool:
    return not page.text[quotation.span.end : page.paragraphs[quotation.paragraph].span.end].strip()


def _read_out(page: Page, quotation: Quotation) -> Quoted | None:
    """A quotation over several paragraphs without a cue: who acts by name in the last sentence before it says it.

    `Ms Okoro read from her notes.`, then paragraphs whose marks are opened each and closed once.
    """
    if quotation.is_closed or quotation.continues or not quotation.paragraph or not _fills(page, quotation):
        return None
    before = page.paragraphs[quotation.paragraph - 1].span
    sentence = page.doc[page.token_at(before.end - 1)].sent
    person = g.subject(sentence.root)
    if person is None or not (person.pos_ == "PROPN" or person.lower_ in ("he", "she")) or page.is_quoted(person):
        return None
    return Quoted([quotation], None, speakers.spans(person), "read-out", 0.6)


def _speakers(page: Page, cue: Token, quotation: Quotation) -> tuple[Span, ...]:
    """The speakers by the parse, unless it takes words of the quotation for them; then the phrase beside the cue."""
    found = tuple(span for span in speakers.of_cue(cue) if page.quotation_at(span.start) is None)
    if found or (found := _of_verb_before(page, cue)):
        return found
    beside = _beside(page, cue, page.token_from(quotation.span.end))
    return (beside,) if beside is not None else ()


def _of_verb_before(page: Page, cue: Token) -> tuple[Span, ...]:
    """The speakers of the verb before a participle that the parser cut off from it: she said, adding: “…”."""
    if cue.tag_ != "VBG":
        return ()
    before = (token for token in reversed(cue.doc[cue.sent.start : cue.i]) if token.tag_ in ("VBD", "VBZ", "VBP"))
    verb = next((token for token in before if not page.is_quoted(token)), None)
    found = speakers.of_cue(verb) if verb is not None else ()
    return tuple(span for span in found if page.quotation_at(span.start) is None)


def _beside(page: Page, cue: Token, first: int) -> Span | None:
    doc = page.doc
    between = [token for token in doc[first : cue.i] if not token.is_punct] if first < cue.i else []
    nouns = [token for token in between if g.is_noun(token)]
    if nouns:
        return Span(between[0].idx, nouns[-1].idx + len(nouns[-1]))
    return _run_of_names(doc, cue.i + 1) or _run_before(doc, cue.i)


def _run_of_names(doc: Doc, start: int) -> Span | None:
    end = start
    while end < len(doc) and (g.is_noun(doc[end]) or doc[end].pos_ == "ADJ") and not doc[end].is_sent_start:
        end += 1
    return Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1])) if end > start else None


def _run_before(doc: Doc, end: int) -> Span | None:
    start = end
    while start > 0 and (doc[start - 1].pos_ in ("PROPN", "PRON", "NOUN", "DET", "ADJ")):
        start -= 1
    return Span(doc[start].idx, doc[end - 1].idx + len(doc[end - 1])) if end > start else None


def _continues(
    page: Page, found: list[Quoted], before: Quotation | None, quotation: Quotation, new: Quoted | None
) -> Quoted | None:
    """The claim before, if this quotation goes on with it."""
    if not found or before is None or found[-1].quotations[-1] is not before:
        return None
    return found[-1] if _goes_on(page, found[-1], quotation, new) else None


def _goes_on(page: Page, last: Quoted, quotation: Quotation, new: Quoted | None) -> bool:
    """True for marks repeated at the start of the next paragraph, for a next paragraph that is one quotation without a
    cue, and for a quotation that only the cue of the one before separates from it."""  # noqa: D205, D209
    before = last.quotations[-1]
    if quotation.continues and not before.is_closed:
        return True
    if quotation.paragraph != before.paragraph:
        return new is None and quotation.paragraph - before.paragraph == 1 and _fills(page, quotation)
    if new is not None and new.rule == "cue-after-quotation":
        return False
    if new is None and last.cue is not None and _is_speech(page, quotation):
        own = _sentence_before(page, quotation).start <= last.cue.i < page.token_at(quotation.span.start)
    else:
        own = False
    return own or _adjoins(page, before, quotation) or _same_cue(page, last, quotation, new)


def _adjoins(page: Page, before: Quotation, quotation: Quotation) -> bool:
    return not page.text[before.span.end : quotation.span.start].strip(" \u00a0,—–-.")


def _same_cue(page: Page, last: Quoted, quotation: Quotation, new: Quoted | None) -> bool:
    if last.rule != "cue-after-quotation" or last.cue is None:
        return False
    own = new is not None and (new.cue is None or new.cue.i != last.cue.i)
    return not own and _is_island(page, last.quotations[-1], last.cue, quotation)


def _is_island(page: Page, before: Quotation, cue: Token, quotation: Quotation) -> bool:
    """True if between the two quotations stands one cue with its speaker, and nothing else that is a sentence."""
    first, last = page.token_from(before.span.end), page.token_at(quotation.span.start)
    starts = [token for token in page.doc[first + 1 : last + 1] if token.is_sent_start and not token.is_space]
    inside = first <= cue.i < last
    mark = page.doc[last - 1]
    term = not (page.doc[last].is_sent_start or mark.is_punct or mark.is_space) and _length(page, quotation) < _TERM
    return inside and not term and all(token.i >= last for token in starts)


def _length(page: Page, quotation: Quotation) -> int:
    """Words of the quotation."""
    return len(page.text[quotation.inner.start : quotation.inner.end].split())


def _fills(page: Page, quotation: Quotation) -> bool:
    """True if the quotation is all of its paragraph."""
    paragraph = page.paragraphs[quotation.paragraph].span
    return quotation.span.start == paragraph.start and not page.text[quotation.span.end : paragraph.end].strip(" .")
