"""Writes what the docs say of schemes: the keywords of the vocabulary, and a scheme's constraints."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from signalbook.schema.markdown import table, without_html
from signalbook.schema.scheme.coefficients import DESCRIPTIVE, fitting_coefficients
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Constraint, Json, Scheme
from signalbook.schema.scheme.sections import SECTIONS
from signalbook.schema.text import excerpt

Object: TypeAlias = dict[str, Json]

VOCABULARY = Path(__file__).parent.parent / "schema/scheme/vocabulary/scheme.meta.json"
_MAX_EXAMPLE = 240
#: Where a keyword stands, by the `x-kind` of the subschema that it stands in.
_PLACES = {
    "meta": "metadata",
    "attribute": "attributes",
    "article_label": "article labels",
    "party_type": "parties",
    "party-reference": "references to parties",
    "side-reference": "references to sides",
    "span_type": "span types",
    "relation_type": "the field that names a relation",
    "relation": "relation types",
    "dyad": "dyads",
}


def keywords() -> Object:
    """Every x- keyword, retired ones last, with the JSON Schema of what may stand behind it."""
    named = _object(_vocabulary()["properties"])
    return dict(sorted(named.items(), key=lambda item: "deprecated" in _object(item[1])))


def keyword_reference() -> str:
    """Every x- keyword: what it means, where it stands, its form, and one use of it."""
    scheme = load_scheme("diplomatic_signal")
    places: defaultdict[str, Counter[str]] = defaultdict(Counter)
    uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place, subschema in _subschemas(dict(scheme.json_schema)):
        for name in subschema.keys() & keywords().keys():
            places[name][place] += 1
            uses[name][json.dumps(subschema[name], ensure_ascii=False)] += 1
    return "\n\n".join(
        _keyword(name, _object(form), places[name], uses[name]) for name, form in keywords().items()
    )


def section_table() -> str:
    """The sections that a scheme may have."""
    rows = [(f"`{section}`", content) for section, content in SECTIONS.items()]
    return table(("section", "what a document holds there"), rows)


def constraint_table(name: str) -> str:
    """The constraints of a scheme in short: id, severity, and what an annotator sees."""
    rows = [
        (f"[{c.id}](#{c.id.lower()})", c.severity, _text(c.message))
        for c in load_scheme(name).constraints
    ]
    return table(("id", "severity", "what you see"), rows)


def constraint_reference(name: str) -> str:
    """Every constraint of a scheme, with what keeps it and what breaks it."""
    scheme = load_scheme(name)
    return "\n\n".join(_constraint(scheme, constraint) for constraint in scheme.constraints)


def _keyword(name: str, form: Object, places: Counter[str], uses: Counter[str]) -> str:
    stands = ", ".join(f"{place} ({count})" for place, count in places.most_common())
    first, *more = _form(form)
    lines = [
        f"## `{name}` {{#{name}}}",
        "",
        _text(str(form.get("$comment", ""))),
        "",
        f"- **Where the built-in scheme has it:** {stands or 'nowhere'}",
        f"- **Form:** {first}",
        *(f"    {line}" for line in more),
    ]
    if name == "x-agreement":
        lines.append("- **Coefficients that fit**, the usual one first:")
        lines += [f"    - {place}: {_listed([*names])}" for place, names in _fitting()]
    examples = form.get("examples")
    if not uses and isinstance(examples, list):
        uses = Counter(json.dumps(example, ensure_ascii=False) for example in examples)
    if uses:
        use = _typical(uses).replace("`", "'")  # it stands between back-quotes itself
        lines.append(f"- **One use:** `{excerpt(use, _MAX_EXAMPLE)}`")
    return "\n".join(lines)


def _fitting() -> Iterator[tuple[str, list[Json]]]:
    """Where a coefficient is named, and those that can be."""
    for place, names in fitting_coefficients().items():
        yield f"on {place}", [*names, *([DESCRIPTIVE] if "level" in place else [])]


def _typical(uses: Counter[str]) -> str:
    """The most frequent use; among objects, of which hardly two are equal, the first."""
    first = next(iter(uses))
    return first if first.startswith("{") else uses.most_common(1)[0][0]


def _subschemas(document: Object) -> Iterator[tuple[str, Object]]:
    """Every subschema that keywords stand in, with the place that it is."""
    yield "the scheme itself", document
    queue = _parts(document)
    while queue:
        subschema = queue.pop(0)
        place = "values" if "const" in subschema else "metadata"
        yield _PLACES.get(str(subschema.get("x-kind")), place), subschema
        queue += _parts(subschema)


def _parts(schema: Object) -> list[Object]:
    """The subschemas right below one."""
    parts: list[Json] = [schema.get("items")]
    for keyword in ("properties", "$defs"):
        named = schema.get(keyword)
        parts += named.values() if isinstance(named, dict) else []
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword)
        parts += branches if isinstance(branches, list) else []
    return [part for part in parts if isinstance(part, dict)]


def _form(schema: Object) -> list[str]:
    """The form of a value: a phrase, then the items of a list below it."""
    match schema:
        case {"$dynamicRef": _}:
            return ["a JSON Schema"]
        case {"$ref": str(reference)} if reference.startswith("#/properties/"):
            name = reference.rpartition("/")[2]
            return [f"as [`{name}`](#{name})"]
        case {"$ref": str(reference)}:
            return _form(_object(_object(_vocabulary()["$defs"])[reference.rpartition("/")[2]]))
        case {"const": constant}:
            return [f"always `{json.dumps(constant)}`"]
        case {"enum": list(values)}:
            return [f"one of {_listed(values)}"]
        case {"oneOf": list(branches)}:
            return ["one of these", *_bullets(_form(_object(branch)) for branch in branches)]
        case {"type": "array", "items": dict(items)}:
            first, *more = _form(items)
            return [f"a list; each item is {first}", *more]
        case {"type": "object"}:
            return _object_form(schema)
        case _:
            return [_scalar(schema)]


def _object_form(schema: Object) -> list[str]:
    match schema:
        case {"properties": dict(properties)}:
            required = schema.get("required")
            needed = required if isinstance(required, list) else []
            members: list[list[str]] = []
            for name, member in properties.items():
                first, *more = _form(_object(member))
                optional = "" if name in needed else ", may be left out"
                comment = _object(member).get("$comment")
                said = f". {_text(str(comment))}" if comment else ""
                members.append([f"`{name}`{optional}: {first}{said}", *more])
            return ["an object with", *_bullets(members)]
        case {"additionalProperties": dict(values)}:
            first, *more = _form(values)
            return [f"an object; behind each of its names stands {first}", *more]
        case _:
            return ["an object of any form"]


def _scalar(schema: Object) -> str:
    kinds = schema.get("type")
    if kinds is None:
        return "any value"
    words = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "`true` or `false`",
        "null": "`null`",
        "array": "a list",
    }
    listed = kinds if isinstance(kinds, list) else [kinds]
    phrase = " or ".join(words[str(kind)] for kind in listed)
    if "pattern" in schema:
        phrase = f"{schema['description']} (`{schema['pattern']}`)"
    if schema.get("minLength") == 1:
        phrase += ", not empty"
    if "maxLength" in schema:
        phrase += f", at most {schema['maxLength']} characters"
    if "minimum" in schema:
        phrase += f", at least {schema['minimum']}"
    if "maximum" in schema:
        phrase += f", at most {schema['maximum']}"
    return phrase


def _bullets(items: Iterator[list[str]] | list[list[str]]) -> Iterator[str]:
    for first, *more in items:
        yield f"- {first}"
        yield from (f"    {line}" for line in more)


def _constraint(scheme: Scheme, constraint: Constraint) -> str:
    lines = [
        f"### {constraint.id}: {_text(constraint.message)} {{#{constraint.id.lower()}}}",
        "",
        f"- **Severity:** {constraint.severity}",
        f"- **Rule:** {_text(constraint.rule)}",
    ]
    if constraint.examples:
        lines.append(f"- **This keeps it:** {_text(constraint.examples.positive)}")
        lines.append(f"- **This breaks it:** {_text(constraint.examples.negative)}")
    ways = [
        (constraint.check, f"the built-in check `{constraint.check}`"),
        (constraint.each, f"a JSON Schema of each {constraint.each}"),
        (constraint.function, f"the function `{constraint.function}` of `constraints.py`"),
    ]
    stated = " and ".join(words for way, words in ways if way)
    return "\n".join([*lines, f"- **It is stated by:** {stated}"])


def _vocabulary() -> Object:
    return _object(json.loads(VOCABULARY.read_text(encoding="utf-8")))


def _object(node: Json) -> Object:
    assert isinstance(node, dict)
    return node


def _listed(values: list[Json]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _text(words: str) -> str:
    """A scheme's words as Markdown: what stands between back-quotes is code, nothing is HTML."""
    return without_html(words).replace("*", "\\*")
