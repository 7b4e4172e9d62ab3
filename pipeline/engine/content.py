"""The name of a row by its content: the same values, the same name, whatever batch the row stands in.

Belongs here: hashing Arrow rows from their buffers, a column at a time; a Python value for every cell would take most
of the time of a build in which nothing changed. Does not: what is kept under such a name (`kept`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bounds = npt.NDArray[np.int64]
_Leaf = tuple[memoryview, list[int]]
"""The bytes of all rows, and where each row's begin and end in them."""

KEY_BYTES = 20
KEY_TYPE = pa.binary(KEY_BYTES)


def row_keys(batch: pa.RecordBatch, columns: Sequence[str], seed: str) -> list[bytes]:
    """BLAKE2b of these columns, KEY_BYTES bytes for each row; `seed` is what else the row's result depends on.

    Lengths of texts and lists and which values are null are hashed beside the values, so no two rows look the same.
    """
    rows = np.arange(batch.num_rows + 1, dtype=np.int64)
    leaves = [leaf for name in columns for leaf in _leaves(batch[name], rows)]
    start = hashlib.blake2b(repr((seed, list(columns))).encode(), digest_size=KEY_BYTES)
    keys = []
    for i in range(batch.num_rows):
        digest = start.copy()
        digest.update(b"".join([data[at[i] : at[i + 1]] for data, at in leaves]))
        keys.append(digest.digest())
    return keys


def _leaves(array: pa.Array, bounds: Bounds) -> Iterator[_Leaf]:
    """The values of an array as bytes; those of row i are the elements bounds[i] to bounds[i + 1]."""
    yield _leaf(array.is_valid().cast(pa.uint8()), bounds)
    kind = array.type
    if pa.types.is_struct(kind):
        for child in array.flatten():  # with the nulls of the struct itself
            yield from _leaves(child, bounds)
    elif pa.types.is_list(kind):
        ends = _ends(pc.list_value_length(array))
        yield _leaf(pa.array(np.diff(ends)), bounds)
        yield from _leaves(array.flatten(), ends[bounds])
    elif pa.types.is_string(kind) or pa.types.is_binary(kind):
        ends = _ends(pc.binary_length(array))
        yield _leaf(pa.array(np.diff(ends)), bounds)
        yield _data(array), ends[bounds].tolist()
    else:
        yield _leaf(array.fill_null(_ZERO.get(kind, 0)), bounds)


_ZERO: dict[Any, Any] = {pa.bool_(): False}


def _ends(lengths: pa.Array) -> Bounds:
    ends = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths.fill_null(0).to_numpy(zero_copy_only=False), out=ends[1:])
    return ends


def _leaf(array: pa.Array, bounds: Bounds) -> _Leaf:
    values = np.ascontiguousarray(array.to_numpy(zero_copy_only=False))
    return values.view(np.uint8).data, (bounds * values.itemsize).tolist()


def _data(array: pa.Array) -> memoryview:
    """The bytes of all texts, one after the other; nothing of null ones, whose slots may hold anything."""
    packed = pa.concat_arrays([array.drop_null()])
    _, offsets, data = packed.buffers()
    if data is None or not len(packed):
        return memoryview(b"")
    at = np.frombuffer(offsets, dtype=np.int32)[packed.offset : packed.offset + len(packed) + 1]
    return memoryview(data)[at[0] : at[-1]]
