"""Read a Scheme from its JSON Schema and the keywords in it."""

from collections.abc import Iterator
from pathlib import Path

from .fields import DEFAULTED, listed_values, read_agreement, read_examples, read_fields
from .migrations import read_migration
from .model import (
    Agreement,
    Constraint,
    DyadType,
    Field,
    Json,
    PartyType,
    RelationType,
    Scheme,
    Slots,
    SpanType,
    Stage,
)
from .nodes import Object, as_list, as_object, integer, strings, text
from .proposals import read_proposals
from .references import References

#: Colours for span types that name none: those of Okabe and Ito, which colour-blind people tell
#: apart (https://jfly.uni-koeln.de/color/).
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A8A00", "#666666")


def read_scheme(json_schema: dict[str, Json], path: Path, references: References) -> Scheme:
    """Read a JSON Schema whose keywords and references are right.

    Args:
        json_schema: What the scheme file holds.
        path: The scheme file.
        references: Resolves the `$ref`s in it.
    """
    return _Reader(json_schema, path, references).scheme()


class _Reader:
    """Walks one JSON Schema that is right by the meta-schema."""

    def __init__(self, json_schema: Object, path: Path, references: References) -> None:
        self.json_schema = json_schema
        self.path = path
        self.references = references
        self.resolve = references.resolve

    def scheme(self) -> Scheme:
        properties = as_object(self.json_schema.get("properties"))
        about = as_object(self.json_schema.get("x-scheme"))
        span_types = tuple(self._span_types(properties.get("spans")))
        article, _ = self.resolve(properties.get("article"))
        labels = properties.get("article_labels")
        return Scheme(
            name=text(about, "name"),
            version=text(about, "version"),
            title=text(self.json_schema, "title", text(about, "name")),
            description=text(self.json_schema, "description"),
            json_schema=self.json_schema,
            path=self.path,
            span_types=span_types,
            party=self._party(properties.get("parties")),
            relation_types=tuple(self._relation_types(properties.get("relations"), span_types)),
            dyad=self._dyad(properties.get("dyads")),
            article_labels=self._fields(labels, "/properties/article_labels"),
            article_fields={
                name: as_object(node).get("x-shown") is True
                for name, node in as_object(article.get("properties")).items()
            },
            constraints=tuple(map(_constraint, self._listed("x-constraints"))),
            retired_constraints=tuple(
                text(node, "id") for node in self._listed("x-retired-constraints")
            ),
            decisions=tuple(
                (text(node, "id"), text(node, "topic"), text(node, "decision"))
                for node in self._listed("x-decisions")
            ),
            migrations=tuple(map(read_migration, self._listed("x-migrations"))),
            stages=tuple(map(_stage, self._listed("x-stages"))),
            labels_stage=text(self.resolve(labels)[0], "x-stage"),
        )

    def _listed(self, keyword: str) -> Iterator[Object]:
        return map(as_object, as_list(self.json_schema.get(keyword)))

    def _fields(self, section: Json, pointer: str, *, but: str = DEFAULTED) -> tuple[Field, ...]:
        return tuple(read_fields(section, pointer, self.references, but=but))

    def _items(self, section: Json, pointer: str) -> tuple[Object, str]:
        return self.resolve(*self.references.items(section, pointer))

    def _span_types(self, section: Json) -> Iterator[SpanType]:
        items, place = self.references.items(section, "/properties/spans")
        branches = self.references.branches(items, place)
        if as_object(items) and not branches:
            branches = [(items, place)]
        for number, (branch, at) in enumerate(branches):
            yield self._span_type(branch, at, number)

    def _span_type(self, branch: Json, place: str, number: int) -> SpanType:
        node, pointer = self.resolve(branch, place)
        properties = self.references.properties(branch, place)
        attributes = properties.get("attributes", (None, pointer))
        types = [
            *listed_values(
                self.resolve(*properties.get("type", (None, pointer)))[0], self.references
            )
        ]
        name = text(types[0], "const") if len(types) == 1 else ""
        examples = as_list(node.get("x-worked-examples"))
        title = text(node, "title", name)
        return SpanType(
            name=name,
            label=text(node, "x-label", title),
            title=title,
            colour=text(node, "x-colour", _COLOURS[number % len(_COLOURS)]),
            fields=self._fields(*attributes),
            description=text(node, "description"),
            rule=text(node, "x-rule"),
            examples=read_examples(node),
            worked_examples=tuple(
                (text(e, "text"), text(e, "why")) for e in map(as_object, examples)
            ),
            agreement=read_agreement(node),
            id_pattern=text(self.resolve(*properties.get("id", (None, pointer)))[0], "pattern"),
            pointer=pointer,
            stage=text(node, "x-stage"),
        )

    def _party(self, section: Json) -> PartyType | None:
        if section is None:
            return None
        node, pointer = self._items(section, "/properties/parties")
        return PartyType(
            label=text(node, "x-label", "Party"),
            title=text(node, "title", "Party"),
            prefix=text(node, "x-id-prefix", "P"),
            slots=_slots(node, as_object(section)),
            fields=self._fields(node, pointer, but="id"),
            description=text(node, "description"),
            rule=text(node, "x-rule"),
            examples=read_examples(node),
            agreement=read_agreement(node),
            proposals=read_proposals(node, pointer),
            stage=text(node, "x-stage"),
        )

    def _dyad(self, section: Json) -> DyadType | None:
        if section is None:
            return None
        node, pointer = self._items(section, "/properties/dyads")
        fields = self._fields(node, pointer, but="id")
        sides = [f for f in fields if f.is_side_reference]
        if len(sides) != 2:
            return None
        return DyadType(
            title=text(node, "title", "Dyad"),
            slots=_slots(node, as_object(section)),
            sides=(sides[0], sides[1]),
            fields=tuple(f for f in fields if not f.is_side_reference),
            description=text(node, "description"),
            stage=text(node, "x-stage"),
            pairs=text(node, "x-pairs") or None,
        )

    def _relation_types(
        self, section: Json, span_types: tuple[SpanType, ...]
    ) -> Iterator[RelationType]:
        node, place = self._items(section, "/properties/relations")
        type = as_object(node.get("properties")).get("type")
        kind, _ = self.resolve(type, f"{place}/properties/type")
        for value in listed_values(kind, self.references):
            yield _relation_type(value, read_agreement(kind), span_types)


def _relation_type(
    node: Object, agreement: Agreement | None, span_types: tuple[SpanType, ...]
) -> RelationType:
    """A relation type; without `x-endpoints` it links spans of all types."""
    anything: list[Json] = [span_type.name for span_type in span_types]
    ends = as_object(node.get("x-endpoints", {"from": anything, "to": anything}))
    return RelationType(
        name=text(node, "const"),
        title=text(node, "title", text(node, "const")),
        colour=text(node, "x-colour", "#888888"),
        from_=strings(ends.get("from")),
        to=strings(ends.get("to")),
        at_most_one=ends.get("cardinality") == "0..1",
        symmetric=ends.get("symmetric") is True,
        same_type=ends.get("same-type") is True,
        counts_once=ends.get("counts-once") is True,
        description=text(node, "description"),
        rule=text(node, "x-rule"),
        examples=read_examples(node),
        agreement=agreement,
    )


def _constraint(node: Object) -> Constraint:
    of = as_object(node.get("of"))
    return Constraint(
        id=text(node, "id"),
        severity="error" if node.get("severity") == "error" else "warning",
        message=text(node, "message"),
        rule=text(node, "rule"),
        check=text(node, "check") or None,
        of=(text(of, "attribute"), text(of, "value")) if of else None,
        each=text(node, "each") or None,
        schema=as_object(node["schema"]) if "schema" in node else None,
        function=text(node, "function") or None,
        examples=read_examples(node, "examples"),
        stage=text(node, "stage"),
    )


def _stage(node: Object) -> Stage:
    name = text(node, "name")
    return Stage(name, text(node, "title", name.replace("_", " ")))


def _slots(node: Object, section: Object) -> Slots:
    """The page offers as many as the scheme allows, so that no valid document is turned away."""
    slots = as_object(node.get("x-slots"))
    shown = integer(slots.get("shown")) or 6
    offered = integer(section.get("maxItems")) or integer(slots.get("at-least")) or 24
    return Slots(shown, offered)
