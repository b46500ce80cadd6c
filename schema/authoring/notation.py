"""Read the short notation in which an author says what a scheme should have.

`stance=for,against` asks for one of the values, `harm=low<middle<high` for one of values in an
order, `topics=a+b+c` for several of them. `strength=1..5` is a rating; `text`, `date`, `integer`,
`number` and `yesno` alone are what they say. `claim.stance=…` asks it of every claim, and
`supports:claim>claim` links claims.
"""

import re
from collections.abc import Sequence
from typing import Final

from signalbook.schema.errors import UsageError

from .draft import Answer, Draft, DraftField, DraftRelation, DraftSpanType, DraftValue

#: What is asked for by a word of its own -> the answer.
WRITTEN: Final[dict[str, Answer]] = {
    "text": "text", "date": "date", "integer": "integer", "number": "number", "yesno": "yes-no",
}  # fmt: skip
_SEPARATORS: Final[dict[str, Answer]] = {",": "one", "<": "ordered", "+": "several"}
_BOUND = r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)"
_RANGE = re.compile(rf"{_BOUND}\.\.{_BOUND}")
_WAY_OUT = (
    "write it like stance=for,against, harm='low<high', topics=trade+war or strength=1..5, or write "
    f"one of {', '.join(WRITTEN)}, as in note=text"
)


def read_draft(
    name: str,
    title: str,
    *,
    span_types: Sequence[str] = (),
    fields: Sequence[str] = (),
    relations: Sequence[str] = (),
    labels: Sequence[str] = (),
) -> Draft:
    """The draft that these notations stand for.

    Raises:
        UsageError: One of them is not understood, or names a span type that there is none of.
    """
    if not span_types and not labels:
        fact = "the scheme would have no span type and no label"
        raise UsageError(f"{fact}; add --span-type NAME, or --label NAME=ANSWERS")
    names = _distinct([read_name(type) for type in span_types], "--span-type")
    asked: dict[str, list[DraftField]] = {type: [] for type in names}
    for notation in fields:
        unit, dot, question = notation.partition(".")
        if not dot or "=" in unit:
            fact = f"--field {notation}: does not say of which span type it is asked"
            raise UsageError(f"{fact}; write it like claim.stance=for,against, or use --label")
        asked[known(unit, names, notation)].append(read_field(question))
    for type, of_type in asked.items():
        _distinct([field.name for field in of_type], f"--field of {type}")
    links = tuple(read_relation(relation, names) for relation in relations)
    _distinct([link.name for link in links], "--relation")
    asked_of_article = tuple(map(read_field, labels))
    _distinct([field.name for field in asked_of_article], "--label")
    types = tuple(DraftSpanType(type, tuple(asked[type])) for type in names)
    return Draft(name, title, types, links, asked_of_article)


def read_name(word: str) -> str:
    """The name of a span type, a field or a relation.

    Raises:
        UsageError: It cannot be one.
    """
    name = word.strip()
    if not re.fullmatch(r"\w+", name) or "__" in name:
        fact = f"{name!r} cannot be a name" if name else "a name is missing"
        raise UsageError(f"{fact}; write letters, digits and single underscores, as in reported_by")
    return name


def read_field(notation: str) -> DraftField:
    """What is asked, from `name=values`.

    Raises:
        UsageError: The notation is not understood.
    """
    name, equals, written = notation.partition("=")
    written = written.strip()
    if not equals or not written:
        raise UsageError(f"{notation}: does not say what the answers are; {_WAY_OUT}")
    name = read_name(name)
    if written in WRITTEN:
        # Whoever has nothing to write writes nothing; a choice has to be made.
        return DraftField(name, WRITTEN[written], required=written == "yesno")
    if bounds := _RANGE.fullmatch(written):
        least, most = map(float, bounds.groups())
        if least >= most:
            raise UsageError(f"{notation}: begins above its end; write the smaller number first")
        answer: Answer = "number" if "." in "".join(bounds.groups()) else "integer"
        return DraftField(name, answer, minimum=least, maximum=most)
    return _choice(notation, name, written)


def read_relation(notation: str, span_types: Sequence[str]) -> DraftRelation:
    """A relation, from `name:type>type`; several types are separated by commas.

    Raises:
        UsageError: The notation is not understood, or names what is no span type.
    """
    name, colon, ends = notation.partition(":")
    from_, arrow, to = ends.partition(">")
    if not colon or not arrow:
        fact = f"{notation}: does not say what the relation links"
        raise UsageError(f"{fact}; write it like supports:claim>claim")
    starts, targets = (
        tuple(known(type, span_types, notation) for type in side.split(",")) for side in (from_, to)
    )
    return DraftRelation(read_name(name), starts, targets)


def known(type: str, span_types: Sequence[str], notation: str) -> str:
    """The span type that is named.

    Raises:
        UsageError: There is none of that name.
    """
    name = type.strip()
    if name not in span_types:
        there = f"there is {', '.join(span_types)}" if span_types else "there is none yet"
        fact = f"{notation}: {name or 'nothing'} is no span type; {there}"
        raise UsageError(f"{fact}; correct the name, or add --span-type {name or 'NAME'}")
    return name


def _distinct(names: list[str], option: str) -> list[str]:
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"{option}: {repeated} is given twice; give each a name of its own")
    return names


def _choice(notation: str, name: str, written: str) -> DraftField:
    used = [separator for separator in _SEPARATORS if separator in written]
    if len(used) > 1:
        fact = f"{notation}: separates its values by {' and by '.join(used)}"
        raise UsageError(f"{fact}; separate by , for one of them, < for an order, + for several")
    if not used:
        raise UsageError(f"{notation}: offers nothing to choose from; {_WAY_OUT}")
    values = tuple(word.strip() for word in written.split(used[0]))
    if "" in values:
        raise UsageError(f"{notation}: has an empty value; write a word between the signs")
    _distinct([*values], notation)
    if {value.lower() for value in values} & {"true", "false"}:
        raise UsageError(f"{notation}: no page can offer true or false; write yesno, or yes,no,…")
    return DraftField(name, _SEPARATORS[used[0]], tuple(map(DraftValue, values)))
