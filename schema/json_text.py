"""Read and write JSON so that every program reads the same in it, in a strict form."""

import json
import re
from math import isfinite
from typing import NoReturn, cast

#: How Python says that it will not read so long a number.
_MANY_DIGITS = re.compile(r"integer string conversion: value has ([0-9]+) digits")
#: Whole numbers beyond are not kept as such by other programs.
MAX_WHOLE = 2**63
#: A number with another digit than 0 before its exponent.
_NOT_ZERO = re.compile(r"[^eE]*[1-9]")


class JsonError(ValueError):
    """A text is no JSON, or programs would read different things in it."""

    def __init__(self, fact: str, way_out: str, *, line: int = 1) -> None:
        super().__init__(f"{fact}; {way_out}")
        self.fact = fact
        self.way_out = way_out
        #: Line of the text, from 1; that of the whole is 1.
        self.line = line


def decode_json(text: str, *, way_out: str) -> object:
    """The value that a text of JSON says.

    Args:
        text: JSON, on one line or many.
        way_out: What to do if it is none.

    Raises:
        JsonError: It is none, or holds a key twice, or a number that is none, too long, too large or too small.
    """
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=decode_float,
            object_pairs_hook=_unrepeated,
        )
    except json.JSONDecodeError as error:
        fact = f"not JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
        raise JsonError(fact, way_out, line=error.lineno) from error
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError(f"not JSON: {number_fact(error)}", way_out) from error
    except RecursionError as error:
        raise JsonError("not JSON: it is nested too deeply to be read", way_out) from error


def decode_float(text: str) -> float:
    """The number that a text says.

    Raises:
        ValueError: It says none, or one so large or small that it would be read as infinite or zero.
    """
    number = float(text)
    if not isfinite(number):
        raise JsonError(f"{text} is not a finite number", "write another one")
    if number == 0 and _NOT_ZERO.match(text):
        raise JsonError(f"the number {text} is too small to be kept", "write 0, or another one")
    return number


def plain_number(number: float) -> int | float:
    """A number in its one form: 1.0 and 1 are the same in JSON, and an integer in JSON Schema."""
    is_whole = number.is_integer() and abs(number) < MAX_WHOLE
    return int(number) if is_whole else number


def json_line(value: object, *, sort_keys: bool = False) -> str:
    """JSON on one line, without a break at its end.

    Raises:
        ValueError: It holds what is no finite number, which no other program would read.
    """
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys
    )


def json_page(value: object, *, sort_keys: bool = False) -> str:
    """JSON on many lines, for a file that people may read.

    Raises:
        ValueError: It holds what is no finite number, which no other program would read.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=sort_keys)
    return f"{text}\n"


def json_source(value: object, *, width: int = 100) -> str:
    """JSON as people lay it out who go on writing in it: what is small stands on one line.

    Raises:
        ValueError: It holds what is no finite number, which no other program would read.
    """
    return f"{_laid_out(value, width, '')}\n"


def _laid_out(value: object, width: int, margin: str) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner, fits = margin + "  ", len(margin + line) < width
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        if members and not (fits and not any(map(_nests, members.values()))):
            rows = [f"{json_line(k)}: {_laid_out(v, width, inner)}" for k, v in members.items()]
            return f"{{\n{inner}" + f",\n{inner}".join(rows) + f"\n{margin}}}"
    if isinstance(value, list):
        parts = cast("list[object]", value)
        if parts and not (fits and not any(map(_nests, parts))):
            rows = [_laid_out(part, width, inner) for part in parts]
            return f"[\n{inner}" + f",\n{inner}".join(rows) + f"\n{margin}]"
    return line


def _nests(value: object) -> bool:
    """Whether there is an object in it, or it is one."""
    if isinstance(value, list):
        return any(map(_nests, cast("list[object]", value)))
    return isinstance(value, dict)


def number_fact(error: ValueError) -> str:
    """What is wrong, for people who write files; Python speaks to those who write programs."""
    digits = _MANY_DIGITS.search(str(error))
    return f"a number of {int(digits[1]):,} digits is too long to be read" if digits else str(error)


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = json.dumps(next(key for key in keys if keys.count(key) > 1), ensure_ascii=False)
        raise JsonError(f"the key {twice} occurs twice", "leave one out")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a finite number")
