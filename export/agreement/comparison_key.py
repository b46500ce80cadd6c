"""What an annotator wrote becomes values that can be compared with another annotator's.

Party ids are local to one annotation, so a reference to a party is compared by the fields that the
scheme names (`x-compare-by`); text is compared folded, as people spell names in many ways.
"""

from collections.abc import Hashable

from signalbook.schema.documents.annotation import folded
from signalbook.schema.documents.records import AnnotationDocument, Party, Value
from signalbook.schema.scheme.model import Field, Scheme


def party_key(party: Party, fields: tuple[str, ...]) -> str:
    """The party as others would know it: its values of these fields."""
    attributes = party.attributes
    return " / ".join(_word(attributes.get(name)) for name in fields)


def compared_fields(scheme: Scheme) -> tuple[str, ...]:
    """The fields that make two annotators' parties the same: those that mentions are compared by."""
    for span_type in scheme.span_types:
        if span_type.party_field is not None and span_type.party_field.compare_by:
            return span_type.party_field.compare_by
    return tuple(f.name for f in scheme.party.fields if f.required) if scheme.party else ()


def comparable(value: Value | None, field: Field, document: AnnotationDocument) -> Hashable | None:
    """A value that equals another annotator's exactly if both say the same; None is missing."""
    if value is None:
        return None
    if field.is_reference:
        return _reference(value, field, document)
    if field.is_text:
        return folded(value) if isinstance(value, str) else _frozen(value)
    return _frozen(value)


def _reference(value: Value, field: Field, document: AnnotationDocument) -> Hashable:
    parties = {party.id: party for party in document.parties}

    def one(id: str) -> str:
        known = id in parties and field.compare_by
        return party_key(parties[id], field.compare_by) if known else id

    if isinstance(value, tuple):
        return frozenset(map(one, value))
    return one(str(value))


def _frozen(value: Value) -> Hashable:
    return frozenset(value) if isinstance(value, tuple) else value


def _word(value: Value | None) -> str:
    if isinstance(value, tuple):
        return "+".join(sorted(value))
    return folded(value) if isinstance(value, str) else str(value)
