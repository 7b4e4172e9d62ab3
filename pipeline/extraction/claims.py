"""Claims: who says what, with the words that say it, name the speaker and report it.

Belongs here: putting quotations, frames, cues and speakers together into records. Does not: each of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extraction import (
    attributes,
    blockquotes,
    calibration,
    circumstances,
    contents,
    cues,
    frames,
    interviews,
    labels,
    nesting,
    speakers,
)
from pipeline.extraction.page import Page
from pipeline.extraction.parse import Parsed
from pipeline.extraction.quoted import Quoted, find_quoted
from pipeline.extraction.records import Claim, Span

if TYPE_CHECKING:
    from pipeline.extraction.tokens import Token

LEAST = 0.35
"""Confidence below which a cue makes no claim: chosen so that four in five claims are right."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_CLOSING = re.compile(r"[.,?!…]{0,2}([”\"»’])")
_OPENING_OF = {"”": "“", '"': '"', "»": "«", "’": "‘"}
_EDGE = " \t\r\n\u00a0>*_,;:.—–-“”„\"'‘’«»`()[]…"


@dataclass(frozen=True, slots=True)
class _Report:
    """What is known of a claim before its words are: cue, act, rule, confidence, speakers, factive or not."""

    cue: Token | None
    speakers: tuple[Span, ...]
    act: str
    rule: str
    confidence: float
    factive: bool = False


def find_claims(parsed: Parsed) -> tuple[Claim, ...]:
    """All claims of the text, ordered by their first fragment.

    A claim that stands, with its cue, inside the words of another has level 2. What nobody is named to say is no claim.
    """
    page = Page(parsed)
    quoted = [*find_quoted(page), *blockquotes.find_blocks(page)]
    by_cue = {item.cue.i: number for number, item in enumerate(quoted) if item.cue is not None}
    used: set[int] = set()
    told = []
    for token in _cues(page):
        number = by_cue.get(token.i)
        made = list(_told(page, token, quoted[number] if number is not None else None))
        used |= {number} if made and number is not None else set()
        told += made
    spoken = [_spoken(page, item) for number, item in enumerate(quoted) if item.speakers and number not in used]
    labelled = [_labelled(page, label) for label in (*labels.find_labels(page), *interviews.find_answers(page))]
    kept = {claim.fragments: claim for claim in (*labelled, *told, *spoken) if contents.says_something(page, claim)}
    ordered = sorted(kept.values(), key=lambda claim: (claim.fragments, claim.cue or ()))
    return tuple(_sure(claim) for claim in nesting.levelled(page, ordered))


def _sure(claim: Claim) -> Claim:
    """The claim with the share of such claims that were right in place of its rule's score."""
    return replace(claim, confidence=calibration.calibrated(claim))


def _cues(page: Page) -> Iterator[Token]:
    lemmas, doc = cues.lemmas(), page.doc
    return (token for token in doc if token.lemma_.lower() in lemmas)


# Claims told in the reporter's words


def _told(page: Page, token: Token, item: Quoted | None) -> Iterator[Claim]:
    """The claims whose content the parse gives; a quotation that the same cue reports becomes a part of it."""
    best = _best(token)
    if best is None:
        return
    candidate, report = best
    nobody = not report.speakers and not _is_unnamed(candidate, report)
    if nobody or (item is not None and not _has_more(page, candidate)):
        return
    for part in contents.parts(page, candidate):
        claim = _from_frame(page, part, report, item)
        if claim is not None:
            yield claim


_SILENT = frozenset(("belief", "wish"))


def _is_unnamed(candidate: frames.Candidate, report: _Report) -> bool:
    """True if something is said, and the passive keeps silent about who says it (was accused of fraud)."""
    return report.act not in _SILENT and candidate.frame != "obj" and speakers.is_agentless(candidate.cue)


def _best(token: Token) -> tuple[frames.Candidate, _Report] | None:
    lexicon, lemma = cues.lexicon(), token.lemma_.lower()
    for candidate in frames.candidates(token):
        cue = lexicon.get((lemma, candidate.frame))
        sure = circumstances.confidence(candidate, cue.rate) if cue is not None else 0.0
        if cue is not None and sure >= LEAST:
            return candidate, _Report(
                token, speakers.of_cue(token), cue.act, f"{lemma}: {candidate.frame}", sure, cue.factive
            )
    return None


def _has_more(page: Page, candidate: frames.Candidate) -> bool:
    """True if the frame reports words outside the quotations that the same cue reports."""
    outside = [i for i in candidate.content if page.doc[i].is_alpha and not page.is_quoted(page.doc[i])]
    introduced = bool(outside) and _colon_behind(page, candidate, max(outside))
    return len(outside) >= 2 and candidate.frame in ("that", "wh", "according") and not introduced


def _colon_behind(page: Page, candidate: frames.Candidate, last: int) -> bool:
    """True if the words outside the marks end in a colon before the cue: they introduce what the cue reports."""
    return last + 2 < candidate.cue.i and page.doc[last + 1].text == ":" and page.doc[last + 2].is_quote


def _from_frame(page: Page, part: set[int], report: _Report, item: Quoted | None) -> Claim | None:
    content = _within_marks(page, set(part), report.cue)
    for span in (*report.speakers, *([page.span(report.cue)] if report.cue is not None else [])):
        content -= set(range(page.token_at(span.start), page.token_at(span.end - 1) + 1))
    spans = [_with_quotations(page, span) for span in _runs(page, content)]
    spans += [quotation.inner for quotation in item.quotations] if item is not None else []
    fragments = _fragments(page, spans)
    return _claim(page, fragments, report) if fragments else None


def _within_marks(page: Page, content: set[int], cue: Token | None) -> set[int]:
    """Of a report inside a quotation, what stands in the same one."""
    around = page.quotation_at(cue.idx) if cue is not None else None
    if around is None:
        return content
    return {i for i in content if around.span.contains(page.span(page.doc[i]))}


def _runs(page: Page, content: set[int]) -> list[Span]:
    """Unbroken runs of tokens as spans."""
    out: list[Span] = []
    last = -2
    for number in sorted(content):
        span = page.span(page.doc[number])
        if number == last + 1 and out:
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
        last = number
    return [span for span in out if _WORD.search(page.text, span.start, span.end)]


def _with_quotations(page: Page, span: Span) -> Span:
    """The span, stretched to the end of a quotation that begins in it."""
    quotation = page.quotation_at(span.end - 1)
    if quotation is not None and span.start <= quotation.inner.start < span.end:
        return Span(span.start, max(span.end, quotation.inner.end))
    return span


def _fragments(page: Page, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without marks and spaces at their edges, in order, joined where they touch, cut at paragraphs."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and (span.start <= out[-1].end + 1 or page.text[out[-1].end : span.start] in _MARK_OPENS):
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    pieces = (_trimmed(page.text, piece) for span in out for piece in page.by_paragraph(span))
    return tuple(piece for piece in pieces if piece.start < piece.end)


_MARK_OPENS = frozenset(f" {mark}" for mark in "“\"‘'«")
"""Between two spans that are one: the mark that opens the second (calls bridge ‘a betrayal’)."""


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, _with_closing_mark(text, start, end))


def _with_closing_mark(text: str, start: int, end: int) -> int:
    """The end, with the mark that closes a quotation opened inside (the war was “finally over”)."""
    closing = _CLOSING.match(text, end)
    if closing is None:
        return end
    opening = _OPENING_OF[closing.group(1)]
    inside = text[start:end]
    opened = (
        inside.count(opening) % 2
        if opening == closing.group(1)
        else inside.count(opening) > inside.count(closing.group(1))
    )
    return closing.end() if opened else end


# Quotations and labels


def _spoken(page: Page, item: Quoted) -> Claim:
    fragments = _fragments(page, (quotation.inner for quotation in item.quotations))
    cue = cues.lexicon().get((item.cue.lemma_.lower(), "quote")) if item.cue is not None else None
    act, factive = (cue.act, cue.factive) if cue is not None else ("statement", False)
    claim = _claim(page, fragments, _Report(item.cue, item.speakers, act, item.rule, item.confidence, factive))
    return replace(claim, mode="direct") if item.is_set_in else claim


def _labelled(page: Page, label: labels.Label) -> Claim:
    fragments = _fragments(page, [label.content])
    claim = _claim(page, fragments, _Report(None, (label.speaker,), "statement", label.rule, label.confidence))
    said = claim.mode if claim.section == "headline" else "direct"
    return replace(claim, mode=said, cue=label.cue, cue_lemma=label.lemma, via=label.stand_in)


def _claim(page: Page, fragments: tuple[Span, ...], report: _Report) -> Claim:
    cue = report.cue
    claim = Claim(
        fragments=fragments,
        mode=mode(page, fragments),
        act=report.act,
        rule=report.rule,
        confidence=round(report.confidence, 2),
        section=page.section_at(fragments[0].start) if fragments else "body",
        speakers=report.speakers,
        is_factive=report.factive,
    )
    return claim if cue is None else _with_cue(page, claim, cue)


def _with_cue(page: Page, claim: Claim, cue: Token) -> Claim:
    return replace(
        claim,
        cue=page.span(cue),
        cue_lemma=cue.lemma_.lower(),
        via=speakers.relative(cue),
        addressee=_addressee(claim, cue),
        medium=_apart(claim, attributes.medium(cue)),
        is_negated=attributes.is_negated(cue),
        is_hedged=attributes.is_hedged(cue),
    )


_OF_ADDRESSEE = ("obj inf", "on inf", "obj for")
"""Frames whose content begins with the one spoken to: urged the council to act."""


def _addressee(claim: Claim, cue: Token) -> Span | None:
    found = attributes.addressee(cue)
    if found is not None and attributes.is_addressed(cue) and claim.rule.endswith(_OF_ADDRESSEE):
        return None if any(found.overlaps(speaker) for speaker in claim.speakers) else found
    return _apart(claim, found)


def _apart(claim: Claim, span: Span | None) -> Span | None:
    """The span, unless it is a part of what is said or of who says it (promised the same thing)."""
    if span is None or any(span.overlaps(other) for other in (*claim.fragments, *claim.speakers)):
        return None
    return span


def mode(page: Page, fragments: Sequence[Span]) -> str:
    """Direct if all words (or all but one of five and more) stand inside marks, indirect if none, else mixed."""
    words = [found.start() for span in fragments for found in _WORD.finditer(page.text, *span)]
    inside = sum(page.quotation_at(start) is not None for start in words)
    if not inside:
        return "indirect"
    return "direct" if len(words) - inside <= (1 if len(words) >= 5 else 0) else "mixed"
