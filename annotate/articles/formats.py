"""Read the articles of a file, whatever its format: JSON Lines, CSV, Parquet, text or Markdown."""

import csv
import math
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from signalbook.schema.filesystem import limited_lines
from signalbook.schema.json_text import JsonError, decode_json
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .find_files import ArticleProblem, RawArticle
from .metadata import kind_of

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_CSV_FIELD = 2**31 - 1
_PARQUET_ROWS_AT_ONCE = 1_000
#: Headings, emphasis, lists and links of Markdown.
_MARKS = re.compile(r"^#{1,6} |\S\n(=+|--+)$|^[*-] |\*\*|\]\(", re.MULTILINE)
#: A column of its own row numbers that pandas adds.
_PANDAS_INDEX = re.compile("__index_level_[0-9]+__")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


Articles: TypeAlias = Iterator[RawArticle | ArticleProblem]


def read_file(path: Path, root: Path, *, max_bytes: int) -> Articles:
    """Every article of one file, or what keeps it from being read.

    Args:
        path: File to read.
        root: Folder that ids are relative to.
        max_bytes: Bytes at most of a line, or of a file that is one article.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kind = f"unknown kind of file {path.suffix!r}" if path.suffix else "no file extension"
        yield ArticleProblem(path, None, None, kind, f"known are {', '.join(READERS)}")
    elif not path.exists():
        yield ArticleProblem(path, None, None, "no such file or folder", "check the path")
    elif not path.is_file():
        yield ArticleProblem(path, None, None, "not a regular file", "copy its content into a file")
    else:
        try:
            yield from reader(path, root, max_bytes)
        except OSError as error:
            fact = f"cannot be read: {error.strerror or error}"
            yield ArticleProblem(path, None, None, fact, "check its permissions")


def _json_lines(path: Path, _root: Path, max_bytes: int) -> Articles:
    for number, line in _decoded_lines(path, max_bytes):
        if isinstance(line, ArticleProblem):
            yield line
        elif line.strip():
            yield _json_article(path, number, line.rstrip())


def _json_article(path: Path, number: int, line: str) -> RawArticle | ArticleProblem:
    way_out = "write one JSON object a line"
    try:
        value = cast(Json, decode_json(line, way_out=way_out))
    except JsonError as error:
        return ArticleProblem(path, number, None, error.fact, error.way_out)
    if not isinstance(value, dict):
        return ArticleProblem(path, number, None, f"{kind_of(value)}, not an object", way_out)
    return RawArticle(path, number, {k: v for k, v in value.items() if v is not None})


def _decoded_lines(path: Path, max_bytes: int) -> Iterator[tuple[int, str | ArticleProblem]]:
    for number, offset, raw in limited_lines(path, max_bytes):
        if raw is None:
            yield number, _too_long(path, number, "the line", max_bytes)
            continue
        try:
            yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield number, _not_utf8(path, number, error, offset)


def _too_long(path: Path, line: int | None, what: str, max_bytes: int) -> ArticleProblem:
    fact = f"{what} is longer than {max_bytes:,} bytes"
    return ArticleProblem(path, line, None, fact, "split it, or raise the limit with --max-chars")


def _not_utf8(path: Path, line: int, error: UnicodeDecodeError, offset: int) -> ArticleProblem:
    byte, at = error.object[error.start], offset + error.start
    fact = f"byte 0x{byte:02x} at offset {at} is not UTF-8"
    return ArticleProblem(path, line, None, fact, "save the file as UTF-8")


def _csv(path: Path, _root: Path, max_bytes: int) -> Articles:
    broken: list[ArticleProblem] = []

    def lines() -> Iterator[str]:
        for _, line in _decoded_lines(path, max_bytes):
            if isinstance(line, ArticleProblem):
                broken.append(line)
            yield "\n" if isinstance(line, ArticleProblem) else line

    with _long_csv_fields(max_bytes):
        reader = csv.reader(lines(), strict=True)
        columns: list[str] | None = None
        while True:
            start = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                if "field limit" in str(error):  # what follows is the rest of the field
                    yield _too_long(path, start, "a field", max_bytes)
                    return
                yield ArticleProblem(path, start, None, f"broken CSV: {error}", _QUOTE_FIELDS)
                continue
            if broken:
                yield from broken
                broken.clear()
                if columns is None:
                    return
            elif row is None:
                return
            elif columns is None:
                columns = [name.strip() for name in row]
                problems = list(_column_problems(path, columns))
                yield from problems
                if problems:
                    return
            elif row:
                yield _csv_article(path, start, columns, row)


_QUOTE_FIELDS = 'put fields that hold a comma, a quote or a line break in quotes, and double "'


def _csv_article(
    path: Path, line: int, columns: list[str], row: list[str]
) -> RawArticle | ArticleProblem:
    if len(row) != len(columns):
        fact = f"the row has {counted(len(row), 'field')}, the header {len(columns)}"
        return ArticleProblem(path, line, None, fact, _QUOTE_FIELDS)
    values: dict[str, Json] = {k: v for k, v in zip(columns, row, strict=True) if v.strip()}
    flag = values.get("redistributable")
    if isinstance(flag, str) and flag.strip().lower() in _TRUTH:
        values["redistributable"] = _TRUTH[flag.strip().lower()]
    return RawArticle(path, line, values)


def _column_problems(path: Path, columns: list[str]) -> Iterator[ArticleProblem]:
    line = 1 if path.suffix.lower() == ".csv" else None
    shown = ", ".join(map(repr, columns))
    for name in ("id", "text"):
        if name not in columns:
            fix = "rename the one that holds it" + (
                ", and separate columns by commas" if line else ""
            )
            yield ArticleProblem(path, line, None, f"no column {name!r} among {shown}", fix)
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield ArticleProblem(
            path, line, None, f"column {name!r} occurs twice", "rename one of them"
        )


@contextmanager
def _long_csv_fields(max_bytes: int) -> Generator[None]:
    before = csv.field_size_limit(min(max_bytes, _MAX_CSV_FIELD))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _parquet(path: Path, _root: Path, _max_bytes: int) -> Articles:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            columns = cast(list[str], file.schema_arrow.names)
            kinds = cast("list[object]", file.schema_arrow.types)
        texts = [n for n, kind in zip(columns, kinds, strict=True) if kind == pa.string()]
        # A few repeated texts of a small file would fill the memory if each row had its own.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            problems = list(_column_problems(path, columns))
            yield from problems
            if problems:
                return
            batches = cast("Iterator[pa.RecordBatch]", file.iter_batches(_PARQUET_ROWS_AT_ONCE))
            rows = (row for batch in batches for row in _rows(_in_microseconds(batch)))
            for number, row in enumerate(rows, 1):
                if isinstance(row, str):
                    fix = "write the file again without it, or with it as text"
                    yield ArticleProblem(path, number, None, row, fix)
                else:
                    yield _parquet_article(path, number, row)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        fact = f"not a readable Parquet file: {str(error).splitlines()[0].rstrip('.')}"
        yield ArticleProblem(path, None, None, fact, "write it again")


#: What pyarrow raises for a value that Python cannot hold: a day after the year 9999, a zone that
#: nobody knows (a KeyError), a text of other bytes.
_UNREADABLE = (ArithmeticError, LookupError, ValueError)


def _rows(batch: "pa.RecordBatch") -> Iterator[dict[str, object] | str]:
    """One row after the other, so that only one is in memory; or what keeps it from being read."""
    for number in range(batch.num_rows):
        row = batch.slice(number, 1)
        try:
            yield cast("dict[str, object]", row.to_pylist()[0])
        except _UNREADABLE:
            yield next(filter(None, map(_unreadable, row.schema.names, row.columns)))


def _unreadable(name: str, column: "pa.Array") -> str:
    """What is wrong with the one value of a column, or nothing."""
    try:
        column.to_pylist()
    except UnicodeDecodeError as error:
        return f"column {name!r} is not UTF-8 at byte {error.start}"
    except LookupError as error:
        return f"column {name!r} is in the unknown time zone {error}"
    except ArithmeticError:
        return f"column {name!r} holds a value out of range ({column.type})"
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
    """A midnight without a time zone is a date; other such moments are taken as UTC."""
    if moment.tzinfo is None and moment.time() == time():
        return moment.date().isoformat()
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def _text(path: Path, root: Path, max_bytes: int) -> Articles:
    if path.stat().st_size > max_bytes:
        yield _too_long(path, None, "the file", max_bytes)
        return
    raw = path.read_bytes()
    name = path.relative_to(root).with_suffix("").as_posix()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw.count(b"\n", 0, error.start)
        yield _not_utf8(path, before + 1, error, 0)
    else:
        yield RawArticle(path, None, {"id": name, "text": text})
        if path.suffix.lower() == ".md" and _MARKS.search(text):
            fact = "is Markdown; annotators see its marks (#, **, links) as they stand"
            fix = "write it as plain text if they should not"
            yield ArticleProblem(path, None, name, fact, fix, "warning")


#: Extension of a file -> what reads its articles.
READERS: dict[str, Callable[[Path, Path, int], Articles]] = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv,
    ".parquet": _parquet,
    ".txt": _text,
    ".md": _text,
}
