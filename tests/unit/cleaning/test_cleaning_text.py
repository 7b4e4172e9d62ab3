"""Pasted text: each line in its role, nothing lost from a text that is only an article."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cleaning.clean import clean_any_language
from pipeline.cleaning.document import Cleaned, Document
from pipeline.cleaning.jsonlines import to_json
from pipeline.intake.snapshot import Snapshot
from pipeline.settings import Settings

Read = Callable[..., Cleaned]
Fates = Callable[[Cleaned], dict[str, str]]

BODY = (
    "HARBOUR Minister Oona Tressell said on Monday that the breakwater would be rebuilt before the winter storms.",
    "“We have the stone, we have the crane and we have the money,” she told fishermen at the quay.",
    "Her plan was welcomed by the crews, who lost eleven boats when the old wall gave way in November.",
    "The council’s engineer warned that the work could not start until the nesting birds had left the rocks.",
    "A decision is expected in March, when ministers meet again to divide what is left of the storm fund.",
)
HEADLINE = "Minister promises to rebuild the breakwater before winter"
STANDFIRST = "Crews welcome the plan but an engineer warns that nesting birds must leave the rocks first"


def pasted(*lines: str) -> str:
    return "\n".join(lines)


def test_a_text_that_is_only_an_article_loses_nothing(read: Read, fates: Fates) -> None:
    for lines in (
        BODY,
        (HEADLINE, *BODY),
        (HEADLINE, STANDFIRST, *BODY),
        (HEADLINE, *BODY[:2], "What comes next", *BODY[2:]),
    ):
        assert set(fates(read(pasted(*lines))).values()) <= {"headline", "standfirst", "body"}


def test_roles_of_a_plain_article(read: Read, fates: Fates, document_of: Callable[[Cleaned], Document]) -> None:
    cleaned = read(pasted(HEADLINE, STANDFIRST, "", *BODY))
    found, document = fates(cleaned), document_of(cleaned)
    assert found[HEADLINE] == "headline"
    assert found[STANDFIRST] == "standfirst"
    assert all(found[line] == "body" for line in BODY)
    assert document.title == HEADLINE
    assert document.standfirst == STANDFIRST
    assert document.text[document.body_start :].startswith(BODY[0])
    assert document.section_at(0) == "headline"


def test_a_whole_page_pasted(read: Read, fates: Fates, document_of: Callable[[Cleaned], Document]) -> None:
    around = {
        "Skip to main content": "navigation",
        "Home": "navigation",
        "Politics": "navigation",
        HEADLINE: "headline",
        STANDFIRST: "standfirst",
        "By Piers Lattimore, Harbour Correspondent": "byline",
        "Published: 3 March 2026, 7:15am": "dateline",
        "Share this article: Facebook | X | Email": "share",
        "Oona Tressell at the quay on Monday morning. Photograph: Idris Vann/The Quay": "caption",
    }
    below = {
        "You have reached your free limit of three articles.": "paywall",
        "Make a donation": "subscription_appeal",
        "Sign up to our weekly newsletter": "newsletter",
        "Read more: How the wall gave way": "related",
        "Piers Lattimore has covered the coast for The Quay since 2014.": "author_bio",
        "© 2026 Quay Press Ltd. All rights reserved.": "legal",
        "3 comments": "comment",
        "Rebuild it in steel this time, I say": "comment",
    }
    cleaned = read(pasted(*around, *BODY[:3], "Advertisement", *BODY[3:], *below))
    found = fates(cleaned)
    assert {line: found[line] for line in around} == around
    assert {line: found[line] for line in below} == below
    assert found["Advertisement"] == "advertisement"
    assert all(found[line] == "body" for line in BODY)
    document = document_of(cleaned)
    assert document.byline == "Piers Lattimore"
    assert [cleaned.source_text[p.source_start : p.source_end] for p in cleaned.captions if cleaned.source_text] == [
        "Oona Tressell at the quay on Monday morning. Photograph: Idris Vann/The Quay",
    ]


def test_a_list_of_other_articles_inside_the_body_goes_and_the_body_goes_on(read: Read, fates: Fates) -> None:
    found = fates(
        read(pasted(HEADLINE, *BODY[:3], "Related articles", "Storm fund runs dry", "Boats sink at quay", *BODY[3:]))
    )
    assert found["Storm fund runs dry"] == found["Boats sink at quay"] == "related"
    assert all(found[line] == "body" for line in BODY)


def test_what_is_shown_twice_is_kept_once(read: Read, fates: Fates) -> None:
    quote = "We have the stone, we have the crane and we have the money"
    cleaned = read(pasted(HEADLINE, *BODY[:3], f"“{quote}”", BODY[2], *BODY[3:]))
    assert fates(cleaned)[f"“{quote}”"] == "pull_quote"
    assert [r.reason for r in cleaned.removals].count("duplicate_block") == 1


def test_a_correction_is_kept_and_marked(read: Read, fates: Fates) -> None:
    note = "Correction: an earlier version of this article gave the wrong number of boats."
    assert fates(read(pasted(HEADLINE, *BODY, note)))[note] == "note"


def test_the_headline_of_the_manifest_is_found(read: Read, fates: Fates) -> None:
    kicker = "Coast and country life today"
    found = fates(read(pasted(kicker, HEADLINE, *BODY), title=HEADLINE))
    assert found[HEADLINE] == "headline"
    assert found[kicker] == "outside_article"


def test_manifest_wins(read: Read, document_of: Callable[[Cleaned], Document]) -> None:
    text = pasted(HEADLINE, "By Olive Penhallow", *BODY)
    document = document_of(read(text, title="Other", byline="Somebody Else", publisher="The Quay", licence="CC-BY-4.0"))
    assert (document.title, document.byline, document.publisher) == ("Other", "Somebody Else", "The Quay")
    assert document.licence == "CC-BY-4.0"
    assert '"title": "manifest"' in document.metadata_sources


def test_characters_stay_addressable(read: Read, document_of: Callable[[Cleaned], Document]) -> None:
    odd = "The har\u00adbour\u200b wall, 340\u00a0metres long, cost £2\u202fm, she said, and “nobody” doubted it."
    cleaned = read("\ufeff" + pasted(HEADLINE, odd, *BODY))
    assert odd in document_of(cleaned).text


def test_line_ends_of_other_systems(read: Read, fates: Fates) -> None:
    found = fates(read("\r\n".join((HEADLINE, "", *BODY))))
    assert found[HEADLINE] == "headline"
    assert found[BODY[0]] == "body"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"   \n\n ", "empty"),
        ("\u200b\u200b\n\u00ad".encode(), "empty"),
        (b"Just a line.", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "unreadable"),
        (
            (
                "Der Hafen wird bis zum Winter wieder aufgebaut, sagte die Ministerin am Montag im Landtag. " * 8
            ).encode(),
            "not_english",
        ),
    ],
)
def test_problems(read: Read, content: bytes, problem: str) -> None:
    cleaned = read(content)
    assert cleaned.problem == problem
    assert cleaned.detail


def test_a_problem_of_the_reader_is_carried_on(read: Read) -> None:
    cleaned = read("", problem="unsupported_format", detail="a PDF file")
    assert (cleaned.problem, cleaned.detail) == ("unsupported_format", "a PDF file")


LINES = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        [
            *BODY,
            HEADLINE,
            STANDFIRST,
            "",
            "Advertisement",
            "By Olive Penhallow",
            "Most read",
            "Share",
            "3 comments",
            "Photo: AP",
        ],
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, max_size=25))
def test_laws_hold_for_any_text(check_laws: Callable[[Cleaned], None], lines: list[str]) -> None:
    data = "\n".join(lines).encode("utf-8", "replace")
    cleaned = clean_any_language(Snapshot("any", "0" * 64, "text/plain", data), Settings())

    check_laws(cleaned)


DATELINE = "QUAYSIDE, March 3 (Harbour Wire) - "


def test_a_dateline_goes_and_its_paragraph_stays(
    read: Read, fates: Fates, document_of: Callable[[Cleaned], Document]
) -> None:
    cleaned = read(pasted(HEADLINE, "By Olive Penhallow", "", DATELINE + BODY[0], *BODY[1:]))
    assert fates(cleaned)[DATELINE] == "dateline"
    assert fates(cleaned)[BODY[0]] == "body"
    document = document_of(cleaned)
    assert document.text[document.body_start :].startswith(BODY[0])
    assert DATELINE + BODY[0] in to_json(cleaned)["text"]


def test_only_the_first_paragraphs_open_with_a_dateline(read: Read, fates: Fates) -> None:
    late = "OSLO — The other capitals said nothing about the wall on Monday, though all of them had been asked twice."
    assert fates(read(pasted(HEADLINE, *BODY, late)))[late] == "body"


def test_a_quotation_opens_with_no_dateline(read: Read, fates: Fates) -> None:
    said = "“OSLO — The wall is coming down,” read the telegram that the minister held up for the cameras on Monday."
    assert fates(read(pasted(HEADLINE, said, *BODY)))[said] == "body"


def test_speakers_named_like_cities_are_no_datelines(read: Read) -> None:
    said = "I told the harbour board that the wall would fall in the first storm of the winter, and it did."
    document = read(f"Two voices on the harbour wall\nAUSTIN: {said}\nJACKSON: {said.replace('I', 'We')}").document
    assert document is not None
    assert "AUSTIN: I told" in document.text
    document = read(f"A voice on the harbour wall\nAUSTIN: {said}\nNobody answered him when he said so.").document
    assert document is not None
    assert "AUSTIN" not in document.text
