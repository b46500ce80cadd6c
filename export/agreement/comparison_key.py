"""What makes two annotators' parties the same, and any two of their values equal.

Ids of parties are local to one annotation. Two parties are the same if they have the same key: the
values of the fields that the scheme compares mentions of parties by (`x-compare-by`), or else of
those that it requires or compares any reference by, or else of all. Words are compared folded, as
people spell names in many ways, codes as they stand; a missing value equals none but another
missing one.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.schema.documents.annotation import folded
from signalbook.schema.documents.records import AnnotationDocument, Party, Value
from signalbook.schema.scheme.model import Field, Scheme

#: A value without what people spell in many ways; None is missing.
Plain: TypeAlias = str | bool | int | float | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PartyKey:
    """A party as another annotator knows it: by its values, not by its id."""

    values: tuple[Plain, ...]

    def __str__(self) -> str:
        """For people to read."""
        return " / ".join(map(_word, self.values))


def party_fields(scheme: Scheme, names: Sequence[str] = ()) -> tuple[Field, ...]:
    """The fields by which parties are the same.

    Args:
        scheme: The scheme.
        names: What a reference is compared by, if it has fields of its own for that; otherwise
            parties are compared as mentions of them are.
    """
    if scheme.party is None:
        return ()
    if not names:
        return scheme.party_key
    fields = {field.name: field for field in scheme.party.fields}
    return tuple(fields[name] for name in names if name in fields)


def party_key(party: Party, fields: Sequence[Field]) -> PartyKey:
    """What another annotator's party must have in common with this one to be the same."""
    attributes = party.attributes
    return PartyKey(tuple(plain_value(attributes.get(field.name), field) for field in fields))


def same_party(first: Party, second: Party, fields: Sequence[Field]) -> bool:
    """Whether two annotators, or one of them twice, mean the same party."""
    return party_key(first, fields) == party_key(second, fields)


def comparable(
    value: Value | None, field: Field, document: AnnotationDocument, scheme: Scheme
) -> Hashable | None:
    """A value that equals another annotator's exactly if both say the same; None is missing."""
    if value is None or not field.is_reference:
        return plain_value(value, field)
    parties = {party.id: party for party in document.parties}
    fields = party_fields(scheme, field.compare_by)

    def known_as(id: str) -> Hashable:
        # Parties that have no field at all are known by their ids alone.
        return party_key(parties[id], fields) if id in parties and fields else id

    return frozenset(map(known_as, value)) if isinstance(value, tuple) else known_as(str(value))


def plain_value(value: Value | None, field: Field) -> Plain:
    """A value that names no party, as it equals another annotator's."""
    if isinstance(value, tuple):
        return frozenset(folded(member) if field.is_text else member for member in value)
    return folded(value) if field.is_text and isinstance(value, str) else value


def _word(value: Plain) -> str:
    if isinstance(value, frozenset):
        return "+".join(sorted(value))
    return "?" if value is None else str(value)
