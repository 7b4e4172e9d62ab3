from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from spacy.tokens import Doc

from pipeline.extraction import vectors
from pipeline.extraction.parse import model
from pipeline.extraction.vectors import Form, Vectors

SENTENCES: tuple[Sequence[Form], ...] = (
    [("Ms", True), ("Okoro", True), ("closed", True), ("the", True), ("old", True), ("bridge", False), (".", True)],
    [("The", True), ("bridge", True), ("was", True), ("old", False), (",", True), ("the", True), ("mayor", True)],
    [("\n", False)],
)


def _fresh() -> Vectors:
    return Vectors(model().vocab, model().get_pipe("tok2vec").model)  # type: ignore[attr-defined]


def _of_model(sentence: Sequence[Form]) -> np.ndarray:
    doc = Doc(model().vocab, words=[word for word, _ in sentence], spaces=[space for _, space in sentence])
    found: list[np.ndarray] = model().get_pipe("tok2vec").predict([doc])  # type: ignore[attr-defined]
    return found[0]


def test_vectors_are_those_that_the_model_gives() -> None:
    cached = _fresh()
    for _ in range(2):  # new words, then known ones
        for sentence, found in zip(SENTENCES, cached.of(SENTENCES), strict=True):
            assert np.array_equal(found, _of_model(sentence))


def test_vectors_do_not_depend_on_what_was_read_before() -> None:
    other = _fresh()
    other.of([[(f"word{number}", True) for number in range(300)]])
    for one, two in zip(_fresh().of(SENTENCES), other.of(SENTENCES), strict=True):
        assert np.array_equal(one, two)


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST_WORDS", 10)
    cached = _fresh()
    for number in range(9):
        cached.of([[(f"word{number}{letter}", True) for letter in "abcd"]])
        assert cached.known <= 10 + 4
    assert np.array_equal(cached.of(SENTENCES)[0], _of_model(SENTENCES[0]))
