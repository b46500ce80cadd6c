"""Write the report as one HTML file that needs nothing else: no script, no request, no font."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.disagreement.ranking import WINDOW, ContestedUnit
from signalbook.schema.text import counted

from .analysis import Analysis
from .breakdowns import ReportSection
from .matrices import leave_one_out, matrices, pairwise, sets, side_by_side
from .methods import notes
from .plots import forest, over_time, slices
from .prevalence import commonest_value
from .summary import summarise
from .wording import (
    WHAT_N_IS,
    Wording,
    blanks_sentence,
    coefficient,
    errors_sentence,
    estimate,
    further_articles,
    interval_text,
    measured_value,
    nothing_disputed,
    number,
    probability,
    share,
    stage_sentence,
    target_text,
    verdict,
)

#: How every report begins; by it a report is known, which a new one may replace.
BEGINNING = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta name="generator" content="Signalbook">'
)
_TEMPLATES = Path(__file__).parent / "templates"
#: Disagreements shown in full.
_MAX_SHOWN = 40
_FILTERS: Mapping[str, Callable[..., str]] = {
    "number": number,
    "measured": measured_value,
    "probability": probability,
    "target": target_text,
    "share": share,
    "coefficient": coefficient,
    "verdict": verdict,
    "interval": interval_text,
    "estimate": estimate,
    "counted": counted,
    "further_articles": further_articles,
}


def report_html(analysis: Analysis, sections: Sequence[ReportSection]) -> str:
    """The whole report."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    environment.filters.update(_FILTERS)
    measured = analysis.measured
    wording = Wording(measured.corpus.scheme)
    template = environment.get_template("agreement_report.html.jinja")
    return template.render(
        # Our own text and file, not text of an article.
        beginning=Markup(BEGINNING),
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        analysis=analysis,
        measured=measured,
        corpus=measured.corpus,
        scheme=measured.corpus.scheme,
        sections=sections,
        wording=wording,
        what_n_is=WHAT_N_IS,
        window=WINDOW,
        summary=summarise(analysis),
        commonest_value=partial(commonest_value, wording),
        notes=notes(r.measure for r in measured.measures),
        nothing_disputed=nothing_disputed(measured.corpus),
        stage_sentence=stage_sentence(measured.corpus.scheme),
        errors_sentence=errors_sentence(measured.corpus),
        blanks_sentence=blanks_sentence(analysis.shares),
        **_tables(analysis, wording),
    )


def _tables(analysis: Analysis, wording: Wording) -> dict[str, object]:
    measured, judged = analysis.measured, analysis.measured.judged
    unjudged = [result for result in measured.primary if result.measure.target is None]
    labels = {str(r.measure.name): wording.label(r.measure) for r in measured.measures}
    profiles = analysis.annotators
    drift = {p.annotator: [part.f1 for part in p.drift.parts] for p in profiles if p.drift}
    return {
        "labels": labels,
        "share_matched": measured.share_matched,
        "judged": _by_unit(wording, judged),
        "unjudged": _by_unit(wording, unjudged),
        "secondary": _by_unit(wording, [r for r in measured.secondary if not r.measure.name.of]),
        "values": _by_unit(wording, [r for r in measured.secondary if r.measure.name.of]),
        "plot": forest(judged or measured.primary, labels),
        "slices": slices(analysis.shares),
        "matrices": matrices(analysis),
        "sets": sets(analysis),
        "pairwise": pairwise(analysis, wording),
        "side_by_side": side_by_side(analysis, wording),
        "leave_one_out": leave_one_out(analysis),
        "drift": over_time(drift),
        "contested": analysis.contested[:_MAX_SHOWN],
        "fields_of": fields_of,
    }


def _by_unit(
    wording: Wording, results: Iterable[MeasureWithInterval]
) -> dict[str, list[MeasureWithInterval]]:
    by_unit: dict[str, list[MeasureWithInterval]] = {}
    for result in results:
        by_unit.setdefault(wording.group(result.measure), []).append(result)
    return by_unit


def fields_of(unit: ContestedUnit) -> Sequence[str]:
    """The fields on which people differ, in the order in which they occur."""
    return list(dict.fromkeys(name for answer in unit.answers for name in answer.values))
