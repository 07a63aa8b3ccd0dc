"""Arrow columns over NumPy arrays and NumPy views of Arrow columns, without copying either.

`pa.array`, `pa.scalar` and `to_numpy` import pandas where it is installed, which takes longer than
a search of a small library; these functions do not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return `column` as one array; one that is in one piece is not copied."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def view(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return the values of a column of whole bytes; what stands for nulls is undefined.

    >>> view(pa.array([7, 8, 9], pa.uint32()).slice(1)).tolist()
    [8, 9]
    """
    array = whole(column)
    stored = pa.int64() if pa.types.is_timestamp(array.type) else array.type
    kind = np.dtype(str(stored))
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.empty(0, kind)
    return np.frombuffer(buffer, kind, len(array), array.offset * kind.itemsize)


def ragged(column: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of a column of large lists, and where each starts in them (one more).

    >>> ragged(pa.array([[1, 2], [], [3]], pa.large_list(pa.int64())).slice(1))[1].tolist()
    [2, 2, 3]
    """
    array = whole(column)
    if not len(array):
        return np.empty(0, str(array.type.value_type)), np.zeros(1, np.int64)
    starts = np.frombuffer(array.buffers()[1], np.int64, len(array) + 1, 8 * array.offset)
    return view(array.values), starts


def column(values: np.ndarray, type_: pa.DataType | None = None) -> pa.Array:
    """Return `values`, numbers without nulls, as an array of their own type or of `type_`.

    >>> column(np.arange(2)).to_pylist()
    [0, 1]
    """
    stored = type_ or pa.from_numpy_dtype(values.dtype)
    buffer = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(stored, len(values), [None, buffer])


def filled(column: pa.Array | pa.ChunkedArray, value: int) -> np.ndarray:
    """Return the values of a column of whole bytes, `value` for null.

    >>> filled(pa.array([7, None], pa.int16()), 3).tolist()
    [7, 3]
    """
    array = whole(column)
    return np.where(view(pc.is_valid(array).cast(pa.int8())) == 1, view(array), value)


def strings(values: Sequence[str | None]) -> pa.Array:
    """Return an array of strings, None being null.

    >>> strings(["a", None, "é"]).to_pylist()
    ['a', None, 'é']
    """
    encoded = [(value or "").encode("utf-8", "surrogatepass") for value in values]
    starts = np.zeros(len(values) + 1, np.int64)
    np.cumsum([len(value) for value in encoded], out=starts[1:])
    buffers = [_present(values), pa.py_buffer(starts), pa.py_buffer(b"".join(encoded))]
    large = pa.Array.from_buffers(pa.large_string(), len(values), buffers)
    return large.cast(pa.string())


def floats(values: Sequence[float | None]) -> pa.Array:
    """Return an array of doubles, None being null.

    >>> floats([0.5, None]).to_pylist()
    [0.5, None]
    """
    told = np.array([value or 0.0 for value in values], np.float64)
    buffers = [_present(values), pa.py_buffer(told)]
    return pa.Array.from_buffers(pa.float64(), len(values), buffers)


def _present(values: Sequence[object]) -> pa.Buffer:
    present = np.array([value is not None for value in values], bool)
    return pa.py_buffer(np.packbits(present, bitorder="little"))


def empty(schema: pa.Schema) -> pa.Table:
    """Return a table of `schema` without rows.

    >>> empty(pa.schema([("a", pa.int8())])).num_rows
    0
    """
    return pa.table([pa.nulls(0, field.type) for field in schema], schema=schema)


def lists(values: np.ndarray, ends: np.ndarray) -> pa.Array:
    """Return large lists of `values`, each ending where `ends` says.

    >>> lists(np.arange(3), np.array([2, 2, 3])).to_pylist()
    [[0, 1], [], [2]]
    """
    starts = np.concatenate([np.zeros(1, np.int64), ends.astype(np.int64)])
    return pa.LargeListArray.from_arrays(column(starts), column(values))


def gather(column: pa.Array | pa.ChunkedArray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lists of a column of large lists at `rows`, one after another, and their ends.

    >>> gather(pa.array([[1, 2], [], [3]], pa.large_list(pa.int64())), np.array([2, 0]))[0].tolist()
    [3, 1, 2]
    """
    values, starts = ragged(column)
    sizes = starts[rows + 1] - starts[rows]
    ends = np.cumsum(sizes)
    places = np.repeat(starts[rows] - (ends - sizes), sizes) + np.arange(
        ends[-1] if len(ends) else 0
    )
    return values[places], ends
