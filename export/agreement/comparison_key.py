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
    return PartyKeys(fields).of(party)


def same_party(first: Party, second: Party, fields: Sequence[Field]) -> bool:
    """Whether two annotators, or one of them twice, mean the same party."""
    return party_key(first, fields) == party_key(second, fields)


class PartyKeys:
    """What makes parties the same by some fields: of those that many documents have, one key."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self._names = [field.name for field in fields]
        self._keys: dict[tuple[Value | None, ...], PartyKey] = {}

    def of(self, party: Party) -> PartyKey:
        """The key of a party, which is kept for others that are written alike."""
        written = tuple(map(party.attributes.get, self._names))
        key = self._keys.get(written)
        if key is None:
            key = PartyKey(map(plain_value, written, self.fields), written)
            self._keys[written] = key
        return key


#: Names of fields -> the keys of parties by these; none are the fields that the scheme compares by.
KeysByFields: TypeAlias = dict[tuple[str, ...], PartyKeys]


class ComparedDocument:
    """One annotator's document, with its values as they can be compared with another's."""

    def __init__(
        self, document: AnnotationDocument, scheme: Scheme, keys: KeysByFields | None = None
    ) -> None:
        """Take the keys of parties from those that the documents of a corpus share, if there are any."""
        self.document = document
        self._scheme = scheme
        self._keys = {} if keys is None else keys
        self._known: dict[tuple[str, ...], Mapping[str, Hashable]] = {}

    @cached_property
    def party_keys(self) -> tuple[PartyKey, ...]:
        """What makes each party of the document the same as another annotator's."""
        return tuple(map(self._keys_by(()).of, self.document.parties))

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
            keys = self._keys_by(names)
            # Parties that have no field at all are known by their ids alone.
            self._known[names] = {
                party.id: keys.of(party) for party in self.document.parties if keys.fields
            }
        return self._known[names]

    def _keys_by(self, names: tuple[str, ...]) -> PartyKeys:
        if names not in self._keys:
            self._keys[names] = PartyKeys(party_fields(self._scheme, names))
        return self._keys[names]


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
