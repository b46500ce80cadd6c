"""Read a TOML file of settings: only known tables and keys, each value of its kind."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from signalbook.schema.errors import UsageError
from signalbook.schema.json_text import number_fact
from signalbook.schema.scheme.model import Json

#: Table -> key -> types that its value may be of.
_KEYS: dict[str, dict[str, tuple[type, ...]]] = {
    "project": {"title": (str,), "overlap": (int,), "propose": (bool,)},
    "scheme": {"path": (str,), "stages": (bool,)},
    "server": {"url": (str,)},
    "assignment": {
        "mode": (str,),
        "overlap": (int, dict),
        "seed": (int,),
        "calibration": (int,),
        "annotators": (list,),
        "repeats": (int,),
        "shared_lists": (bool,),
    },
    "suggestions": {"without": (int, float), "seed": (int,)},
    "dataset": {"name": (str,), "simulated_annotators": (bool,)},
}
_KINDS = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number with a decimal point",
    bool: "true or false",
    dict: "a table of shares, like { 1 = 0.7, 2 = 0.3 }",
    list: "a list in brackets",
}
_SECRET_KEYS = ("token", "api_key", "key", "password")


def read_toml(path: Path) -> dict[str, Json]:
    """What a TOML file holds.

    Raises:
        UsageError: It is no TOML.
    """
    try:
        return cast("dict[str, Json]", tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise UsageError(f"{path}: is no TOML: {number_fact(error)}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: is no TOML: it is nested too deeply to be read") from error


def checked_values(path: Path, tables: Mapping[str, Json]) -> dict[str, Json]:
    """`table.key` -> value; every table and key is one of ours, and of its kind."""
    values: dict[str, Json] = {}
    for table, content in tables.items():
        if table not in _KEYS:
            known = {*_KEYS, "annotators", "annotations"}
            raise UsageError(f"{path}: [{table}] is unknown{meant(table, known)}")
        if not isinstance(content, dict):
            raise UsageError(f"{path}: {table} is no table; write [{table}] above its keys")
        keys = _KEYS[table]
        for key, value in content.items():
            if key in _SECRET_KEYS:
                raise UsageError(
                    f"{path}: [{table}] {key}: secrets do not belong in this file; "
                    "take it out and set LABEL_STUDIO_API_KEY"
                )
            if key not in keys:
                raise UsageError(f"{path}: [{table}] {key} is unknown{meant(key, keys)}")
            if type(value) not in keys[key]:
                kinds = " or ".join(_KINDS[kind] for kind in keys[key])
                raise UsageError(f"{path}: [{table}] {key} is not {kinds}")
            values[f"{table}.{key}"] = value
    return values


def meant(word: str, known: Iterable[str]) -> str:
    """Which of the known words a mistyped one may stand for, to end a message."""
    close = get_close_matches(word, [*known], n=1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(sorted(known))}"
