"""Judge whether every keyword of a scheme has the right form, and say in words where one has not."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError
from referencing import Resource

from .json_schema import TYPE_WORDS
from .model import Json
from .nodes import as_object, strings, text

#: The JSON Schema of the `x-` keywords.
META_SCHEMA: Final = Path(__file__).parent / "vocabulary" / "scheme.meta.json"
#: What patterns of JSON Schema's own vocabulary want: those of $anchor and of $id.
_FORMS: Final = {
    "^[A-Za-z_][-A-Za-z0-9._]*$": "letters, digits and . _ -, a letter first",
    "^[^#]*#?$": "an address without #",
}
_MAX_SHOWN = 60


@cache
def _vocabulary() -> dict[str, Json]:
    return cast("dict[str, Json]", json.loads(META_SCHEMA.read_text(encoding="utf-8")))


@cache
def _compiled_vocabulary() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_vocabulary(), validate_formats=False)


def fits_vocabulary(json_schema: Json) -> bool:
    """Whether all keywords certainly have the right form, judged at once by a compiled validator.

    False: ask `vocabulary_errors`, which takes a hundred times as long.
    """
    try:
        return _compiled_vocabulary().is_valid(json_schema)
    except ValueError:  # what JSON cannot hold, as a lone surrogate
        return False


def vocabulary_errors(json_schema: Json) -> list[ValidationError]:
    """Every keyword of the wrong form, sorted by place; jsonschema is the authority."""
    from jsonschema_specifications import REGISTRY

    meta = _vocabulary()
    resource = Resource.from_contents(meta)
    # Crawled once: else each $dynamicRef of the meta-schema has it crawled anew.
    registry = REGISTRY.with_resource(str(meta["$id"]), resource).crawl()
    validator = Draft202012Validator(meta, registry=registry)
    return sorted(validator.iter_errors(json_schema), key=lambda e: [*map(str, e.absolute_path)])


def is_no_schema(error: ValidationError) -> bool:
    """Whether something stands where a schema belongs."""
    return error.validator == "type" and error.validator_value == ["object", "boolean"]


def form_fact(error: ValidationError) -> str:
    """What is wrong with the form of a keyword, and what to write instead."""
    limit: Any = error.validator_value
    instance: Any = error.instance
    match str(error.validator):
        case "type":
            kinds = [limit] if isinstance(limit, str) else strings(limit)
            kinds_words = " or ".join(TYPE_WORDS[kind] for kind in kinds)
            kinds_words = "a schema, which is an object" if is_no_schema(error) else kinds_words
            return f"{_shown(instance)} is of the wrong type; write {kinds_words}"
        case "enum" | "const":
            values = limit if error.validator == "enum" else [limit]
            choices = ", ".join(v if isinstance(v, str) else json.dumps(v) for v in values)
            one_of = "one of " if len(values) > 1 else ""
            return f"{_shown(instance)} is no value of this keyword; write {one_of}{choices}"
        case "pattern":
            form = text(as_object(cast("Json", error.schema)), "description")
            form = form or _FORMS.get(limit, f"text that matches {limit}")
            return f"{_shown(instance)} is not written right; write {form}"
        case "required":
            missing = [name for name in strings(limit) if name not in instance]
            return f"has no {', no '.join(missing)}; add what is missing"
        case "dependentRequired":
            pairs = as_object(limit).items()
            facts = [
                f"has {name} without {other}"
                for name, others in pairs
                for other in strings(others)
                if name in instance and other not in instance
            ]
            return f"{', '.join(facts)}; add what is missing"
        case "additionalProperties":
            known = as_object(as_object(cast("Json", error.schema)).get("properties"))
            unknown = [name for name in instance if name not in known]
            return f"{', '.join(unknown)} cannot stand here; write only {', '.join(known)}"
        case "anyOf" | "oneOf":
            return _no_branch(error)
        case _:
            return _limit_fact(error, limit)


def _limit_fact(error: ValidationError, limit: Any) -> str:
    shown = _shown(error.instance)
    match str(error.validator):
        case "minLength" | "minItems" | "minProperties":
            return f"{shown} is empty; write something, or leave the keyword out"
        case "maxLength":
            return f"{shown} is longer than {limit} characters; write less"
        case "maxProperties":
            return f"says {len(cast('dict[str, Json]', error.instance))} things; keep to {limit}"
        case "minimum":
            return f"{shown} is too small; write {limit} or more"
        case "maximum":
            return f"{shown} is too large; write {limit} or less"
        case "exclusiveMinimum":
            return f"{shown} is too small; write more than {limit}"
        case "uniqueItems":
            return f"{shown} lists something twice; leave one out"
        case _:
            return error.message


def _no_branch(error: ValidationError) -> str:
    """What is wrong by the form that comes nearest: of the same type, and with the fewest mistakes."""
    inner = [*(error.context or [])]
    if all(part.validator == "required" and part.instance is error.instance for part in inner):
        names = [name for part in inner for name in strings(cast("Json", part.validator_value))]
        return f"has none of {', '.join(dict.fromkeys(names))}; add one"
    branches: dict[object, list[ValidationError]] = {}
    for part in inner:
        branches.setdefault(part.schema_path[0], []).append(part)
    nearest = min(branches.values(), key=lambda errors: (_is_other_type(errors[0]), len(errors)))
    return "; ".join(dict.fromkeys(map(form_fact, nearest)))


def _is_other_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.path


def _shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…"
