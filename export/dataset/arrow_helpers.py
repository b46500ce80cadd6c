"""Arrow's compute functions with types: the library's own stubs leave most of them out."""

from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One contiguous array, also of a column without chunks."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def kernel(name: str, *arguments: object) -> pa.Array:
    """Call a compute function on arrays; the result is one array."""
    return _call(getattr(pc, name), *arguments)


def _call(function: Callable[..., pa.ChunkedArray | pa.Array], *arguments: object) -> pa.Array:
    return one(function(*arguments))


def positions(values: pa.ChunkedArray | pa.Array, among: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Where each value stands among others; null where it does not."""
    return kernel("index_in", values, one(among))


def numbers(values: pa.Array) -> Numbers:
    """Integers without nulls, as numpy has them."""
    return cast("Numbers", values.to_numpy(zero_copy_only=False).astype(np.int64))


def rows_where(table: pa.Table, column: str, value: str) -> pa.Table:
    """The rows with this value."""
    return table.filter(kernel("equal", table[column], pa.scalar(value)))


def joined_key(table: pa.Table, columns: tuple[str, ...]) -> pa.Array:
    """A key of several columns as one string a row."""
    if len(columns) == 1:
        return one(table[columns[0]])
    parts = [table[name] for name in columns]
    return kernel("binary_join_element_wise", *parts, pa.scalar("\x1f"))
