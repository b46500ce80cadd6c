"""Refuse what files, servers and other programs cannot hold: of articles and documents alike."""

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping

from signalbook.schema.errors import UsageError
from signalbook.schema.json_text import MAX_WHOLE
from signalbook.schema.scheme.model import Json

from .records import AnnotationDocument

#: Characters of one text; the page of Label Studio becomes slow long before.
MAX_CHARS = 1_000_000
#: Environment variable with another limit, for every command.
MAX_CHARS_VARIABLE = "SIGNALBOOK_MAX_CHARS"
#: Characters of all texts that are read at once, as a multiple of those of one.
MAX_TEXTS = 500
#: A character that JSON escapes takes up to 12 bytes; beside the text there are metadata.
_BYTES_A_CHAR = 16
_MIN_LINE = 2**16
_MAX_ID = 1_000
_MAX_DEPTH = 32
#: What to do about a limit where no option raises it.
RAISE_LIMIT = f"raise the limit with the environment variable {MAX_CHARS_VARIABLE}"
_SURROGATES = re.compile("[\ud800-\udfff]")
#: How JSON writes NUL and surrogates, and numbers that may be too large: apart, searched faster.
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_MANY_DIGITS = re.compile("[0-9][0-9]{18}")  # the first apart: Python then looks for it faster


def chars_limit() -> int:
    """Characters of a text, or of another column, at most.

    Raises:
        UsageError: The environment names another limit, and not as a number from 1 on.
    """
    chosen = os.environ.get(MAX_CHARS_VARIABLE, "")
    if not chosen:
        return MAX_CHARS
    limit = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0
    if limit == 0:
        raise UsageError(f"{MAX_CHARS_VARIABLE}: is {chosen!r}; write a number such as {MAX_CHARS}")
    return limit


def max_line(max_chars: int) -> int:
    """Bytes of a line at most, if its texts may have so many characters."""
    return max_chars * _BYTES_A_CHAR + _MIN_LINE


def size(value: Json) -> int:
    """Characters and values in it."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return len(value) + sum(map(size, value))
    if isinstance(value, dict):
        return len(value) + sum(len(name) + size(item) for name, item in value.items())
    return 0


def too_long(value: Json, max_chars: int) -> str:
    """That a value is too long, or nothing; it is not nested deeply."""
    length = size(value)
    return f"has {length:,} characters, more than {max_chars:,}" if length > max_chars else ""


def columns_of(values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """The metadata of an article by name, also those that are kept in `extra`."""
    for name, value in values.items():
        if name == "extra" and isinstance(value, dict):
            yield from value.items()
        else:
            yield name, value


def unfit(value: Json) -> str:
    """What is wrong with a value, or nothing; looks into it without recursion."""
    waiting: list[tuple[Json, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return f"is nested deeper than {_MAX_DEPTH} levels"
        if isinstance(item, float) and not math.isfinite(item):
            return "is not a finite number"
        if isinstance(item, int) and abs(item) >= MAX_WHOLE:
            return "is a larger number than other programs read"
        if isinstance(item, list):
            waiting += [(inner, depth + 1) for inner in item]
        elif isinstance(item, dict):
            waiting += [(inner, depth + 1) for inner in item.values()]
    return ""


def unfit_id(id: str) -> str:
    """What is wrong with an id, or nothing: people see it in lists, links and file names."""
    if len(id) > _MAX_ID:
        return f"has {len(id):,} characters, more than {_MAX_ID:,}"
    if id != id.strip() or not id.isprintable():
        return "holds unprintable or outer white space"
    return ""


def is_damaged(value: Json) -> bool:
    """Whether a text in it holds NUL or a lone surrogate, which no file keeps."""
    if isinstance(value, str):
        return "\0" in value or _SURROGATES.search(value) is not None
    if isinstance(value, list):
        return any(map(is_damaged, value))
    return isinstance(value, dict) and any(
        is_damaged(name) or is_damaged(item) for name, item in value.items()
    )


def is_plain(line: str) -> bool:
    """Whether all texts and numbers in JSON can be kept, as one sees without reading it."""
    return _ESCAPED.search(line) is None and _MANY_DIGITS.search(line) is None


def unfit_document(data: Mapping[str, Json], max_chars: int) -> Iterator[str]:
    """Values of a document that cannot be kept, each with its place.

    The text may be as long as its line.
    """
    for place, value in _parts(data):
        is_metadata = place.startswith("/article/") and place != "/article/text"
        if fact := unfit(value):
            yield f"{place} {fact}"
        elif is_metadata and (fact := too_long(value, max_chars)):
            yield f"{place} {fact}; {RAISE_LIMIT}"
        elif is_damaged(value) or is_damaged(place):
            yield f"{place} holds NUL or lone surrogates"


def _parts(data: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """The parts of a document by their JSON Pointers."""
    for section, content in data.items():
        parts: Iterable[tuple[object, Json]]
        if section == "article" and isinstance(content, dict):
            parts = columns_of(content)
        elif isinstance(content, dict):
            parts = content.items()
        elif isinstance(content, list):
            parts = enumerate(content)
        else:
            yield f"/{section}", content
            continue
        yield from ((f"/{section}/{name}", part) for name, part in parts)


def unfit_ids(document: AnnotationDocument) -> Iterator[str]:
    """Ids of a document that nobody could read, each with its place.

    Blanks around the id of an annotator are no fault: they are another spelling of it.
    """
    ids = [("/article/id", document.article.id), ("/annotator/id", document.annotator.id.strip())]
    for section in ("parties", "spans", "relations"):
        units = getattr(document, section)
        ids += [(f"/{section}/{number}/id", unit.id) for number, unit in enumerate(units)]
    for place, id in ids:
        if fact := unfit_id(id):
            yield f"{place} {fact}"
