"""The lists that the rules of a scheme go by: the codebook prints the very objects that rules use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar, cast

from .model import Scheme

_Values = TypeVar("_Values", bound="Mapping[str, Sequence[str]] | Sequence[str]")
#: A row of such a list: the values in each of its columns.
Row: TypeAlias = tuple[tuple[str, ...], ...]


class RuleList(Protocol):
    """A list that rules go by, however it is declared."""

    @property
    def title(self) -> str:
        """What the list says, as a heading."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Unit and field that the values of each column are of, such as `signal.channel`."""
        ...

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the constraints that use it."""
        ...

    def rows(self, scheme: Scheme) -> tuple[Row, ...]:
        """What the codebook prints."""
        ...


@dataclass(frozen=True)
class ValueList:
    """Values of a field that rules refer to; the codebook prints them beside these rules.

    A rule looks into it with `in`, or goes through it.
    """

    title: str
    #: Unit and field that the values are of, such as `signal.channel`.
    of: str
    values: tuple[str, ...]
    #: Ids of the constraints that use it.
    rules: tuple[str, ...]

    def __contains__(self, value: object) -> bool:
        return value in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    @property
    def columns(self) -> tuple[str, ...]:
        """Unit and field of each column."""
        return (self.of,)

    def rows(self, scheme: Scheme) -> tuple[Row, ...]:
        """What the codebook prints."""
        return tuple(((value,),) for value in self.values)


class ValueTable(Generic[_Values]):
    """What `value_table` makes of a function: call it with the scheme, as the codebook does."""

    def __init__(
        self,
        title: str,
        columns: tuple[str, ...],
        rules: tuple[str, ...],
        derive: Callable[[Scheme], _Values],
    ) -> None:
        self.title, self.columns, self.rules = title, columns, rules
        self._derive = derive
        self._last: tuple[Scheme, _Values] | None = None

    def __call__(self, scheme: Scheme) -> _Values:
        """The list for a scheme; the same object each time."""
        if self._last is None or self._last[0] is not scheme:
            self._last = scheme, self._derive(scheme)
        return self._last[1]

    def rows(self, scheme: Scheme) -> tuple[Row, ...]:
        """What the codebook prints."""
        values = self(scheme)
        if isinstance(values, Mapping):
            by_value = cast("Mapping[str, Sequence[str]]", values)
            return tuple(((key,), tuple(others)) for key, others in by_value.items())
        return tuple(((value,),) for value in values)


def value_table(
    title: str, *columns: str, rules: tuple[str, ...]
) -> Callable[[Callable[[Scheme], _Values]], ValueTable[_Values]]:
    """Make a list that rules go by from what the scheme says, such as its `x-data`.

    The function gives a sequence of values for one column, or a mapping from each value of the first
    column to those of the second. Rules call it with `annotation.scheme`.

    Args:
        title: What the list says, as a heading of the codebook.
        columns: Unit and field that the values of each column are of, such as `signal.channel`.
        rules: Ids of the constraints that use it.
    """
    return lambda derive: ValueTable(title, columns, rules, derive)
