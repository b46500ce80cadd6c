"""Further tables of a report: measures by label, annotator or month, and annotators' competence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from signalbook.export.agreement.measure import Measure, MeasureName, MeasureWithInterval
from signalbook.export.annotators.models import MODELS, Models
from signalbook.export.coefficients.coefficient import Floats
from signalbook.schema.text import listed

from .analysis import MeasuredCorpus, Pair, measure_pairs
from .wording import Wording, coefficient

By: TypeAlias = Literal["label", "annotator", "month"]
Cell: TypeAlias = str | int | float | None

_UNDATED = "undated"
_COLUMNS = ("Measure", "Value", "Coefficient", "Result", "Low", "High", "n")
#: Fields without a number from any model that are named.
_MAX_NAMED = 5
_COMPETENCE = (
    "Majority: the share of an annotator's judgements that are those of most annotators, of what "
    "three or more judged; with two there is no majority. Dawid and Skene (1979): the probability of "
    "being right. MACE (Hovy et al. 2013): the probability of knowing rather than guessing. A model "
    "has no number for a field on which it should not be trusted, as where three or more judged less "
    "than half of the units."
)


@dataclass(frozen=True)
class ReportSection:
    """What the page, the Markdown and the JSON all show."""

    id: str
    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def breakdowns(
    measured: MeasuredCorpus, by: Iterable[By], *, pairs: Sequence[Pair] | None = None
) -> tuple[ReportSection, ...]:
    """A table for each way in which the measures are broken down.

    Args:
        measured: A corpus with its measures.
        by: The ways, in order.
        pairs: Its pairs of annotators, if they are measured already.
    """
    return tuple(_breakdown(measured, way, pairs) for way in dict.fromkeys(by))


def _breakdown(measured: MeasuredCorpus, way: By, pairs: Sequence[Pair] | None) -> ReportSection:
    if way == "label":
        return _by_label(measured)
    if way == "month":
        return _by_month(measured)
    return _by_annotator(measured, measure_pairs(measured) if pairs is None else pairs)


def _by_label(measured: MeasuredCorpus) -> ReportSection:
    wording = Wording(measured.corpus.scheme)
    types = [
        _row(wording.label(result.measure), "", result)
        for result in measured.primary
        if result.measure.name.kind == "span_identification" and result.measure.name.unit != "all"
    ]
    values = [
        _of_value(wording, result)
        for result in measured.measures
        if result.measure.name.of and result.measure.value is not None
    ]
    text = (
        "Each type of span, then each value of a field against all other values of the field, where "
        "that is defined."
    )
    return ReportSection("by-label", "By label", text, _COLUMNS, (*types, *values))


def _of_value(wording: Wording, result: MeasureWithInterval) -> tuple[Cell, ...]:
    name = result.measure.name
    title = wording.value(name.unit, name.field, name.of)
    return _row(wording.unit_and_field(name.unit, name.field), title, result)


def _row(name: str, value: str, result: MeasureWithInterval) -> tuple[Cell, ...]:
    measure, low, high = result.measure, result.interval.low, result.interval.high
    return name, value, coefficient(measure.name.coefficient), measure.value, low, high, measure.n


def _by_annotator(measured: MeasuredCorpus, pairs: Sequence[Pair]) -> ReportSection:
    """Each measure as the mean over the pairs that an annotator is in."""
    wording = Wording(measured.corpus.scheme)
    names = measured.corpus.annotators
    rows: list[tuple[Cell, ...]] = []
    for measure in (result.measure for result in measured.primary):
        means = [_mean(_with(name, pairs, measure.name)) for name in names]
        if any(mean is not None for mean in means):
            rows.append((wording.label(measure), measure.value, *means))
    text = "For each annotator the mean over the pairs with the others, beside the value of all."
    return ReportSection(
        "by-annotator", "By annotator", text, ("Measure", "All", *names), tuple(rows)
    )


def _with(annotator: str, pairs: Iterable[Pair], name: MeasureName) -> Iterator[float]:
    """What is measured on every pair that the annotator is in."""
    for pair in pairs:
        if annotator in (pair.first, pair.second):
            for measure in pair.measures:
                if measure.name == name and measure.value is not None:
                    yield measure.value


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return sum(values) / len(values) if values else None


def _by_month(measured: MeasuredCorpus) -> ReportSection:
    """Each measure on the articles whose last annotation was made in the month."""
    wording = Wording(measured.corpus.scheme)
    months = _months(measured)
    doubly = [
        sum(len(measured.corpus.seen_by[article]) > 1 for article in of) for of in months.values()
    ]
    rows: list[tuple[Cell, ...]] = [
        ("Articles seen by two or more annotators", sum(doubly), *doubly)
    ]
    for measure in (result.measure for result in measured.primary):
        values = [_value(measure, articles) for articles in months.values()]
        if any(value is not None for value in values):
            rows.append((wording.label(measure), measure.value, *values))
    text = "An article counts in the month of its last annotation."
    return ReportSection("by-month", "By month", text, ("Measure", "All", *months), tuple(rows))


def _months(measured: MeasuredCorpus) -> Mapping[str, list[int]]:
    """Month -> its articles; those without a date come last."""
    last: dict[int, str] = {}
    for (article, _), document in measured.corpus.documents.items():
        month = (document.annotator.created_at or "")[:7]
        last[article] = max(last.get(article, ""), month)
    months: dict[str, list[int]] = {}
    for article, month in sorted(last.items(), key=lambda item: (item[1] or "~", item[0])):
        months.setdefault(month or _UNDATED, []).append(article)
    return months


def _value(measure: Measure, articles: list[int]) -> float | None:
    sums: Floats = measure.statistics[articles].sum(axis=0)
    value = float(measure.statistic(sums))
    return value if np.isfinite(value) else None


def competence_section(models: Models) -> ReportSection:
    """One row for each layer and annotator whom any model has a number for."""
    wording = Wording(models.corpus.scheme)
    doubted = {(fit.labels.name, fit.model) for fit in models.fits if fit.caution}
    by_model: dict[tuple[str, str], dict[str, Cell]] = {}
    judgements: dict[tuple[str, str], int] = {}
    for competence in models.competence:
        place = competence.name, competence.annotator
        doubtful = (competence.name, competence.model) in doubted
        by_model.setdefault(place, {})[competence.model] = None if doubtful else competence.value
        judgements[place] = competence.n
    known = {
        place: values
        for place, values in by_model.items()
        if any(value is not None for value in values.values())
    }
    rows = tuple(
        (_layer(wording, layer), annotator, *map(values.get, MODELS), judgements[layer, annotator])
        for (layer, annotator), values in known.items()
    )
    columns = ("Field", "Annotator", "Majority", "Dawid-Skene", "MACE", "Judgements")
    with_numbers = {layer for layer, _ in known}
    without = dict.fromkeys(layer for layer, _ in by_model if layer not in with_numbers)
    names = listed([_layer(wording, layer) for layer in without], _MAX_NAMED)
    text = f"{_COMPETENCE} No model has a number for: {names}." if without else _COMPETENCE
    return ReportSection("competence", "Competence", text, columns, rows)


def _layer(wording: Wording, name: str) -> str:
    """`layer.unit.field` in words."""
    _, unit, field = name.split(".", 2)
    return wording.unit_and_field(unit, field)
