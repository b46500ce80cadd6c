"""Findings become further tables: measures by label, by annotator or by month."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from signalbook.export.agreement.measure import Measure, MeasureName, MeasureWithInterval
from signalbook.export.coefficients.coefficient import Floats

from .analysis import Findings
from .section import By, Cell, Section
from .wording import Words, coefficient

_UNDATED = "undated"
_COLUMNS = ("Measure", "Value", "Coefficient", "Result", "Low", "High", "n")


def breakdowns(findings: Findings, by: Iterable[By]) -> tuple[Section, ...]:
    """A table for each way in which the measures are broken down."""
    made = {"label": _by_label, "annotator": _by_annotator, "month": _by_month}
    return tuple(made[one](findings) for one in dict.fromkeys(by))


def _by_label(findings: Findings) -> Section:
    words = Words(findings.corpus.scheme)
    types = [
        _row(words.name(one.measure), "", one)
        for one in findings.primary
        if one.measure.name.kind == "span_identification" and one.measure.name.unit != "all"
    ]
    values = [
        _row(words.both(one.measure.name.unit, one.measure.name.field), _title(words, one), one)
        for one in findings.measures
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


def _by_annotator(findings: Findings) -> Section:
    """Each measure as the mean over the pairs that an annotator is in."""
    words = Words(findings.corpus.scheme)
    names = findings.corpus.annotators
    rows: list[tuple[Cell, ...]] = []
    for one in findings.primary:
        means = [_mean(_of(findings, one.measure.name, name)) for name in names]
        if any(mean is not None for mean in means):
            rows.append((words.name(one.measure), one.measure.value, *means))
    text = "The mean over the pairs that each annotator is in, beside the value of all."
    return Section("by-annotator", "By annotator", text, ("Measure", "All", *names), tuple(rows))


def _of(findings: Findings, name: MeasureName, annotator: str) -> Iterator[float]:
    for pair in findings.pairs:
        if annotator in (pair.one, pair.other):
            for measure in pair.measures:
                if measure.name == name and measure.value is not None:
                    yield measure.value


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _by_month(findings: Findings) -> Section:
    """Each measure on the articles whose last annotation was made in the month."""
    words = Words(findings.corpus.scheme)
    months = _months(findings)
    doubly = [
        sum(len(findings.corpus.seen_by[article]) > 1 for article in of) for of in months.values()
    ]
    rows: list[tuple[Cell, ...]] = [("Articles seen by two or more", sum(doubly), *doubly)]
    for one in findings.primary:
        of_month = [_value(one.measure, articles) for articles in months.values()]
        if any(value is not None for value in of_month):
            rows.append((words.name(one.measure), one.measure.value, *of_month))
    text = "Articles count in the month of their last annotation."
    return Section("by-month", "By month", text, ("Measure", "All", *months), tuple(rows))


def _months(findings: Findings) -> Mapping[str, list[int]]:
    last: dict[int, str] = {}
    for (article, _), document in findings.corpus.documents.items():
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
