"""Call the rules that a scheme states as functions, in the constraints.py beside it."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.constraints_file import import_constraints, line_in
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import excerpt

from .annotation import Annotation, Finding
from .known_names import held_to

Function: TypeAlias = Callable[[Annotation], Iterator[Finding]]
#: Two sides, as a dyad names them: codes, or ids of parties.
Pair: TypeAlias = tuple[str, str]

_MAX_ID = 60


def functions(scheme: Scheme) -> dict[str, Function]:
    """The functions of constraints.py that the scheme's constraints name.

    Raises:
        SchemeError: a function is missing.
    """
    names = [c.function for c in scheme.constraints if c.function is not None]
    if not names:
        return {}
    return {
        name: partial(_findings, scheme.rules_file, name, function)
        for name, function in _functions(scheme, names, "x-constraints").items()
    }


def pair_function(scheme: Scheme) -> Callable[[Annotation], list[Pair]] | None:
    """The function of constraints.py that gives the pairs to judge; None if the scheme has none.

    Raises:
        SchemeError: The function is missing.
    """
    name = scheme.dyad.pairs if scheme.dyad is not None else None
    if name is None:
        return None
    function = _functions(scheme, [name], "x-pairs")[name]
    return partial(_pairs, scheme.rules_file, name, function)


def _functions(
    scheme: Scheme, names: Iterable[str], keyword: str
) -> dict[str, Callable[..., object]]:
    path = scheme.rules_file
    module = import_constraints(path)
    by_name: dict[str, Callable[..., object]] = {}
    for name in names:
        function = getattr(module, name, None)
        if not callable(function):
            raise SchemeError(f"{path}: has no function {name}, which {keyword} names")
        by_name[name] = function
    return by_name


def _findings(
    path: Path, name: str, function: Callable[..., object], annotation: Annotation
) -> Iterator[Finding]:
    """What a rule finds."""
    for finding in _yielded(path, name, function, annotation, "a Finding for every breach"):
        if not isinstance(finding, Finding):
            raise _refusal(path, name, annotation, f"it yields {_kind(finding)}; yield a Finding")
        yield finding


def _pairs(
    path: Path, name: str, function: Callable[..., object], annotation: Annotation
) -> list[Pair]:
    """The pairs that a function gives, each once."""
    pairs: dict[Pair, None] = {}
    for pair in _yielded(path, name, function, annotation, "two sides of every pair"):
        match pair:
            case (str(first), str(second)):
                if fact := _no_pair(first, second, annotation):
                    raise _refusal(path, name, annotation, fact)
                pairs[first, second] = None
            case _:
                fact = f"it yields {_kind(pair)}; yield two sides, as texts"
                raise _refusal(path, name, annotation, fact)
    return [*pairs]


def _no_pair(first: str, second: str, annotation: Annotation) -> str:
    """Why two texts are no pair of sides, if they are none."""
    if first == second:
        return f"it yields {first!r} twice; yield two sides that differ"
    for side in (first, second):
        if not side:
            return "it yields an empty side; yield the code of a side, or the id of a party"
        if annotation.scheme.is_party_id(side) and side not in annotation.parties:
            return f"it yields {side}, which is no party of the article"
    return ""


def _yielded(
    path: Path,
    name: str,
    function: Callable[..., object],
    annotation: Annotation,
    what: str,
) -> list[object]:
    """What a function of the scheme gives; whatever its author got wrong is said with file and line."""
    try:
        with held_to(annotation.lookup.names):
            found = function(annotation)
            if not isinstance(found, Iterable):
                raise TypeError(f"it gives {_kind(found)}; yield {what}")
            return [*cast("Iterable[object]", found)]
    except (Exception, SystemExit) as error:  # a rule that ends the program, too
        line = line_in(path, error)
        fact = f"{type(error).__name__}: {error}" if line else str(error)
        raise _refusal(path, name, annotation, fact, line) from error


def _refusal(
    path: Path, name: str, annotation: Annotation, fact: str, line: str = ""
) -> SchemeError:
    article = excerpt(annotation.document.article.id, _MAX_ID)
    return SchemeError(f"{path}{line}: the rule {name} fails on article {article}: {fact}")


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
