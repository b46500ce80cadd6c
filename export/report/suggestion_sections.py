"""Tables of what suggestions do: what becomes of them, both arms, and the test of the model."""

from collections.abc import Iterable, Sequence

import numpy as np

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure
from signalbook.export.suggestions.arms import (
    MIN_ARTICLES,
    MINUTES,
    SPANS,
    WITH_MODEL,
    ArmDifference,
    Arms,
    compare_arms,
)
from signalbook.export.suggestions.further_annotator import EPSILONS, further_annotator
from signalbook.export.suggestions.outcomes import Outcome, outcomes
from signalbook.export.suggestions.suggested import Suggested, by_model
from signalbook.schema.documents.suggestions import Suggestion
from signalbook.schema.text import counted

from .breakdowns import Cell, ReportSection
from .wording import Wording

_OUTCOMES: tuple[Outcome, ...] = ("kept", "changed", "removed")
_FATE = (
    "What annotators were shown, against what they submitted. Kept: the same place, label and "
    "values. Changed: other boundaries, another label in the same place, or other values. Removed: "
    "taken away, or, of a party that was suggested without all that must be said of it, not taken "
    "up. Added: marked where the model suggests nothing. Shares are of what was suggested. That much is kept "
    "does not say that it is right: annotators let pass what they would not have marked."
)
_NO_ARM = (
    " Every article came with its suggestion, so nothing here tells what annotators would have done "
    "without; keep some back with [suggestions] without in signalbook.toml."
)
_ARMS = "Chance decided who saw the suggestion, so a difference is what suggestions do."
_BETWEEN = (
    "Agreement of annotators who all saw the suggestion, and of annotators who did not. Where it is "
    "higher with suggestions, annotators may agree with the model rather than with each other: see "
    "whether those who saw the suggestion are more like it than those who did not."
)
_TEST = (
    "The alternative annotator test (Calderon, Reichart and Dror 2025): each annotator in turn is "
    "left out, and the model stands in. Advantage: the share of articles on which the model is at "
    "least as like the others, by F1 of overlapping spans of the same label (1 where neither marks "
    "any). Winning rate: the share of annotators whom the model may replace, if it costs less by "
    "\N{GREEK SMALL LETTER EPSILON} (.1 for crowd workers, .15 for trained annotators, .2 for "
    "experts); at .5 or more the model is as good as a further annotator. Only annotators who did "
    "not see the suggestion count, and only those with 30 articles or more; the authors ask for three "
    "annotators at least."
)
_NOBODY_TESTED = " Here, nobody has so many yet."
_COLUMNS = ("Model", "Measure", "With", "Without", "Difference", "Low", "High", "No interval")
#: The table that is too long for a terminal.
BETWEEN = "suggestion-agreement"
_NAMES = {
    SPANS: "Spans per article, of the labels that are suggested",
    MINUTES: "Minutes per article (geometric mean)",
    WITH_MODEL: "Agreement with the suggestion, overlapping (F1)",
}


def suggestion_sections(
    corpus: Corpus, suggestions: Iterable[Suggestion]
) -> tuple[ReportSection, ...]:
    """The tables that there is anything for; none without suggestions."""
    models = by_model(corpus, suggestions)
    arms = [compare_arms(model) for model in models]
    sections = (
        _fates(models, has_arms=any(model.kept_back for model in models)),
        _differences(arms),
        _between(arms),
        _tests(models),
    )
    return tuple(section for section in sections if section is not None)


def _fates(models: Sequence[Suggested], *, has_arms: bool) -> ReportSection | None:
    rows: list[tuple[Cell, ...]] = []
    for model in models:
        wording = Wording(model.corpus.scheme)
        for row in outcomes(model):
            label = wording.unit_and_field(row.unit, row.field) if row.field else ""
            counts = [row.counts[outcome] for outcome in (*_OUTCOMES, "added")]
            shares = [row.share(outcome) for outcome in _OUTCOMES]
            rows.append(
                (model.model, label or wording.unit(row.unit), row.suggested, *counts, *shares)
            )
    if not rows:
        return None
    names = [name.capitalize() for name in _OUTCOMES]
    columns = ("Model", "Label", "Suggested", *names, "Added", *(f"{n}, share" for n in names))
    text = _FATE if has_arms else _FATE + _NO_ARM
    return ReportSection("suggestions", "What became of suggestions", text, columns, tuple(rows))


def _differences(arms: Iterable[Arms]) -> ReportSection | None:
    of_models = [of_model for of_model in arms if of_model.differences]
    rows = [
        _arm_row(of_model, row, _NAMES[row.measure])
        for of_model in of_models
        for row in of_model.differences
        if isinstance(row.measure, str) and row.is_known
    ]
    if not rows:
        return None
    text = " ".join([*map(_arms_text, of_models), _ARMS])
    title = "With suggestions and without"
    return ReportSection("suggestion-arms", title, text, _COLUMNS, tuple(rows))


def _between(arms: Iterable[Arms]) -> ReportSection | None:
    """The agreement between annotators in both arms."""
    rows = [
        _arm_row(of_model, row, Wording(of_model.suggested.corpus.scheme).label(row.measure))
        for of_model in arms
        for row in of_model.differences
        if isinstance(row.measure, Measure) and row.is_known
    ]
    if not rows:
        return None
    title = "Agreement between annotators with suggestions and without"
    return ReportSection(BETWEEN, title, _BETWEEN, _COLUMNS, tuple(rows))


def _arm_row(arms: Arms, row: ArmDifference, name: str) -> tuple[Cell, ...]:
    difference = row.difference
    values = row.with_suggestions, row.without, difference.estimate
    return arms.suggested.model, name, *values, difference.low, difference.high, difference.reason


def _arms_text(arms: Arms) -> str:
    shown, kept_back = len(arms.shown), len(arms.kept_back)
    shares = " and ".join(f"{share:.0%}" for share in arms.shares)
    text = (
        f"{arms.suggested.model}: {counted(shown, 'document')} with suggestions, {kept_back} without, "
        f"of {counted(arms.articles, 'article')}, drawn to be {shares} without."
    )
    if len(arms.shares) > 1:
        text += " The share was changed in between, so the arms differ in time as well."
    if arms.articles < MIN_ARTICLES:
        text += f" Fewer than {MIN_ARTICLES} articles tell little, and the intervals are rough."
    return text


def _tests(models: Iterable[Suggested]) -> ReportSection | None:
    rows: list[tuple[Cell, ...]] = []
    for model in models:
        wording = Wording(model.corpus.scheme)
        for tested in further_annotator(model):
            if tested.articles:
                first = tested.tests[0]
                rates = [test.winning_rate for test in tested.tests]
                n_tested = int(np.isfinite(first.p_values).sum())
                unit = wording.unit(tested.unit)
                rows.append((model.model, unit, tested.articles, n_tested, first.advantage, *rates))
    if not rows:
        return None
    rates_of = (f"Winning rate, \N{GREEK SMALL LETTER EPSILON} {e:g}" for e in EPSILONS)
    columns = ("Model", "Label", "Articles", "Annotators tested", "Advantage", *rates_of)
    title = "Is the model as good as a further annotator?"
    text = _TEST if any(row[3] for row in rows) else _TEST + _NOBODY_TESTED
    return ReportSection("further-annotator", title, text, columns, tuple(rows))
