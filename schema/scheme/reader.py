"""Read a Scheme from its JSON Schema and the keywords in it."""

from pathlib import Path
from typing import TypeAlias, cast

from signalbook.schema.errors import SchemeError

from .model import (
    Agreement,
    AllowedValue,
    Codelist,
    Constraint,
    DefaultFrom,
    DyadType,
    Examples,
    Field,
    Json,
    Kind,
    Level,
    PartyType,
    RelationType,
    Scheme,
    Slots,
    SpanType,
    Tier,
)
from .references import References

Object: TypeAlias = dict[str, Json]

_UNITS_WITHOUT_FIELD = {"defaulted"}


def read_scheme(json_schema: dict[str, Json], path: Path) -> Scheme:
    """Read a JSON Schema whose keywords and references are right.

    Args:
        json_schema: What the scheme file holds.
        path: The scheme file.

    Raises:
        SchemeError: The sections of the scheme do not fit each other.
    """
    return _Reader(json_schema, path).scheme()


class _Reader:
    """Walks one JSON Schema that is right by the meta-schema."""

    def __init__(self, json_schema: Object, path: Path) -> None:
        self.json_schema = json_schema
        self.path = path
        self.resolve = References(json_schema).resolve

    def scheme(self) -> Scheme:
        properties = _object(self.json_schema.get("properties"))
        about = _object(self.json_schema.get("x-scheme"))
        span_types = tuple(self._span_types(properties.get("spans")))
        article = _object(_object(properties.get("article")).get("properties"))
        return Scheme(
            name=_text(about, "name"),
            version=_text(about, "version"),
            title=_text(self.json_schema, "title", _text(about, "name")),
            description=_text(self.json_schema, "description"),
            json_schema=self.json_schema,
            path=self.path,
            span_types=span_types,
            party=self._party(properties.get("parties")),
            relation_types=tuple(self._relation_types(properties.get("relations"))),
            dyad=self._dyad(properties.get("dyads")),
            article_labels=tuple(
                self._fields(properties.get("article_labels"), "/properties/article_labels")
            ),
            article_fields={k: _object(v).get("x-shown") is True for k, v in article.items()},
            constraints=tuple(self._constraints()),
            retired_constraints=tuple(
                _text(c, "id")
                for c in map(
                    _object, cast("list[Json]", self.json_schema.get("x-retired-constraints", []))
                )
            ),
            decisions=tuple(
                (_text(d, "id"), _text(d, "topic"), _text(d, "decision"))
                for d in map(_object, cast("list[Json]", self.json_schema.get("x-decisions", [])))
            ),
        )

    def _items(self, section: Json) -> Json:
        return _object(section).get("items")

    def _span_types(self, section: Json) -> list[SpanType]:
        items = self._items(section)
        branches = _object(items).get("oneOf") or _object(items).get("anyOf") or [items]
        return [
            self._span_type(*self.resolve(branch, f"/properties/spans/items/oneOf/{i}"))
            for i, branch in enumerate(cast("list[Json]", branches))
        ]

    def _span_type(self, node: Object, pointer: str) -> SpanType:
        properties = _object(node.get("properties"))
        name = _text(_object(properties.get("type")), "const")
        examples = cast("list[Json]", node.get("x-worked-examples", []))
        return SpanType(
            name=name,
            label=_text(node, "x-label", _text(node, "title", name)),
            title=_text(node, "title", name),
            colour=_text(node, "x-colour", "#666666"),
            hotkey=_text(node, "x-hotkey") or None,
            fields=tuple(
                self._fields(properties.get("attributes"), f"{pointer}/properties/attributes")
            ),
            description=_text(node, "description"),
            rule=_text(node, "x-rule"),
            examples=_examples(node),
            worked_examples=tuple(
                (_text(e, "text"), _text(e, "why")) for e in map(_object, examples)
            ),
            agreement=_agreement(node),
            id_pattern=_text(self.resolve(properties.get("id"))[0], "pattern"),
        )

    def _party(self, section: Json) -> PartyType | None:
        if section is None:
            return None
        node, pointer = self.resolve(self._items(section), "/properties/parties/items")
        return PartyType(
            label=_text(node, "x-label", "Party"),
            title=_text(node, "title", "Party"),
            prefix=_text(node, "x-id-prefix", "P"),
            slots=_slots(node, _object(section)),
            fields=tuple(self._fields(node, pointer)),
            description=_text(node, "description"),
            rule=_text(node, "x-rule"),
            examples=_examples(node),
            agreement=_agreement(node),
        )

    def _dyad(self, section: Json) -> DyadType | None:
        if section is None:
            return None
        node, pointer = self.resolve(self._items(section), "/properties/dyads/items")
        fields = self._fields(node, pointer)
        sides = [f for f in fields if f.is_side_reference]
        if len(sides) != 2:
            raise SchemeError(
                f"{self.path}#{pointer}: a dyad has two side-reference fields, not {len(sides)}"
            )
        return DyadType(
            title=_text(node, "title", "Dyad"),
            slots=_slots(node, _object(section)),
            sides=(sides[0], sides[1]),
            fields=tuple(f for f in fields if not f.is_side_reference),
            description=_text(node, "description"),
        )

    def _relation_types(self, section: Json) -> list[RelationType]:
        if section is None:
            return []
        node, _ = self.resolve(self._items(section), "/properties/relations/items")
        kind, _ = self.resolve(_object(node.get("properties")).get("type"), "")
        return [
            self._relation_type(_object(v), _agreement(kind))
            for v in cast("list[Json]", kind.get("oneOf", []))
        ]

    def _relation_type(self, node: Object, agreement: Agreement | None) -> RelationType:
        ends = _object(node.get("x-endpoints"))
        return RelationType(
            name=_text(node, "const"),
            title=_text(node, "title", _text(node, "const")),
            colour=_text(node, "x-colour", "#888888"),
            from_=_strings(ends.get("from")),
            to=_strings(ends.get("to")),
            at_most_one=ends.get("cardinality") == "0..1",
            symmetric=ends.get("symmetric") is True,
            same_type=ends.get("same-type") is True,
            counts_once=ends.get("counts-once") is True,
            description=_text(node, "description"),
            rule=_text(node, "x-rule"),
            examples=_examples(node),
            agreement=agreement,
        )

    def _constraints(self) -> list[Constraint]:
        constraints: list[Constraint] = []
        for node in map(_object, cast("list[Json]", self.json_schema.get("x-constraints", []))):
            of = _object(node.get("of"))
            constraints.append(
                Constraint(
                    id=_text(node, "id"),
                    severity="error" if node.get("severity") == "error" else "warning",
                    message=_text(node, "message"),
                    rule=_text(node, "rule"),
                    check=_text(node, "check") or None,
                    of=(_text(of, "attribute"), _text(of, "value")) if of else None,
                    each=_text(node, "each") or None,
                    schema=_object(node["schema"]) if "schema" in node else None,
                    function=_text(node, "function") or None,
                    examples=_examples(node, "examples"),
                )
            )
        return constraints

    def _fields(self, section: Json, pointer: str) -> list[Field]:
        """The coded fields of an object schema, without ids, offsets and other meta fields."""
        node = _object(section)
        required = _strings(node.get("required"))
        fields: list[Field] = []
        for name, part in _object(node.get("properties")).items():
            definition, place = self.resolve(part, f"{pointer}/properties/{name}")
            if name in _UNITS_WITHOUT_FIELD or definition.get("x-kind", "meta") == "meta":
                continue
            fields.append(self._field(name, definition, place, required=name in required))
        return fields

    def _field(self, name: str, node: Object, pointer: str, *, required: bool) -> Field:
        items, _ = self.resolve(node.get("items"), pointer)
        many = node.get("type") == "array"
        kind = cast("Kind", _text(node, "x-kind", "attribute"))
        title = _text(node, "title", name)
        return Field(
            name=name,
            title=title,
            short=_text(node, "x-short", title),
            kind=kind,
            level=cast("Level", _text(node, "x-level", "nominal")),
            control=_text(
                node, "x-control", "party_chips" if kind.endswith("-reference") else "choices"
            ),
            tier=cast("Tier", _text(node, "x-tier", "core")),
            type=_text(items if many else node, "type", "string"),
            many=many,
            required=required,
            values=tuple(map(_value, self._listed(node))),
            description=_text(node, "description"),
            rule=_text(node, "x-rule"),
            examples=_examples(node),
            has_default="default" in node,
            default=node.get("default"),
            default_from=_default_from(node),
            min_items=_integer(node.get("minItems")) or 0,
            max_items=_integer(node.get("maxItems")),
            max_length=_integer(node.get("maxLength")),
            pattern=_text(items if many else node, "pattern") or None,
            agreement=_agreement(node),
            compare_by=_strings(node.get("x-compare-by")),
            codelist=_codelist(node),
            pointer=pointer,
        )

    def _listed(self, node: Object) -> list[Object]:
        """The `const` entries of a field, of its items, or of the branches of its anyOf."""
        entries: list[Object] = []
        for entry in cast("list[Json]", node.get("oneOf", [])):
            entries.append(_object(entry))
        for branch in cast("list[Json]", node.get("anyOf", [])):
            entries += self._listed(self.resolve(branch, "")[0])
        if "items" in node:
            entries += self._listed(self.resolve(node["items"], "")[0])
        return [entry for entry in entries if "const" in entry]


def _value(node: Object) -> AllowedValue:
    title = _text(node, "title", str(node["const"]))
    return AllowedValue(
        id=str(node["const"]),
        title=title,
        short=_text(node, "x-short", title),
        description=_text(node, "description"),
        rule=_text(node, "x-rule"),
        examples=_examples(node),
        hotkey=_text(node, "x-hotkey") or None,
        rank=_integer(node.get("x-rank")),
        confusable=_strings(node.get("x-confusable")),
        allowed_with=_values_by_attribute(node.get("x-allowed-with")),
        data=_object(node.get("x-data")),
    )


def _examples(node: Object, key: str = "x-examples") -> Examples | None:
    examples = _object(node.get(key))
    return Examples(_text(examples, "positive"), _text(examples, "negative")) if examples else None


def _default_from(node: Object) -> DefaultFrom | None:
    source = _object(node.get("x-default-from"))
    if not source:
        return None
    return DefaultFrom(
        attribute=_text(source, "attribute") or None,
        when=_values_by_attribute(source.get("when")),
        mention_text=source.get("mention") == "text",
    )


def _codelist(node: Object) -> Codelist | None:
    codelist = _object(node.get("x-codelist"))
    if not codelist:
        return None
    return Codelist(
        _text(codelist, "standard"),
        _strings(codelist.get("user-assigned")),
        {code: str(name) for code, name in _object(codelist.get("training")).items()},
    )


def _agreement(node: Object) -> Agreement | None:
    agreement = _object(node.get("x-agreement"))
    if not agreement:
        return None
    target = agreement.get("target")
    return Agreement(
        _text(agreement, "coefficient"),
        _strings(agreement.get("also")),
        float(target) if isinstance(target, int | float) else None,
    )


def _slots(node: Object, section: Object) -> Slots:
    """The page offers as many as the scheme allows, so that no valid document is turned away."""
    slots = _object(node.get("x-slots"))
    shown = _integer(slots.get("shown")) or 6
    offered = _integer(section.get("maxItems")) or _integer(slots.get("at-least")) or 24
    return Slots(shown, offered)


def _text(node: Object, key: str, otherwise: str = "") -> str:
    value = node.get(key, otherwise)
    return value if isinstance(value, str) else otherwise


def _object(node: Json) -> Object:
    return node if isinstance(node, dict) else {}


def _strings(node: Json) -> tuple[str, ...]:
    return tuple(item for item in node if isinstance(item, str)) if isinstance(node, list) else ()


def _integer(node: Json) -> int | None:
    return node if isinstance(node, int) and not isinstance(node, bool) else None


def _values_by_attribute(node: Json) -> dict[str, tuple[Json, ...]]:
    return {k: tuple(v) for k, v in _object(node).items() if isinstance(v, list)}
