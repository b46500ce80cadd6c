"""Find fields that no labelling page can ask, and keywords of a field that contradict each other."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from .answers import refused_answers, unfit_answers
from .coefficients import (
    DESCRIPTIVE,
    FITTING,
    OF_LISTED_VALUES,
    OF_PARTIES,
    OF_RELATIONS,
    OF_SPANS,
    known_coefficients,
    parties_f1,
)
from .fields import json_types, read_fields
from .json_schema import PartValidator
from .model import Agreement, Field, Scheme
from .nodes import Object, as_object, number, text
from .problems import SchemeProblem
from .references import References

_LIST, _WORDS = frozenset({"array"}), frozenset({"string"})
_NUMBERS = frozenset({"integer", "number"})
_NUMERIC = ("interval", "ratio")
_RELATION_CONTROL = "relation_label"


def check_shapes(scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    """What every field is can be asked, and its keywords say the same of it."""
    yield from _check_span_types(scheme, references)
    judge = PartValidator(scheme.json_schema)
    for unit, field in scheme.fields():
        node = references.at(field.pointer)
        facts = [*_unaskable(field, node, references)] or [
            *_contradictions(field),
            *_negative_ratios(field, references.resolve(node.get("items") or node)[0]),
            *refused_answers(field, node, judge, references),
            *_unfit_control(unit, field),
        ]
        yield from (SchemeProblem(field.pointer, fact) for fact in facts)
    yield from _check_relation_control(scheme, references)
    yield from _check_unit_coefficients(scheme, references)


def _check_span_types(scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    names = [span_type.name for span_type in scheme.span_types]
    for span_type in scheme.span_types:
        if not span_type.name:
            fact = (
                'has no name; add "type": {"const": "…"} to its properties, one branch for a type'
            )
            yield SchemeProblem(span_type.pointer, fact)
        elif names.count(span_type.name) > 1:
            fact = f"two span types are called {span_type.name}; give each its own"
            yield SchemeProblem(span_type.pointer, fact)


def check_dyads(scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    """Dyads have two sides."""
    section = as_object(scheme.json_schema.get("properties")).get("dyads")
    if section is None or scheme.dyad is not None:
        return
    node, place = references.resolve(*references.items(section, "/properties/dyads"))
    fields = read_fields(node, place, references, but="id")
    number = sum(field.is_side_reference for field in fields)
    fact = f"a dyad has two fields with the x-kind side-reference, not {number}"
    yield SchemeProblem(place, f"{fact}; give it two")


def _check_relation_control(scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    section = as_object(scheme.json_schema.get("properties")).get("relations")
    relation = references.properties(*references.items(section, "/properties/relations"))
    if "type" in relation:
        node, place = references.resolve(*relation["type"])
        control = text(node, "x-control", _RELATION_CONTROL)
        if control != _RELATION_CONTROL:
            fact = f"a relation is not chosen with the x-control {control}"
            yield SchemeProblem(place, f"{fact}; write {_RELATION_CONTROL}, or leave x-control out")


def _check_unit_coefficients(scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    """What spans, relations and parties are judged by can be computed of them."""
    for span_type in scheme.span_types:
        for fact in _unfit_names(span_type.agreement or Agreement(""), OF_SPANS, "spans"):
            yield SchemeProblem(span_type.pointer, fact)
    sections = as_object(scheme.json_schema.get("properties"))
    if scheme.party is not None:
        _, place = references.items(sections.get("parties"), "/properties/parties")
        fitting = OF_PARTIES, parties_f1(tuple(f.name for f in scheme.party_key))
        for fact in _unfit_names(scheme.party.agreement or Agreement(""), fitting, "parties"):
            yield SchemeProblem(place, fact)
    if scheme.relation_types:
        node, place = references.items(sections.get("relations"), "/properties/relations")
        place = references.properties(node, place)["type"][1]
        agreement = scheme.relation_types[0].agreement or Agreement("")
        for fact in _unfit_names(agreement, OF_RELATIONS, "relations"):
            yield SchemeProblem(place, fact)


def _unaskable(field: Field, node: Object, references: References) -> Iterator[str]:
    types = json_types(node, references)
    is_list = types == _LIST
    item = references.resolve(node.get("items"))[0] if is_list else node
    of_item = json_types(item, references)
    if "object" in types or "properties" in node:
        yield "is an object, which is on no labelling page: ask its parts as fields of their own"
    elif is_list and ("object" in of_item or "properties" in item):
        yield (
            "is a list of objects, which is on no labelling page: make a span type of it, "
            "or ask its parts as fields of their own"
        )
    elif not types and "x-kind" not in node:
        yield 'does not say what its values are; add "type", or list them with "enum"'
    elif is_list and of_item and of_item != _WORDS:
        yield "is a list of what is no text; list its values as strings"
    elif len(types - _LIST) > 1 and types != _NUMBERS:
        yield f"has values of several types ({', '.join(sorted(types))}); keep to one"
    elif len(types) > 1 and types != _NUMBERS:
        yield "is one value or a list of them; keep to one of both"
    else:
        yield from unfit_answers(field, node, references)


def _contradictions(field: Field) -> Iterator[str]:
    level, is_number = field.level, field.type in ("integer", "number")
    if field.is_reference:
        yield from _unfit_coefficient(field)
        return
    if (level == "set") != field.many:
        fact = "has one value" if level == "set" else "is a list"
        yield f"x-level is {level}, but the field {fact}; write set for a list, and only for one"
        return
    if level in _NUMERIC and not (is_number or field.format == "date"):
        yield f"x-level is {level}, but the values are no numbers and no dates"
    elif level == "ordinal" and not field.values:
        yield "x-level is ordinal, but there are no values in an order; list them with x-rank"
    elif level == "text" and (is_number or field.is_boolean or field.values):
        yield "x-level is text, but the values are not words that annotators write"
    ranks = [value.rank for value in field.values if value.rank is not None]
    for repeated in sorted({rank for rank in ranks if ranks.count(rank) > 1}):
        yield f"two values have the x-rank {repeated}; give each its own"
    yield from _unfit_coefficient(field)


def _negative_ratios(field: Field, node: Object) -> Iterator[str]:
    """A proportion to what is less than nothing has no meaning."""
    if field.level != "ratio" or field.is_date:
        return
    bounds = [number(node.get(key)) for key in ("minimum", "exclusiveMinimum")]
    listed = [number(value) for value in field.listed]
    least = max((bound for bound in bounds if bound is not None), default=-1.0)
    if listed:
        least = min((value for value in listed if value is not None), default=0.0)
    if least < 0:
        yield 'x-level is ratio, but values may be negative; add "minimum": 0, or write interval'


def _unfit_coefficient(field: Field) -> Iterator[str]:
    if field.agreement is None:
        return
    if field.is_text and not field.agreement.coefficient:
        fact = "x-agreement names no coefficient, and words have none of their own"
        yield f"{fact}; leave x-agreement out, or list the values that can be given"
        return
    fitting = FITTING.get(field.level, ())
    if field.agreement.coefficient in OF_LISTED_VALUES and not (field.values or field.is_boolean):
        name = field.agreement.coefficient
        others = [other for other in fitting if other not in OF_LISTED_VALUES]
        fact = f"{name} depends on how many values there are, and the scheme does not list them"
        yield f"{fact}; write one of {', '.join(others)}, or list them"
        return
    yield from _unfit_names(field.agreement, (*fitting, DESCRIPTIVE), f"the level {field.level}")
    if field.agreement.coefficient == DESCRIPTIVE and field.agreement.target is not None:
        yield f"{DESCRIPTIVE} judges nothing; leave the target out, or write {' or '.join(fitting)}"


def _unfit_names(agreement: Agreement, fitting: Iterable[str], place: str) -> Iterator[str]:
    """The coefficients that cannot be computed at a place."""
    for name in dict.fromkeys(filter(None, (agreement.coefficient, *agreement.also))):
        if name not in fitting:
            is_known = name in known_coefficients() or name.startswith(parties_f1(("",)))
            reason = f"does not fit {place}" if is_known else "is no coefficient"
            # What is spelt alike may be quite another coefficient.
            near = [] if is_known else get_close_matches(name, fitting, 1)
            yield f"{name} {reason}; {_instead(near, [*fitting])}"
    judge = agreement.coefficient or next(iter(fitting), "")
    for name in agreement.also:
        if name in (judge, DESCRIPTIVE):
            shown = "by which agreement is judged" if name == judge else "which shows nothing"
            yield f"also names {name}, {shown}; leave it out of also"


def _instead(near: Sequence[str], fitting: Sequence[str]) -> str:
    """What to write: what was probably meant, then all that fits."""
    others = [other for other in fitting if other not in near]
    if near and others:
        return f"write {near[0]}, or another that fits: {', '.join(others)}"
    return f"write {'one of ' if len(fitting) > 1 else ''}{', '.join(fitting)}"


def _unfit_control(unit: str, field: Field) -> Iterator[str]:
    fitting = fitting_controls(unit, field)
    if field.control in fitting:
        return
    fact = f"cannot be asked of {unit} with the x-control {field.control}"
    way_out = f"write {' or '.join(fitting)}, or leave x-control out"
    if field.is_typed:
        way_out += '; to choose from values, list them with "enum" or "oneOf"'
    yield f"{fact}; {way_out}"


def fitting_controls(unit: str, field: Field) -> tuple[str, ...]:
    """The controls of the vocabulary by which a field of a unit can be asked, the usual one first."""
    if field.is_reference:
        return ("party_chips",)
    if field.values or field.is_boolean:
        if field.many:
            return ("choices_multiple", "taxonomy")
        return ("choices", *(("dyad_choices",) if unit == "dyad" else ()), "taxonomy")
    if field.is_coded:
        return ("taxonomy",)
    if field.type != "string" or field.is_date:
        return ("textarea",)
    return ("textarea", "picklist", *(("taxonomy",) if field.many else ()))
