"""Write and read Parquet files: the same rows give the same bytes."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

_MAX_ROWS = 128 * 1024
#: Hosts that show a dataset refuse row groups that are much larger.
_MAX_BYTES = 64 * 1024 * 1024


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write one file that every reader takes: zstd, page index, checksums, moderate row groups."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(parquet_bytes(table))


def parquet_bytes(table: pa.Table) -> bytes:
    """The content of such a file."""
    return parquet_bytes_of_parts([table], table.schema)


def parquet_bytes_of_parts(parts: Iterable[pa.Table], schema: pa.Schema) -> bytes:
    """The content of the file of a table that comes in parts, too large to hold as a whole."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=3,
        write_page_index=True,
        write_page_checksum=True,
        use_content_defined_chunking=True,
    ) as writer:
        waiting = schema.empty_table()
        for part in parts:
            waiting = pa.concat_tables([waiting, part])
            rows = _rows_of_group(waiting)
            while waiting.num_rows > rows:
                writer.write_table(waiting.slice(0, rows), rows)
                waiting = waiting.slice(rows)
                # Else Arrow keeps for later parts what it used for earlier ones, which grows.
                pa.default_memory_pool().release_unused()
        if waiting.num_rows:
            writer.write_table(waiting, waiting.num_rows)
    return bytes(sink.getvalue().to_pybytes())


def _rows_of_group(table: pa.Table) -> int:
    rows: int = _MAX_BYTES * table.num_rows // max(1, table.nbytes)
    return max(1, min(_MAX_ROWS, rows))


def read_parquet(path: Path) -> pa.Table:
    """Read one file as it is: without guessing columns from the names of its folders."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return cast("pa.Table", file.read())
