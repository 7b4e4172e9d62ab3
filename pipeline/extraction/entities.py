"""The model's named entities, decoded for many sentences side by side.

Belongs here: a second reading of spaCy's entity recogniser, with its weights and its rules, step by step as it does,
but for all sentences of a batch side by side in NumPy. spaCy's own loop asks for Python's lock once per possible
action and token, which makes it three times as slow as what it computes. Does not: the model, or what a name stands
for.

The transition system is BILUO (Lample et al. 2016, section 3, as spaCy implements it): at each token begin, continue or
end an entity, take the token as one, or none; the score of an action depends on the token, the first token of the open
entity and the token before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.extraction.vectors import Form, vectors_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.language import Language


_CODES = {"B": "B", "I": "I", "L": "I", "U": "B", "O": "O"}
"""The codes of IOB by those of BILUO."""


@dataclass(frozen=True)
class _Actions:
    """The recogniser's actions by number: their kind (B, I, L, U, O) and label, and which may follow which."""

    kinds: NDArray[np.str_]
    codes: list[str]
    """B, I or O of the token that is given this action."""
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
        [_CODES[kind] for kind in kinds.tolist()],
        labels,
        ends | alone | none,
        starts | alone | none,
        alone | none,
        none,
        same & (goes_on | ends),
        same & ends,
    )


def recognise(language: Language, sentences: Sequence[Sequence[Form]]) -> tuple[list[str], list[str]]:
    """Codes (B, I, O) and labels of all tokens of the sentences, in order; the label is empty outside entities."""
    table, chosen = actions(language), _decode(language, sentences).tolist()
    return [table.codes[action] for action in chosen], [table.labels[action] for action in chosen]


def _decode(language: Language, sentences: Sequence[Sequence[Form]]) -> NDArray[np.int64]:
    """The best allowed action for each token.

    While no entity is open, an action depends on the token alone, so these are taken for all tokens at once. Then the
    entities are followed from where they begin to where they end, those of all sentences side by side.
    """
    import numpy as np

    scorer, table = _Scorer(language, sentences), actions(language)
    end = np.cumsum([len(sentence) for sentence in sentences])
    is_last = np.zeros(end[-1], dtype=bool)
    is_last[end - 1] = True
    allowed = np.where(is_last[:, None], table.closed_last, table.closed)
    allowed[[word.isspace() for sentence in sentences for word, _ in sentence]] = table.blank
    chosen = _best(scorer.scores_closed(), allowed)
    begins = _next_true((table.kinds == "B")[chosen])
    first = begins[np.append(0, end[:-1])]
    while (going := first < end).any():
        first, end = first[going], end[going]
        last = _follow(scorer, table, chosen, first, is_last)
        first = begins[last + 1]
    return chosen


def _follow(
    scorer: _Scorer, table: _Actions, chosen: NDArray[np.int64], first: NDArray[np.int64], is_last: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Decide the actions inside the entities that begin at these tokens; where each ends."""
    import numpy as np

    last, is_open = first.copy(), np.full(len(first), fill_value=True)
    while is_open.any():
        last[is_open] += 1
        here = last[is_open]
        previous = chosen[here - 1]
        allowed = np.where(is_last[here][:, None], table.open_last[previous], table.open[previous])
        chosen[here] = _best(scorer.scores(here, first[is_open]), allowed)
        is_open[is_open] = ~table.ends[chosen[here]]
    return last


def _best(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    import numpy as np

    best: NDArray[np.int64] = np.where(allowed, scores, -np.inf).argmax(axis=1)
    return best


def _next_true(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each place, and the one behind the last, the first place from there on that is true, or the length."""
    import numpy as np

    places = np.append(np.where(flags, np.arange(len(flags)), len(flags)), len(flags))
    return np.minimum.accumulate(places[::-1])[::-1]


class _Scorer:
    """The recogniser's two layers over its token vectors."""

    def __init__(self, language: Language, sentences: Sequence[Sequence[Form]]) -> None:
        import numpy as np

        model: Any = language.get_pipe("ner").model  # type: ignore[attr-defined]
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        tok2vec, _, narrow = model.get_ref("tok2vec").layers
        before = narrow.predict(vectors_of(language, tok2vec).of(sentences))
        # By feature, piece and number: the two pieces of all numbers stand apart, so that the better are soon found.
        weights, nothing = lower.get_param("W").swapaxes(1, 2), lower.get_param("pad").swapaxes(2, 3)
        seen = before @ weights.reshape(-1, weights.shape[-1]).T
        # Row 0 is what stands for no token.
        self._cached = np.concatenate((nothing.reshape(1, -1), seen)).reshape(len(seen) + 1, len(weights), -1)
        self._bias = lower.get_param("b").T.reshape(-1)
        self._weights, self._offset = upper.get_param("W").T, upper.get_param("b")

    def scores_closed(self) -> NDArray[np.float32]:
        """Scores of all actions at every token, if no entity is open."""
        return self._scores(self._cached[1:, 0] + (self._cached[0, 1] + self._cached[0, 2] + self._bias))

    def scores(self, here: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scores of all actions at these tokens, given the first token of the entity that is open at each."""
        return self._scores(self._cached[here + 1, 0] + self._cached[first + 1, 1] + self._cached[here, 2] + self._bias)

    def _scores(self, summed: NDArray[np.float32]) -> NDArray[np.float32]:
        import numpy as np

        one, other = np.split(summed, 2, axis=1)
        result: NDArray[np.float32] = np.maximum(one, other) @ self._weights + self._offset
        return result
