"""Findings become one HTML file that needs nothing else: no script, no request, light and dark."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.disagreement.ranking import Disputed

from .analysis import Findings
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


def report_html(findings: Findings) -> str:
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
    words = Words(findings.corpus.scheme)
    template = environment.get_template("agreement_report.html.jinja")
    return template.render(
        # Our own file, not text of an article.
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        f=findings,
        scheme=findings.corpus.scheme,
        words=words,
        summary=summarise(findings),
        notes=notes(a.measure for a in findings.measures),
        **_tables(findings, words),
    )


def _tables(findings: Findings, words: Words) -> dict[str, object]:
    judged = findings.judged
    rest = [one for one in findings.primary if one.measure.target is None]
    labels = {str(one.measure.name): words.name(one.measure) for one in findings.measures}
    profiles = findings.annotators
    drift = {p.annotator: [part.f1 for part in p.drift.parts] for p in profiles if p.drift}
    return {
        "labels": labels,
        "judged": _grouped(words, judged),
        "unjudged": _grouped(words, rest),
        "secondary": _grouped(words, [a for a in findings.secondary if not a.measure.name.of]),
        "values": _grouped(words, [a for a in findings.secondary if a.measure.name.of]),
        "plot": forest(judged or findings.primary, labels),
        "slices": slices(findings.parts),
        "matrices": matrices(findings),
        "sets": sets(findings),
        "pairwise": pairwise(findings, words),
        "side_by_side": side_by_side(findings, words),
        "influence": influence(findings),
        "drift": over_time(drift),
        "disputed": findings.disputed[:_SHOWN],
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
