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


def _of_model(*sentences: Sequence[Form]) -> np.ndarray:
    docs = [
        Doc(model().vocab, words=[w for w, _ in forms], spaces=[space for _, space in forms]) for forms in sentences
    ]
    return np.concatenate(model().get_pipe("tok2vec").predict(docs))  # type: ignore[attr-defined]


def test_vectors_are_those_that_the_model_gives() -> None:
    cached = _fresh()
    for _ in range(2):  # new words, then known ones
        assert np.allclose(cached.of(SENTENCES), _of_model(*SENTENCES), atol=1e-5)


def test_a_sentence_has_the_same_vectors_alone_and_among_others() -> None:
    together, alone = _fresh().of(SENTENCES), [_fresh().of([sentence]) for sentence in SENTENCES]
    assert np.allclose(together, np.concatenate(alone), atol=1e-5)
    assert not np.allclose(_fresh().of([[*SENTENCES[0], *SENTENCES[1]]]), together[: -len(SENTENCES[2])], atol=1e-2)


def test_vectors_do_not_depend_on_what_was_read_before() -> None:
    other = _fresh()
    other.of([[(f"word{number}", True) for number in range(300)]])
    assert np.array_equal(_fresh().of(SENTENCES), other.of(SENTENCES))


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST_WORDS", 10)
    cached = _fresh()
    for number in range(9):
        cached.of([[(f"word{number}{letter}", True) for letter in "abcd"]])
        assert cached.known <= 10 + 4
    assert np.allclose(cached.of(SENTENCES), _of_model(*SENTENCES), atol=1e-5)
