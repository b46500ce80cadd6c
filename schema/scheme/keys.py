"""Give out the keys of the labelling page, each with one meaning at a time.

The page itself gives keys to the labels of parties and to the parties of the first field that takes
exactly one; then span types and values get those that the scheme asks for. Two span types that have
a field in common share its keys: only one of them can be selected. Letters that are left go to the
parties of the first field that takes several.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from .model import Field, Scheme, SpanType
from .problems import SchemeProblem

#: (`label`, span type), (`label`, span type, party), (`span`, field, value) or (`article`, field, value).
Meaning: TypeAlias = tuple[str, ...]
OF_LABEL, OF_SPAN, OF_ARTICLE = "label", "span", "article"
#: What Label Studio gives to choices without a key, until none of them is left.
_AUTOMATIC = "1234567890qwetasdfgzxcvbyiopjklnm"
#: Parties with a key of their own.
_DIGITS = 9


@dataclass(frozen=True)
class Keys:
    """The keys of a labelling page, and what is wrong in those that the scheme asks for."""

    given: Mapping[Meaning, str]
    problems: tuple[SchemeProblem, ...]

    @property
    def spare(self) -> list[str]:
        """Keys that Label Studio would hand out by itself, to choices that ought to have none."""
        return _spare(self.given)


@dataclass(frozen=True)
class _Wish:
    meaning: Meaning
    key: str
    #: JSON Pointer of what asks for it; empty for what the page gives by itself.
    pointer: str = ""


def assign_keys(scheme: Scheme) -> Keys:
    """Key of every label and value that has one; of two that want the same, the first gets it."""
    given: dict[Meaning, str] = {}
    owners: dict[str, Meaning] = {}
    problems: list[SchemeProblem] = []
    for wish in chain(_of_parties(scheme), _asked_for(scheme)):
        owner = owners.setdefault(wish.key, wish.meaning)
        if owner != wish.meaning:
            fact = f"the key {wish.key!r} of {_words(wish.meaning)} is that of {_words(owner)}"
            way_out = "give one of them another x-hotkey"
            problems.append(SchemeProblem(wish.pointer, f"{fact}; {way_out}"))
        elif (key := given.setdefault(wish.meaning, wish.key)) != wish.key:
            fact = f"{_words(wish.meaning)} has the keys {key!r} and {wish.key!r}"
            problems.append(SchemeProblem(wish.pointer, f"{fact}; leave one x-hotkey out"))
    problems += _without_effect(scheme)
    letters = [key for key in _spare(given) if key.isalpha()]
    given.update(zip(_receivers(scheme), letters, strict=False))
    return Keys(given, tuple(problems))


def _without_effect(scheme: Scheme) -> Iterator[SchemeProblem]:
    """Keys of mentions: their labels are those of the parties, with a digit each."""
    for span_type in scheme.span_types:
        of_parties = span_type.party_field is not None and scheme.party is not None
        if of_parties and span_type.hotkey not in (None, "1"):
            fact = f"the key {span_type.hotkey!r} has no effect, as each party has a digit"
            yield SchemeProblem(span_type.pointer, f"{fact}; leave x-hotkey out")


def _spare(given: Mapping[Meaning, str]) -> list[str]:
    return [key for key in _AUTOMATIC if key not in given.values()]


def _words(meaning: Meaning) -> str:
    match meaning:
        case (kind, name) if kind == OF_LABEL:
            return f"span type {name}"
        case (_, name, of_it):
            return f"{of_it} of {name}"
        case _:
            raise AssertionError(meaning)


def _of_parties(scheme: Scheme) -> Iterator[_Wish]:
    """Digits for the labels of parties, shift and a digit for the field that takes one party."""
    numbered = [*enumerate(scheme.party.ids[:_DIGITS], 1)] if scheme.party else []
    for span_type in scheme.span_types:
        sender = _sender_field(span_type)
        for number, party_id in numbered:
            if span_type.party_field is not None:
                yield _Wish((OF_LABEL, span_type.name, party_id), str(number))
            elif sender is not None:
                yield _Wish((OF_SPAN, sender.name, party_id), f"shift+{number}")


def _sender_field(span_type: SpanType) -> Field | None:
    """The field whose parties get shift and a digit: the first that takes exactly one party."""
    single = (f for f in span_type.fields if f.is_party_reference and not f.many)
    return next(single, None)


def _receivers(scheme: Scheme) -> Iterator[Meaning]:
    for span_type in scheme.span_types:
        several = [f for f in span_type.fields if f.is_party_reference and f.many]
        if several and scheme.party:
            ids = scheme.party.ids
            return ((OF_SPAN, several[0].name, party_id) for party_id in ids[:_DIGITS])
    return iter(())


def _asked_for(scheme: Scheme) -> Iterator[_Wish]:
    """The keys that the scheme asks for: of span types first, then of values."""
    for span_type in scheme.span_types:
        is_of_parties = span_type.party_field is not None and scheme.party is not None
        if span_type.hotkey and not is_of_parties:
            yield _Wish((OF_LABEL, span_type.name), span_type.hotkey, span_type.pointer)
    for span_type in scheme.span_types:
        for field in span_type.fields:
            yield from _values(OF_SPAN, field)
    for field in scheme.asked_labels:
        yield from _values(OF_ARTICLE, field)


def _values(unit: str, field: Field) -> Iterator[_Wish]:
    for value in field.values:
        if value.hotkey:
            yield _Wish((unit, field.name, value.id), value.hotkey, field.pointer)
