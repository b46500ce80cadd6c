"""Hold the rules of a scheme to the names that it has: one misspelt would find nothing, in silence."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from signalbook.schema.scheme.model import Scheme

from .records import Dyad, Party, Relation, Span, Value

_DEFAULTED = "defaulted"


class KnownNames:
    """The names by which a rule may ask."""

    def __init__(self, scheme: Scheme) -> None:
        self.span_types = [span_type.name for span_type in scheme.span_types]
        self.relation_types = [relation.name for relation in scheme.relation_types]
        of_units = {"party", "dyad", "article"}
        #: span, party, dyad or article -> names of its fields; those of spans of every type.
        self.fields: dict[str, list[str]] = {"span": [], "party": [], "dyad": [], "article": []}
        for unit, field in scheme.fields():
            names = self.fields[unit if unit in of_units else "span"]
            names += [field.name] * (field.name not in names)


#: Those of the scheme whose rule runs; None while the program itself asks.
_NAMES: ContextVar[KnownNames | None] = ContextVar("names", default=None)


@contextmanager
def held_to(names: KnownNames) -> Generator[None]:
    """While a rule runs, whatever it names has to be known."""
    token = _NAMES.set(names)
    try:
        yield
    finally:
        _NAMES.reset(token)


def require_span_types(given: Iterable[str]) -> None:
    """A rule asks for span types that there are.

    Raises:
        LookupError: One there is not.
    """
    if (names := _NAMES.get()) is not None:
        _require("span type", given, names.span_types)


def require_relation_types(given: Iterable[str]) -> None:
    """A rule asks for relation types that there are.

    Raises:
        LookupError: One there is not.
    """
    if (names := _NAMES.get()) is not None:
        _require("relation type", given, names.relation_types)


def require_field(holder: Span | Party | Dyad | Mapping[str, Value] | None, field: str) -> None:
    """A rule asks for a field that units of this kind have; of None, a label of the article.

    Raises:
        LookupError: There is none.
    """
    names = _NAMES.get()
    if names is None or field == _DEFAULTED:
        return
    match holder:
        case Span() | Party() | Dyad():
            kind = type(holder).__name__.lower()
            _require(f"field of a {kind}", [field], names.fields[kind])
        case None:
            _require("label of the article", [field], names.fields["article"])
        case _:  # labels of the article, or the attributes of anything
            known = [name for fields in names.fields.values() for name in fields]
            _require("field", [field], [*dict.fromkeys(known)])


def require_place(unit: Span | Party | Relation | Dyad | None, field: str) -> None:
    """A finding is about a field that its unit has, or about what the program writes there.

    Raises:
        LookupError: There is none.
    """
    if unit is not None and field in type(unit).model_fields:
        return
    if isinstance(unit, Relation):
        _require("part of a relation", [field], ["type", "from", "to"])
    else:
        require_field(unit, field)


def refuse_value(value: Value, field: str, way_out: str) -> None:
    """A rule reads a value with the function for its type.

    Raises:
        TypeError: It does not.
    """
    if _NAMES.get() is not None:
        kind = "yes or no" if isinstance(value, bool) else "a number"
        kind = "words" if isinstance(value, str | tuple) else kind
        raise TypeError(f"{field} holds {kind}; read it with {way_out}")


def _require(kind: str, given: Iterable[str], known: list[str]) -> None:
    for name in given:
        if name not in known:
            raise LookupError(
                f"there is no {kind} {name!r}; there are {', '.join(known) or 'none'}"
            )
