"""Chips of the labelling page: the values of a field that can be clicked, and what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.keys import Meaning
from signalbook.schema.scheme.model import AllowedValue, Examples, Field, RelationType

from .control_names import EMPTY, NO, YES

#: What the chip of an empty set says.
NONE = "none"


@dataclass(frozen=True)
class Chip:
    """One value that can be clicked."""

    text: str
    stored: str
    hint: str = ""
    key: str = ""
    default: bool = False


def visible(text: str) -> str:
    """Text that Label Studio shows as it is: `$` would name a field of the task."""
    return text.replace("$", "\N{FULLWIDTH DOLLAR SIGN}")


def chips_of(
    field: Field,
    parties: Mapping[str, str] | None = None,
    *,
    keys: Mapping[Meaning, str],
    keyed_as: str,
) -> Iterator[Chip]:
    """The chips of a field, no two with the same text: Label Studio tells them apart by it.

    Args:
        field: Field that is answered with them.
        parties: Id -> what is shown of the parties that can be chosen; None if none can.
        keys: Keys that were given out.
        keyed_as: First part of the meanings of its keys; empty if it has none.

    Raises:
        SchemeError: Label Studio cannot store a value of the field.
    """
    seen: set[str] = set()
    for chip in (*_parties(field, parties or {}), *_values(field)):
        if chip.stored.lower() in ("true", "false"):
            raise SchemeError(
                f"#{field.pointer}: Label Studio cannot store {chip.stored!r} as a value of "
                f"{field.name}; use a boolean, or another id"
            )
        text = chip.text if chip.text not in seen else f"{chip.text} ({chip.stored})"
        seen.add(text)
        key = keys.get((keyed_as, field.name, chip.stored), "") if keyed_as else ""
        yield replace(chip, text=text, key=key)


def _parties(field: Field, parties: Mapping[str, str]) -> Iterator[Chip]:
    if field.is_reference:
        yield from (Chip(name, party_id) for party_id, name in parties.items())


def _values(field: Field) -> Iterator[Chip]:
    if field.is_boolean:
        for stored, meant in ((YES, True), (NO, False)):
            yield Chip(stored, stored, default=field.has_default and field.default is meant)
    for value in field.values:
        chosen = field.typed(value.id) in (
            field.default if isinstance(field.default, list) else [field.default]
        )
        text = visible(value.short)
        yield Chip(text, value.id, hint(value), default=field.has_default and chosen)
    if field.offers_none:
        empty = field.has_default and not field.default and field.default_from is None
        yield Chip(NONE, EMPTY, "Chosen by hand: none of these.", default=empty)


def hint(value: AllowedValue | RelationType) -> str:
    """What the codebook says about a value or a relation, on one line."""
    meaning = ". ".join(part.rstrip(".") for part in (value.description, value.rule) if part)
    line = f"{value.title}: {meaning}." if meaning else value.title
    return f"{line} {examples(value.examples)}".strip()


def examples(given: Examples | None) -> str:
    """One thing that is it and one that is not."""
    if given is None:
        return ""
    parts = [
        f"✓ {given.positive}" * bool(given.positive),
        f"✗ {given.negative}" * bool(given.negative),
    ]
    return " ".join(part for part in parts if part)
