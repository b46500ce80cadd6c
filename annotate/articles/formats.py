"""Read the articles of a file, whatever its format: JSON Lines, CSV, Parquet, text or Markdown."""

import csv
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from signalbook.schema.filesystem import limited_lines
from signalbook.schema.json_text import JsonError, decode_json
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .find_files import ArticleProblem, Articles, RawArticle, column_problems, too_long
from .metadata import kind_of
from .parquet import parquet

_MAX_CSV_FIELD = 2**31 - 1
#: Headings, emphasis, lists and links of Markdown.
_MARKS = re.compile(r"^#{1,6} |\S\n(=+|--+)$|^[*-] |\*\*|\]\(", re.MULTILINE)
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


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
            yield number, too_long(path, number, "the line", max_bytes)
            continue
        try:
            yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield number, _not_utf8(path, number, error, offset)


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
                    yield too_long(path, start, "a field", max_bytes)
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
                problems = list(column_problems(path, columns))
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


@contextmanager
def _long_csv_fields(max_bytes: int) -> Generator[None]:
    before = csv.field_size_limit(min(max_bytes, _MAX_CSV_FIELD))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _text(path: Path, root: Path, max_bytes: int) -> Articles:
    if path.stat().st_size > max_bytes:
        yield too_long(path, None, "the file", max_bytes)
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
    ".parquet": parquet,
    ".txt": _text,
    ".md": _text,
}
