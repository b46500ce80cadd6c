"""Read on which condition a field must be given or left out, where the scheme says so with `if`.

Only what can be said in a phrase is read: an `if` of values that attributes have, and behind it which
fields are required. `signalbook validate` holds documents to all that a scheme says.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from .model import Condition, Json
from .nodes import Object, as_object, strings
from .references import References


def read_conditions(section: Json, references: References) -> Mapping[str, list[Condition]]:
    """Field -> what the conditions of an object schema say of it."""
    found: defaultdict[str, list[Condition]] = defaultdict(list)
    always = strings(references.resolve(section)[0].get("required"))
    for node, _ in references.parts(section, ""):
        when = _when(as_object(node.get("if")), always)
        for keyword in ("then", "else") if when else ():
            branch = as_object(node.get(keyword))
            for name, required in _demands(branch):
                found[name].append(Condition(when, keyword == "else", required))
        for given, names in as_object(node.get("dependentRequired")).items():
            for name in strings(names):
                found[name].append(Condition({given: ()}, otherwise=False, required=True))
    return found


def _when(node: Object, always: Collection[str]) -> Mapping[str, tuple[Json, ...]]:
    """Attribute -> its values, if the condition is nothing else; an empty one if it is more.

    An `if` also holds where the attribute is not given, unless the `if` or the unit requires it:
    that is one more value, None.
    """
    properties = as_object(node.get("properties"))
    values = {name: _values(as_object(part)) for name, part in properties.items()}
    is_plain = node.keys() <= {"properties", "required", "$comment"} and all(values.values())
    given = {*strings(node.get("required"))}
    if not is_plain or not given <= {*values}:
        return {}
    there = given.union(always)
    return {n: v if n in there else (*v, None) for n, v in values.items()}


def _values(node: Object) -> tuple[Json, ...]:
    match node:
        case {"const": value} if len(node) == 1:
            return (value,)
        case {"enum": list(values)} if len(node) == 1:
            return tuple(values)
        case _:
            return ()


def _demands(node: Object) -> Iterator[tuple[str, bool]]:
    """Each field that must be there (True) or must not (False)."""
    yield from ((name, True) for name in strings(node.get("required")))
    banned = as_object(node.get("not"))
    if len(names := strings(banned.get("required"))) == 1 and len(banned) == 1:
        yield names[0], False
    for name, part in as_object(node.get("properties")).items():
        if part is False:
            yield name, False
