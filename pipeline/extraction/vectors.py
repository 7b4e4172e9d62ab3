"""The model's token vectors, with what it knows of a word by itself computed once per word.

Belongs here: a cache in front of the first of the two halves of spaCy's tok2vec, the embedding of a word by its form,
which takes a third of the time and sees no neighbours (Miranda et al. 2022, "Multi hash embeddings in spaCy"). Does
not: the second half, which does (`encoder`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.extraction.encoder import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

MOST_WORDS = 30_000
"""Words that are kept at most, some 12 MB; then they are forgotten, all at once."""
Form = tuple[str, bool]
"""A word, and whether a space follows it: all that the embedding sees."""


class Vectors:
    """The vectors of one tok2vec of the model."""

    def __init__(self, vocab: Vocab, tok2vec: Any) -> None:
        self._vocab = vocab
        self._embedding, encoder = tok2vec.layers
        self._encoder = Encoder(encoder)
        self._rows: dict[Form, int] = {}
        self._table: NDArray[np.float32] = tok2vec.ops.alloc2f(0, encoder.get_dim("nO"))

    @property
    def known(self) -> int:
        """Number of words that are kept now."""
        return len(self._rows)

    def of(self, sentences: Sequence[Sequence[Form]]) -> NDArray[np.float32]:
        """A row for each token of the sentences, in order, as the model gives it but for last bits."""
        if len(self._rows) > MOST_WORDS:
            self._rows.clear()
        self._learn(sorted({form for sentence in sentences for form in sentence if form not in self._rows}))
        rows = [self._rows[form] for sentence in sentences for form in sentence]
        return self._encoder.of(self._table[rows], [len(sentence) for sentence in sentences])

    def _learn(self, new: Sequence[Form]) -> None:
        import numpy as np

        if not new:
            return
        start, end = len(self._rows), len(self._rows) + len(new)
        if end > len(self._table):  # twice the room, so that a row is seldom copied
            more = np.empty((2 * end - len(self._table), self._table.shape[1]), dtype=np.float32)
            self._table = np.concatenate((self._table, more))
        self._table[start:end] = self._embedding.predict([_document(self._vocab, new)])[0]
        self._rows |= zip(new, range(start, end), strict=True)


def _document(vocab: Vocab, forms: Sequence[Form]) -> Doc:
    from spacy.tokens import Doc

    return Doc(vocab, words=[word for word, _ in forms], spaces=[space for _, space in forms])


@lru_cache(maxsize=4)
def vectors_of(language: Language, tok2vec: Any) -> Vectors:
    """The vectors of a tok2vec of this model, with the words that were seen so far."""
    return Vectors(language.vocab, tok2vec)
