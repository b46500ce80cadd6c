"""Rows of the labelling page, one for each field: its name, then chips, a list to search or a text box."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from signalbook.schema.scheme.codelists import is_searchable, titles
from signalbook.schema.scheme.keys import Meaning
from signalbook.schema.scheme.model import Codelist, Field

from .chips import Chip, chips_of, visible
from .control_names import (
    PARTY_NAMES,
    TEXT,
    box_key,
    codes_key,
    control,
    listed,
    other,
    without_addition,
)

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
    #: Nothing can be submitted while a required field is empty.
    compulsory: bool = False
    keys: Mapping[Meaning, str] = field(default_factory=dict[Meaning, str])
    #: First part of the meanings of its keys.
    keyed_as: str = ""
    #: What its lists in the task are named for; empty if that is its name.
    lists: str = ""
    #: Ids of the parties that can be chosen.
    parties: tuple[str, ...] = ()
    #: Codes are typed: chips and a list in every row would make the page slower.
    types_codes: bool = False
    #: Parties are chosen in a box that opens: it has few nodes, and costs a click more.
    folds_parties: bool = False


def view(parent: Element, name: str = "", **attributes: str) -> Element:
    """Add a block with this class name."""
    return SubElement(parent, "View", ({"className": name} if name else {}) | attributes)


def header(parent: Element, text: str, size: int = 6) -> None:
    """Add a line of text."""
    SubElement(parent, "Header", {"size": str(size), "value": text})


def party_name(number: int) -> str:
    """What stands for the name of a party, by its place among all, from 0."""
    return f"${PARTY_NAMES}[{number}]"


def add_row(parent: Element, unit: PageUnit, field: Field, **shown: str) -> None:
    """Add the field's name and its control; `shown` says when they are shown, if not always."""
    row = view(parent, "row asked" if field.must_be_decided else "row", **shown)
    header(row, visible(field.row))
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
    if not (field.is_coded and unit.types_codes):
        _add_choices(cell, unit, field, name)
    if field.is_coded and field.codelist is not None:
        _add_codes(cell, unit, field, field.codelist, name)
    elif field.is_side_reference:
        _add_text(cell, unit, field, other(name), "or a code")
    if field.default_from is not None and field.default_from.attribute:
        header(view(cell, "note"), visible(_proposal(field)))


def _add_choices(cell: Element, unit: PageUnit, field: Field, name: str) -> None:
    choices = SubElement(cell, "Choices", _choices(unit, field, name))
    if field.is_coded:
        choices.set("value", f"${codes_key(field)}")
        return
    if _opens(unit, field):
        # Label Studio finds a choice of a box by the words that stand in the page, not in the task.
        choices.set("value", f"${box_key(unit.lists or unit.name, field)}")
        return
    parties = {id: party_name(number) for number, id in enumerate(unit.parties)}
    for chip in chips_of(field, parties, keys=unit.keys, keyed_as=unit.keyed_as):
        _add_chip(choices, chip)


def _add_codes(cell: Element, unit: PageUnit, field: Field, codelist: Codelist, name: str) -> None:
    """The whole list, to be searched; of a very long one, codes are typed."""
    if unit.types_codes or not is_searchable(codelist):
        _add_text(cell, unit, field, other(name), f"another {codelist.standard} code")
        return
    shape = {"leafsOnly": "true", "showFullPath": "false", "minWidth": "100%"}
    if not field.many:
        shape["maxUsages"] = "1"
    shape["placeholder"] = "search by name or code"
    box = {**_control(unit, field, listed(name)), **shape}
    taxonomy = SubElement(cell, "Taxonomy", box)
    for code, title in titles(codelist).items():
        shown = visible(f"{title} ({code})" if title else code)
        SubElement(taxonomy, "Choice", {"value": shown, "alias": code})
    # It is hidden while it is empty: what was typed before there was a list stays in sight.
    _add_text(view(cell, "off-list"), unit, field, other(name), "a code that is not in the list")


def _control(unit: PageUnit, field: Field, name: str) -> dict[str, str]:
    """Attributes that every control has."""
    attributes = {"name": name, "toName": TEXT}
    if unit.labels:
        attributes |= {"perRegion": "true", "whenLabelValue": ",".join(unit.labels)}
    if unit.compulsory and field.must_be_decided and name == without_addition(name):
        verb = "write" if field.is_typed else "choose"
        message = f"{unit.title}: {verb} the {field.row}"
        attributes |= {"required": "true", "requiredMessage": message}
    return attributes


def _choices(unit: PageUnit, field: Field, name: str) -> dict[str, str]:
    # "single" can be taken back by a second click, "single-radio" cannot.
    choice = "multiple" if field.many else "single"
    layout = "select" if _opens(unit, field) else "inline"
    return {**_control(unit, field, name), "choice": choice, "layout": layout}


def _opens(unit: PageUnit, field: Field) -> bool:
    """Whether values stand in a box that opens.

    A chip for each of many parties is for what has to be decided: they make a page slow.
    """
    return field.is_reference and (unit.folds_parties or not field.must_be_decided)


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


def _add_chip(parent: Element, chip: Chip) -> None:
    attributes = {"value": chip.text, "alias": chip.stored}
    if chip.key:
        attributes["hotkey"] = chip.key
    if chip.hint:
        attributes["hint"] = chip.hint
    if chip.default:
        attributes["style"] = "border-style:dashed"
    SubElement(parent, "Choice", attributes)


def _proposal(field: Field) -> str:
    """What an unset field with a proposal will be."""
    assert field.default_from is not None
    conditions = [str(v) for values in field.default_from.when.values() for v in values]
    when = f" if {' or '.join(conditions)}" if conditions else ""
    return f"unset: the {field.default_from.attribute}{when}".replace("_", " ")
