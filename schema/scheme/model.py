"""A scheme as a value: its span types, fields, relations and constraints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .field_model import (
    Agreement,
    AllowedValue,
    Codelist,
    Condition,
    DecisionRow,
    DefaultFrom,
    Derived,
    Examples,
    Field,
    Kind,
    Level,
    Tier,
)
from .nodes import Json, JsonObject
from .unit_model import (
    Constraint,
    DyadType,
    Migration,
    PartyType,
    Proposals,
    RelationType,
    Slots,
    SpanType,
    Stage,
)

#: Whoever reads a scheme finds its parts here, too.
__all__ = [
    "Agreement",
    "AllowedValue",
    "Codelist",
    "Condition",
    "Constraint",
    "DecisionRow",
    "DefaultFrom",
    "Derived",
    "DyadType",
    "Examples",
    "Field",
    "Json",
    "JsonObject",
    "Kind",
    "Level",
    "Migration",
    "PartyType",
    "Proposals",
    "RelationType",
    "Scheme",
    "Slots",
    "SpanType",
    "Stage",
    "Tier",
]


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
    #: The passes into which the scheme can be split, in their order (see stages.py).
    stages: tuple[Stage, ...] = ()
    #: Name of the stage in which the labels of the article are asked.
    labels_stage: str = ""
    #: Name of the stage that this is the scheme of; empty if it is the scheme as a whole.
    stage: str = ""
    #: Names of the units that were annotated in earlier stages: a span type, a relation type,
    #: `party`, `dyad` or `article`.
    earlier: frozenset[str] = frozenset()
    #: The scheme as a whole, of the scheme of a stage.
    unstaged: "Scheme | None" = None

    @property
    def whole(self) -> "Scheme":
        """The scheme with all its stages."""
        return self.unstaged or self

    @cached_property
    def party_key(self) -> tuple[Field, ...]:
        """What makes two annotators' parties the same.

        What mentions of parties are compared by, else what tells parties apart, else all they have.
        """
        fields = self.party.fields if self.party else ()
        for span_type in self.span_types:
            if span_type.party_field is not None and span_type.party_field.compare_by:
                names = span_type.party_field.compare_by
                return tuple(field for name in names for field in fields if field.name == name)
        by_references = {name for _, field in self.fields() for name in field.compare_by}
        return tuple(f for f in fields if f.required or f.name in by_references) or fields

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
    def found_examples_file(self) -> Path:
        """Examples for the codebook that were taken from annotated articles."""
        return self.folder / "codebook_examples.jsonl"

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read with the scheme, as far as it is there."""
        beside = (self.prose, self.rules_file, self.example_file, self.found_examples_file)
        return (self.path, *beside)

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
        try:
            return self._by_unit_and_name[unit, name]
        except KeyError:
            raise KeyError(f"{unit} has no field {name!r}") from None

    @cached_property
    def _by_unit_and_name(self) -> dict[tuple[str, str], Field]:
        fields: dict[tuple[str, str], Field] = {}
        for unit, field in self.fields():
            fields.setdefault((unit, field.name), field)
        return fields

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
