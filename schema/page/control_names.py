"""The names that a unit's fields have on the labelling page, and in what Label Studio stores.

One place for both sides: config.py writes these names into the page, the conversion reads them
back. `__` separates the parts, so no field name of a scheme holds it.

=====================  ===========================  ==========================================
on the page            control                      stored value
=====================  ===========================  ==========================================
span type              `label`                      the type's name
mention of a party     `label`                      `<span type>__<party id>`
attribute of a span    `<span type>__<field>`       value ids; text; `__empty__` for an empty set
attribute of a party   `<party id>__<field>`        as above
code off the list      `<control>__other`           the code as typed
dyad number k          `dyad<k>__<field>`           party id, or value ids
article label          `article__<field>`           value ids, `yes` or `no`, text
relation               relation labels              the relation's name
spare keys             `keys`                       nothing (see config.py)
=====================  ===========================  ==========================================
"""

from collections.abc import Iterator

from signalbook.schema.scheme.model import Field, Scheme, SpanType

TEXT = "text"
LABEL = "label"
ARTICLE = "article"
#: Chosen by hand: this set is empty. Not chosen is something else (see Span.defaulted).
EMPTY = "__empty__"
YES, NO = "yes", "no"


def control(unit: str, field: Field | str) -> str:
    """Name of the control of a field on a unit: a span type, party id, dyad slot or article."""
    return f"{unit}__{field if isinstance(field, str) else field.name}"


def other(control_name: str) -> str:
    """Name of the text box beside a list of codes, for a code that is not listed."""
    return f"{control_name}__other"


def dyad_slot(number: int) -> str:
    """Unit name of the dyad row with this number, from 1."""
    return f"dyad{number}"


def mention_label(span_type: SpanType, party_id: str) -> str:
    """Stored label of a mention of this party."""
    return f"{span_type.name}__{party_id}"


def labels(scheme: Scheme) -> Iterator[tuple[SpanType, str, int]]:
    """Every label of the bar: its span type, stored label, and party number or 0."""
    for span_type in scheme.span_types:
        if span_type.party_field is None or scheme.party is None:
            yield span_type, span_type.name, 0
            continue
        for number, party_id in enumerate(scheme.party.ids, 1):
            yield span_type, mention_label(span_type, party_id), number


def codes_key(field: Field) -> str:
    """Key in a task's data for the codes found in its text, offered as chips."""
    return f"codes_{field.name}"
