"""The keys under which like claims meet, of many claims at once.

Belongs here: 64-bit keys of words in a row and of words near each other. Does not: the words of a claim (`statements`),
or which claims are compared (`grouping`). The keys of a claim depend on it alone, so that nothing changes for a claim
when others come or go; that many are made at once is for speed, as a large corpus has hundreds of millions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.resolution.groups.statements import ENOUGH, STOP, Statement, Words, telling

RUN = 5
"""Words in a row that make two quotations candidates."""
SKIP = 2
"""How far apart two content words may stand to make a key."""
MOST_KEYS = 24
"""Keys of a claim for what it says: the smallest by hash, so that like claims keep like keys (bottom-k sampling)."""

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Found = tuple[Numbers, Hashes]
"""Keys, each behind the number of its claim."""

_ODD = tuple(pow(0x9E3779B97F4A7C15, power, 2**64) for power in range(1, 6))
"""Odd numbers that keep the order of words in a sum of their hashes; the words are hashed once, the keys are many."""


def keys_of(statements: Sequence[Statement]) -> dict[str, pa.Array]:
    """The keys of each claim: `words_key` stands for its words, the others are sorted lists.

    `said`, `fragments` and `pairs` hold the speaker, and a claim has them only if that is a named one. Two claims are
    compared if they share one of `runs`, two of `said`, or if one of the `fragments` of one is among the `pairs` of the
    other.
    """
    quoted = _Pieces(statements, (one.said.quoted for one in statements))
    content = _Pieces(statements, ((one.said.content,) if _tells(one) else () for one in statements), "said ")
    neighbours = quoted.neighbours()
    return {
        "words_key": pa.array([_hash(f"{one.mode}\0{one.text}") for one in statements], pa.uint64()),
        "runs": _lists(quoted.runs(), len(statements)),
        "said": _lists(content.near(), len(statements), MOST_KEYS),
        "fragments": _lists(quoted.pairs(quoted.longest(neighbours), 1), len(statements)),
        "pairs": _lists(quoted.pairs(neighbours, 1), len(statements)),
    }


def _tells(statement: Statement) -> bool:
    return statement.sayer is not None and len(statement.said.content) >= ENOUGH


class _Pieces:
    """Pieces of many claims, their words after each other; `prefix` keeps their pairs apart from those of others."""

    def __init__(self, statements: Sequence[Statement], pieces: Iterable[Sequence[Words]], prefix: str = "") -> None:
        self._statements = statements
        found = [(owner, words) for owner, of_one in enumerate(pieces) for words in of_one]
        self._pieces = [words for _, words in found]
        self._words = list(chain.from_iterable(self._pieces))
        self._hashes = np.array([_hash_of_word(word) for word in self._words], dtype=np.uint64)
        self._sayers = np.array([_hash_of_word(prefix + (one.sayer or "")) for one in statements], dtype=np.uint64)
        sizes = [len(words) for words in self._pieces]
        self._piece = np.repeat(np.arange(len(found)), sizes)
        self._owner = np.repeat(np.array([owner for owner, _ in found], dtype=np.int64), sizes)

    def _together(self, size: int) -> Numbers:
        """Where so many words of one piece begin."""
        return np.flatnonzero(self._piece[: max(0, len(self._piece) - size + 1)] == self._piece[size - 1 :])

    def runs(self) -> Found:
        """The runs of words with at least one in them that tells something."""
        tells = np.array([bool(word) for words in self._pieces for word in telling(words)], dtype=bool)
        before = np.concatenate([[0], np.cumsum(tells)])
        at = self._together(RUN)
        at = at[before[at + RUN] > before[at]]
        keys = np.zeros(len(at), dtype=np.uint64)
        for place, odd in enumerate(_ODD):
            keys += self._hashes[at + place] * np.uint64(odd)
        return self._owner[at], keys

    def neighbours(self) -> Numbers:
        """Where two words begin of which one at least is no function word, in claims of a named speaker."""
        stop = np.array([word in STOP for word in self._words], dtype=bool)
        named = np.array([one.sayer is not None for one in self._statements], dtype=bool)
        at = self._together(2)
        found: Numbers = at[named[self._owner[at]] & ~(stop[at] & stop[at + 1])]
        return found

    def longest(self, neighbours: Numbers) -> Numbers:
        """The longest of the neighbours of each piece of a claim that quotes fragments only.

        It is taken for a whole fragment: any would do, but it must be the same one each time.
        """
        mixed = np.array([one.mode == "mixed" for one in self._statements], dtype=bool)
        of_pieces = groupby(neighbours[mixed[self._owner[neighbours]]].tolist(), key=self._piece.__getitem__)
        return np.array([max(places, key=self._length) for _, places in of_pieces], dtype=np.int64)

    def _length(self, at: int) -> tuple[int, str, str]:
        one, two = self._words[at : at + 2]
        return len(one) + len(two), one, two

    def near(self) -> Found:
        """Each word with the next SKIP of them."""
        found = [self.pairs(self._together(step + 1), step) for step in range(1, SKIP + 1)]
        owners, keys = zip(*found, strict=True)
        return np.concatenate(owners), np.concatenate(keys)

    def pairs(self, at: Numbers, step: int) -> Found:
        """Two words so many steps apart, with who says them."""
        a, b, c = (np.uint64(odd) for odd in _ODD[:3])
        owner = self._owner[at]
        return owner, self._sayers[owner] * c + self._hashes[at] * a + self._hashes[at + step] * b


def _lists(found: Found, count: int, most: int | None = None) -> pa.ListArray:
    """The keys of each of so many claims, sorted, each once; the smallest of them where they are more than `most`."""
    owner, keys = found
    order = np.lexsort((keys, owner))
    owner, keys = owner[order], keys[order]
    fresh = np.ones(len(owner), dtype=bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (keys[1:] != keys[:-1])
    owner, keys = owner[fresh], keys[fresh]
    if most is not None:
        small = np.arange(len(owner)) - np.searchsorted(owner, owner) < most
        owner, keys = owner[small], keys[small]
    bounds = np.searchsorted(owner, np.arange(count + 1))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), pa.array(keys, pa.uint64()))


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


_hash_of_word = lru_cache(maxsize=200_000)(_hash)
