"""Helpers for Arrow columns, with the types that the library's own stubs leave out."""

from collections.abc import Callable
from typing import TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Integers: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def as_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one contiguous array, even if it has no chunks."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def compute(name: str, *arguments: object) -> pa.Array:
    """Call a compute function on arrays; the result is one array."""
    function: Callable[..., pa.ChunkedArray | pa.Array] = getattr(pc, name)
    return as_array(function(*arguments))


def positions(values: pa.ChunkedArray | pa.Array, among: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Where each value stands among others; null where it does not."""
    return compute("index_in", values, as_array(among))


def integers(values: pa.Array) -> Integers:
    """Integers without nulls, as numpy has them."""
    return cast("Integers", values.to_numpy(zero_copy_only=False).astype(np.int64))


def rows_where(table: pa.Table, column: str, value: str) -> pa.Table:
    """The rows with this value."""
    return table.filter(compute("equal", table[column], pa.scalar(value)))


def joined_key(table: pa.Table, columns: tuple[str, ...]) -> pa.Array:
    """A key of several columns as one string a row."""
    if len(columns) == 1:
        return as_array(table[columns[0]])
    parts = [table[name] for name in columns]
    return compute("binary_join_element_wise", *parts, pa.scalar("\x1f"))
