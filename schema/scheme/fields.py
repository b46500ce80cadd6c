"""Read what is asked about a unit: each field with its type, values, level and control.

An author may say all of it with the keywords of JSON Schema alone; what an `x-` keyword would say
besides follows from them.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import cast

from signalbook.schema.json_text import plain_number

from .coefficients import alpha_of
from .conditions import read_conditions
from .model import (
    Agreement,
    AllowedValue,
    Codelist,
    DecisionRow,
    DefaultFrom,
    Derived,
    Examples,
    Field,
    Json,
    Kind,
    Level,
    Tier,
)
from .nodes import Object, as_list, as_object, integer, number, strings, text, values_by_attribute
from .problems import pointer_to
from .references import References

#: A property that the program writes beside the fields of a unit: what was left as proposed.
DEFAULTED = "defaulted"
#: Whole numbers of a range no longer than this are chips to choose from, as a rating is.
MAX_RATING = 11


def read_fields(
    section: Json, pointer: str, references: References, *, but: str = DEFAULTED
) -> Iterator[Field]:
    """The fields of an object schema, without what is not asked.

    Args:
        section: The object schema.
        pointer: JSON Pointer of it.
        references: Resolves the `$ref`s of the scheme.
        but: Another property that the program writes there.
    """
    required = strings(references.resolve(section)[0].get("required"))
    conditions = read_conditions(section, references)
    for name, (part, place) in references.properties(section, pointer).items():
        definition, at = references.resolve(part, place)
        if name not in (DEFAULTED, but) and definition.get("x-kind") != "meta":
            is_own = "x-derived" in as_object(part)
            derived = _derived(definition, pointer_to(place if is_own else at, "x-derived"))
            field = _field(name, definition, at, references, required=name in required)
            yield replace(field, conditions=tuple(conditions.get(name, ())), derived=derived)


def read_examples(node: Object, key: str = "x-examples") -> Examples | None:
    """What is it and what is not."""
    examples = as_object(node.get(key))
    return Examples(text(examples, "positive"), text(examples, "negative")) if examples else None


def read_agreement(node: Object, usual: Agreement | None = None) -> Agreement | None:
    """What the scheme wants of the agreement on a field or unit.

    Args:
        node: The field or unit.
        usual: What the level asks for, whose coefficient is taken if the scheme names none.
    """
    agreement = as_object(node.get("x-agreement"))
    if not agreement:
        return None
    target = agreement.get("target")
    return Agreement(
        text(agreement, "coefficient", usual.coefficient if usual else ""),
        strings(agreement.get("also")),
        float(target) if isinstance(target, int | float) else None,
    )


def json_types(node: Object, references: References) -> frozenset[str]:
    """The JSON types that a node names, or that its values have; without `null`."""
    named = node.get("type")
    types = {named} if isinstance(named, str) else {*strings(named)}
    if not types:
        types = {_type_of(value) for value in (*as_list(node.get("enum")), *_const(node))}
        for branch, _ in references.branches(node):
            types |= json_types(references.resolve(branch)[0], references)
    return frozenset(types) - {"null"}


def listed_values(node: Object, references: References) -> Iterator[Object]:
    """The values that a field, its items or its branches list, each as a node with `const`."""
    for part, _ in listed_nodes(node, "", references):
        keywords, _ = references.resolve(part)
        yield from ({"const": value} for value in as_list(keywords.get("enum")))
        if "const" in keywords:
            yield keywords


def listed_nodes(node: Json, pointer: str, references: References) -> Iterator[tuple[Json, str]]:
    """The nodes that list the values of a field, each with its JSON Pointer."""
    keywords, place = references.resolve(node, pointer)
    if "const" in keywords or "enum" in keywords:
        yield node, pointer
    for branch, at in references.branches(keywords, place):
        yield from listed_nodes(branch, at, references)
    if "items" in keywords:
        yield from listed_nodes(keywords["items"], pointer_to(place, "items"), references)


def _field(
    name: str, node: Object, pointer: str, references: References, *, required: bool
) -> Field:
    many = "array" in json_types(node, references)
    item = references.resolve(node.get("items"))[0] if many else node
    types = json_types(item, references)
    type = "number" if "number" in types else min(types, default="string")
    values = [] if type == "boolean" else _values(node, item, type, references)
    kind = cast("Kind", text(node, "x-kind", "attribute"))
    title = text(node, "title", name)
    implied = _level(item, kind, type, values, many=many)
    level = cast("Level", text(node, "x-level", implied))
    tier = cast("Tier", text(node, "x-tier", "core"))
    usual = _default_agreement(kind, level)
    return Field(
        name=name,
        title=title,
        short=text(node, "x-short", title),
        kind=kind,
        level=level,
        control=text(node, "x-control", _control(node, kind, type, values, many=many)),
        tier=tier,
        type=type,
        format=text(item, "format") or None,
        arrow=text(node, "x-arrow"),
        many=many,
        required=required,
        values=tuple(values),
        description=text(node, "description"),
        rule=text(node, "x-rule"),
        examples=read_examples(node),
        has_default="default" in node,
        default=node.get("default"),
        default_from=_default_from(node),
        min_items=integer(node.get("minItems")) or 0,
        max_items=integer(node.get("maxItems")),
        max_length=integer(item.get("maxLength")),
        minimum=number(item.get("minimum")),
        maximum=number(item.get("maximum")),
        pattern=text(item, "pattern") or None,
        agreement=read_agreement(node, usual) or (usual if tier != "optional" else None),
        compare_by=strings(node.get("x-compare-by")),
        codelist=_codelist(node),
        decision_table=tuple(
            DecisionRow(text(row, "if"), row.get("then"))
            for row in map(as_object, as_list(node.get("x-decision-table")))
        ),
        pointer=pointer,
    )


def _values(node: Object, item: Object, type: str, references: References) -> list[AllowedValue]:
    listed = [
        entry for entry in listed_values(node, references) if is_of_type(entry["const"], {type})
    ]
    if not listed and type == "integer":
        listed = [*_rating(item)]
    if type == "number":
        listed = [{**node, "const": number(node["const"])} for node in listed]
    return [*map(_value, listed)]


def _rating(node: Object) -> Iterator[Object]:
    """The whole numbers of a short range, as values in their order."""
    least, most = integer(node.get("minimum")), integer(node.get("maximum"))
    if least is not None and most is not None and 1 <= most - least < MAX_RATING:
        for value in range(least, most + 1):
            yield {"const": value, "x-rank": value}


def _level(
    item: Object, kind: Kind, type: str, values: Sequence[AllowedValue], *, many: bool
) -> Level:
    """The level of measurement of a field that names none."""
    if many:
        return "set"
    if kind.endswith("-reference"):
        return "nominal"
    if values and all(value.rank is not None for value in values):
        return "ordinal"
    if values or type == "boolean":
        return "nominal"
    if type in ("integer", "number"):
        return "interval"
    return "nominal" if text(item, "format") == "date" else "text"


def _control(
    node: Object, kind: Kind, type: str, values: Sequence[AllowedValue], *, many: bool
) -> str:
    """How a field is entered that names no control."""
    if kind.endswith("-reference"):
        return "party_chips"
    if "x-codelist" in node:
        return "taxonomy"
    if not values and type != "boolean":
        return "textarea"
    return "choices_multiple" if many else "choices"


def _default_agreement(kind: Kind, level: Level) -> Agreement | None:
    """Whatever is asked is measured, but for words and for what identifies a unit."""
    if kind.endswith("-reference") or level == "text":
        return None
    return Agreement(alpha_of(level))


def _value(node: Object) -> AllowedValue:
    const = node["const"]
    id = str(plain_number(const) if isinstance(const, float) else const)
    title = text(node, "title", id)
    return AllowedValue(
        id=id,
        title=title,
        short=text(node, "x-short", title),
        description=text(node, "description"),
        rule=text(node, "x-rule"),
        examples=read_examples(node),
        hotkey=text(node, "x-hotkey") or None,
        rank=integer(node.get("x-rank")),
        confusable=strings(node.get("x-confusable")),
        allowed_with=values_by_attribute(node.get("x-allowed-with")),
        data=as_object(node.get("x-data")),
    )


def _default_from(node: Object) -> DefaultFrom | None:
    source = as_object(node.get("x-default-from"))
    if not source:
        return None
    return DefaultFrom(
        attribute=text(source, "attribute") or None,
        when=values_by_attribute(source.get("when")),
        mention_text=source.get("mention") == "text",
    )


def _derived(node: Object, pointer: str) -> Derived | None:
    match node.get("x-derived"):
        case {"any": dict() as source}:
            return Derived(
                "any",
                text(source, "of"),
                text(source, "field"),
                values=tuple(as_list(source.get("values"))),
                pointer=pointer_to(pointer, "any"),
            )
        case {"most-frequent": dict() as source}:
            return Derived(
                "most-frequent",
                text(source, "of"),
                text(source, "field"),
                unless=text(source, "unless") or None,
                pointer=pointer_to(pointer, "most-frequent"),
            )
        case _:
            return None


def _codelist(node: Object) -> Codelist | None:
    codelist = as_object(node.get("x-codelist"))
    if not codelist:
        return None
    own = codelist.get("user-assigned")
    meanings = {code: str(meaning) for code, meaning in as_object(own).items()}
    return Codelist(
        text(codelist, "standard"),
        user_assigned=(*meanings,) or strings(own),
        meanings=meanings,
        training={code: str(name) for code, name in as_object(codelist.get("training")).items()},
    )


def _const(node: Object) -> list[Json]:
    return [node["const"]] if "const" in node else []


def is_of_type(value: Json, types: AbstractSet[str]) -> bool:
    """Whether a value is of one of these JSON types; a whole number is also a number."""
    type = _type_of(value)
    return type in types or (type == "integer" and "number" in types)


def _type_of(value: Json) -> str:
    """The name that JSON Schema has for the type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
