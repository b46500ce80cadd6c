"""Write and read Parquet files: the same rows give the same bytes."""

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
    sink = pa.BufferOutputStream()
    rows = max(1, min(_MAX_ROWS, _MAX_BYTES * table.num_rows // max(1, table.nbytes)))
    pq.write_table(
        table,
        sink,
        row_group_size=rows,
        compression="zstd",
        compression_level=3,
        write_page_index=True,
        write_page_checksum=True,
        use_content_defined_chunking=True,
    )
    return bytes(sink.getvalue().to_pybytes())


def read_parquet(path: Path) -> pa.Table:
    """Read one file as it is: without guessing columns from the names of its folders."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return cast("pa.Table", file.read())
