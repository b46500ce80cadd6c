"""Rows of the labelling page, one for each field: its name, then chips or a text box."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.keys import Meaning
from signalbook.schema.scheme.model import AllowedValue, Examples, Field

from .control_names import EMPTY, NO, TEXT, YES, codes_key, control, other

#: More values than this stand in a box that scrolls, below a box in which to search them.
_MAX_CHIPS = 60


@dataclass(frozen=True)
class PageUnit:
    """What a row is about."""

    #: First part of the names of its controls.
    name: str
    #: Its name in messages to the annotator.
    title: str
    #: Stored labels whose spans have it; none if it is about the whole article.
    labels: tuple[str, ...] = ()
    #: Ids of the parties that can be chosen.
    parties: tuple[str, ...] = ()
    #: Nothing can be submitted while a required field is empty.
    compulsory: bool = False
    keys: Mapping[Meaning, str] | None = None
    #: First part of the meanings of its keys.
    keyed_as: str = ""


@dataclass(frozen=True)
class Chip:
    """One value that can be clicked."""

    text: str
    stored: str
    hint: str = ""
    default: bool = False


def visible(text: str) -> str:
    """Text that Label Studio shows as it is: `$` would name a field of the task."""
    return text.replace("$", "\N{FULLWIDTH DOLLAR SIGN}")


def view(parent: Element, name: str = "", **attributes: str) -> Element:
    """Add a block with this class name."""
    return SubElement(parent, "View", ({"className": name} if name else {}) | attributes)


def header(parent: Element, text: str, size: int = 6) -> None:
    """Add a line of text."""
    SubElement(parent, "Header", {"size": str(size), "value": text})


def add_row(parent: Element, unit: PageUnit, field: Field) -> None:
    """Add the field's name and its control."""
    row = view(parent, "row asked" if field.must_be_decided else "row")
    header(row, visible(field.short[:1].upper() + field.short[1:]))
    is_long = len(field.values) > _MAX_CHIPS
    cell = view(row, "cell slots" if field.is_reference else "cell long" if is_long else "cell")
    name = control(unit.name, field)
    if field.is_typed:
        _add_text(cell, unit, field, name, _placeholder(field))
        return
    if is_long:
        search = f"search {len(field.values)} values, Enter takes the first"
        about = {"name": f"{name}__search", "toName": name, "minlength": "1"}
        SubElement(cell, "Filter", {**about, "placeholder": search})
    choices = SubElement(cell, "Choices", _choices(unit, field, name))
    if field.is_coded and field.codelist is not None:
        choices.set("value", f"${codes_key(field)}")
        _add_text(cell, unit, field, other(name), f"another {field.codelist.standard} code")
    else:
        for chip in _distinct(_chips(unit, field)):
            _add_chip(choices, unit, field, chip)
    if field.is_side_reference:
        _add_text(cell, unit, field, other(name), "or a code")
    if field.default_from is not None and field.default_from.attribute:
        header(view(cell, "note"), visible(_proposal(field)))


def _control(unit: PageUnit, field: Field, name: str) -> dict[str, str]:
    """Attributes that every control has."""
    attributes = {"name": name, "toName": TEXT}
    if unit.labels:
        attributes |= {"perRegion": "true", "whenLabelValue": ",".join(unit.labels)}
    if unit.compulsory and field.must_be_decided and not name.endswith(other("")):
        verb = "write" if field.is_typed else "choose"
        message = f"{unit.title}: {verb} the {field.title}"
        attributes |= {"required": "true", "requiredMessage": message}
    return attributes


def _choices(unit: PageUnit, field: Field, name: str) -> dict[str, str]:
    # "single" can be taken back by a second click, "single-radio" cannot.
    choice = "multiple" if field.many else "single"
    return {**_control(unit, field, name), "choice": choice, "layout": "inline"}


def _add_text(parent: Element, unit: PageUnit, field: Field, name: str, placeholder: str) -> None:
    shape = {"rows": "1", "editable": "true", "showSubmitButton": "false"}
    if not field.many:
        shape["maxSubmissions"] = "1"
    placeholder = visible(f"{placeholder} ⏎")
    SubElement(
        parent, "TextArea", {**_control(unit, field, name), **shape, "placeholder": placeholder}
    )


def _placeholder(field: Field) -> str:
    if field.default_from is not None and field.default_from.mention_text:
        return "only if not the marked words"
    about = field.description.split(". ")[0].split(": ")[0].rstrip(".") or field.title
    return ", ".join((about, *_form(field)))


def _form(field: Field) -> Iterator[str]:
    """How what is typed has to be written, where that is not for the annotator to choose."""
    if field.is_date:
        yield "as 2031-05-24"
    elif field.type == "integer":
        yield "a whole number"
    elif field.type == "number":
        yield "a number"


def _add_chip(parent: Element, unit: PageUnit, field: Field, chip: Chip) -> None:
    if chip.stored.lower() in ("true", "false"):
        raise SchemeError(
            f"#{field.pointer}: Label Studio cannot store {chip.stored!r} as a value of "
            f"{field.name}; use a boolean, or another id"
        )
    key = (unit.keys or {}).get((unit.keyed_as, field.name, chip.stored))
    attributes = {"value": visible(chip.text), "alias": chip.stored}
    if key:
        attributes["hotkey"] = key
    if chip.hint:
        attributes["hint"] = chip.hint
    if chip.default:
        attributes["style"] = "border-style:dashed"
    SubElement(parent, "Choice", attributes)


def _chips(unit: PageUnit, field: Field) -> Iterator[Chip]:
    if field.is_reference:
        yield from (Chip(party_id, party_id) for party_id in unit.parties)
    elif field.is_boolean:
        for stored, meant in ((YES, True), (NO, False)):
            yield Chip(stored, stored, default=field.has_default and field.default is meant)
    for value in field.values:
        chosen = field.typed(value.id) in (
            field.default if isinstance(field.default, list) else [field.default]
        )
        yield Chip(value.short, value.id, hint(value), default=field.has_default and chosen)
    if field.offers_none:
        empty = field.has_default and not field.default and field.default_from is None
        yield Chip("none", EMPTY, "Chosen by hand: none of these.", default=empty)


def _distinct(chips: Iterator[Chip]) -> Iterator[Chip]:
    """No two chips of a row with the same text: Label Studio tells them apart by it."""
    seen: set[str] = set()
    for chip in chips:
        text = chip.text if chip.text not in seen else f"{chip.text} ({chip.stored})"
        seen.add(text)
        yield replace(chip, text=text)


def hint(value: AllowedValue) -> str:
    """What the codebook says about a value, on one line."""
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


def _proposal(field: Field) -> str:
    """What an unset field with a proposal will be."""
    assert field.default_from is not None
    conditions = [str(v) for values in field.default_from.when.values() for v in values]
    when = f" if {' or '.join(conditions)}" if conditions else ""
    return f"unset: the {field.default_from.attribute}{when}".replace("_", " ")
