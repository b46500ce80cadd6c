"""Find what a scheme asks at a place that nothing reads, so that it is not left out in silence.

What is asked stands under `properties`, of the scheme for its sections and of an object for its
fields, or in what a `$ref` or an `allOf` brings there. The other ways in which JSON Schema combines
schemas (`oneOf`, `if`, `dependentSchemas` …) may judge what is asked; they ask nothing new.
"""

from collections.abc import Collection, Iterator

from .fields import DEFAULTED, json_types
from .model import Json
from .nodes import Object, as_list, as_object, strings
from .problems import SchemeProblem, pointer_to
from .references import References

#: Keywords whose schemas judge the same object: one, a list of them, one for each name.
_JUDGES_ONE = ("if", "then", "else", "not")
_JUDGES_SEVERAL = ("allOf", "anyOf", "oneOf")
_JUDGES_NAMED = ("dependentSchemas",)
#: The sections that are lists.
_LISTS = ("spans", "parties", "relations", "dyads")


def check_structure(json_schema: Object, references: References) -> Iterator[SchemeProblem]:
    """Whatever a scheme asks stands where it is read.

    Args:
        json_schema: A scheme whose keywords and references are right, as its author wrote it.
        references: Resolves the `$ref`s in it.
    """
    sections = as_object(json_schema.get("properties"))
    yield from _check_root(json_schema)
    for name in _LISTS:
        if name in sections:
            yield from _check_list(name, sections[name], f"/properties/{name}", references)
    yield from _check_common_attributes(sections.get("spans"), references)
    for node, pointer, written in _asking(sections, references):
        yield from _check_object(node, pointer, references)
        yield from _check_written(node, pointer, written, references)


def _check_root(json_schema: Object) -> Iterator[SchemeProblem]:
    way_out = "write the sections under properties of the scheme itself"
    if "$ref" in json_schema:
        yield SchemeProblem("/$ref", f"a scheme cannot begin with a $ref; {way_out}")
    given = as_object(json_schema.get("properties"))
    for pointer, name in _named_beside(json_schema, ""):
        if name not in given:
            yield SchemeProblem(pointer, f"{name} stands where no section is read; {way_out}")


def _check_list(
    name: str, section: Json, pointer: str, references: References
) -> Iterator[SchemeProblem]:
    """A section is a list, and says under `items` what an entry of it is."""
    node, place = references.resolve(section, pointer)
    types = json_types(node, references)
    if types and "array" not in types:
        yield SchemeProblem(place, f'{name} is a list; write "type": "array" and "items"')
        return
    for keyword in ("anyOf", "oneOf", "prefixItems"):
        if keyword in node:
            fact = f"{keyword} of the whole list is not read; say under items what an entry is"
            yield SchemeProblem(pointer_to(place, keyword), fact)
            return
    item, at = references.items(section, pointer)
    if node.get("maxItems") == 0:
        return
    if not isinstance(item, dict) or not item:
        fact = f"does not say what an entry of {name} is; add items, or leave the section out"
        yield SchemeProblem(place, fact)
    elif name == "relations":
        yield from _check_relation(item, at, references)


def _check_relation(item: Object, pointer: str, references: References) -> Iterator[SchemeProblem]:
    node, place = references.resolve(item, pointer)
    kind = references.properties(item, pointer).get("type")
    example = '"properties": {"type": {"enum": ["supports", "attacks"]}}'
    if kind is None:
        fact = f"does not say of which types a relation is; list them, as in {example}"
        yield SchemeProblem(place, fact)
    for keyword in ("oneOf", "anyOf"):
        if kind is not None and keyword in node:
            fact = f"{keyword} of relations is not read; list the types once, as in {example}"
            yield SchemeProblem(pointer_to(place, keyword), fact)


def _asking(
    sections: Object, references: References
) -> Iterator[tuple[Json, str, tuple[str, ...]]]:
    """Every object whose properties are asked, where it stands, and what the program writes in it."""
    yield sections.get("article_labels"), "/properties/article_labels", (DEFAULTED,)
    for name in ("parties", "dyads"):
        yield *references.items(sections.get(name), f"/properties/{name}"), ("id", DEFAULTED)
    item, place = references.items(sections.get("spans"), "/properties/spans")
    for branch, at in references.branches(item, place) or [(item, place)]:
        yield *references.properties(branch, at).get("attributes", (None, at)), ()


def _check_common_attributes(section: Json, references: References) -> Iterator[SchemeProblem]:
    """Attributes that several span types have in common stand in each of them."""
    item, place = references.items(section, "/properties/spans")
    beside = references.properties(item, place)
    if "attributes" in beside and references.branches(item, place):
        fact = "stand beside the span types, of which none has them; write them in each branch"
        yield SchemeProblem(beside["attributes"][1], fact)


def _check_object(section: Json, pointer: str, references: References) -> Iterator[SchemeProblem]:
    node, place = references.resolve(section, pointer)
    types = json_types(node, references)
    if types and "object" not in types:
        fact = 'what is asked are the properties of an object; write "type": "object"'
        yield SchemeProblem(place, fact)
    if "patternProperties" in node:
        fact = "names no field that could be asked; write each under properties"
        yield SchemeProblem(pointer_to(place, "patternProperties"), fact)
    known = references.properties(section, pointer)
    for part, at in references.parts(section, pointer):
        for place, name in _named_beside({**part, "allOf": None}, at):
            if name not in known:
                fact = f"{name} stands here alone, where it is not asked; add it to the properties"
                yield SchemeProblem(place, fact)


def _check_written(
    section: Json, pointer: str, written: Collection[str], references: References
) -> Iterator[SchemeProblem]:
    """No field has the name of what the program writes, and nothing waits for what it does not."""
    for name, (part, place) in references.properties(section, pointer).items():
        node, _ = references.resolve(part, place)
        is_list = json_types(node, references) <= {"array"}
        if name == DEFAULTED and not (name in written and is_list):
            fact = f"{name} is the program's list of answers left as proposed; rename the field"
            yield SchemeProblem(place, fact)
        elif node.get("x-kind") == "meta" and name not in written:
            fact = f"the program writes no {name} here, so that it stays empty; leave x-kind out"
            yield SchemeProblem(place, fact)


def _named_beside(node: Object, pointer: str) -> Iterator[tuple[str, str]]:
    """Pointer and name of each property that the judging parts of an object name."""
    for part, place in _judges(node, pointer):
        for name in as_object(part.get("properties")):
            yield pointer_to(place, "properties", name), name
        for name in strings(part.get("required")):
            yield pointer_to(place, "required"), name
        yield from _named_beside(part, place)


def _judges(node: Object, pointer: str) -> Iterator[tuple[Object, str]]:
    for keyword in _JUDGES_ONE:
        if keyword in node:
            yield as_object(node[keyword]), pointer_to(pointer, keyword)
    for keyword in _JUDGES_SEVERAL:
        for number, part in enumerate(as_list(node.get(keyword))):
            yield as_object(part), pointer_to(pointer, keyword, number)
    for keyword in _JUDGES_NAMED:
        for name, part in as_object(node.get(keyword)).items():
            yield as_object(part), pointer_to(pointer, keyword, name)
