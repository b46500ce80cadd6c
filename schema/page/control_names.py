"""The names that a unit's fields have on the labelling page, and in what Label Studio stores.

One place for both sides: config.py writes these names into the page, the conversion reads them
back. `__` separates the parts, so no field name of a scheme holds it.

=====================  ===========================  ==========================================
on the page            control                      stored value
=====================  ===========================  ==========================================
span type              `label`                      the type's name
mention of a party     `label`                      `<span type>__<party id>`
attribute of a span    `<span type>__<field>`       value ids; text; `__empty__` for an empty set
the same, where span   `span__<field>`              as above
types ask it alike
attribute of a party   `party__<field>`             as above; it stands on a mention of the party
party without mention  `unmentioned<k>__id`         party id
its attribute          `unmentioned<k>__<field>`    as above
the same, where no     `<party id>__<field>`        as above
span names a party
code without a chip    `<control>__listed`          the code, chosen from the whole list
code off the list      `<control>__other`           the code as typed
dyad number k, from 0  `dyad<k>__<field>`           party id, or value ids
article label          `article__<field>`           value ids, `yes` or `no`, text
relation               relation labels              the relation's name
the same, chosen on    `arrow`                      as above; of the arrows that begin at the span
the span it begins at                               and have no label
dyad of a task's pair  `dyad0__<field>`             value ids; its sides stand in the task
spare keys             `key_<key>`                  nothing (see config.py)
=====================  ===========================  ==========================================
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from signalbook.schema.scheme.model import Field, Scheme, SpanType
from signalbook.schema.scheme.stages import asks_parties

TEXT = "text"
LABEL = "label"
ARTICLE = "article"
PARTY = "party"
#: Unit of fields that several span types ask alike.
SPAN = "span"
#: Name of the control by which the relation of arrows is chosen on the span where they begin.
ARROW = "arrow"
#: Name of the control by which a party without a mention is chosen.
PARTY_ID = "id"
#: What Label Studio replaces by the number of a row, from 0. Its server reads the names of controls
#: as patterns, and refuses to change a page that does not match the names in annotations.
ROW = r"\d+"
#: Chosen by hand: this set is empty. Not chosen is something else (see Span.defaulted).
EMPTY = "__empty__"
YES, NO = "yes", "no"


def control(unit: str, field: Field | str) -> str:
    """Name of the control of a field on a unit, as `<unit>` stands in the table above."""
    return f"{unit}__{field if isinstance(field, str) else field.name}"


def listed(control_name: str) -> str:
    """Name of the box in which a code is searched for by name in its whole list."""
    return f"{control_name}__listed"


def other(control_name: str) -> str:
    """Name of the text box for a code that no chip and no list offers."""
    return f"{control_name}__other"


def without_addition(control_name: str) -> str:
    """The name of a field's control, from that or from the name of a box beside it."""
    return control_name.removesuffix(listed("")).removesuffix(other(""))


def dyad_slot(number: int | str) -> str:
    """Unit name of the dyad row with this number, from 0."""
    return f"dyad{number}"


def unmentioned_slot(number: int | str) -> str:
    """Unit name of the row with this number, from 0, for a party that no span names."""
    return f"unmentioned{number}"


def row_number(unit: str, slot: Callable[[int | str], str]) -> int | None:
    """The number of a row, if the unit is a row of this kind."""
    number = unit.removeprefix(slot(""))
    return int(number) if number.isdecimal() and unit == slot(int(number)) else None


def mention_label(span_type: SpanType, party_id: str) -> str:
    """Stored label of a mention of this party."""
    return f"{span_type.name}__{party_id}"


def mention_types(scheme: Scheme) -> tuple[SpanType, ...]:
    """The span types that name a party, each with a label for every party."""
    named = (t for t in scheme.span_types if t.party_field is not None)
    return tuple(named) if scheme.party is not None else ()


def has_unmentioned_rows(scheme: Scheme) -> bool:
    """Whether a party that no words name has a row, rather than a block for each party."""
    return scheme.party is not None and (bool(mention_types(scheme)) or not asks_parties(scheme))


def labels(scheme: Scheme, span_type: SpanType) -> tuple[str, ...]:
    """The stored labels of a span type."""
    if scheme.party is None or span_type.party_field is None:
        return (span_type.name,)
    return tuple(mention_label(span_type, party_id) for party_id in scheme.party.ids)


def asked_together(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Field -> the span types that ask it in the same words, if several do: they share a control.

    Every chip makes a page slower to open. What lies folded costs little, and is not shared.
    """
    asked: dict[str, list[tuple[str, Field]]] = {}
    for span_type in scheme.span_types:
        if span_type not in mention_types(scheme):
            for field in span_type.fields:
                if field.tier != "optional":
                    asked.setdefault(field.name, []).append(
                        (span_type.name, replace(field, pointer=""))
                    )
    alike = {
        name: tuple(span_type for span_type, field in fields if field == fields[0][1])
        for name, fields in asked.items()
    }
    return {name: types for name, types in alike.items() if len(types) > 1}


def span_unit(shared: Mapping[str, tuple[str, ...]], span_type: SpanType, field: Field) -> str:
    """Unit name of a field of a span, by what span types ask together."""
    return SPAN if span_type.name in shared.get(field.name, ()) else span_type.name


def codes_key(field: Field) -> str:
    """Key in a task's data for the codes found in its text, offered as chips."""
    return f"codes_{field.name}"


def box_key(unit: str, field: Field | str) -> str:
    """Key in a task's data for what a box offers that opens, from which parties are chosen."""
    return f"box_{control(unit, field)}"


#: Keys in a task's data for what the chips of parties say, in the order of their ids; for the labels
#: of mentions, and for the rows of two kinds.
PARTY_NAMES = "party_names"
MENTIONS = "mentions"
#: An entry for each party that has a name, for the style sheet.
NAMED = "named_parties"
DYAD_ROWS, UNMENTIONED_ROWS = "dyad_rows", "unmentioned_rows"
#: Of a task that asks of one pair: who they are, and what connects them.
PAIR_TITLE, PAIR_SPANS = "pair_title", "pair_spans"
