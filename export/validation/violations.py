"""Explain in words how a document violates the JSON Schema of its scheme."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from jsonschema import ValidationError

from signalbook.schema.documents.annotation import Annotation, Unit, value_words
from signalbook.schema.documents.records import Party, Span
from signalbook.schema.scheme.json_schema import NOTATIONS, TYPE_WORDS
from signalbook.schema.scheme.model import Field, Json
from signalbook.schema.scheme.nodes import as_object, strings
from signalbook.schema.text import counted, one_line

Place: TypeAlias = Sequence[str | int]


#: To an annotator, who leaves a field empty, `null` is nothing.
_TYPES = {**TYPE_WORDS, "null": "nothing"}


@dataclass(frozen=True)
class SchemaViolation:
    """One place where a document violates the JSON Schema, explained."""

    place: Place
    #: Sentence for an annotator, and the same without the unit.
    sentence: str
    clause: str
    #: Keyword of JSON Schema that is violated.
    keyword: str


def explain_violation(
    error: ValidationError, annotation: Annotation, *, within: Place = (), why: str = ""
) -> Iterator[SchemaViolation]:
    """What one error means; a choice of branches is explained by the branch that was meant.

    Args:
        error: What does not fit.
        annotation: The document.
        within: Place of what was checked, if it was not the whole document.
        why: The condition on which the violated part of the schema holds, in words.
    """
    place = [*within, *error.absolute_path]
    if error.validator == "if":
        reasons = filter(None, [why, _condition(error, place, annotation)])
        why, inside = " and ".join(reasons), error.context or []
    else:
        inside = _branch_meant(error)
    for inner in inside:
        yield from explain_violation(inner, annotation, within=within, why=why)
    if inside:
        return
    if len(place) == 2 and place[0] == "spans" and error.validator in ("oneOf", "anyOf"):
        types = ", ".join(t.name for t in annotation.scheme.span_types)
        fact = f"has no type of this scheme; choose one of {types}"
        yield _violation([*place, "type"], fact, "oneOf", annotation, about=place)
        return
    for at, fact in _facts(error, place, annotation, why):
        yield _violation(at, fact, str(error.validator), annotation)


def _violation(
    place: Place, fact: str, keyword: str, annotation: Annotation, *, about: Place | None = None
) -> SchemaViolation:
    sentence, clause = _sentence(place if about is None else about, fact, annotation)
    return SchemaViolation(place, sentence, clause, keyword)


def _condition(error: ValidationError, place: Place, annotation: Annotation) -> str:
    """What is so of the fields that an `if` asks about: “Outcome” is “fatal”."""
    schema = cast("dict[str, Json]", error.schema)
    return _values_of(schema.get("if"), error.instance, place, annotation)


def _values_of(schema: Json, instance: object, place: Place, annotation: Annotation) -> str:
    """The values that a unit has in the fields that a schema names."""
    facts: list[str] = []
    for path in dict.fromkeys(_leaves(schema)):
        value, is_there = _value_at(instance, path)
        field = _field_at([*place, *path], annotation)
        state = f"is “{_word(value, field)}”" if is_there else "is not given"
        facts.append(f"“{field.row if field else path[-1]}” {state}")
    return " and ".join(facts)


def _leaves(schema: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all properties that a schema speaks of, without those that hold others."""
    if isinstance(schema, list):
        for part in schema:
            yield from _leaves(part, path)
    if not isinstance(schema, dict):
        return
    properties = as_object(schema.get("properties"))
    for name, part in properties.items():
        yield from [*_leaves(part, (*path, name))] or [(*path, name)]
    yield from ((*path, name) for name in strings(schema.get("required")) if name not in properties)
    for keyword in ("not", "allOf", "anyOf", "oneOf"):
        yield from _leaves(schema.get(keyword), path)


def _value_at(instance: object, path: Sequence[str]) -> tuple[object, bool]:
    """What stands there, and whether anything does."""
    for name in path:
        if not isinstance(instance, dict) or name not in instance:
            return None, False
        instance = cast("dict[str, object]", instance)[name]
    return instance, True


def _word(value: object, field: Field | None) -> str:
    """A value as the page shows it."""
    return field.word(value) if field else value_words(value)


def unit_at(place: Place, annotation: Annotation) -> Unit | None:
    """The span, party, relation or dyad that a place of the document lies in."""
    match list(place)[:2]:
        case ["spans" | "parties" | "relations" | "dyads" as section, int(index)]:
            units = cast("tuple[Unit, ...]", getattr(annotation.document, section))
            return units[index] if index < len(units) else None
        case _:
            return None


def _branch_meant(error: ValidationError) -> list[ValidationError]:
    """The errors of the branch of a oneOf or anyOf that the instance was meant for.

    A branch whose `type` constant differs was not meant. Branches that list constants are no
    choice to explain: the field's values say it better.
    """
    if error.validator not in ("oneOf", "anyOf") or not isinstance(error.instance, dict):
        return []
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [
        errors
        for errors in branches.values()
        if not any(e.validator == "const" and len(e.path) == 1 for e in errors)
    ]
    return min(meant, key=len) if meant else []


def _facts(
    error: ValidationError, place: list[str | int], annotation: Annotation, why: str
) -> Iterator[tuple[Place, str]]:
    limit: Any = error.validator_value
    instance: Any = error.instance
    because = f", because {why}" if why else ""
    match str(error.validator):
        case "required":
            for name in cast("list[str]", limit):
                if name not in instance:
                    must = f"; it must be given{because}" if why else ""
                    yield [*place, name], f"is missing{must}"
        case "additionalProperties":
            allowed = as_object(cast("dict[str, Json]", error.schema).get("properties"))
            for name in cast("dict[str, Any]", instance):
                if name not in allowed:
                    yield [*place, name], f"is not part of the scheme{because}"
        case "not":
            yield _excluded(error, place, annotation, because)
        case _:
            fact, way_out = _fact(error, limit, instance, _field_at(place, annotation), why)
            yield place, f"{fact}{because}{way_out}"


def _excluded(
    error: ValidationError, place: list[str | int], annotation: Annotation, because: str
) -> tuple[Place, str]:
    """What may not be so: that a field is there, has a value, or has one beside others."""
    limit, instance = cast("Json", error.validator_value), error.instance
    leaves = [*dict.fromkeys(_leaves(limit))]
    if len(leaves) > 1:
        facts = _values_of(limit, instance, place, annotation)
        return place, f"cannot be so: {facts}{because}"
    path = leaves[0] if leaves else ()
    value, _ = _value_at(instance, path)
    is_banned = bool(path) and path[-1] not in _constrained(limit)
    banned = _shown(value, _field_at([*place, *path], annotation))
    fact = "must be left out" if is_banned else f"cannot be {banned}"
    return [*place, *path], f"{fact}{because}"


def _constrained(schema: Json) -> Iterator[str]:
    """Every name of a property of which a schema says more than that it is there."""
    for name, part in as_object(as_object(schema).get("properties")).items():
        yield name
        yield from _constrained(part)


def _shown(value: object, field: Field | None) -> str:
    """A value as the page shows it, or as the document holds it if the page has no word for it."""
    if field is not None and (isinstance(value, bool) or value in field.listed):
        return f"“{field.word(value)}”"
    return json.dumps(value, ensure_ascii=False)


def _fact(
    error: ValidationError, limit: Any, instance: Any, field: Field | None, why: str
) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead."""
    match str(error.validator):
        case "oneOf" | "anyOf" | "enum" | "const":
            # On a condition, not every value of the field will do.
            return f"cannot be {_shown(instance, field)}", _choices(error, field, why)
        case "type":
            kinds = cast("list[str]", [limit] if isinstance(limit, str) else limit)
            kinds_words = " or ".join(_TYPES[kind] for kind in kinds)
            return f"must be {kinds_words}, not {_shown(instance, field)}", ""
        case "minItems" | "maxItems":
            least = "at least" if error.validator == "minItems" else "at most"
            return f"takes {least} {limit}, not {len(instance)}", ""
        case "minLength":
            short = f"is shorter than {counted(limit, 'character')}"
            return short if instance else "is empty", ""
        case "maxLength":
            return f"is longer than {counted(limit, 'character')}", ""
        case "uniqueItems":
            return f"lists something twice: {_shown(instance, field)}", ""
        case "pattern" | "format":
            notation = field.description.rstrip(". ") if field is not None else ""
            notation = notation or NOTATIONS.get(str(limit), "")
            advice = f"; write {notation}" if notation else ""
            return f"is not written as it should be: {_shown(instance, field)}", advice
        case "dependentRequired":
            return f"does not fit the rest: {error.message}", ""
        case "None":  # a schema that is `false`
            return "must be left out", ""
        case _:
            return error.message, ""


def _choices(error: ValidationError, field: Field | None, why: str) -> str:
    values: Sequence[object] = []
    words = field
    if field is not None and field.values and not why:
        # No page can give another value than these: whoever writes files needs them as they are.
        values, words = [*field.value_ids], None
    elif error.validator == "enum":
        values = [*cast("Iterable[object]", error.validator_value)]
    elif error.validator == "const":
        values = [error.validator_value]
    elif error.validator == "oneOf":
        schema = cast("dict[str, list[dict[str, object]]]", error.schema)
        values = [branch["const"] for branch in schema["oneOf"] if "const" in branch]
    if not values:
        return ""
    party = "a party or " if field is not None and field.is_party_reference and not why else ""
    of = "one of " if len(values) > 1 else ""
    names = [f"“{words.word(value)}”" if words else value_words(value) for value in values]
    # All of them: whoever has to choose cannot choose what was cut.
    return f"; choose {party}{of}{', '.join(map(one_line, names))}"


def _field_at(place: Place, annotation: Annotation) -> Field | None:
    fields = annotation.lookup.fields
    names = [part for part in place if isinstance(part, str)]
    match names:
        case ["spans", "attributes", name, *_]:
            span = unit_at(place, annotation)
            return fields.get((getattr(span, "type", ""), name))
        case ["parties", name, *_]:
            return fields.get(("party", name))
        case ["dyads", name, *_]:
            return fields.get(("dyad", name))
        case ["article_labels", name, *_]:
            return fields.get(("article", name))
        case _:
            return None


def _sentence(place: Place, fact: str, annotation: Annotation) -> tuple[str, str]:
    """Such as: Signal “froze the loan”: “Valence” is missing; and the same without the unit.

    The quotes make a plural title one field: “Receivers” is missing.
    """
    unit = unit_at(place, annotation)
    section = str(place[0]) if place else "document"
    title = section.replace("_", " ").capitalize()
    owner = unit_name(unit, annotation) if unit else title
    field = _field_at(place, annotation)
    names = [part for part in place if isinstance(part, str) and part != "attributes"]
    inner = field.row if field else " ".join(names[1:])
    if inner:
        return f"{owner}: “{inner}” {fact}.", f"“{inner}” {fact}"
    return (f"{owner} {fact}." if unit or not place else f"“{title}” {fact}."), fact


def unit_name(unit: Unit, annotation: Annotation) -> str:
    """What a person calls the unit, and where to look for it.

    The same words may recur, so one of several spans of a type says which it is; a party that no words name
    says what refers to it.
    """
    name = annotation.name(unit)
    if isinstance(unit, Span):
        number, of = annotation.number_of_type(unit)
        return name if of == 1 else f"{name} ({number} of {of})"
    if isinstance(unit, Party) and not annotation.first_words_of(unit):
        for span, field in annotation.references_to(unit):
            return f"{name}, chosen as “{field.row}” of {annotation.name(span)}"
    return name
