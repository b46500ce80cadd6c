"""Further tables of a report: measures by label, annotator or month, and annotators' competence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from signalbook.export.agreement.measure import Measure, MeasureName, MeasureWithInterval
from signalbook.export.annotators.models import MODELS, Models
from signalbook.export.coefficients.coefficient import Floats

from .analysis import MeasuredCorpus, Pair, measure_pairs
from .wording import Words, coefficient

By: TypeAlias = Literal["label", "annotator", "month"]
Cell: TypeAlias = str | int | float | None

_UNDATED = "undated"
_COLUMNS = ("Measure", "Value", "Coefficient", "Result", "Low", "High", "n")
_COMPETENCE = (
    "Majority: the share of an annotator's judgements that are those of most. Dawid and Skene "
    "(1979): the probability of being right. MACE (Hovy et al. 2013): the probability of knowing "
    "rather than guessing. A model that should not be trusted on a layer has no number there."
)


@dataclass(frozen=True)
class Section:
    """What the page, the Markdown and the JSON all show."""

    id: str
    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def breakdowns(
    measured: MeasuredCorpus, by: Iterable[By], *, pairs: Sequence[Pair] | None = None
) -> tuple[Section, ...]:
    """A table for each way in which the measures are broken down.

    Args:
        measured: A corpus with its measures.
        by: The ways, in order.
        pairs: Its pairs of annotators, if they are measured already.
    """
    return tuple(_breakdown(measured, way, pairs) for way in dict.fromkeys(by))


def _breakdown(measured: MeasuredCorpus, way: By, pairs: Sequence[Pair] | None) -> Section:
    if way == "label":
        return _by_label(measured)
    if way == "month":
        return _by_month(measured)
    return _by_annotator(measured, measure_pairs(measured) if pairs is None else pairs)


def _by_label(measured: MeasuredCorpus) -> Section:
    words = Words(measured.corpus.scheme)
    types = [
        _row(words.name(one.measure), "", one)
        for one in measured.primary
        if one.measure.name.kind == "span_identification" and one.measure.name.unit != "all"
    ]
    values = [
        _row(words.both(one.measure.name.unit, one.measure.name.field), _title(words, one), one)
        for one in measured.measures
        if one.measure.name.of and one.measure.value is not None
    ]
    text = "Each span type, then each value of a field against all its other values."
    return Section("by-label", "By label", text, _COLUMNS, (*types, *values))


def _title(words: Words, one: MeasureWithInterval) -> str:
    measure = one.measure
    return words.value(measure.name.unit, measure.name.field, measure.name.of)


def _row(name: str, value: str, one: MeasureWithInterval) -> tuple[Cell, ...]:
    found, measure = one.interval, one.measure
    how = coefficient(measure.name.coefficient)
    return name, value, how, measure.value, found.low, found.high, measure.n


def _by_annotator(measured: MeasuredCorpus, pairs: Sequence[Pair]) -> Section:
    """Each measure as the mean over the pairs that an annotator is in."""
    words = Words(measured.corpus.scheme)
    names = measured.corpus.annotators
    rows: list[tuple[Cell, ...]] = []
    for one in measured.primary:
        means = [_mean(_of(pairs, one.measure.name, name)) for name in names]
        if any(mean is not None for mean in means):
            rows.append((words.name(one.measure), one.measure.value, *means))
    text = "The mean over the pairs that each annotator is in, beside the value of all."
    return Section("by-annotator", "By annotator", text, ("Measure", "All", *names), tuple(rows))


def _of(pairs: Iterable[Pair], name: MeasureName, annotator: str) -> Iterator[float]:
    for pair in pairs:
        if annotator in (pair.one, pair.other):
            for measure in pair.measures:
                if measure.name == name and measure.value is not None:
                    yield measure.value


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _by_month(measured: MeasuredCorpus) -> Section:
    """Each measure on the articles whose last annotation was made in the month."""
    words = Words(measured.corpus.scheme)
    months = _months(measured)
    doubly = [
        sum(len(measured.corpus.seen_by[article]) > 1 for article in of) for of in months.values()
    ]
    rows: list[tuple[Cell, ...]] = [("Articles seen by two or more", sum(doubly), *doubly)]
    for one in measured.primary:
        of_month = [_value(one.measure, articles) for articles in months.values()]
        if any(value is not None for value in of_month):
            rows.append((words.name(one.measure), one.measure.value, *of_month))
    text = "Articles count in the month of their last annotation."
    return Section("by-month", "By month", text, ("Measure", "All", *months), tuple(rows))


def _months(measured: MeasuredCorpus) -> Mapping[str, list[int]]:
    last: dict[int, str] = {}
    for (article, _), document in measured.corpus.documents.items():
        month = (document.annotator.created_at or "")[:7]
        last[article] = max(last.get(article, ""), month)
    found: dict[str, list[int]] = {}
    for article, month in sorted(last.items(), key=lambda item: (item[1] or "~", item[0])):
        found.setdefault(month or _UNDATED, []).append(article)
    return found


def _value(measure: Measure, articles: list[int]) -> float | None:
    sums: Floats = measure.statistics[articles].sum(axis=0)
    value = float(measure.statistic(sums))
    return value if np.isfinite(value) else None


def competence_section(models: Models) -> Section:
    """One row for each layer and annotator that a model can be fitted to."""
    words = Words(models.corpus.scheme)
    doubted = {(fit.labels.name, fit.model) for fit in models.fits if fit.caution}
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    judged: dict[tuple[str, str], int] = {}
    for one in models.competence:
        value = None if (one.layer, one.model) in doubted else one.value
        found.setdefault((one.layer, one.annotator), {})[one.model] = value
        judged[one.layer, one.annotator] = one.n
    rows = tuple(
        (
            _layer(words, layer),
            annotator,
            *(values.get(m) for m in MODELS),
            judged[layer, annotator],
        )
        for (layer, annotator), values in found.items()
    )
    columns = ("Layer", "Annotator", "Majority", "Dawid-Skene", "MACE", "Judgements")
    return Section("competence", "Competence", _COMPETENCE, columns, rows)


def _layer(words: Words, name: str) -> str:
    """`layer.unit.field` in words."""
    _, unit, field = name.split(".", 2)
    return words.both(unit, field)
