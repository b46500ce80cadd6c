"""What has fields, as values: span types, parties, relations and dyads; and the rules about them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias, get_args

from .field_model import Agreement, Examples, Field
from .nodes import Json

#: Number in the id of a party.
_NUMBER = "[1-9][0-9]{0,3}"

#: Kinds of names that a text has, of which parties can be proposed.
ProposedKind: TypeAlias = Literal[
    "country",
    "capital",
    "people",
    "government",
    "leader_office",
    "foreign_ministry",
    "organisation",
    "leader",
    "foreign_minister",
    "minister",
    "ambassador",
    "former_official",
    "organisation_official",
    "person",
]
PROPOSED_KINDS: Final[tuple[ProposedKind, ...]] = get_args(ProposedKind)


@dataclass(frozen=True)
class Proposals:
    """Which parties are proposed before an article is labelled, and what is filled in of each."""

    #: Kind of name -> field of the party -> value, `$code` or `$name`.
    values: Mapping[ProposedKind, Mapping[str, Json]]
    #: Only the first mention of a party in each paragraph is marked.
    first_in_paragraph: bool
    #: JSON Pointer of the keyword in the scheme file.
    pointer: str = ""


@dataclass(frozen=True)
class Stage:
    """One of several passes over an article, each with a page and a project of its own."""

    name: str
    title: str


@dataclass(frozen=True)
class Slots:
    """How many of a unit the page shows at first, and offers at all."""

    shown: int
    offered: int


@dataclass(frozen=True)
class SpanType:
    """A kind of span, with its fields in the order of the page."""

    name: str
    label: str
    title: str
    colour: str
    fields: tuple[Field, ...]
    description: str = ""
    rule: str = ""
    examples: Examples | None = None
    worked_examples: tuple[tuple[str, str], ...] = ()
    agreement: Agreement | None = None
    #: What the ids of its spans look like.
    id_pattern: str = ""
    #: JSON Pointer of the definition in the scheme file.
    pointer: str = ""
    #: Name of the stage in which it is asked; empty if the scheme has none.
    stage: str = ""

    @property
    def party_references(self) -> tuple[Field, ...]:
        """The fields that refer to parties; of a type that only names one, none."""
        named = self.party_field
        return tuple(f for f in self.fields if f.is_party_reference and f != named)

    @cached_property
    def party_field(self) -> Field | None:
        """The single party that a span of this type names, if naming is all it does.

        Such a type is a mention: the page offers it as one label per party.
        """
        references = [f for f in self.fields if f.is_party_reference]
        rest = [f for f in self.fields if not f.is_party_reference and f.tier != "optional"]
        return (
            references[0] if len(references) == 1 and not rest and not references[0].many else None
        )


@dataclass(frozen=True)
class PartyType:
    """An entity in a role that spans refer to; ids are prefix + number from 1."""

    label: str
    title: str
    prefix: str
    slots: Slots
    fields: tuple[Field, ...]
    description: str = ""
    rule: str = ""
    examples: Examples | None = None
    agreement: Agreement | None = None
    proposals: Proposals | None = None
    #: As of a span type.
    stage: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all parties that the page offers, in order."""
        return tuple(self.id(number) for number in range(1, self.slots.offered + 1))

    def id(self, number: int) -> str:
        """The id of the party with this number, from 1."""
        return f"{self.prefix}{number}"

    def is_id(self, value: object) -> bool:
        """Whether a value is the id of a party, not a special value or a code."""
        return isinstance(value, str) and bool(re.fullmatch(f"{self.prefix}{_NUMBER}", value))


@dataclass(frozen=True)
class RelationType:
    """A kind of link between two spans."""

    name: str
    title: str
    colour: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    #: At most one per `from` span.
    at_most_one: bool
    symmetric: bool
    same_type: bool = False
    #: `from` is another mention of `to`; agreement counts the two once.
    counts_once: bool = False
    description: str = ""
    rule: str = ""
    examples: Examples | None = None
    agreement: Agreement | None = None


@dataclass(frozen=True)
class DyadType:
    """A judgement on an ordered pair of sides."""

    title: str
    slots: Slots
    #: The two side references first, then what is judged.
    sides: tuple[Field, Field]
    fields: tuple[Field, ...]
    description: str = ""
    #: As of a span type.
    stage: str = ""
    #: Name of the function in constraints.py that gives the pairs to judge.
    pairs: str | None = None

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """The two sides, then what is judged of them."""
        return (*self.sides, *self.fields)


@dataclass(frozen=True)
class Constraint:
    """A rule beyond JSON Schema, stated by check, schema or function; if several, all must hold."""

    id: str
    severity: Literal["error", "warning"]
    message: str
    rule: str
    #: Name of a built-in check, with the attribute and value it is about, if any.
    check: str | None = None
    of: tuple[str, str] | None = None
    #: A JSON Schema that each unit of this kind satisfies.
    each: str | None = None
    schema: Mapping[str, Json] | None = None
    #: Name of a function in the scheme's constraints.py.
    function: str | None = None
    #: What keeps the rule, what breaks it.
    examples: Examples | None = None
    #: Name of the stage from which on it holds; empty for the one in which all is there.
    stage: str = ""


@dataclass(frozen=True)
class Migration:
    """How documents of an earlier version of a scheme become documents of this one."""

    #: Version as far as it counts: 1.0 for all of 1.0.x.
    from_: str
    #: Unit -> its fields that are no more.
    drop: Mapping[str, tuple[str, ...]]
    #: (unit, field) -> old value -> new value.
    values: Mapping[tuple[str, str], Mapping[str, str]]
