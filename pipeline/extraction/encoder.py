"""The window encoder: how a word's vector takes in those of its neighbours.

Belongs here: the second half of spaCy's tok2vec, with its weights and its order of layers, written for all sentences of
a batch at once. Does not: the first half, the embedding of single words (`vectors`).

Four times over, each row becomes itself plus what a maxout layer makes of it and its two neighbours (Goodfellow et al.
2013, "Maxout networks"), normalised (Ba et al. 2016, "Layer normalization"). spaCy computes the same in a dozen passes
over memory per layer and with a slower matrix product; that took twice the time. The results differ in last bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TINY = 1e-8
"""What thinc adds to a variance."""


class _Layer(NamedTuple):
    """The weights of one layer for vectors of n numbers, with p pieces for each number of the result."""

    weights: NDArray[np.float32]
    """(3n + 1) x (p n): the numbers of the word before, of the word and of the word behind, and one for the bias; the
    results piece by piece."""
    gain: NDArray[np.float32]
    shift: NDArray[np.float32]


class Encoder:
    """The window encoder of one tok2vec of the model."""

    def __init__(self, model: Any) -> None:
        self._space: int = model.attrs["pad"]
        self._layers = [_layer(*residual.layers[0].walk()) for residual in model.layers[0].layers]

    def of(self, vectors: NDArray[np.float32], lengths: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of the words of some sentences (a row for each word) with their neighbours taken in.

        Between sentences, and at both ends, stands as much empty space as the layers can see across.
        """
        import numpy as np

        rows = np.arange(len(vectors)) + self._space * (1 + np.repeat(np.arange(len(lengths)), lengths))
        spaced = np.zeros((len(vectors) + self._space * (1 + len(lengths)), vectors.shape[1]), dtype=np.float32)
        spaced[rows] = vectors
        for layer in self._layers:
            spaced += _taken_in(layer, spaced)
        found: NDArray[np.float32] = spaced[rows]
        return found


def _layer(*models: Any) -> _Layer:
    import numpy as np

    maxout, norm = (next(model for model in models if model.name == name) for name in ("maxout", "layernorm"))
    by_piece = maxout.get_param("W").transpose(2, 1, 0), maxout.get_param("b").T[None]
    weights = np.concatenate(by_piece).reshape(by_piece[0].shape[0] + 1, -1)
    return _Layer(np.ascontiguousarray(weights), norm.get_param("G"), norm.get_param("b"))


def _taken_in(layer: _Layer, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a layer makes of each row and its neighbours; there is nothing beyond the ends."""
    import numpy as np

    count, width = rows.shape
    window = np.zeros((count, 3 * width + 1), dtype=np.float32)
    window[1:, :width] = rows[:-1]
    window[:, width : 2 * width] = rows
    window[:-1, 2 * width : -1] = rows[1:]
    window[:, -1] = 1
    pieces = window @ layer.weights
    best = pieces[:, :width]
    for start in range(width, pieces.shape[1], width):
        best = np.maximum(best, pieces[:, start : start + width])
    best -= best.mean(axis=1, keepdims=True)
    best *= (1 / np.sqrt(np.einsum("ij,ij->i", best, best) / width + _TINY))[:, None]
    best *= layer.gain
    best += layer.shift
    return best
