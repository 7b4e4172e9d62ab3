from __future__ import annotations

import time
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction import sentences
from pipeline.extraction.characters import legible
from pipeline.extraction.claims import find_claims
from pipeline.extraction.parse import LONGEST_TEXT, MOST_TOKENS, TextTooLong, model, paragraphs_of, parse
from pipeline.extraction.quantities import find_quantities


def _sentences(text: str) -> list[str]:
    return [sentence.text.strip() for sentence in parse(text, paragraphs_of(text)).doc.sents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. She left.", ["It rained.", "She left."]),
        ("Mr. Lee of the U.S. Senate left. It rained.", ["Mr. Lee of the U.S. Senate left.", "It rained."]),
        ("“It rained. We left,” she said.", ["“It rained.", "We left,” she said."]),
        ("“Is it safe?” Ann Lee asked. It was.", ["“Is it safe?” Ann Lee asked.", "It was."]),
        ("“Is it safe?” It was not.", ["“Is it safe?”", "It was not."]),
        ("No full stop\n\nNext paragraph", ["No full stop", "Next paragraph"]),
        ("It cost 3.5 million. Then 4.", ["It cost 3.5 million.", "Then 4."]),
        ("LONDON, May 3 (Reuters) — It rained.", ["LONDON, May 3 (Reuters) —", "It rained."]),
        ("The mayor — a tall man — left.", ["The mayor — a tall man — left."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


def test_sentences_cover_their_paragraph_without_gaps() -> None:
    words = ["a"] * 600 + ["."] + ["B"] * 10
    ranges = list(sentences.split(words))
    assert [start for start, _ in ranges[1:]] == [end for _, end in ranges[:-1]]
    assert (ranges[0][0], ranges[-1][1]) == (0, len(words))
    assert max(end - start for start, end in ranges) <= sentences.LONGEST


def test_every_token_is_tagged_and_headlines_are_read_as_sentences() -> None:
    text = (
        "Minister Warns Council That Bridge Is Unsafe\n\nThe council met on Friday. The bridge is old. A minister came."
    )
    doc = parse(text, paragraphs_of(text)).doc
    assert doc.text == text
    assert all(token.tag_ and token.pos_ and token.lemma_ for token in doc)
    assert doc[1].lemma_ == "warn"
    assert doc[1].text == "Warns"


def test_wrapped_lines_make_one_paragraph() -> None:
    line = "the council of the town met on a Friday in May and spoke of the bridge and"
    text = "\n".join([line] * 6) + " left.\n\nThe end."
    assert len(paragraphs_of(text)) == 2
    assert len(paragraphs_of("One line.\nTwo lines.\nThree lines.")) == 3


def test_a_short_first_line_is_the_headline() -> None:
    assert [p.section for p in paragraphs_of("Bridge closed\n\nThe bridge is closed.")] == ["headline", "body"]
    assert [p.section for p in paragraphs_of("The bridge is closed.")] == ["body"]


def test_a_text_too_long_is_refused_at_once() -> None:
    with pytest.raises(TextTooLong):
        parse("x" * (LONGEST_TEXT + 1), ())
    with pytest.raises(TextTooLong):
        parse("$1 " * (MOST_TOKENS // 2 + 1), ())


@pytest.mark.parametrize(
    "text",
    [
        '"' * 3_000,
        "“" * 200 + "He said it is so" + "”" * 200,
        "he said that " * 500,
        "((" * 1_000 + "a" + "))" * 1_000,
        "a" * 50_000,
        "‘a " * 2_000,
        "“a” said " * 500,
        "\n" * 20_000 + "x",
        "\x00\u200b\ufeff" * 300,
    ],
    ids=["marks", "nested", "said", "brackets", "run", "singles", "pieces", "lines", "controls"],
)
def test_hostile_text_takes_seconds(text: str) -> None:
    started = time.perf_counter()
    parsed = parse(text, paragraphs_of(text))
    find_claims(parsed)
    find_quantities(parsed, None)
    assert parsed.doc.text == legible(text)
    assert time.perf_counter() - started < 20


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aB .,:;?!“”‘’\"'«»()\n—$5%said", max_size=120))
def test_claims_of_any_text_are_pieces_of_its_paragraphs(text: str) -> None:
    parsed = parse(text, paragraphs_of(text))
    claims = find_claims(parsed)
    for claim in claims:
        assert claim.fragments
        for fragment in claim.fragments:
            assert any(paragraph.span.contains(fragment) for paragraph in parsed.paragraphs)
        for span in (*claim.speakers, *filter(None, (claim.cue, claim.via, claim.addressee, claim.medium))):
            assert 0 <= span.start < span.end <= len(text)
    assert [claim.fragments for claim in claims] == sorted(claim.fragments for claim in claims)


def test_a_model_that_has_kept_too_many_words_makes_way_for_a_fresh_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def tags() -> list[tuple[str, str, str]]:
        return [(token.tag_, token.dep_, token.lemma_) for token in parse(text, paragraphs_of(text)).doc]

    text = "The mayor said that the bridges were closed."
    found, old = tags(), weakref.ref(model())
    monkeypatch.setattr("pipeline.extraction.parse.MOST_STRINGS", 0)
    assert tags() == found
    assert old() is None


def test_nothing_is_found_in_nothing() -> None:
    parsed = parse("", paragraphs_of(""))
    assert find_claims(parsed) == ()
    assert find_quantities(parsed, None) == ()
