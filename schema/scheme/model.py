"""A scheme as a value: its span types, fields, relations and constraints."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, cast

from signalbook.schema.json_text import plain_number

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]
Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio", "set", "text", "unitizing"]
Kind: TypeAlias = Literal["attribute", "article_label", "party-reference", "side-reference"]
Tier: TypeAlias = Literal["core", "extended", "optional"]
#: Number in the id of a party.
_NUMBER = "[1-9][0-9]{0,3}"


@dataclass(frozen=True)
class Examples:
    """One thing that is it, one that is not."""

    positive: str
    negative: str


@dataclass(frozen=True)
class AllowedValue:
    """One value that a field can take."""

    id: str
    title: str
    #: Word on the page's chip.
    short: str
    description: str = ""
    rule: str = ""
    examples: Examples | None = None
    hotkey: str | None = None
    rank: int | None = None
    confusable: tuple[str, ...] = ()
    #: Attribute -> values; the value may be chosen only with these.
    allowed_with: Mapping[str, tuple[Json, ...]] = field(
        default_factory=dict[str, tuple[Json, ...]]
    )
    #: The scheme's own facts (x-data).
    data: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True)
class Codelist:
    """The outside list that a field's values come from."""

    standard: str
    user_assigned: tuple[str, ...] = ()
    #: Codes for invented texts -> name.
    training: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class DefaultFrom:
    """Where the page's proposal comes from: another attribute, or the first mention's words."""

    attribute: str | None
    when: Mapping[str, tuple[Json, ...]]
    mention_text: bool = False


@dataclass(frozen=True)
class Condition:
    """What an `if` of the scheme says of a field: it must be there, or must not."""

    #: Attribute -> values; all of them have to be so.
    when: Mapping[str, tuple[Json, ...]]
    #: It is said of the units of which that is not so.
    otherwise: bool
    #: It must be there, rather than be left out.
    required: bool


@dataclass(frozen=True)
class DecisionRow:
    """A row of the table that says which value when; the first that holds decides."""

    #: What has to be so, in words; empty if nothing has to.
    condition: str
    value: Json


@dataclass(frozen=True)
class Agreement:
    """What a scheme wants of the agreement on a field or unit: here only the target decides.

    The coefficients are recorded as the scheme names them; what is computed follows from the level.
    """

    coefficient: str
    also: tuple[str, ...] = ()
    target: float | None = None


@dataclass(frozen=True)
class Derived:
    """How a label of the article follows from the units of a document."""

    how: Literal["any", "most-frequent"]
    #: Span type, party or dyad.
    of: str
    #: Field of these units.
    field: str
    #: Of `any`: the values of which one is enough.
    values: tuple[Json, ...] = ()
    #: Of `most-frequent`: the relation type whose `from` spans are left out.
    unless: str | None = None
    #: JSON Pointer of the keyword in the scheme file.
    pointer: str = ""

    @property
    def units(self) -> str:
        """What it follows from, in words."""
        return {"party": "parties", "dyad": "dyads"}.get(self.of, f"{self.of} spans")

    @property
    def meaning(self) -> str:
        """What its value says, in words."""
        if self.how == "any":
            values = " or ".join(
                str(v).lower() if isinstance(v, bool) else str(v) for v in self.values
            )
            return f"whether any of the {self.units} has the {self.field} {values}"
        but = f", but those that {self.unless} starts from" if self.unless else ""
        tie = "of equally frequent ones that which comes first"
        return f"the {self.field} that most of the {self.units} have{but}; {tie}"


@dataclass(frozen=True)
class Field:
    """One thing that is coded on a unit (a span, party, dyad or the article)."""

    name: str
    title: str
    short: str
    kind: Kind
    level: Level
    control: str
    tier: Tier
    #: JSON type of one value: string, boolean, integer or number.
    type: str
    #: A set of values rather than one.
    many: bool
    required: bool
    #: What JSON Schema says about the form of a text, such as date.
    format: str | None = None
    #: The type that the scheme wants of its column; empty for that of its JSON type.
    arrow: str = ""
    values: tuple[AllowedValue, ...] = ()
    description: str = ""
    rule: str = ""
    examples: Examples | None = None
    has_default: bool = False
    default: Json = None
    default_from: DefaultFrom | None = None
    min_items: int = 0
    max_items: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    agreement: Agreement | None = None
    compare_by: tuple[str, ...] = ()
    codelist: Codelist | None = None
    conditions: tuple[Condition, ...] = ()
    decision_table: tuple[DecisionRow, ...] = ()
    #: How it follows from the rest; nobody is asked for it then.
    derived: Derived | None = None
    #: JSON Pointer of the definition in the scheme file.
    pointer: str = ""

    @property
    def is_party_reference(self) -> bool:
        """Whether its values are ids of parties, or the special values beside them."""
        return self.kind == "party-reference"

    @property
    def is_side_reference(self) -> bool:
        """Whether its value is a side of a dyad: the id of a party, a code or a special value."""
        return self.kind == "side-reference"

    @property
    def is_reference(self) -> bool:
        """Whether its values name parties, which have other ids in every document."""
        return self.is_party_reference or self.is_side_reference

    @property
    def is_boolean(self) -> bool:
        """Whether it is answered with yes or no."""
        return self.type == "boolean"

    @property
    def is_coded(self) -> bool:
        """Whether its values are codes of an outside list, too many for a chip each.

        The page offers the codes that the text names, and a text box for any other.
        """
        return self.codelist is not None and not self.is_reference

    @property
    def is_typed(self) -> bool:
        """Whether it is answered in a text box alone: there is nothing to choose from."""
        return not (self.is_reference or self.values or self.is_boolean or self.codelist)

    @property
    def is_text(self) -> bool:
        """Whether its values are words (level `text`): case, accents and marks do not count."""
        return self.level == "text"

    @property
    def is_free_text(self) -> bool:
        """Whether it may quote the article or its annotator: words in a text box, of any form."""
        return self.is_text and self.control == "textarea" and self.pattern is None

    @property
    def must_be_decided(self) -> bool:
        """Whether an annotator has to answer it, because the scheme proposes nothing."""
        is_proposed = self.has_default or self.default_from is not None
        return self.required and not is_proposed and self.derived is None

    @property
    def offers_none(self) -> bool:
        """Whether "none of these" is one of its answers: a set of chips that may stay empty."""
        return self.many and self.min_items == 0 and self.control != "textarea"

    @property
    def value_ids(self) -> tuple[str, ...]:
        """Ids of the values that the scheme lists, in the scheme's order."""
        return tuple(value.id for value in self.values)

    @property
    def listed(self) -> tuple[str | int | float, ...]:
        """The values that the scheme lists, as documents hold them, in the scheme's order."""
        return tuple(map(self.typed, self.value_ids))

    @property
    def ranked(self) -> tuple[str | int | float, ...]:
        """The values that the scheme lists, as documents hold them, lowest rank first."""
        return tuple(self.typed(value.id) for value in self.ranked_values)

    @property
    def is_date(self) -> bool:
        """Whether its value is a day of the calendar."""
        return self.format == "date" and self.type == "string"

    @property
    def ranked_values(self) -> tuple[AllowedValue, ...]:
        """The values that the scheme lists, lowest rank first."""
        return tuple(sorted(self.values, key=lambda value: value.rank or 0))

    def typed(self, id: str) -> str | int | float:
        """The value of this id, as a document holds it."""
        if self.type == "integer":
            return int(id)
        return plain_number(float(id)) if self.type == "number" else id

    def takes(self, value: object) -> bool:
        """Whether a value, or each of several, is of its type, and on its list if it has one."""
        if isinstance(value, tuple):
            return all(self.takes(member) for member in cast("tuple[object, ...]", value))
        if self.is_boolean:
            return isinstance(value, bool)
        kind = int | float if self.type in ("integer", "number") else str
        if not isinstance(value, kind) or isinstance(value, bool):
            return False
        return not self.values or self.is_reference or value in self.listed

    def value(self, id: str) -> AllowedValue:
        """The value with this id.

        Raises:
            KeyError: the field has no such value.
        """
        for value in self.values:
            if value.id == id:
                return value
        raise KeyError(f"{self.name} has no value {id!r}")


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
    hotkey: str | None
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

    @property
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


@dataclass(frozen=True)
class Migration:
    """How documents of an earlier version of a scheme become documents of this one."""

    #: Version as far as it counts: 1.0 for all of 1.0.x.
    from_: str
    #: Unit -> its fields that are no more.
    drop: Mapping[str, tuple[str, ...]]
    #: (unit, field) -> old value -> new value.
    values: Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class Scheme:
    """One annotation scheme: the only source for page, codebook, checks, tables and measures."""

    name: str
    version: str
    title: str
    description: str
    #: The JSON Schema of one annotation document, as read.
    json_schema: Mapping[str, Json]
    path: Path
    span_types: tuple[SpanType, ...]
    party: PartyType | None
    relation_types: tuple[RelationType, ...]
    dyad: DyadType | None
    article_labels: tuple[Field, ...]
    #: Names of the article's metadata -> shown to annotators.
    article_fields: Mapping[str, bool]
    constraints: tuple[Constraint, ...]
    #: Ids that were constraints once, and mean nothing else now.
    retired_constraints: tuple[str, ...] = ()
    #: (id, topic, decision).
    decisions: tuple[tuple[str, str, str], ...] = ()
    migrations: tuple[Migration, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder of the scheme file: constraints.py and codebook prose lie beside it."""
        return self.path.parent

    @property
    def prose(self) -> Path:
        """The author's own chapters of the codebook; the codebook itself has another name."""
        return self.folder / "codebook_prose.md"

    @property
    def rules_file(self) -> Path:
        """The functions of its constraints, and the lists that these go by."""
        return self.folder / "constraints.py"

    @property
    def example_file(self) -> Path:
        """The annotation that shows how the scheme is used."""
        return self.folder / "example.annotation.json"

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read with the scheme, as far as it is there."""
        return (self.path, self.prose, self.rules_file, self.example_file)

    @property
    def article_schema(self) -> dict[str, Json]:
        """JSON Schema of the article's metadata, with the definitions it refers to."""
        properties = self.json_schema["properties"]
        assert isinstance(properties, dict)
        article = properties["article"]
        assert isinstance(article, dict)
        return {**article, "$defs": self.json_schema.get("$defs", {})}

    @property
    def asked_labels(self) -> tuple[Field, ...]:
        """The labels of the article that somebody is asked for: those that are not computed."""
        return tuple(field for field in self.article_labels if field.derived is None)

    def fields_of(self, unit: str) -> tuple[Field, ...] | None:
        """The fields of a span type, of party or dyad; None if the scheme has no such unit."""
        if unit == "party":
            return self.party.fields if self.party else None
        if unit == "dyad":
            return self.dyad.all_fields if self.dyad else None
        return next((t.fields for t in self.span_types if t.name == unit), None)

    def span_type(self, name: str) -> SpanType:
        """The span type with this name.

        Raises:
            KeyError: the scheme has no such span type.
        """
        for span_type in self.span_types:
            if span_type.name == name:
                return span_type
        raise KeyError(f"{self.name} has no span type {name!r}")

    def field(self, unit: str, name: str) -> Field:
        """The field of a unit: a span type, `party`, `dyad` or `article`.

        Raises:
            KeyError: The unit has no such field.
        """
        for of, asked in self.fields():
            if (of, asked.name) == (unit, name):
                return asked
        raise KeyError(f"{unit} has no field {name!r}")

    @property
    def span_id_pattern(self) -> str:
        """What the ids of spans look like; all span types of a scheme share it."""
        return self.span_types[0].id_pattern if self.span_types else ""

    def is_party_id(self, value: object) -> bool:
        """Whether a value is the id of a party, not a special value or a code."""
        return self.party is not None and self.party.is_id(value)

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Every (unit, field) of the scheme; the unit is a span type, party, dyad or article."""
        for span_type in self.span_types:
            yield from ((span_type.name, f) for f in span_type.fields)
        if self.party is not None:
            yield from (("party", f) for f in self.party.fields)
        if self.dyad is not None:
            yield from (("dyad", f) for f in self.dyad.all_fields)
        yield from (("article", f) for f in self.article_labels)
