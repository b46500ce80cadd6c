"""Read the parts of a JSON Schema, whatever stands there."""

from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]
Object: TypeAlias = dict[str, Json]


def as_object(node: Json) -> Object:
    """An object; an empty one for what is none."""
    return node if isinstance(node, dict) else {}


def as_list(node: Json) -> list[Json]:
    """A list; an empty one for what is none."""
    return node if isinstance(node, list) else []


def text(node: Object, key: str, otherwise: str = "") -> str:
    """The text under a key."""
    value = node.get(key, otherwise)
    return value if isinstance(value, str) else otherwise


def strings(node: Json) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(item for item in as_list(node) if isinstance(item, str))


def integer(node: Json) -> int | None:
    """A whole number."""
    return node if isinstance(node, int) and not isinstance(node, bool) else None


def number(node: Json) -> float | None:
    """A number."""
    return float(node) if isinstance(node, int | float) and not isinstance(node, bool) else None


def values_by_attribute(node: Json) -> dict[str, tuple[Json, ...]]:
    """Attribute -> values."""
    return {k: tuple(v) for k, v in as_object(node).items() if isinstance(v, list)}
