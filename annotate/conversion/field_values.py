"""Bring the value of a field into its one form, from the page and from files."""

import re
from collections.abc import Sequence

from signalbook.schema.documents.records import Value
from signalbook.schema.errors import ConversionError
from signalbook.schema.json_text import decode_float
from signalbook.schema.scheme.model import Field, Json, Scheme

_SEPARATORS = re.compile(r"[\s,;]+")


def party_number(party_id: str) -> int:
    """The number in a party's id, which is its place on the page."""
    digits = re.search(r"[0-9]{1,4}\Z", party_id)
    return int(digits.group()) if digits else 0


def code_field(scheme: Scheme) -> Field | None:
    """The field of a party that holds a code of an outside list: what dyads compare sides by."""
    fields = scheme.party.fields if scheme.party else ()
    return next((field for field in fields if field.codelist is not None), None)


def normal(field: Field, value: Value, place: str) -> Value | None:
    """A value in the form that a conversion gives back; None says nothing.

    Raises:
        ConversionError: The value is not of the field's type.
    """
    if field.many:
        items = as_items(value)
        words = [item for item in items if isinstance(item, str)]
        if len(words) < len(items):
            raise _unfit(field, value, place)
        return normal_set(field, words)
    scalar = _scalar(field, value)
    if scalar is None:
        raise _unfit(field, value, place)
    if field.is_coded and isinstance(scalar, str):
        scalar = scalar.strip()
    return None if scalar == "" else scalar


def normal_set(field: Field, items: Sequence[str]) -> tuple[str, ...]:
    """Each item once, in the order of the scheme; typed texts stay in their order."""
    if field.control == "taxonomy":
        items = [code for item in items for code in _SEPARATORS.split(item)]
    distinct = list(dict.fromkeys(item for item in items if item))
    if field.control == "textarea":
        return tuple(distinct)
    ranks = {id: rank for rank, id in enumerate(field.value_ids)}
    by_party = field.is_party_reference

    def rank(item: str) -> tuple[int, int, str]:
        return ranks.get(item, len(ranks)), party_number(item) if by_party else 0, item

    return tuple(sorted(distinct, key=rank))


def read_scalar(field: Field, word: str) -> Value | None:
    """One value from its spelling on the page; None if it is no value of the field's type."""
    if field.type in ("integer", "number"):
        try:
            return int(word) if field.type == "integer" else decode_float(word)
        except ValueError:
            return None
    return word


def write_scalar(value: Value) -> str:
    """One value as it is spelt on the page."""
    return value if isinstance(value, str) else repr(value)


def frozen(value: Json) -> Value | None:
    """A JSON value of a scheme as a value of a document."""
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return None if isinstance(value, dict) else value


def as_items(value: Value | None) -> Sequence[Value]:
    """The members of a set, or the one value."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _scalar(field: Field, value: Value) -> str | bool | int | float | None:
    if field.is_boolean:
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    if field.type == "integer":
        return int(value) if isinstance(value, int | float) and value == int(value) else None
    if field.type == "number":
        return float(value) if isinstance(value, int | float) else None
    return value if isinstance(value, str) else None


def _unfit(field: Field, value: object, place: str) -> ConversionError:
    article = "an" if field.type == "integer" else "a"
    kind = f"a list of {field.type}s" if field.many else f"{article} {field.type}"
    return ConversionError(f"{place}: {field.name} is {value!r}; it is to be {kind}")
