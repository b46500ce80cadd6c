"""Find names that a page, a table or a file could not hold, or would take for something else."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from signalbook.schema.json_text import MAX_WHOLE

from .model import Json, Scheme
from .problems import SchemeProblem, pointer_to

#: What a name may have beside letters, marks and digits.
_SIGNS = "_-. "
_MAX_NAME = 100
#: Units that documents, pages and reports call by these names.
_UNITS = re.compile(r"article|party|relation|document|(dyad|unmentioned)\d*")
#: Label Studio casts these, whatever their case, and then its page stays blank.
CAST_BY_LABEL_STUDIO = ("true", "false")
#: No XML holds them, and so no labelling page; lone surrogates, no file.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: Levels of nesting: no scheme that people can read has more.
_MAX_DEPTH = 64


def is_unit(name: str) -> bool:
    """Whether a name is that of what is no span type, to pages, documents or reports."""
    return _UNITS.fullmatch(name) is not None


def check_characters(node: Json, pointer: str = "") -> Iterator[SchemeProblem]:
    """Texts and numbers that can stand on no page and in no table, wherever they are."""
    if pointer.count("/") > _MAX_DEPTH:
        yield SchemeProblem("", f"is nested more than {_MAX_DEPTH} levels deep; make it flatter")
    elif isinstance(node, dict):
        for name, part in node.items():
            yield from check_characters(name, pointer_to(pointer, name))
            yield from check_characters(part, pointer_to(pointer, name))
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from check_characters(part, pointer_to(pointer, number))
    elif isinstance(node, str) and (found := _UNWRITABLE.search(node)):
        code = f"U+{ord(found[0]):04X}"
        yield SchemeProblem(pointer, f"holds the character {code}, which no page shows; delete it")
    elif isinstance(node, int) and abs(node) >= MAX_WHOLE:
        fact = "is a whole number that many programs read as another one; write a smaller one"
        yield SchemeProblem(pointer, fact)
    elif isinstance(node, float) and not math.isfinite(node):
        yield SchemeProblem(pointer, "is larger than any number of a program; write a smaller one")


def check_names(scheme: Scheme) -> Iterator[SchemeProblem]:
    """Names of span types, fields, values and relation types can be told apart wherever they go."""
    for part, said in (("name", scheme.name), ("version", scheme.version)):
        if said != said.strip():
            yield SchemeProblem(f"/x-scheme/{part}", "ends with a line break; delete it")
    for span_type in scheme.span_types:
        if not span_type.name:
            continue  # said where span types are looked at
        if fact := _unfit(span_type.name) or _taken(scheme, span_type.name):
            yield SchemeProblem(span_type.pointer, fact)
    for _, field in scheme.fields():
        if fact := _unfit(field.name):
            yield SchemeProblem(field.pointer, fact)
        for value in field.value_ids:
            if value.startswith("__"):
                fact = f"the value {value!r} begins like those of the program; write another"
                yield SchemeProblem(field.pointer, fact)
            elif value != value.strip() or not value:
                fact = f"the value {value!r} begins or ends with a space; write it without"
                yield SchemeProblem(field.pointer, fact)
    place = "/properties/relations"
    names = Counter(relation.name for relation in scheme.relation_types)
    for name, times in names.items():
        if fact := _unfit(name):
            yield SchemeProblem(place, fact)
        if times > 1:
            yield SchemeProblem(place, f"the relation type {name} is listed twice; delete one")


def _unfit(name: str) -> str:
    """What is wrong with a name; nothing if it is fine."""
    if not name:
        return "has no name, or one that is no text; call it by a word"
    unknown = {c for c in name if c not in _SIGNS and unicodedata.category(c)[0] not in "LMN"}
    if unknown or name != name.strip() or "__" in name:
        way_out = "names are letters and digits, with single _ - . and spaces between them"
        return f"cannot be called {name!r}; {way_out}"
    if name != unicodedata.normalize("NFC", name):
        return f"the name {name!r} is not composed (Unicode NFC), and looks like one that is"
    if len(name) > _MAX_NAME:
        return f"has a name of {len(name)} characters; write at most {_MAX_NAME}"
    if name.lower() in CAST_BY_LABEL_STUDIO:
        return f"cannot be called {name}, which Label Studio takes for a yes or a no"
    return ""


def _taken(scheme: Scheme, name: str) -> str:
    if is_unit(name) or scheme.is_party_id(name):
        return f"a span type cannot be called {name}, as something else is; write another name"
    return ""
