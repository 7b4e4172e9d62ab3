"""Every way in which news reports what somebody says has its own example here; so has what is no report."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from pipeline.extraction.claims import find_claims
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.records import Claim, Span
from pipeline.resolution.article.annotate import annotate


class Way(NamedTuple):
    """A way of reporting and a claim of the text: speaker, content (fragments joined by " … "), mode and level."""

    name: str
    text: str
    speaker: str
    content: str
    mode: str = "direct"
    level: int = 1


WAYS = (
    Way("several sentences", "“It rained. We left,” Ann Lee said.", "Ann Lee", "It rained. We left"),
    Way("several paragraphs", "Ann Lee said: “It rained.\n\n“We left.”", "Ann Lee", "It rained … We left"),
    Way("interrupted", "“It rained,” Ann Lee said, “and we left.”", "Ann Lee", "It rained … and we left"),
    Way("nested single marks", "“He said ‘never’ to us,” Ann Lee said.", "Ann Lee", "He said ‘never’ to us"),
    Way("straight marks", '"It rained," Ann Lee said.', "Ann Lee", "It rained"),
    Way("guillemets", "«It rained», Ann Lee said.", "Ann Lee", "It rained"),
    Way("unbalanced marks", "Ann Lee said: “It rained.\n\nThe bus came.", "Ann Lee", "It rained"),
    Way(
        "without a cue, after a quotation", "“It rained,” Ann Lee said.\n\n“We left.”", "Ann Lee", "It rained … We left"
    ),
    Way(
        "question and answer",
        "An interview with Ann Lee\n\nQ: Why?\n\nA: It rained.\n\nQ: When?\n\nA: In May.\n\nQ: Where?\n\nA: Here.",
        "Ann Lee",
        "In May",
    ),
    Way("block quote", "In a letter, Ann Lee wrote:\n\n“It rained. We left.”", "Ann Lee", "It rained. We left"),
    Way(
        "headline in single marks",
        "Mayor calls bridge ‘a betrayal’\n\nIt opened.",
        "Mayor",
        "bridge ‘a betrayal’",
        "mixed",
    ),
    Way("that-clause", "Ann Lee said that it rained.", "Ann Lee", "that it rained", "indirect"),
    Way("clause without that", "Ann Lee said it rained.", "Ann Lee", "it rained", "indirect"),
    Way("infinitive", "The mayor vowed to leave.", "The mayor", "to leave", "indirect"),
    Way("according to", "The bridge is safe, according to Ann Lee.", "Ann Lee", "The bridge is safe", "indirect"),
    Way("in somebody's words", "In Ann Lee’s words, the plan is a joke.", "Ann Lee", "the plan is a joke", "indirect"),
    Way("according to a bare noun", "According to police the bus left.", "police", "the bus left", "indirect"),
    Way("finding", "The study found the drug to be safe.", "The study", "the drug to be safe", "indirect"),
    Way("participle", "The mayor denied having known it.", "The mayor", "having known it", "indirect"),
    Way("cue in the middle", "The bridge, Ann Lee said, is safe.", "Ann Lee", "The bridge … is safe", "indirect"),
    Way("passive", "The builder was accused of fraud.", "", "The builder … of fraud", "indirect"),
    Way("noun of somebody", "They heard Ann Lee’s claim that it rained.", "Ann Lee", "that it rained", "indirect"),
    Way(
        "noun from somebody",
        "They left, despite a warning from the council that it would rain.",
        "the council",
        "that it would rain",
        "indirect",
    ),
    Way("colon headline", "Okoro: bridge is safe\n\nMs Okoro spoke on Friday.", "Okoro", "bridge is safe", "indirect"),
    Way("called it", "Ann Lee called the plan a disaster.", "Ann Lee", "the plan a disaster", "indirect"),
    Way("described it", "Ann Lee described the plan as a joke.", "Ann Lee", "the plan as a joke", "indirect"),
    Way("slammed it", "Ann Lee slammed the plan as a joke.", "Ann Lee", "the plan as a joke", "indirect"),
    Way(
        "relative clause", "Russia, which has warned that it will act, left.", "Russia", "that it will act", "indirect"
    ),
    Way("discontinuous", "The council backed a move he says would help.", "he", "a move … would help", "indirect"),
    Way("mixed", "Ann Lee said that it was “over” and done.", "Ann Lee", "that it was “over” and done", "mixed"),
    Way(
        "several contents", "Ann Lee said that it was “over” and that she left.", "Ann Lee", "that she left", "indirect"
    ),
    Way(
        "level two",
        "“The mayor says the bridge is safe,” Ann Lee said.",
        "The mayor",
        "the bridge is safe",
        "direct",
        2,
    ),
    Way("unnamed critics", "Critics say the plan is a joke.", "Critics", "the plan is a joke", "indirect"),
    Way("spokeswoman", "A spokeswoman for Acme said it rained.", "A spokeswoman for Acme", "it rained", "indirect"),
    Way("sources", "Sources close to Acme said it rained.", "Sources close to Acme", "it rained", "indirect"),
    Way("state", "Norway says the bridge is safe.", "Norway", "the bridge is safe", "indirect"),
)
NONE = {
    "scare quotes": "The so-called “wall of shame” came down.",
    "titles of works": "She painted “The Red House” in May.",
    "nicknames": "Ann “The Rock” Lee left the ring.",
    "terms": "The valley is known as “the Bowl”.",
    "who is cited": "Citing two officials, the mayor left.",
    "conviction": "Ann Lee was convinced that it rained.",
}
ACTS = {
    "statement": "Ann Lee said that it rained.",
    "promise": "Ann Lee promised to leave.",
    "denial": "Ann Lee denied that it rained.",
    "warning": "Ann Lee warned that it would rain.",
    "demand": "Ann Lee urged the council to act.",
    "accusation": "Ann Lee accused the builder of fraud.",
    "praise": "Ann Lee praised the builder for his work.",
    "question": "Ann Lee asked whether it rained.",
    "announcement": "Ann Lee announced a new bridge.",
    "admission": "Ann Lee admitted that it rained.",
    "prediction": "Ann Lee predicted that it would rain.",
    "judgement": "Ann Lee called the plan a disaster.",
    "belief": "Ann Lee thinks that it rained.",
    "wish": "Ann Lee hopes that it will rain.",
}
MEDIA = {
    "Ann Lee wrote in the Telegraph that it rained.": "the Telegraph",
    "Ann Lee told the BBC that it rained.": "the BBC",
    "Ann Lee said on Twitter that it rained.": "Twitter",
    "Ann Lee announced on X that it rained.": "X",
    "Ann Lee told patients in a letter that it rained.": "a letter",
    "Ann Lee said in a statement that it rained.": "a statement",
}


def _claims(text: str) -> tuple[Claim, ...]:
    return find_claims(parse(text, paragraphs_of(text)))


def _words(text: str, spans: tuple[Span, ...]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_way_of_reporting(way: Way) -> None:
    found = {
        (_words(way.text, claim.speakers[:1]), _words(way.text, claim.fragments), claim.mode, claim.level)
        for claim in _claims(way.text)
    }
    assert way[2:] in found


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_nobody_says(text: str) -> None:
    assert _claims(text) == ()


@pytest.mark.parametrize(("act", "text"), ACTS.items(), ids=ACTS)
def test_act(act: str, text: str) -> None:
    (claim,) = _claims(text)
    assert claim.act == act


@pytest.mark.parametrize(("text", "medium"), MEDIA.items())
def test_medium(text: str, medium: str) -> None:
    (claim,) = _claims(text)
    assert claim.medium is not None
    assert _words(text, (claim.medium,)) == medium


@pytest.mark.parametrize(
    ("text", "negated", "hedged", "factive"),
    [
        ("Ann Lee did not say that it rained.", True, False, False),
        ("Ann Lee never claimed that it rained.", True, False, False),
        ("Ann Lee reportedly said that it rained.", False, True, False),
        ("Ann Lee appeared to say that it rained.", False, True, False),
        ("Ann Lee revealed that it rained.", False, False, True),
        ("“It rained,” Ann Lee admitted.", False, False, True),
        ("Ann Lee said that it rained.", False, False, False),
    ],
)
def test_what_a_report_presents(text: str, *, negated: bool, hedged: bool, factive: bool) -> None:
    (claim,) = _claims(text)
    assert (claim.is_negated, claim.is_hedged, claim.is_factive) == (negated, hedged, factive)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ann Lee left on Friday. She said that it rained.", "Ann Lee"),
        ("Mayor Ann Lee left on Friday. The mayor said that it rained.", "Ann Lee"),
        ("Ann Lee spoke on Friday.\n\n“It rained,” she said.\n\n“We left.”", "Ann Lee"),
    ],
)
def test_speaker_is_found_beyond_the_sentence(text: str, speaker: str) -> None:
    found = annotate("way", text)
    names = {actor["entity_id"]: actor["canonical"] for actor in found["actors"]}
    assert [names.get(claim["speaker_id"]) for claim in found["attributions"]] == [speaker]
