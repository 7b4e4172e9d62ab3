"""Copies among very many articles: a sketch of each body, and the pairs whose sketches have something in common.

Belongs here: shingles, MinHash, locality-sensitive hashing, and the exact comparison of a pair. Does not: which of two
copies is kept (`corpus`). Method: A. Broder, On the resemblance and containment of documents, 1997; the sketch is
datasketch's MinHash with a fixed seed, kept between builds, and only its hashed bands are in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline import ids
from pipeline.cleaning.briefs import DIGEST_BYTES, digest, number_of
from pipeline.code import code_version
from pipeline.engine.batches import Stage
from pipeline.settings import Settings

NEAR = 0.8
"""Two articles are copies of each other if their sets of word shingles agree in this share (Jaccard), or more."""
CONTAINED = 0.9
"""An article is a copy of a longer one that holds this share of its shingles: a syndicated report, shortened."""
REACH = 64
"""Sketches with a band in common that are compared, each with so many that follow it: all pairs of the usual few, and
a chain through the thousands that a table or a form letter gives."""
_SHINGLE = 5
_MIN_SHINGLES = 20
_PERMUTATIONS = 128
_SEED = 1
_BANDS, _BAND_ROWS = 25, 5
"""Two sets that agree in half of their shingles share a band with a probability of 0.55, in 0.8 of them of 0.9999."""
_BAND_BYTES = 8

Numbers = npt.NDArray[np.int64]

SCHEMA = pa.schema(
    [pa.field("words", pa.binary(DIGEST_BYTES)), pa.field("bands", pa.binary(_BANDS * _BAND_BYTES))],
)
"""A hash of the body's words, and the hashed bands of its MinHash; null if it is too short to be told from others."""


def sketch_stage() -> Stage:
    """Rows of one column, `body` -> SCHEMA."""
    return Stage("sketch", sketch_batch, SCHEMA, code_version("clean"), _unknown)


def sketch_batch(batch: pa.RecordBatch, _settings: Settings) -> pa.RecordBatch:
    """The sketch of each body."""
    return pa.RecordBatch.from_pylist([_sketch(body) for body in batch["body"].to_pylist()], schema=SCHEMA)


def _unknown(row: Mapping[str, Any], _detail: str) -> dict[str, Any]:
    """A body that could not be sketched is a copy of the same words only."""
    return {"words": digest(row["body"]), "bands": None}


def _sketch(body: str) -> dict[str, Any]:
    words = ids.words(body)
    found = _texts(words)
    return {"words": digest(words), "bands": _bands(found) if len(found) >= _MIN_SHINGLES else None}


def _texts(words: str) -> frozenset[str]:
    found = words.split()
    return frozenset(" ".join(found[i : i + _SHINGLE]) for i in range(max(1, len(found) - _SHINGLE + 1)))


def _bands(shingles: frozenset[str]) -> bytes:
    sketch = _empty().copy()
    sketch.update_batch([shingle.encode() for shingle in sorted(shingles)])
    rows = sketch.hashvalues[: _BANDS * _BAND_ROWS].reshape(_BANDS, _BAND_ROWS)
    return b"".join(hashlib.blake2b(row.tobytes(), digest_size=_BAND_BYTES).digest() for row in rows)


@lru_cache(maxsize=1)
def _empty() -> Any:
    """A sketch of nothing: making its permutations takes longer than a sketch."""
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, seed=_SEED)


def shingles(body: str) -> Numbers:
    """The set of a body's shingles as sorted hashes."""
    return np.unique(np.array([number_of(digest(text)) for text in _texts(ids.words(body))], dtype=np.int64))


def are_alike(a: Numbers, b: Numbers) -> bool:
    """True if one of the two is a copy of the other, or holds it."""
    common = np.intersect1d(a, b, assume_unique=True).size
    return bool(common >= NEAR * (a.size + b.size - common) or common >= CONTAINED * min(a.size, b.size))


def candidates(sketches: Sequence[tuple[bytes, bytes]]) -> Iterator[tuple[int, int]]:
    """Pairs, by number and each once, that have a band in common: of (hash of the words, bands) for each article.

    What is compared depends on the set of articles alone: those with a band in common stand in the order of their
    hashes.
    """
    if not sketches:
        return
    words = np.array([number_of(hashed) for hashed, _ in sketches], dtype=np.int64)
    bands = np.frombuffer(b"".join(bands for _, bands in sketches), dtype=np.int64).reshape(len(sketches), _BANDS)
    found = [pair for column in bands.T for pair in _in_reach(column, words)]
    if found:
        yield from map(tuple, np.unique(np.concatenate(found), axis=0).tolist())


def _in_reach(band: Numbers, words: Numbers) -> Iterator[npt.NDArray[np.int64]]:
    order = np.lexsort((words, band))
    ordered = band[order]
    for step in range(1, REACH + 1):
        same = ordered[step:] == ordered[:-step]
        if not same.any():
            return
        yield np.sort(np.stack((order[:-step][same], order[step:][same]), axis=1), axis=1)
