from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from pipeline.extraction.entities import recognise
from pipeline.extraction.parse import model
from pipeline.extraction.vectors import Form

TEXTS = (
    "Maria Okoro met Prime Minister Keir Starmer in Paris on Friday, 3 May 2024.",
    "The European Union and the United Nations Security Council gave $3.5 million to Kenya.",
    "Nothing was said.",
    "Okoro",
    "Ms Okoro told the BBC that 40 per cent of British voters had left the Labour Party in New York City",
    "\n\n",
    "He said \n so.",
)


def _forms(text: str) -> list[Form]:
    return [(token.text, bool(token.whitespace_)) for token in model().tokenizer(text)]


def _document(sentence: Sequence[Form]) -> Doc:
    return Doc(model().vocab, words=[word for word, _ in sentence], spaces=[space for _, space in sentence])


def test_entities_are_those_that_spacy_finds_itself() -> None:
    language = model()
    sentences = [_forms(text) for text in TEXTS]
    codes, labels = recognise(language, sentences)
    ner, docs = language.get_pipe("ner"), [_document(sentence) for sentence in sentences]
    ner.set_annotations(docs, ner.predict(docs))  # type: ignore[attr-defined]
    assert codes == [token.ent_iob_ for doc in docs for token in doc]
    assert labels == [token.ent_type_ for doc in docs for token in doc]
