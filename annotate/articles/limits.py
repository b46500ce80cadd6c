"""Refuse values that files, servers and other programs cannot hold, before anything looks at them."""

import math
from collections.abc import Iterator, Mapping

from signalbook.schema.scheme.model import Json

from .metadata import Fact

#: Characters of one text; the page of Label Studio becomes slow long before.
MAX_CHARS = 1_000_000
#: Characters of all texts that are read at once, as a multiple of those of one.
MAX_TEXTS = 500
_MAX_DEPTH = 32
#: Whole numbers beyond are read as other numbers by many programs.
_MAX_INTEGER = 2**63


def unfit_values(values: Mapping[str, Json], max_chars: int) -> Iterator[Fact]:
    """Columns that hold what is too long, too deep, too large, or no number."""
    for name, value in values.items():
        if isinstance(value, str):
            if len(value) > max_chars:
                fact = f"{name} has {len(value):,} characters, more than {max_chars:,}"
                yield fact, "split it, or raise the limit with --max-chars"
        elif fact := _unfit(value):
            yield f"{name} {fact}", "write it as text, or leave it out"


def _unfit(value: Json) -> str:
    """What is wrong with a value that is no text, or nothing; looks into it without recursion."""
    waiting: list[tuple[Json, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return f"is nested deeper than {_MAX_DEPTH} levels"
        if isinstance(item, float) and not math.isfinite(item):
            return "is not a finite number"
        if isinstance(item, int) and abs(item) >= _MAX_INTEGER:
            return "is a larger number than other programs read"
        if isinstance(item, list):
            waiting += [(inner, depth + 1) for inner in item]
        elif isinstance(item, dict):
            waiting += [(inner, depth + 1) for inner in item.values()]
    return ""
