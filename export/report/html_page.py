"""Write the report as one HTML file that needs nothing else: no script, no request, light and dark."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.disagreement.ranking import Disputed

from .analysis import Analysis
from .breakdowns import Section
from .matrices import influence, matrices, pairwise, sets, side_by_side
from .methods import notes
from .plots import forest, over_time, slices
from .summary import summarise
from .wording import (
    Words,
    coefficient,
    counted,
    further,
    number,
    share,
    span_of,
    verdict,
)

_TEMPLATES = Path(__file__).parent / "templates"
#: Disagreements shown in full.
_SHOWN = 40
_FILTERS: Mapping[str, Callable[..., str]] = {
    "number": number,
    "share": share,
    "coefficient": coefficient,
    "verdict": verdict,
    "interval": span_of,
    "counted": counted,
    "further": further,
}


def report_html(analysis: Analysis, sections: Sequence[Section]) -> str:
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
    for name, written in _FILTERS.items():
        environment.filters[name] = written
    measured = analysis.measured
    words = Words(measured.corpus.scheme)
    template = environment.get_template("agreement_report.html.jinja")
    return template.render(
        # Our own file, not text of an article.
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        analysis=analysis,
        measured=measured,
        corpus=measured.corpus,
        scheme=measured.corpus.scheme,
        sections=sections,
        words=words,
        summary=summarise(analysis),
        notes=notes(a.measure for a in measured.measures),
        **_tables(analysis, words),
    )


def _tables(analysis: Analysis, words: Words) -> dict[str, object]:
    measured, judged = analysis.measured, analysis.measured.judged
    rest = [one for one in measured.primary if one.measure.target is None]
    labels = {str(one.measure.name): words.name(one.measure) for one in measured.measures}
    profiles = analysis.annotators
    drift = {p.annotator: [part.f1 for part in p.drift.parts] for p in profiles if p.drift}
    return {
        "labels": labels,
        "judged": _grouped(words, judged),
        "unjudged": _grouped(words, rest),
        "secondary": _grouped(words, [a for a in measured.secondary if not a.measure.name.of]),
        "values": _grouped(words, [a for a in measured.secondary if a.measure.name.of]),
        "plot": forest(judged or measured.primary, labels),
        "slices": slices(analysis.shares),
        "matrices": matrices(analysis),
        "sets": sets(analysis),
        "pairwise": pairwise(analysis, words),
        "side_by_side": side_by_side(analysis, words),
        "influence": influence(analysis),
        "drift": over_time(drift),
        "disputed": analysis.disputed[:_SHOWN],
        "fields_of": fields_of,
    }


def _grouped(
    words: Words, measured: Iterable[MeasureWithInterval]
) -> dict[str, list[MeasureWithInterval]]:
    found: dict[str, list[MeasureWithInterval]] = {}
    for one in measured:
        relation = one.measure.name.kind == "relation"
        title = "Relations" if relation else words.unit(one.measure.name.unit)
        found.setdefault(title, []).append(one)
    return found


def fields_of(disputed: Disputed) -> Sequence[str]:
    """The fields on which people differ, in the order in which they occur."""
    return list(dict.fromkeys(name for answer in disputed.answers for name in answer.values))
