"""A field as a value: what is asked about a unit, and what can be answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias, cast

from signalbook.schema.json_text import plain_number
from signalbook.schema.text import yes_or_no

from .nodes import Json

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio", "set", "text", "unitizing"]
Kind: TypeAlias = Literal["attribute", "article_label", "party-reference", "side-reference"]
Tier: TypeAlias = Literal["core", "extended", "optional"]


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
    #: User-assigned code -> what it means, as far as the scheme says so.
    meanings: Mapping[str, str] = field(default_factory=dict[str, str])
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

    #: Attribute -> values, None where it is not given; all of them have to be so.
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
    """What a scheme wants of the agreement on a field or unit."""

    #: What it is judged by, as the scheme names it; empty for what is usual of a unit.
    coefficient: str
    #: What is shown beside it.
    also: tuple[str, ...] = ()
    #: What the coefficient should reach.
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
                yes_or_no(v) if isinstance(v, bool) else str(v) for v in self.values
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
    def row(self) -> str:
        """What the page calls it, at the head of its row."""
        return self.short[:1].upper() + self.short[1:]

    def word(self, value: object) -> str:
        """A value as the page shows it; what the scheme does not list stands for itself."""
        if isinstance(value, list | tuple):
            members = map(self.word, cast("Iterable[object]", value))
            return ", ".join(members) or "none"
        if isinstance(value, bool):
            return yes_or_no(value)
        words = {allowed.id: allowed.short for allowed in self.values}
        return words.get(str(value), str(value))

    @property
    def is_party_reference(self) -> bool:
        """Whether its values are ids of parties, or the special values beside them."""
        return self.kind == "party-reference"

    @property
    def is_side_reference(self) -> bool:
        """Whether its value is a side of a dyad: the id of a party, a code or a special value."""
        return self.kind == "side-reference"

    @cached_property
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

    @cached_property
    def is_text(self) -> bool:
        """Whether its values are words (level `text`): case, accents and marks do not count."""
        return self.level == "text"

    @cached_property
    def is_plain(self) -> bool:
        """Whether two annotators' values are the same exactly if they are written the same."""
        return not (self.is_text or self.many or self.is_reference)

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

    @cached_property
    def value_ids(self) -> tuple[str, ...]:
        """Ids of the values that the scheme lists, in the scheme's order."""
        return tuple(value.id for value in self.values)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Id of a value -> its place in the scheme's order, counted from 0."""
        return {id: place for place, id in enumerate(self.value_ids)}

    @cached_property
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
        """Whether a value, or each of several, is of its type, and on its list if it has one.

        Several are none of a field that has one value; no ratio is negative.
        """
        if isinstance(value, tuple):
            return self.many and all(map(self.takes, cast("tuple[object, ...]", value)))
        if self.is_boolean:
            return isinstance(value, bool)
        kind = (int, float) if self.type in ("integer", "number") else str
        if not isinstance(value, kind) or isinstance(value, bool):
            return False
        if self.level == "ratio" and not isinstance(value, str) and cast("float", value) < 0:
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
