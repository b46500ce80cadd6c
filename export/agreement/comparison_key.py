"""What makes two annotators' parties the same, and any two of their values equal.

Ids of parties are local to one annotation. Two parties are the same if they have the same key: the
values of the fields that the scheme compares mentions of parties by (`x-compare-by`), or else of
those that it requires or compares any reference by, or else of all. Words are compared folded, as
people spell names in many ways, codes as they stand; a missing value equals none but another
missing one.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Self, TypeAlias, cast

from signalbook.schema.documents.annotation import folded
from signalbook.schema.documents.records import AnnotationDocument, Party, Value
from signalbook.schema.scheme.model import Field, Scheme

#: A value without what people spell in many ways; None is missing.
Plain: TypeAlias = str | bool | int | float | frozenset[str] | None


class PartyKey(tuple[Plain, ...]):
    """A party as another annotator knows it: by its values, not by its id."""

    #: The same as this annotator wrote them, which is for people to read.
    written: tuple[Value | None, ...]

    def __new__(cls, values: Iterable[Plain], written: tuple[Value | None, ...] = ()) -> Self:
        """Keep the values, by which it is compared, and what was written."""
        key = super().__new__(cls, values)
        key.written = written
        return key

    def __str__(self) -> str:
        """For people to read."""
        return " / ".join(map(_word, self.written or self))

    def of(self, places: Iterable[int]) -> "PartyKey":
        """What it is at some of the places alone."""
        places = list(places)
        return PartyKey(
            [self[place] for place in places], tuple(self.written[place] for place in places)
        )


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
    written = tuple(party.attributes.get(field.name) for field in fields)
    return PartyKey(map(plain_value, written, fields), written)


def same_party(first: Party, second: Party, fields: Sequence[Field]) -> bool:
    """Whether two annotators, or one of them twice, mean the same party."""
    return party_key(first, fields) == party_key(second, fields)


class ComparedDocument:
    """One annotator's document, with its values as they can be compared with another's."""

    def __init__(self, document: AnnotationDocument, scheme: Scheme) -> None:
        self.document = document
        self._scheme = scheme
        self._known: dict[tuple[str, ...], Mapping[str, Hashable]] = {}

    @cached_property
    def party_keys(self) -> tuple[PartyKey, ...]:
        """What makes each party of the document the same as another annotator's."""
        fields = party_fields(self._scheme)
        return tuple(party_key(party, fields) for party in self.document.parties)

    def comparable(self, value: Value | None, field: Field) -> Hashable | None:
        """A value that equals another annotator's exactly if both say the same; None is missing."""
        if value is None or not field.is_reference:
            return plain_value(value, field)
        known = self._known_by(field.compare_by)
        if isinstance(value, tuple):
            return frozenset(known.get(id, id) for id in value)
        return known.get(str(value), value)

    def _known_by(self, names: tuple[str, ...]) -> Mapping[str, Hashable]:
        """Each party as references that are compared by these fields have it."""
        if names not in self._known:
            fields = party_fields(self._scheme, names)
            # Parties that have no field at all are known by their ids alone.
            self._known[names] = {
                party.id: party_key(party, fields) for party in self.document.parties if fields
            }
        return self._known[names]


def comparable(
    value: Value | None, field: Field, document: AnnotationDocument, scheme: Scheme
) -> Hashable | None:
    """One value as it can be compared; of many of a document, ask a `ComparedDocument`."""
    return ComparedDocument(document, scheme).comparable(value, field)


def plain_values(values: Iterable[Value | None], field: Field) -> Iterable[Plain]:
    """Values of a field that names no party, as they equal another annotator's."""
    if field.is_plain:
        return cast("Iterable[Plain]", values)
    return (plain_value(value, field) for value in values)


def plain_value(value: Value | None, field: Field) -> Plain:
    """A value that names no party, as it equals another annotator's."""
    if isinstance(value, tuple):
        return frozenset(folded(member) if field.is_text else member for member in value)
    return folded(value) if field.is_text and isinstance(value, str) else value


def _word(value: Plain | Value) -> str:
    if isinstance(value, frozenset | tuple):
        return "+".join(sorted(value))
    return "?" if value is None else str(value)
