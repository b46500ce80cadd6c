"""Further tables of a report: measures by label, annotator or month, and annotators' competence."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from signalbook.export.agreement.measure import MeasureWithInterval, of_articles
from signalbook.export.agreement.pairs import measure_with_others
from signalbook.export.annotators.models import MODELS, Models
from signalbook.schema.text import listed

from .analysis import MeasuredCorpus
from .wording import Wording, coefficient

By: TypeAlias = Literal["label", "annotator", "month"]
#: A measure is shown as its value with its interval.
Cell: TypeAlias = str | int | float | MeasureWithInterval | None

_UNDATED = "undated"
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])(?![0-9])")
_COLUMNS = ("Measure", "Value", "Coefficient", "Result", "Low", "High", "n")
#: Fields without a number from any model that are named.
_MAX_NAMED = 5
_COMPETENCE = (
    "Majority: the share of an annotator's judgements that are those of most annotators, of what "
    "three or more judged; with two there is no majority. Dawid and Skene (1979): the probability of "
    "being right. MACE (Hovy et al. 2013): the probability of knowing rather than guessing. A model "
    "has no number for a field on which it should not be trusted: where three or more judged less "
    "than half of the units, where it has not settled, where annotators mostly gave another value than "
    "the one it takes for true, or where it takes most agreement for guesses. Of few judgements, these "
    "numbers say little, and they have no interval."
)
_UNMARKED = (
    " Of the type of spans, to leave a span unmarked that others marked is a judgement, too."
)


@dataclass(frozen=True)
class ReportSection:
    """What the page, the Markdown and the JSON all show."""

    id: str
    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def breakdowns(measured: MeasuredCorpus, by: Iterable[By]) -> tuple[ReportSection, ...]:
    """A table for each way in which the measures are broken down, in order."""
    tables = {"label": _by_label, "annotator": _by_annotator, "month": _by_month}
    return tuple(tables[way](measured) for way in dict.fromkeys(by))


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
        "that is defined. Without a lower and an upper limit: too few articles for an interval."
    )
    return ReportSection("by-label", "By label", text, _COLUMNS, (*types, *values))


def _of_value(wording: Wording, result: MeasureWithInterval) -> tuple[Cell, ...]:
    name = result.measure.name
    title = wording.value(name.unit, name.field, name.of)
    return _row(wording.unit_and_field(name.unit, name.field), title, result)


def _row(name: str, value: str, result: MeasureWithInterval) -> tuple[Cell, ...]:
    measure, low, high = result.measure, result.interval.low, result.interval.high
    return name, value, coefficient(measure.name.coefficient), measure.value, low, high, measure.n


def _by_annotator(measured: MeasuredCorpus) -> ReportSection:
    """Each measure as the mean over the pairs that an annotator is in."""
    wording = Wording(measured.corpus.scheme)
    names = measured.corpus.annotators
    with_others = measure_with_others(measured.coded, (r.measure for r in measured.primary))
    by_name = {who: {r.measure.name: r for r in of} for who, of in with_others.items()}
    rows: list[tuple[Cell, ...]] = []
    for result in measured.primary:
        means = [by_name[who].get(result.measure.name) for who in names]
        if any(mean is not None for mean in means):
            rows.append((wording.label(result.measure), result, *means))
    text = (
        "For each annotator the mean over the pairs with each of the others, beside the value of all, each "
        "with its interval of 95 % over the articles that others saw as well, if they are enough. Gamma is not computed "
        "of pairs."
    )
    return ReportSection(
        "by-annotator", "By annotator", text, ("Measure", "All", *names), tuple(rows)
    )


def _by_month(measured: MeasuredCorpus) -> ReportSection:
    """Each measure on the articles whose last annotation was made in the month."""
    text = (
        "An article counts in the month of its last annotation. Each value has its interval of 95 % "
        "over the articles of its column, if they are enough."
    )
    section = ReportSection("by-month", "By month", text, (), ())
    return by_articles(measured, measured.primary, section, _months(measured))


def by_articles(
    measured: MeasuredCorpus,
    results: Iterable[MeasureWithInterval],
    section: ReportSection,
    columns: Mapping[str, list[int]],
) -> ReportSection:
    """Fill a table with measures of some of the articles.

    Args:
        measured: The corpus with its measures.
        results: The measures to show.
        section: The table, still empty.
        columns: Head of each column -> its articles, which two or more annotators saw.
    """
    wording, sizes = Wording(measured.corpus.scheme), list(map(len, columns.values()))
    rows: list[tuple[Cell, ...]] = [
        ("Articles seen by two or more annotators", measured.corpus.doubly_annotated, *sizes)
    ]
    for result in results:
        values = [of_articles(result.measure, articles) for articles in columns.values()]
        if any(value.measure.value is not None for value in values):
            rows.append((wording.label(result.measure), result, *values))
    return replace(section, columns=("Measure", "All", *columns), rows=tuple(rows))


def _months(measured: MeasuredCorpus) -> Mapping[str, list[int]]:
    """Month -> its articles that two or more saw; those without a date come last."""
    last: dict[int, str] = {}
    for (article, _), document in measured.corpus.documents.items():
        if measured.corpus.compared[article]:
            known = _MONTH.match(document.annotator.created_at or "")
            last[article] = max(last.get(article, ""), known[0] if known else "")
    months: dict[str, list[int]] = {}
    for article, month in sorted(last.items(), key=lambda item: (item[1] or "~", item[0])):
        months.setdefault(month or _UNDATED, []).append(article)
    return months


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
    text = _COMPETENCE
    if models.corpus.scheme.span_types:
        text += _UNMARKED
    if without:
        text += f" No model has a number for: {names}."
    return ReportSection("competence", "Competence", text, columns, rows)


def _layer(wording: Wording, name: str) -> str:
    """`layer.unit.field` in words."""
    _, unit, field = name.split(".", 2)
    return wording.unit_and_field(unit, field)
