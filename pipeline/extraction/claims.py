"""Claims: who says what, with the words that say it, name the speaker and report it.

Belongs here: putting quotations, frames, cues and speakers together into records. Does not: each of these.
"""

from __future__ import annotations

import re
from dataclasses import replace
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.extraction import attributes, circumstances, contents, cues, frames, speakers
from pipeline.extraction.direct import Page, Quoted, find_quoted
from pipeline.extraction.parse import Parsed
from pipeline.extraction.quotations import Quotation, find_quotations
from pipeline.extraction.records import Claim, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

LEAST_RATE = 0.5
"""Cues that report something less often than this, in their frame, make no claim."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_EDGE = " \t\r\n,;:.—–-“”„\"'‘’«»`()[]…"


def find_claims(parsed: Parsed) -> tuple[Claim, ...]:
    """All claims of the text, ordered by their first fragment."""
    page = Page(parsed, find_quotations(parsed.text, parsed.paragraphs))
    quoted = find_quoted(page)
    claims = [*_told(page, quoted), *(_from_quotation(page, item) for item in quoted if item.speakers and not item.extra)]
    kept = {claim.fragments: claim for claim in claims if claim.fragments}
    ordered = sorted(kept.values(), key=lambda claim: (claim.fragments, claim.cue or ()))
    return tuple(_levelled(ordered))


def _levelled(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Claims with level 2 for those that stand, with their cue, inside the words of another."""
    for claim in claims:
        nested = claim.level == 2 or any(_holds(other, claim) for other in claims if other is not claim)
        yield replace(claim, level=2 if nested else 1)


def _holds(outer: Claim, inner: Claim) -> bool:
    spans = [*inner.fragments, *([inner.cue] if inner.cue else [])]
    return all(any(fragment.contains(span) for fragment in outer.fragments) for span in spans)


def _told(page: Page, quoted: Sequence[Quoted]) -> Iterator[Claim]:
    """Claims whose content the parse gives; a quotation that the same cue reports becomes a part of it."""
    by_cue = {item.cue.i: item for item in quoted if item.cue is not None}
    for token in page.doc:
        if token.lemma_.lower() not in cues.lemmas():
            continue
        best = _best(token)
        if best is None:
            continue
        candidate, cue = best
        item = by_cue.get(token.i)
        if item is not None and not _has_more(page, candidate):
            continue
        if item is not None:
            item.extra.append(Span(0, 0))
        yield from _from_frame(page, candidate, cue, item)


def _best(token: Token) -> tuple[frames.Candidate, cues.Cue] | None:
    lexicon = cues.lexicon()
    for candidate in frames.candidates(token):
        cue = lexicon.get((token.lemma_.lower(), candidate.frame))
        if cue is not None and circumstances.confidence(candidate, cue.rate) >= LEAST_RATE:
            return candidate, cue
    return None


def _has_more(page: Page, candidate: frames.Candidate) -> bool:
    """True if the frame reports words outside the quotations that the same cue reports."""
    outside = [i for i in candidate.content if page.doc[i].is_alpha and not page.is_quoted(page.doc[i])]
    return len(outside) >= 2 and candidate.frame in ("that", "wh")


def _from_frame(page: Page, candidate: frames.Candidate, cue: cues.Cue, item: Quoted | None) -> Iterator[Claim]:
    token = candidate.cue
    named = speakers.of_cue(token)
    if not named:
        return
    content = contents.mended(candidate)
    for span in (*named, Span(token.idx, token.idx + len(token))):
        content -= set(range(page.token_at(span.start), page.token_at(span.end - 1) + 1))
    spans = _runs(page, content)
    spans = [_with_quotations(page, span) for span in spans]
    spans += [quotation.inner for quotation in item.quotations] if item is not None else []
    fragments = _fragments(page, spans)
    if not fragments or not _WORD.search(page.text, fragments[0].start, fragments[0].end):
        return
    inside = page.quotation_at(token.idx)
    yield _claim(page, fragments, token, named, cue.act, f"{cue.lemma}: {cue.frame}", cue.rate, 2 if inside else 1)


def _runs(page: Page, content: set[int]) -> list[Span]:
    """Unbroken runs of tokens as spans."""
    out: list[Span] = []
    last = -2
    for number in sorted(content):
        token = page.doc[number]
        end = token.idx + len(token)
        if number == last + 1 and out:
            out[-1] = Span(out[-1].start, end)
        else:
            out.append(Span(token.idx, end))
        last = number
    return [span for span in out if _WORD.search(page.text, span.start, span.end)]


def _with_quotations(page: Page, span: Span) -> Span:
    """The span, stretched to the end of a quotation that begins in it."""
    quotation = page.quotation_at(span.end - 1)
    if quotation is not None and span.start <= quotation.inner.start and quotation.inner.start < span.end:
        return Span(span.start, max(span.end, quotation.inner.end))
    return span


def _fragments(page: Page, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without marks and spaces at their edges, in order, joined where they touch, cut at paragraphs."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end + 1:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    pieces = [piece for span in out for piece in _by_paragraph(page, span)]
    trimmed = [_trimmed(page.text, piece) for piece in pieces]
    return tuple(piece for piece in trimmed if piece.start < piece.end)


def _by_paragraph(page: Page, span: Span) -> Iterator[Span]:
    for paragraph in page.parsed.paragraphs:
        start, end = max(span.start, paragraph.span.start), min(span.end, paragraph.span.end)
        if start < end:
            yield Span(start, end)


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    return Span(start, end)


def _from_quotation(page: Page, item: Quoted) -> Claim:
    fragments = _fragments(page, (quotation.inner for quotation in item.quotations))
    cue = cues.lexicon().get((item.cue.lemma_.lower(), "quote")) if item.cue is not None else None
    act, rate = (cue.act, cue.rate) if cue is not None else ("statement", 0.7)
    return _claim(page, fragments, item.cue, item.speakers, act, item.rule, rate, 1)


def _claim(  # noqa: PLR0913 - a record has as many parts
    page: Page, fragments: tuple[Span, ...], cue: Token | None, named: tuple[Span, ...], act: str, rule: str,
    rate: float, level: int,
) -> Claim:  # fmt: skip
    return Claim(
        fragments=fragments,
        mode=mode(page.text, fragments, page.outer),
        act=act,
        rule=rule,
        confidence=rate,
        section=_section(page, fragments),
        cue=Span(cue.idx, cue.idx + len(cue)) if cue is not None else None,
        cue_lemma=cue.lemma_.lower() if cue is not None else None,
        speakers=named,
        via=speakers.relative(cue) if cue is not None else None,
        addressee=attributes.addressee(cue) if cue is not None else None,
        medium=attributes.medium(cue) if cue is not None else None,
        is_negated=cue is not None and attributes.is_negated(cue),
        is_hedged=cue is not None and attributes.is_hedged(cue),
        level=level,
    )


def _section(page: Page, fragments: tuple[Span, ...]) -> str:
    for paragraph in page.parsed.paragraphs:
        if fragments and paragraph.span.contains(fragments[0]):
            return paragraph.section
    return "body"


def mode(text: str, fragments: Sequence[Span], outer: Sequence[Quotation]) -> str:
    """Direct if all words (or all but one of five and more) stand inside marks, indirect if none, else mixed."""
    words = [found.span() for span in fragments for found in _WORD.finditer(text, *span)]
    inside = sum(any(q.span.start <= start and end <= q.span.end for q in outer) for start, end in words)
    if not inside:
        return "indirect"
    return "direct" if len(words) - inside <= (1 if len(words) >= 5 else 0) else "mixed"
