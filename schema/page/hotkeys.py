"""Give out the keys of the labelling page, each with one meaning at a time.

Keys of span types are given first, then those of values, as the scheme asks for them. Two span
types that have a field in common share its keys: only one of them can be selected. Letters that
are left go to the parties of the first field that takes several.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.model import Field, Scheme, SpanType

from .control_names import ARTICLE, LABEL, mention_label

#: (`label`, stored label), (`span`, field, value) or (`article`, field, value).
Meaning: TypeAlias = tuple[str, ...]
SPAN = "span"
#: What Label Studio gives to choices without a key, until none of them is left.
_AUTOMATIC = "1234567890qwetasdfgzxcvbyiopjklnm"
#: Parties with a key of their own.
DIGITS = 9


def hotkeys(scheme: Scheme) -> Mapping[Meaning, str]:
    """Key of every label and value that has one.

    Raises:
        SchemeError: The scheme wants one key for two things, or two keys for one.
    """
    given: dict[Meaning, str] = {}
    for meaning, key in _wishes(scheme):
        owner = next((other for other, taken in given.items() if taken == key), meaning)
        if owner != meaning:
            fact = f"the key {key!r} of {_words(meaning)} is that of {_words(owner)}"
            raise SchemeError(f"{scheme.path}: {fact}; give one of them another x-hotkey")
        if given.setdefault(meaning, key) != key:
            fact = f"{_words(meaning)} has the keys {given[meaning]!r} and {key!r}"
            raise SchemeError(f"{scheme.path}: {fact}; leave one x-hotkey out")
    letters = [key for key in spare_keys(given) if key.isalpha()]
    given.update(zip(_receivers(scheme), letters, strict=False))
    return given


def _words(meaning: Meaning) -> str:
    return " ".join(meaning[1:])


def spare_keys(given: Mapping[Meaning, str]) -> list[str]:
    """Keys that Label Studio would hand out by itself, to choices that ought to have none."""
    return [key for key in _AUTOMATIC if key not in given.values()]


def labels(scheme: Scheme) -> Iterator[tuple[SpanType, str, int]]:
    """Every label of the bar: its span type, stored label, and party number or 0."""
    for span_type in scheme.span_types:
        if span_type.party_field is None or scheme.party is None:
            yield span_type, span_type.name, 0
            continue
        for number, party_id in enumerate(scheme.party.ids, 1):
            yield span_type, mention_label(span_type, party_id), number


def sender_field(span_type: SpanType) -> Field | None:
    """The field whose parties get shift and a digit: the first that takes exactly one party."""
    if span_type.party_field is not None:
        return None
    single = (f for f in span_type.fields if f.is_party_reference and not f.many)
    return next(single, None)


def _receivers(scheme: Scheme) -> Iterator[Meaning]:
    for span_type in scheme.span_types:
        several = [f for f in span_type.fields if f.is_party_reference and f.many]
        if several and scheme.party:
            ids = scheme.party.ids
            return ((SPAN, several[0].name, party_id) for party_id in ids[:DIGITS])
    return iter(())


def _wishes(scheme: Scheme) -> Iterator[tuple[Meaning, str]]:
    for span_type, label, number in labels(scheme):
        if number:
            if number <= DIGITS:
                yield (LABEL, label), str(number)
        elif span_type.hotkey:
            yield (LABEL, label), span_type.hotkey
    ids = scheme.party.ids[:DIGITS] if scheme.party else ()
    for span_type in scheme.span_types:
        sender = sender_field(span_type)
        for number, party_id in enumerate(ids, 1):
            if sender is not None:
                yield (SPAN, sender.name, party_id), f"shift+{number}"
        for field in span_type.fields:
            yield from _values(SPAN, field)
    for field in scheme.asked_labels:
        yield from _values(ARTICLE, field)


def _values(unit: str, field: Field) -> Iterator[tuple[Meaning, str]]:
    for value in field.values:
        if value.hotkey:
            yield (unit, field.name, value.id), value.hotkey
