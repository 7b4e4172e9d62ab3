from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.extraction import tagging
from pipeline.extraction.parse import model
from pipeline.extraction.tokens import Analysis, Doc, Span, Token, read

if TYPE_CHECKING:
    import spacy.tokens

TEXT = (
    "“It rained,” Maria Okoro said at 9.  The report, she told the Harbour Trust on Friday, which nobody had read "
    "then, would cost £40. On Monday it was put, the mayor says, aside that had been asked for.\nNobody came."
)
PLAIN = (
    *("i", "idx", "text", "lower_", "whitespace_", "tag_", "dep_", "ent_iob_", "ent_type_", "is_sent_start"),
    *("is_alpha", "is_space", "is_punct", "is_quote", "is_currency", "like_num"),
)
LINKS = ("head", "left_edge", "right_edge")
GROUPS = ("children", "lefts", "rights", "ancestors")


@pytest.fixture(scope="module")
def both() -> tuple[spacy.tokens.Doc, Doc]:
    """The text as spaCy reads it, and the same read from that."""
    theirs = model()(TEXT)
    found = Analysis(
        [token.tag_ for token in theirs],
        [tagging.pos(token.tag_, token.text) for token in theirs],
        [token.lemma_ for token in theirs],
        [token.dep_ for token in theirs],
        [token.ent_iob_ for token in theirs],
        [token.ent_type_ for token in theirs],
        [token.head.i for token in theirs],
    )
    words, spaces = [token.text for token in theirs], [bool(token.whitespace_) for token in theirs]
    return theirs, read(TEXT, words, spaces, found)


@pytest.mark.parametrize("name", PLAIN)
def test_a_token_is_what_spacy_says_of_it(both: tuple[spacy.tokens.Doc, Doc], name: str) -> None:
    theirs, ours = both
    assert [getattr(token, name) for token in ours] == [getattr(token, name) for token in theirs]


@pytest.mark.parametrize("name", LINKS)
def test_a_token_stands_where_spacy_has_it_in_the_tree(both: tuple[spacy.tokens.Doc, Doc], name: str) -> None:
    theirs, ours = both
    assert [getattr(token, name).i for token in ours] == [getattr(token, name).i for token in theirs]


@pytest.mark.parametrize("name", GROUPS)
def test_a_token_governs_what_spacy_has_below_it(both: tuple[spacy.tokens.Doc, Doc], name: str) -> None:
    def numbers(tokens: Any) -> list[list[int]]:
        return [[other.i for other in getattr(token, name)] for token in tokens]

    theirs, ours = both
    assert numbers(ours) == numbers(theirs)


def test_a_subtree_is_in_order_of_the_text(both: tuple[spacy.tokens.Doc, Doc]) -> None:
    theirs, ours = both
    for one, other in zip(ours, theirs, strict=True):
        assert [token.i for token in one.subtree] == sorted(token.i for token in other.subtree)


def test_sentences_and_names_are_those_of_spacy(both: tuple[spacy.tokens.Doc, Doc]) -> None:
    def spans(found: Any) -> list[tuple[int, int, str, str, int, int, int]]:
        return [(s.start, s.end, s.label_, s.text, s.start_char, s.end_char, s.root.i) for s in found]

    theirs, ours = both
    assert len(ours.ents) > 2
    assert spans(ours.ents) == spans(theirs.ents)
    assert spans(ours.sents) == spans(theirs.sents)
    assert [(token.sent.start, token.sent.end) for token in ours] == [(t.sent.start, t.sent.end) for t in theirs]


def test_a_passage_is_the_text_between_two_places(both: tuple[spacy.tokens.Doc, Doc]) -> None:
    theirs, ours = both
    assert ours.text == TEXT
    for start, end in ((0, 4), (3, 3), (5, 4), (len(ours) - 2, len(ours) + 9)):
        assert ours.passage(start, end) == theirs[start:end].text


def _document(*heads: int) -> Doc:
    words = ["word"] * len(heads)
    spaces = [number + 1 < len(heads) for number in range(len(heads))]
    return read(" ".join(words), words, spaces, Analysis(words, words, words, words, words, words, list(heads)))


def test_each_root_begins_a_sentence_of_its_own() -> None:
    doc = _document(1, 1, 3, 3, 3)
    assert [(sentence.start, sentence.end) for sentence in doc.sents] == [(0, 2), (2, 5)]
    assert [token.is_sent_start for token in doc] == [True, False, True, False, False]


def test_a_text_without_words_has_no_sentence() -> None:
    doc = _document()
    assert (list(doc), doc.sents, doc.ents, doc.passage(0, 1)) == ([], [], [], "")


def test_tokens_and_documents_equal_themselves_alone() -> None:
    one, other = _document(0), _document(0)
    assert one != other
    assert one[0] != other[0]
    assert len({one, other, one}) == 2
    assert isinstance(one[0], Token)
    assert Span(one, 0, 1) == Span(one, 0, 1) != Span(other, 0, 1)
