"""Interviews in question and answer: whose answers they are, and where each begins and ends.

Belongs here: answers behind a letter (Q:, A:), and answers that only follow their questions. Does not: labels that name
the speaker (`labels`), or claims inside the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extraction import grammar as g
from pipeline.extraction.gazetteer import gazetteer
from pipeline.extraction.labels import Label, are_initials
from pipeline.extraction.page import Page
from pipeline.extraction.records import Span

if TYPE_CHECKING:
    from pipeline.extraction.parse import Paragraph
    from pipeline.extraction.tokens import Span as Entity
    from pipeline.extraction.tokens import Token

_LETTER = re.compile(r"[*_]{0,2}(?P<letter>Q|A|Question|Answer)(?P<colon>[:.])[*_]{0,2}\s+(?=\S)")
_PARTNER = re.compile(
    r"\b(?:interview(?:ed|s|ing)? (?:with )?|"
    r"(?:(?:spoke|speaks|speaking|talk|talked|talks|talking|sat down|sits down|sit down|caught up|catches up|chatted|"
    r"chats|conversation|Q&A|q&a) (?:to|with)|(?:we|I) asked) )"
)
_TALKS = re.compile(
    r"\s*(?:,[^,.\n]{1,80},)?\s+(?:(?:spoke|speaks|talked|talks|sat down|sits down|chatted|chats) |"
    r"(?:tells|told|answers|answered) (?:us\b|me\b|our\b|the |[A-Z])|"
    r"(?:discusses|explains|reflects on|reflects|opens up|looks back)\b)"
)
_OF_READERS = re.compile(r"\b(?:readers?|quiz|FAQs?|[Ff]requently asked|your questions|advice column|agony aunt)\b")
"""Words of an introduction to questions that no interviewer asks."""
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|[Oo]ur|[Uu]s)\b")
_ASKS = re.compile(r"\?[”\"’'*_)\s]*$")
LEAST = 3
"""Questions at least: a text with one or two of them is no interview."""
_LONGEST_QUESTION = 80
"""Words of a question at most."""
_LONGEST_ANSWER = 8
"""Paragraphs of an answer at most: what goes on longer is an article with questions for subheads."""


def find_answers(page: Page) -> Iterator[Label]:
    """The answers of an interview, in order; none if the text names nobody before its first question."""
    letters = [_LETTER.match(page.text, *paragraph.span) for paragraph in page.paragraphs]
    if any(found is not None for found in letters):
        yield from _behind_letters(page, letters)
    else:
        yield from _behind_questions(page)


def _behind_letters(page: Page, letters: Sequence[re.Match[str] | None]) -> Iterator[Label]:
    """Paragraphs from each `A:` up to the next `Q:`; of the last answer only the first, for a note may follow."""
    asked = [number for number, found in enumerate(letters) if found and found.group("letter")[0] == "Q"]
    person = _interviewee(page, asked[0]) if len(asked) >= LEAST else None
    if person is None:
        return
    for number, found in enumerate(letters):
        if found is None or found.group("letter")[0] != "A" or number < asked[0]:
            continue
        end = page.paragraphs[_last(number, asked)].span.end
        yield Label(
            person, Span(*found.span("colon")), Span(found.end(), end), "answer", 0.8, Span(*found.span("letter"))
        )


def _last(answer: int, asked: Sequence[int]) -> int:
    """The last paragraph of the answer that begins in this one."""
    return next((question - 1 for question in asked if question > answer), answer)


def _interviewee(page: Page, first: int) -> Span | None:
    """The person named before the first question: behind `interview with`, else the first with two names."""
    end = page.paragraphs[first].span.start
    people = [ent for ent in page.doc.ents if ent.label_ == "PERSON" and ent.end_char <= end]
    for found in _PARTNER.finditer(page.text, 0, end):
        for person in people:
            if found.end() <= person.start_char <= found.end() + 40:
                return _span(person.root)
    return next((_span(person.root) for person in people if " " in person.text), None)


def _span(head: Token) -> Span:
    return g.noun_phrase(head)


# Answers that only follow their questions


def _behind_questions(page: Page) -> Iterator[Label]:
    """The paragraphs between questions; of the last answer only the first, for a note may follow.

    Only if the introduction names one person with a verb of talking, and the answers are in the first person without
    naming who gives them: articles with questions for subheads, lists of questions and quizzes are none.
    """
    if any(are_initials(page, paragraph.span) is not None for paragraph in page.paragraphs):
        return
    asked = [number for number, paragraph in enumerate(page.paragraphs) if _is_question(page, paragraph)]
    answers = list(_between(page, asked))
    if len(answers) < LEAST:
        return
    person = _one_who_talks(page, page.paragraphs[asked[0]].span.start)
    if person is None or not _are_own_words(page, answers, person):
        return
    for answer in answers:
        yield Label(_span(person.root), None, answer, "answer-behind-question", 0.8, lemma=None)


def _is_question(page: Page, paragraph: Paragraph) -> bool:
    """True for a paragraph that ends in a question mark, or is all in bold type, and is no heading of the article."""
    text = page.text[slice(*paragraph.span)]
    bold = paragraph.role == "emphasised" or (text.startswith("**") and text.endswith("**"))
    return (
        paragraph.section == "body"
        and (bold or _ASKS.search(text) is not None)
        and len(text.split()) <= _LONGEST_QUESTION
    )


def _between(page: Page, asked: Sequence[int]) -> Iterator[Span]:
    """The paragraphs behind each question up to the next one; none at all if one is too long for an answer."""
    spans = []
    for question, following in pairwise([*asked, asked[-1] + 2] if asked else []):
        if following - question - 1 > _LONGEST_ANSWER:
            return
        if question + 1 < min(following, len(page.paragraphs)):
            last = page.paragraphs[following - 1]
            spans.append(Span(page.paragraphs[question + 1].span.start, last.span.end))
    yield from spans


def _are_own_words(page: Page, answers: Sequence[Span], person: Entity) -> bool:
    """True if at least every other answer says I or we, and none names the person."""
    said = [page.text[slice(*answer)] for answer in answers]
    own = sum(_FIRST_PERSON.search(_QUOTED.sub("", words)) is not None for words in said)
    return 2 * own >= len(said) and not any(re.search(rf"\b{re.escape(_surname(person))}\b", words) for words in said)


_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")


def _surname(person: Entity) -> str:
    return str(person.text).removesuffix("’s").removesuffix("'s").split()[-1]


def _one_who_talks(page: Page, end: int) -> Entity | None:
    """The one person whom the introduction names with a verb of talking; of two the one whom the headline names."""
    if _OF_READERS.search(page.text, 0, end):
        return None
    people = [ent for ent in page.doc.ents if _is_person(ent) and _place(page, ent).end <= end]
    names = {_surname(person) for person in people}
    talking = {_surname(person) for person in people if _is_talking(page, person, end)}
    if not talking and len(names) == 1 and _TALKED.search(page.text, 0, end):
        talking = names
    if len(talking) > 1:
        top = [_surname(person) for person in people if page.section_at(_place(page, person).start) == "headline"]
        talking &= set(top)
    chosen = [person for person in people if talking == {_surname(person)}]
    return max(chosen, key=lambda person: (" " in person.text, -person.start)) if chosen else None


def _is_person(entity: Entity) -> bool:
    """True for a person by the model, or by a known given name before another word."""
    words = entity.text.split()
    return entity.label_ == "PERSON" or (len(words) > 1 and words[0] in gazetteer().given_names)


def _place(page: Page, person: Entity) -> Span:
    last = page.doc[person.end - 1]
    return Span(page.doc[person.start].idx, last.idx + len(last))


_TALKED = re.compile(
    r"\b(?:interview\w*|talk(?:s|ed|ing)?|sp(?:oke|eaks?)|conversation|sat down|Q&A|(?:tells|told) (?:us|me))\b"
)


def _is_talking(page: Page, person: Entity, end: int) -> bool:
    """True if the words around the name say so: `interview with Ann Lee`, `Ann Lee talks to us`."""
    place = _place(page, person)
    behind = _TALKS.match(page.text, place.end, end) is not None
    before = page.text[max(0, place.start - _NEAR) : place.start]
    found = list(_PARTNER.finditer(before))
    return behind or (bool(found) and not re.search(r"[.,;:\n]", before[found[-1].end() :]))


_NEAR = 80
"""Code points before a name in which the verb of talking stands: an office may come between."""
