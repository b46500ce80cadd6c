"""Confusion matrices of pairs of annotators: what is taken for what, field by field."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from signalbook.schema.scheme.model import Field, Scheme

from .comparison import Comparison

#: The value of an annotator who gave none.
ABSENT = "absent"
PRESENT = "present"


@dataclass(frozen=True)
class Confusion:
    """How often two annotators gave each two values to the same unit; the order is nothing."""

    #: Span type, `all`, party, dyad or article.
    unit: str
    field: str
    #: For a field that holds a set, the value of it that is there or not; else empty.
    of: str
    level: str
    #: In the order of the scheme; values that it does not list follow, the frequent first.
    values: tuple[str, ...]
    #: Two values, in the order of `values` -> pairs of annotators.
    counts: Mapping[tuple[str, str], int]

    @property
    def total(self) -> int:
        """Pairs of annotators with an answer of both."""
        return sum(self.counts.values())

    @property
    def agreed(self) -> int:
        """Pairs who gave the same."""
        return sum(count for (first, second), count in self.counts.items() if first == second)

    def matrix(self) -> list[list[int]]:
        """The symmetric matrix over the values."""
        return [[self._count(row, column) for column in self.values] for row in self.values]

    def totals(self) -> dict[str, int]:
        """For each value the pairs in which it occurs."""
        totals = dict.fromkeys(self.values, 0)
        for pair, count in self.counts.items():
            for value in set(pair):
                totals[value] += count
        return totals

    def worst(self, limit: int = 10) -> list[tuple[str, str, int]]:
        """The values most often taken for each other."""
        unequal = [(*pair, count) for pair, count in self.counts.items() if pair[0] != pair[1]]
        place = {value: number for number, value in enumerate(self.values)}
        unequal.sort(key=lambda row: (-row[2], place[row[0]], place[row[1]]))
        return unequal[:limit]

    def _count(self, first: str, second: str) -> int:
        return self.counts.get((first, second), self.counts.get((second, first), 0))


#: Two values, as they can be compared -> pairs of annotators who gave them.
_Tally: TypeAlias = Counter[tuple[Hashable | None, Hashable | None]]
#: Unit, field and the value of a set.
_Named: TypeAlias = tuple[str, str, str]


class ConfusionCounts:
    """How often two values met, counted comparison after comparison."""

    def __init__(self) -> None:
        self._types: Counter[tuple[str, str]] = Counter()
        self._values: dict[tuple[str, str], _Tally] = {}
        self._tallies: dict[str, list[tuple[int, _Tally]]] = {}

    def add(self, comparison: Comparison) -> None:
        """Count what two annotators gave to the same units of one article."""
        for pair in comparison.spans:
            first, second = pair.first, pair.second
            self._types[first.type if first else ABSENT, second.type if second else ABSENT] += 1
        for unit in comparison.units:
            if unit.name not in self._tallies:
                self._tallies[unit.name] = self._counted(unit.name, comparison)
            mine, theirs = unit.answers
            for place, tally in self._tallies[unit.name]:
                tally[mine[place], theirs[place]] += 1

    def _counted(self, unit: str, comparison: Comparison) -> list[tuple[int, _Tally]]:
        """The places of the fields of a unit that have a confusion matrix, each with its tally."""
        counted: list[tuple[int, _Tally]] = []
        for place, field in enumerate(comparison.compared(unit).fields):
            if field.level in ("nominal", "ordinal", "set"):
                counted.append((place, self._values.setdefault((unit, field.name), Counter())))
        return counted

    def confusions(self, scheme: Scheme) -> list[Confusion]:
        """The confusion matrix of span types, then of each field, in the order of the scheme."""
        names = tuple(t.name for t in scheme.span_types)
        matrices = [_confusion(("all", "type", ""), "nominal", names, self._types)]
        for unit, field in scheme.fields():
            if values := self._values.get((unit, field.name)):
                of_field = _of_set if field.many else _of_one
                matrices += of_field((unit, field.name), field, values)
        return [confusion for confusion in matrices if confusion.counts]


def _of_one(place: tuple[str, str], field: Field, tally: _Tally) -> Iterator[Confusion]:
    pairs: Counter[tuple[str, str]] = Counter()
    # Annotators may write the same in different ways, of which the first is shown.
    texts: dict[Hashable | None, str] = {}
    for (first, second), count in tally.items():
        mine, theirs = (texts.setdefault(value, value_text(value)) for value in (first, second))
        pairs[mine, theirs] += count
    ranked = field.ranked_values
    yield _confusion((*place, ""), field.level, tuple(v.id for v in ranked), pairs)


def _of_set(place: tuple[str, str], field: Field, tally: _Tally) -> Iterator[Confusion]:
    """One matrix for each value of the set: there or not."""
    total = tally.total()
    touched: dict[str, Counter[tuple[str, str]]] = {v.id: Counter() for v in field.values}
    texts: dict[Hashable, str] = {}
    for (first, second), count in tally.items():
        mine, theirs = (
            frozenset(texts.setdefault(member, str(member)) for member in _members(value))
            for value in (first, second)
        )
        for value in mine | theirs:
            states = (_state(value in mine), _state(value in theirs))
            touched.setdefault(value, Counter())[states] += count
    listed = set(field.value_ids)
    rest = sorted(touched.keys() - listed, key=lambda v: (-touched[v].total(), v))
    for value in [*field.value_ids, *rest]:
        pairs = touched[value]
        pairs[ABSENT, ABSENT] += total - pairs.total()
        if pairs.total() > pairs[ABSENT, ABSENT]:
            yield _confusion((*place, value), "nominal", (ABSENT, PRESENT), pairs)


def _state(present: bool) -> str:
    return PRESENT if present else ABSENT


def _members(value: Hashable | None) -> frozenset[Hashable]:
    if isinstance(value, frozenset):
        return cast("frozenset[Hashable]", value)
    return frozenset() if value is None else frozenset([value])


def value_text(value: Hashable | None) -> str:
    """A value as a matrix names it."""
    if value is None:
        return ABSENT
    return str(value).lower() if isinstance(value, bool) else str(value)


def _confusion(
    named: _Named, level: str, listed: Iterable[str], pairs: Mapping[tuple[str, str], int]
) -> Confusion:
    """Pairs in the order of values, whoever of the two gave which."""
    seen: Counter[str] = Counter()
    for pair, count in pairs.items():
        for value in pair:
            seen[value] += count
    values = list(listed)
    rest = sorted(seen.keys() - set(values) - {ABSENT}, key=lambda v: (-seen[v], v))
    last = [ABSENT] if seen[ABSENT] and ABSENT not in values else []
    values += [*rest, *last]
    place = {value: number for number, value in enumerate(values)}
    counts: Counter[tuple[str, str]] = Counter()
    for pair, count in pairs.items():
        first, second = sorted(pair, key=place.__getitem__)
        if count:
            counts[first, second] += count
    return Confusion(*named, level=level, values=tuple(values), counts=dict(sorted(counts.items())))
