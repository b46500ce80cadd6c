"""What a field's coefficient would be if annotators no longer took one value for another."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus, CodedField
from signalbook.export.agreement.field_measures import field_value, judging_coefficient
from signalbook.export.agreement.measure import Measure, MeasureName
from signalbook.export.coefficients.coefficient import Bools

from .confusion import Confusion, value_text

#: Confusions of a field that are tried, the most frequent first.
_MAX_TRIED = 5


@dataclass(frozen=True)
class SettledConfusion:
    """Two values of a field that are taken for each other; of a set, one that is there or not."""

    confusion: Confusion
    values: tuple[str, str]
    #: Pairs of annotators who take one for the other.
    pairs: int
    #: The coefficient if no unit had both values; None where it cannot be computed.
    coefficient: float | None


def best_settled(
    coded: CodedCorpus, measures: Iterable[Measure], confusions: Iterable[Confusion]
) -> Mapping[MeasureName, SettledConfusion]:
    """For each measure of a field the confusion that it would gain most from, were it settled.

    Args:
        coded: The annotations.
        measures: The coefficients that fields are judged by.
        confusions: What annotators take for what.
    """
    fields = {field.name(judging_coefficient(field.field)): field for field in coded.fields}
    by_field: dict[tuple[str, str], list[Confusion]] = {}
    for confusion in confusions:
        by_field.setdefault((confusion.unit, confusion.field), []).append(confusion)
    best: dict[MeasureName, SettledConfusion] = {}
    for measure in measures:
        field = fields.get(measure.name)
        of_field = by_field.get((measure.name.unit, measure.name.field), [])
        if field is not None and (tried := [*_tried(coded, field, of_field)]):
            best[measure.name] = max(tried, key=lambda settled: _at_least(settled.coefficient))
    return best


def _at_least(coefficient: float | None) -> float:
    return -np.inf if coefficient is None else coefficient


def _tried(
    coded: CodedCorpus, field: CodedField, confusions: Iterable[Confusion]
) -> Iterable[SettledConfusion]:
    worst = [(c, (first, second), n) for c in confusions for first, second, n in c.worst()]
    for confusion, values, pairs in sorted(worst, key=lambda row: -row[2])[:_MAX_TRIED]:
        agreed = _of_set(field, confusion.of) if confusion.of else _one_of(field, values)
        value = field_value(agreed, coded.corpus) if agreed else None
        yield SettledConfusion(confusion, values, pairs, value)


def _one_of(field: CodedField, values: tuple[str, str]) -> CodedField | None:
    """The field if no unit had both values: each has the one that more annotators gave it."""
    texts = [value_text(value) for value in field.ratings.values]
    if not set(values) <= set(texts):
        return None  # one of the two is that no value was given
    first, second = map(texts.index, values)
    codes = field.ratings.codes
    is_first = _prevailing(field, codes == first, codes == second)
    settled = np.where(is_first[field.ratings.units], first, second)
    codes = np.where(np.isin(codes, (first, second)), settled, codes)
    return replace(field, ratings=replace(field.ratings, codes=codes))


def _of_set(field: CodedField, text: str) -> CodedField | None:
    """The field if all annotators of a unit gave a value of a set, or none of them did."""
    sets = [cast("frozenset[Hashable]", value) for value in field.ratings.values]
    member = next((m for members in sets for m in members if value_text(m) == text), None)
    if member is None:
        return None
    has = np.array([member in members for members in sets], dtype=np.bool_)[field.ratings.codes]
    is_in = _prevailing(field, has, ~has)[field.ratings.units]
    # Each set with and without the value, in the order in which they occur.
    cells, firsts, cell = np.unique(
        field.ratings.codes * 2 + is_in, return_index=True, return_inverse=True
    )
    place: dict[frozenset[Hashable], int] = {}
    settled = np.empty(len(cells), dtype=np.int64)
    for number in np.argsort(firsts):
        old, present = divmod(int(cells[number]), 2)
        new = sets[old] | {member} if present else sets[old] - {member}
        settled[number] = place.setdefault(new, len(place))
    codes = settled[cell]
    return replace(field, ratings=replace(field.ratings, codes=codes, values=tuple(place)))


def _prevailing(field: CodedField, first: Bools, second: Bools) -> Bools:
    """Whether more annotators of each unit gave the first, or as many and it is commoner."""
    many, units = len(field.ratings.articles), field.ratings.units
    more = np.bincount(units[first], minlength=many) - np.bincount(units[second], minlength=many)
    return np.asarray((more > 0) | ((more == 0) & (first.sum() >= second.sum())), dtype=np.bool_)
