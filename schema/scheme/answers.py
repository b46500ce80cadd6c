"""Find answers that a scheme lists and nobody could give, and limits that no answer keeps."""

import json
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from .fields import is_of_type, json_types, listed_values
from .json_schema import TYPE_WORDS, PartValidator
from .model import Field, Json
from .nodes import Object
from .references import References, reference_to

_OF_NUMBERS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
#: JSON type -> the keywords that judge its values alone.
_OF_TYPE: Final[Mapping[str, AbstractSet[str]]] = {
    "string": {"minLength", "maxLength", "pattern", "format"},
    "integer": _OF_NUMBERS,
    "number": _OF_NUMBERS,
    "array": {
        *("items", "prefixItems", "contains", "minContains", "maxContains", "minItems"),
        *("maxItems", "uniqueItems", "unevaluatedItems"),
    },
    "boolean": set(),
}
#: What a listed answer of yes or no may say besides.
_OF_BOOLEANS = {"const", "type", "$comment"}


def unfit_answers(field: Field, node: Object, references: References) -> Iterator[str]:
    """What is wrong with the answers that a field lists, and with the keywords that judge them."""
    item = references.resolve(node.get("items"))[0] if field.many else node
    kind = TYPE_WORDS[field.type]
    listed = [*listed_values(node, references)]
    consts = [value["const"] for value in listed if value["const"] is not None]
    if unfit := [value for value in consts if not is_of_type(value, {field.type})]:
        yield f"lists {_named(unfit)}, but its values are to be {kind}; correct them, or the type"
    if field.is_boolean and any(value.keys() - _OF_BOOLEANS for value in listed):
        yield "is asked with yes and no; for words of your own, list two texts instead"
    branches = [references.resolve(branch)[0] for branch, _ in references.branches(item)]
    lists = {any(listed_values(b, references)) for b in branches if b.get("type") != "null"}
    if len(lists) > 1 and not (field.is_reference or field.codelist):
        yield "lists values in one alternative and none in another; list all, or none"
    if idle := [*_idle_keywords(node, references), *_idle_keywords(item, references)]:
        names = ", ".join(dict.fromkeys(idle))
        yield f"has keywords without effect where values are {kind}; leave out {names}"


def _idle_keywords(node: Object, references: References) -> Iterator[str]:
    """Keywords that judge values of other types alone."""
    if types := json_types(node, references):
        effective = set[str]().union(*(_OF_TYPE.get(type, set()) for type in types))
        every = set[str]().union(*_OF_TYPE.values())
        yield from (keyword for keyword in node if keyword in every - effective)


def refused_answers(
    field: Field, node: Object, judge: PartValidator, references: References
) -> Iterator[str]:
    """Answers that the page offers or proposes and the scheme refuses; limits that leave none."""
    whole: Object = {"$ref": reference_to(field.pointer)}
    if field.default not in (None, []) and any(judge.errors(whole, field.default)):
        fact = f"has the default {_named([field.default])}, which its own keywords refuse"
        yield f"{fact}; correct the default, or leave it out"
    if not field.is_reference:
        item = references.resolve(node.get("items"))[0] if field.many else node
        parts = [item] if field.many else [item, whole]
        offered = (True, False) if field.is_boolean else field.listed
        refused = [v for v in offered if any(next(judge.errors(p, v), None) for p in parts)]
        if refused:
            fact = f"offers {_named(refused)}, which its own keywords refuse"
            yield f"{fact}; leave the value or the keyword out"
    limits = [limit for limit in (field.max_items, len(field.values) or None) if limit is not None]
    if field.many and limits and field.min_items > min(limits):
        fact = f"asks for {field.min_items} answers, and at most {min(limits)} can be given"
        yield f"{fact}; lower minItems"
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        least, most = node.get(low), node.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            yield f"has the {low} {least:g} above the {high} {most:g}; exchange them"


def _named(values: Iterable[Json]) -> str:
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
