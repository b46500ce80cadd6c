"""One hash of the content of a table, whatever file, chunk or version of a library held it.

The rows are hashed as they stand, so sort them first. Column by column, in order of names: the name as
UTF-8, a NUL, and the values. Values are one byte each for presence, then what is present:
strings as their lengths in bytes (little-endian int64) and all their bytes; integers and
days since 1970-01-01 as int64, booleans as one byte, floats as double, all little-endian; lists as their lengths and the flattened
values; structs as their fields, by name. The number of rows comes before everything, as int64.
"""

import hashlib
from typing import Protocol

import numpy as np
import pyarrow as pa

from .arrow_helpers import Integers, as_array, integers


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def content_hash(table: pa.Table) -> str:
    """SHA-256 of the table's content, in hexadecimal digits."""
    digest = hashlib.sha256()
    digest.update(_int64(np.array([table.num_rows])))
    for name in sorted(table.column_names):
        digest.update(name.encode() + b"\0")
        _hash_values(digest, as_array(table[name]))
    return digest.hexdigest()


def _hash_values(digest: _Digest, values: pa.Array) -> None:
    digest.update(_bytes(values.is_valid()))
    present = values.drop_null()
    kind = present.type
    if isinstance(present, pa.StringArray):
        ends, data = _string_buffers(present)
        digest.update(_int64(np.diff(ends)))
        digest.update(data)
    elif isinstance(present, pa.ListArray):
        digest.update(_int64(np.diff(integers(present.offsets))))
        _hash_values(digest, present.flatten())
    elif isinstance(present, pa.StructArray):
        fields = {kind.field(i).name: array for i, array in enumerate(present.flatten())}
        for name in sorted(fields):
            digest.update(name.encode() + b"\0")
            _hash_values(digest, fields[name])
    elif pa.types.is_boolean(kind):
        digest.update(_bytes(present))
    elif pa.types.is_date32(kind):
        digest.update(_int64(integers(present.cast(pa.int32()))))
    elif pa.types.is_integer(kind):
        digest.update(_int64(integers(present)))
    elif pa.types.is_floating(kind):
        digest.update(present.to_numpy(zero_copy_only=False).astype("<f8").tobytes())
    else:
        raise TypeError(f"no content hash of {kind}")


def _int64(values: Integers) -> bytes:
    return values.astype("<i8").tobytes()


def _bytes(values: pa.Array) -> bytes:
    content: bytes = values.to_numpy(zero_copy_only=False).astype(np.uint8).tobytes()
    return content


def _string_buffers(values: pa.StringArray) -> tuple[Integers, bytes]:
    """Where each string begins and ends, and the bytes of them all."""
    _, offsets, data = values.buffers()
    if len(values) == 0 or offsets is None:
        return np.zeros(1, np.int64), b""
    all_ends = np.frombuffer(offsets, np.int32)
    ends = all_ends[values.offset : values.offset + len(values) + 1].astype(np.int64)
    content = data.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes() if data else b""
    return ends, content
