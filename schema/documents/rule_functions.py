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

_MAX_ID = 60


def functions(scheme: Scheme) -> dict[str, Function]:
    """The functions of constraints.py that the scheme's constraints name.

    Raises:
        SchemeError: a function is missing.
    """
    names = [c.function for c in scheme.constraints if c.function is not None]
    if not names:
        return {}
    path = scheme.rules_file
    module = import_constraints(path)
    by_name: dict[str, Function] = {}
    for name in names:
        function = getattr(module, name, None)
        if not callable(function):
            raise SchemeError(f"{path}: has no function {name}, which x-constraints names")
        by_name[name] = partial(_findings, path, name, function)
    return by_name


def _findings(
    path: Path, name: str, function: Callable[..., object], annotation: Annotation
) -> Iterator[Finding]:
    """What a rule finds; whatever its author got wrong is said with file and line."""
    article = excerpt(annotation.document.article.id, _MAX_ID)
    try:
        with held_to(annotation.lookup.names):
            found = function(annotation)
            if not isinstance(found, Iterable):
                raise TypeError(f"it gives {_kind(found)}; yield a Finding for every breach")
            every = [*cast("Iterable[object]", found)]
        for finding in every:
            if not isinstance(finding, Finding):
                raise TypeError(f"it yields {_kind(finding)}; yield a Finding")
            yield finding
    except Exception as error:
        line = line_in(path, error)
        fact = f"{type(error).__name__}: {error}" if line else str(error)
        raise SchemeError(
            f"{path}{line}: the rule {name} fails on article {article}: {fact}"
        ) from error


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
