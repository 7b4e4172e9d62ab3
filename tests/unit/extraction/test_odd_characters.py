"""Characters that nobody sees cost no claim, and texts made to be slow are read in bounded time."""

from __future__ import annotations

import time

import pytest

from pipeline.extraction.characters import legible
from pipeline.extraction.claims import find_claims
from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.resolution.article.annotate import annotate

TEXT = (
    "“We lost,” Maria Okoro said. The mayor said that the bridge was safe.\n\nAccording to the council, it will reopen."
)
UNSEEN = {
    "NUL": "\x00", "bell": "\x07", "delete": "\x7f", "next line": "\x85", "carriage return": "\r", "form feed": "\x0c",
    "no-break space": "\u00a0", "thin space": "\u2009", "narrow no-break space": "\u202f", "wide space": "\u3000",
    "zero-width space": "\u200b", "soft hyphen": "\u00ad", "byte order mark": "\ufeff", "right-to-left": "\u200f",
    "line separator": "\u2028", "half a character": "\ud800",
}  # fmt: skip


def _claims(text: str) -> list[tuple[str, str, str]]:
    claims = find_claims(parse(text, paragraphs_of(text)))
    return [(text[slice(*c.speakers[0])], "".join(text[slice(*span)] for span in c.fragments), c.mode) for c in claims]


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN.keys())
@pytest.mark.parametrize("place", ["{} ", " {}", " {} "])
def test_unseen_characters_beside_words_cost_no_claim(character: str, place: str) -> None:
    odd = TEXT.replace(" ", place.format(character))
    seen = [tuple(" ".join(legible(words).split()) for words in claim) for claim in _claims(odd)]
    assert seen == _claims(TEXT)


@pytest.mark.parametrize("character", ["\u00ad", "\u200b", "\u2060"])
def test_hidden_characters_within_words_cost_no_claim(character: str) -> None:
    odd = "".join(f"{word[:-2]}{character}{word[-2:]} " if len(word) > 4 else f"{word} " for word in TEXT.split(" "))
    seen = [tuple(words.replace(character, "").strip() for words in claim) for claim in _claims(odd)]
    assert seen == _claims(TEXT)


def test_a_legible_text_is_as_long_and_keeps_its_words() -> None:
    text = "a\x00b\u200b c\u00add \u2060\u2060e\u00ad\u00adf\u00ad\n\n\ufeffg"
    assert legible(text) == "a b  c\u00add   e\u00ad\u00adf \n\n g"
    assert len(legible(text)) == len(text)


HOSTILE = {
    "quotations one by one": '"We lost," he said. ' * 600,
    "marks opened and never closed": "He said “yes " * 600,
    "marks alone": '"' * 1000,
    "nested marks": "“He said ‘" * 200 + "yes" + "’”" * 200,
    "nested clauses": "He said that " * 200 + "it rained.",
    "one word": "said " * 3000,
    "no full stop": "the mayor said that the bridge was safe and " * 250,
    "only quotations": "“We will rebuild the bridge in May.”\n\n" * 250,
    "labels": "SMITH: I agree.\n\n" * 400,
    "brackets": "(" * 500 + "said" + ")" * 500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_take_time_in_proportion_to_their_length(text: str) -> None:
    half = text[: len(text) // 2]
    annotate("warm", half[:200])
    spent = []
    for piece in (half, text):
        started = time.process_time()
        annotate("hostile", piece)
        spent.append(time.process_time() - started)
    assert spent[1] < 3 * spent[0] + 0.3
