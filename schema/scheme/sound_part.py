"""Leave out of a scheme what is malformed, so that the rest can be checked in the same round.

Checks see only what the vocabulary accepts and references that lead somewhere: none has to reckon with
anything else. What they say of a place from which something was left out is no mistake of its own.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from jsonschema import ValidationError

from .keyword_forms import fits_vocabulary, form_fact, is_no_schema, vocabulary_errors
from .model import Json
from .nodes import Object
from .problems import SchemeProblem, pointer_to
from .references import broken_references

#: By these the parts of a scheme find each other, or it follows from them what a part is: without
#: one of them, what another part says of it can no longer be judged.
_LINKING: Final = frozenset(
    {
        *("$ref", "$defs", "definitions", "$id", "$anchor", "properties", "items", "prefixItems"),
        *("allOf", "anyOf", "oneOf", "enum", "const", "type", "minimum", "maximum", "required"),
        *("x-scheme", "x-kind", "x-derived", "x-endpoints", "x-codelist"),
    }
)


@dataclass
class SoundPart:
    """What is left of a scheme without what is malformed in it."""

    json_schema: Object
    #: What is malformed.
    problems: list[SchemeProblem] = field(default_factory=list[SchemeProblem])
    #: JSON Pointers of what was left out.
    left_out: list[str] = field(default_factory=list[str])
    #: What is no name of a coefficient, in the words of the vocabulary, which lists all there are:
    #: it stays, so that the check of its field can name those that fit there.
    unknown_coefficients: list[SchemeProblem] = field(default_factory=list[SchemeProblem])
    #: Nothing was left out by which the parts of a scheme find each other.
    is_linked: bool = True

    def not_told(self, problems: Sequence[SchemeProblem]) -> list[SchemeProblem]:
        """The names of no coefficient where no problem says so, as nothing reads them there."""
        return [
            unknown
            for unknown in self.unknown_coefficients
            if not any(_lies_in(unknown.pointer, problem.pointer) for problem in problems)
        ]

    def own_mistakes(self, problems: Iterable[SchemeProblem]) -> list[SchemeProblem]:
        """The problems that do not come from what was left out: neither there, nor around it."""
        return [
            problem
            for problem in problems
            if not any(_lies_in(problem.pointer, place) for place in self.left_out)
            and not any(_lies_in(place, problem.pointer) for place in self.left_out)
        ]

    def leave_out(self, path: Sequence[str | int], *, schema: bool = False) -> None:
        """Leave out a keyword, or all that a schema says; of a list nothing, but the whole list."""
        while not schema and isinstance(path[-1], int):
            path = path[:-1]
        *above, last = path
        holder: Json = self.json_schema
        for part in above:
            holder = _child(holder, part)
        if not schema and isinstance(holder, dict):
            holder.pop(str(last), None)
        elif isinstance(holder, dict):
            holder[str(last)] = {}
        elif isinstance(holder, list) and isinstance(last, int):
            holder[last] = {}
        self.left_out.append(pointer_to("", *path))
        self.is_linked &= not schema and last not in _LINKING


def sound_part(json_schema: Object) -> SoundPart:
    """The part of a scheme that the vocabulary accepts, and of which every reference leads somewhere."""
    part = SoundPart(deepcopy(json_schema))
    if not fits_vocabulary(json_schema):
        errors = vocabulary_errors(json_schema)
        for error in errors:
            problem = SchemeProblem(pointer_to("", *error.absolute_path), form_fact(error))
            named = part.unknown_coefficients if _is_coefficient(error) else part.problems
            named.append(problem)
        while errors := [error for error in errors if not _is_coefficient(error)]:
            # What an object lacks without a member that was malformed makes it malformed, too.
            for error in errors:
                part.leave_out([*error.absolute_path], schema=is_no_schema(error))
            errors = vocabulary_errors(part.json_schema)
    while broken := [*broken_references(part.json_schema)]:
        for path, reference in broken:
            part.problems.append(SchemeProblem(reference.pointer, reference.fact))
            part.leave_out(path)
    return part


def _is_coefficient(error: ValidationError) -> bool:
    """Whether a word stands where a coefficient is named."""
    path = [*error.absolute_path]
    names = path[-2:] == ["x-agreement", "coefficient"] or path[-3:-1] == ["x-agreement", "also"]
    return names and isinstance(error.instance, str)


def _child(node: Json, part: str | int) -> Json:
    """What stands there; nothing where it was left out already."""
    match node, part:
        case (dict(), str()):
            return node.get(part)
        case (list(), int()):
            return node[part]
        case _:
            return None


def _lies_in(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")
