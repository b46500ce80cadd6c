"""Read the articles of a Parquet file, row by row, and never more than a text may be long."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from signalbook.schema.scheme.model import Json

from .find_files import ArticleProblem, Articles, RawArticle, column_problems, too_long

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROWS_AT_ONCE = 1_000
#: Python takes more for each value of a list than Parquet does.
_BYTES_A_VALUE = 16
#: A column of its own row numbers that pandas adds.
_PANDAS_INDEX = re.compile("__index_level_[0-9]+__")


def parquet(path: Path, _root: Path, max_bytes: int) -> Articles:
    """Every article of the file, a row each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            columns = cast(list[str], file.schema_arrow.names)
            kinds = cast("list[object]", file.schema_arrow.types)
        texts = [n for n, kind in zip(columns, kinds, strict=True) if kind == pa.string()]
        # A few repeated texts of a small file would fill the memory if each row had its own.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            problems = [*column_problems(path, columns), *_overlong(path, file, max_bytes)]
            yield from problems
            if problems:
                return
            batches = cast("Iterator[pa.RecordBatch]", file.iter_batches(_ROWS_AT_ONCE))
            rows = (row for batch in batches for row in _rows(_in_microseconds(batch), max_bytes))
            for number, row in enumerate(rows, 1):
                if isinstance(row, _TooLong):
                    yield too_long(path, number, f"column {row.column!r}", max_bytes)
                elif isinstance(row, str):
                    fix = "write the file again without it, or with it as text"
                    yield ArticleProblem(path, number, None, row, fix)
                else:
                    yield _parquet_article(path, number, row)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        fact = f"not a readable Parquet file: {str(error).splitlines()[0].rstrip('.')}"
        yield ArticleProblem(path, None, None, fact, "write it again")


#: What pyarrow raises for a value that Python cannot hold: a day after the year 9999, a zone that
#: nobody knows (a KeyError), a text of other bytes.
_SECONDS_A_DAY = 86_400
_PARTS_OF_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_UNREADABLE = (ArithmeticError, LookupError, ValueError)


@dataclass(frozen=True)
class _TooLong:
    """A row that no memory should be filled with, and the column that makes it so."""

    column: str


def _rows(batch: "pa.RecordBatch", max_bytes: int) -> Iterator[dict[str, object] | str | _TooLong]:
    """One row after the other, so that only one is in memory; or what keeps it from being read."""
    names = batch.schema.names
    suspects = [name for name in names if _weight(batch.column(name)) > max_bytes]
    overlong_days = [name for name in names if _has_no_time_of_day(batch.column(name))]
    for number in range(batch.num_rows):
        row = batch.slice(number, 1)
        heavy = [n for n in suspects if _weight(row.column(n), of_row=True) > max_bytes]
        if heavy:
            yield _TooLong(heavy[0])
            continue
        past = [n for n in overlong_days if _has_no_time_of_day(row.column(n))]
        if past:
            yield _out_of_range(past[0], row.column(past[0]))
            continue
        try:
            yield cast("dict[str, object]", row.to_pylist()[0])
        except _UNREADABLE:
            yield next(filter(None, map(_unreadable, row.schema.names, row.columns)))


def _weight(values: "pa.Array", *, of_row: bool = False) -> int:
    """About the bytes that these values take, and no fewer than any one of them does.

    Args:
        values: Values of a column.
        of_row: Take the one value out of a dictionary, which may hold longer ones.
    """
    import pyarrow as pa

    if isinstance(values, pa.DictionaryArray):
        return _weight(values.dictionary_decode() if of_row else values.dictionary)
    parts = _parts(values)
    if isinstance(values, pa.StructArray):
        return sum(map(_weight, parts))
    if not parts:
        return int(values.nbytes)
    return sum(len(part) * _BYTES_A_VALUE + _weight(part) for part in parts)


def _parts(values: "pa.Array") -> "list[pa.Array]":
    """What lies inside of lists, maps and structs; nothing for plain values."""
    import pyarrow as pa

    if isinstance(values, pa.StructArray):
        return list(values.flatten())
    if isinstance(values, pa.MapArray):
        first, end = values.offsets[0].as_py(), values.offsets[-1].as_py()
        return [part.slice(first, end - first) for part in (values.keys, values.items)]
    if isinstance(values, pa.ListArray | pa.LargeListArray | pa.FixedSizeListArray):
        return [values.flatten()]
    return []


def _has_no_time_of_day(values: "pa.Array") -> bool:
    """Whether a time of day in it is none, which Python would read as one of another day."""
    import pyarrow as pa

    if isinstance(values, pa.DictionaryArray):
        values = values.dictionary_decode()
    if not pa.types.is_time(values.type):
        return any(map(_has_no_time_of_day, _parts(values)))
    whole = pa.int32() if pa.types.is_time32(values.type) else pa.int64()
    day = _SECONDS_A_DAY * _PARTS_OF_A_SECOND[values.type.unit]
    numbers = values.cast(whole).drop_null().to_numpy()
    return bool(numbers.size) and not 0 <= numbers.min() <= numbers.max() < day


def _out_of_range(name: str, column: "pa.Array") -> str:
    return f"column {name!r} holds a value out of range ({column.type})"


class _Chunk(Protocol):
    """What the footer says of one column of a row group."""

    num_values: int
    total_uncompressed_size: int
    path_in_schema: str


class _RowGroup(Protocol):
    """What the footer says of some rows."""

    num_rows: int
    num_columns: int

    def column(self, number: int, /) -> _Chunk:
        """One of its columns."""
        ...


class _Footer(Protocol):
    """What the footer says of the file."""

    num_row_groups: int

    def row_group(self, number: int, /) -> _RowGroup:
        """Some of its rows."""
        ...


def _overlong(path: Path, file: "pq.ParquetFile", max_bytes: int) -> Iterator[ArticleProblem]:
    """Columns of which so much is in a few rows that one value is too long; read from the footer."""
    footer = cast("_Footer", file.metadata)
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for chunk in map(group.column, range(group.num_columns)):
            bytes_at_least = max(chunk.num_values * _BYTES_A_VALUE, chunk.total_uncompressed_size)
            if bytes_at_least > max(group.num_rows, 1) * max_bytes:
                yield too_long(path, None, f"a value of column {chunk.path_in_schema!r}", max_bytes)


def _unreadable(name: str, column: "pa.Array") -> str:
    """What is wrong with the one value of a column, or nothing."""
    try:
        column.to_pylist()
    except UnicodeDecodeError as error:
        return f"column {name!r} is not UTF-8 at byte {error.start}"
    except LookupError as error:
        return f"column {name!r} is in the unknown time zone {error}"
    except ArithmeticError:
        return _out_of_range(name, column)
    except ValueError as error:
        return f"column {name!r} cannot be read: {error}"
    return ""


def _in_microseconds(batch: "pa.RecordBatch") -> "pa.RecordBatch":
    import pyarrow as pa

    arrays = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _parquet_article(
    path: Path, row: int, values: dict[str, object]
) -> RawArticle | ArticleProblem:
    present: dict[str, Json] = {}
    for name, value in values.items():
        if _PANDAS_INDEX.fullmatch(name):
            continue
        try:
            if (known := _as_json(value)) is not None:
                present[name] = known
        except TypeError as error:
            fact = f"column {name!r} holds {error}"
            return ArticleProblem(
                path, row, None, fact, "store it as text, numbers or lists of them"
            )
    return RawArticle(path, row, present)


def _as_json(value: object) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return None if math.isnan(value) else value
        case Decimal():
            return str(value)
        case datetime():
            return _iso(value)
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return [_as_json(item) for item in cast(list[object], value)]
        case dict():
            return {str(k): _as_json(v) for k, v in cast(dict[object, object], value).items()}
        case _:
            raise TypeError(type(value).__name__)


def _iso(moment: datetime) -> str:
    """A midnight without a time zone is a date; no other moment is given a zone that it lacks."""
    if moment.tzinfo is None:
        return (moment.date() if moment.time() == time() else moment).isoformat()
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
