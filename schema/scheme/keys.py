"""Give out the keys of the labelling page, each with one meaning at a time.

The page itself gives digits to the parties of the first field that takes exactly one, and shift and
a digit to those of the first that takes several; then values get those that the scheme asks for.
Labels have none: with a span selected, a key would give it another label. Two span types that have
a field in common share its keys: only one of them can be selected. A key of Label Studio's own is
given to nothing: it would do what it does there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from .model import Field, Scheme
from .problems import SchemeProblem
from .stages import asks_pairs, on_page

#: (`span`, `article` or `pair`, field, value).
Meaning: TypeAlias = tuple[str, str, str]
OF_SPAN, OF_ARTICLE, OF_PAIR = "span", "article", "pair"
#: With a span selected, Label Studio lets go of it at this key; its others need Ctrl or Alt.
TAKEN = "u"
#: What Label Studio gives to labels and choices without a key, until none of them is left.
_AUTOMATIC = "1234567890qwetasdfgzxcvbyiopjklnm"
#: The rows of the keyboard.
_KEY_ROWS = ("1234567890", "qwertyuiop")
#: Parties with a key of their own.
_DIGITS = 9


@dataclass(frozen=True)
class Keys:
    """The keys of a labelling page, and what is wrong in those that the scheme asks for."""

    given: Mapping[Meaning, str]
    problems: tuple[SchemeProblem, ...]
    #: Keys that Label Studio would hand out by itself, as nothing on the page has them.
    parked: tuple[str, ...]


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
    scheme = on_page(scheme)
    by_itself = _of_pair(scheme) if asks_pairs(scheme) else _of_parties(scheme)
    for wish in chain(by_itself, _asked_for(scheme)):
        owner = owners.setdefault(wish.key, wish.meaning)
        if owner != wish.meaning:
            fact = f"the key {wish.key!r} of {_words(wish.meaning)} is that of {_words(owner)}"
            way_out = "give one of them another x-hotkey"
            problems.append(SchemeProblem(wish.pointer, f"{fact}; {way_out}"))
        elif (key := given.setdefault(wish.meaning, wish.key)) != wish.key:
            fact = f"{_words(wish.meaning)} has the keys {key!r} and {wish.key!r}"
            problems.append(SchemeProblem(wish.pointer, f"{fact}; leave one x-hotkey out"))
    parked = tuple(key for key in _AUTOMATIC if key not in given.values())
    return Keys(given, tuple(problems), parked)


def _words(meaning: Meaning) -> str:
    _, name, of_it = meaning
    return f"{of_it} of {name}"


def _of_parties(scheme: Scheme) -> Iterator[_Wish]:
    numbered = [*enumerate(scheme.party.ids[:_DIGITS], 1)] if scheme.party else []
    for field, prefix in _party_fields(scheme):
        for number, party_id in numbered:
            yield _Wish((OF_SPAN, field.name, party_id), f"{prefix}{number}")


def _of_pair(scheme: Scheme) -> Iterator[_Wish]:
    """The fields of a dyad that is asked alone: a row of the keyboard for the values of each."""
    fields = scheme.dyad.fields if scheme.dyad else ()
    chosen = [field for field in fields if field.must_be_decided and field.values]
    for field, keys in zip(chosen, _KEY_ROWS, strict=False):
        for value, key in zip(field.values, keys, strict=False):
            yield _Wish((OF_PAIR, field.name, value.id), key)


def _party_fields(scheme: Scheme) -> Iterator[tuple[Field, str]]:
    """The first field that takes one party and that which takes several, with what a digit follows."""
    fields = [field for span_type in scheme.span_types for field in span_type.party_references]
    for many, prefix in ((False, ""), (True, "shift+")):
        yield from [(field, prefix) for field in fields if field.many == many][:1]


def keyed_party_fields(scheme: Scheme) -> list[tuple[Field, str]]:
    """The fields whose parties have keys, each with those keys in words."""
    return [
        (field, f"{prefix.replace('shift+', 'Shift and ')}1 to {_DIGITS}")
        for field, prefix in _party_fields(scheme)
    ]


def _asked_for(scheme: Scheme) -> Iterator[_Wish]:
    """The keys that the scheme asks for."""
    for span_type in scheme.span_types:
        for field in span_type.fields:
            yield from _values(OF_SPAN, field)
    for field in scheme.asked_labels:
        yield from _values(OF_ARTICLE, field)


def _values(unit: str, field: Field) -> Iterator[_Wish]:
    for value in field.values:
        if value.hotkey and value.hotkey != TAKEN:
            yield _Wish((unit, field.name, value.id), value.hotkey, field.pointer)
