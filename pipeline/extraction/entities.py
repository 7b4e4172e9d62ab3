"""The model's named entities, decoded for many sentences side by side.

Belongs here: a second reading of spaCy's entity recogniser, with its weights and its rules, step by step as it does,
but for all sentences of a batch at once in NumPy. spaCy's own loop asks for Python's lock once per possible action and
token, which makes it three times as slow as what it computes. Does not: the model, or what a name stands for.

The transition system is BILUO (Lample et al. 2016, section 3, as spaCy implements it): at each token begin, continue or
end an entity, take the token as one, or none; the score of an action depends on the token, the first token of the open
entity and the token before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc

INSIDE, OUTSIDE, BEGIN = 1, 2, 3
"""spaCy's codes of IOB."""


@dataclass(frozen=True)
class _Actions:
    """The recogniser's actions by number: their kind (B, I, L, U, O) and label, and which may follow which."""

    kinds: NDArray[np.str_]
    labels: list[str]
    ends: NDArray[np.bool_]
    """Actions after which no entity is open."""
    closed: NDArray[np.bool_]
    """Allowed while no entity is open."""
    closed_last: NDArray[np.bool_]
    """As above, on the last token."""
    blank: NDArray[np.bool_]
    """As above, on white space."""
    open: NDArray[np.bool_]
    """Row by action that opened or continued the entity: allowed next."""
    open_last: NDArray[np.bool_]


@lru_cache(maxsize=1)
def actions(language: Language) -> _Actions:
    """The recogniser's actions, read from the model."""
    import numpy as np

    moves: Any = language.get_pipe("ner").moves  # type: ignore[attr-defined]
    names = [moves.get_class_name(number) for number in range(moves.n_moves)]
    kinds = np.array([name[0] for name in names])
    labels = [name[2:] for name in names]
    same = np.array([[one == other != "" for other in labels] for one in labels])
    named = np.array([label != "" for label in labels])
    goes_on, ends = kinds == "I", kinds == "L"
    starts, alone, none = (kinds == "B") & named, (kinds == "U") & named, kinds == "O"
    return _Actions(
        kinds,
        labels,
        ends | alone | none,
        starts | alone | none,
        alone | none,
        none,
        same & (goes_on | ends),
        same & ends,
    )


def recognise(language: Language, pieces: Sequence[Doc]) -> tuple[list[int], list[str]]:
    """IOB codes and labels of all tokens of the sentences, in order; the label is empty outside entities."""
    import numpy as np

    table, chosen = actions(language), _decode(language, pieces)
    codes = np.full(len(chosen), INSIDE)
    codes[(table.kinds == "B")[chosen] | (table.kinds == "U")[chosen]] = BEGIN
    codes[(table.kinds == "O")[chosen]] = OUTSIDE
    return codes.tolist(), [table.labels[action] for action in chosen]


def _decode(language: Language, pieces: Sequence[Doc]) -> NDArray[np.int64]:
    """The best allowed action for each token, all sentences advancing together."""
    import numpy as np

    scorer, table = _Scorer(language, pieces), actions(language)
    lengths = np.array([len(piece) for piece in pieces])
    order = np.argsort(-lengths, kind="stable")
    lengths, starts = lengths[order], (np.cumsum(lengths) - lengths)[order]
    blank = np.array([token.is_space for piece in pieces for token in piece], dtype=bool)
    chosen = np.zeros(int(lengths.sum()), dtype=np.int64)
    first = np.full(len(pieces), -1)
    for step in range(int(lengths[0])):
        active = int(np.searchsorted(-lengths, -step, side="left"))
        here = starts[:active] + step
        is_open, last = first[:active] >= 0, lengths[:active] == step + 1
        previous = chosen[here - 1]
        allowed = np.where(
            is_open[:, None],
            np.where(last[:, None], table.open_last[previous], table.open[previous]),
            np.where(last[:, None], table.closed_last, table.closed),
        )
        allowed[blank[here] & ~is_open] = table.blank
        scores = scorer.scores(here, first[:active])
        best = np.where(allowed, scores, -np.inf).argmax(axis=1)
        chosen[here] = best
        first[:active] = np.where(table.ends[best], -1, np.where(is_open, first[:active], here))
    return chosen


class _Scorer:
    """The recogniser's two layers over its token vectors."""

    def __init__(self, language: Language, pieces: Sequence[Doc]) -> None:
        model: Any = language.get_pipe("ner").model  # type: ignore[attr-defined]
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        vectors = model.get_ref("tok2vec").predict(list(pieces))
        self._cached = lower.predict(vectors)  # row 0 is what stands for no token
        self._bias = lower.get_param("b")
        self._weights, self._offset = upper.get_param("W").T, upper.get_param("b")

    def scores(self, here: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores of all actions at these tokens, given the first token of each open entity (-1: none is open)."""
        import numpy as np

        before = np.where(first >= 0, here - 1, -1)
        summed = self._cached[here + 1, 0] + self._cached[first + 1, 1] + self._cached[before + 1, 2] + self._bias
        result: NDArray[np.float32] = summed.max(axis=2) @ self._weights + self._offset
        return result
