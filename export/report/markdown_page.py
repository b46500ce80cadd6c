"""Write the report as one page of Markdown, for a file browser or a pull request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.schema.markdown import escape, table

from .analysis import Analysis, MeasuredCorpus
from .breakdowns import Cell, ReportSection
from .plots import slices
from .prevalence import commonest_value
from .summary import Summary, summarise
from .wording import (
    Wording,
    blanks_sentence,
    coefficient,
    corpus_line,
    errors_sentence,
    estimate,
    further_articles,
    interval_text,
    measured_value,
    nothing_disputed,
    number,
    share,
    stage_sentence,
    target_text,
    verdict,
)

#: How every report begins; by it a report is known, which a new one may replace.
BEGINNING = "# Agreement\n"
_SPANS_MATCHED = "Spans matched"
_MEASURES = (
    "Measure",
    "Coefficient",
    "Value",
    "95 % interval",
    "Target",
    "Verdict",
    "Observed agreement",
    "Commonest value",
    _SPANS_MATCHED,
    "n",
    "Further articles",
)


def report_markdown(analysis: Analysis, sections: Iterable[ReportSection]) -> str:
    """The report in a page; everything else is in the HTML and JSON beside it."""
    measured = analysis.measured
    corpus = measured.corpus
    summary = summarise(analysis)
    blocks = [
        BEGINNING.rstrip(),
        " ".join(filter(None, _preliminaries(corpus))),
        *_simulated(corpus),
        *_summary(summary),
        "## Measures",
        *_measures(measured),
        *_explained(summary),
        "## Why annotators disagree",
        *_why(analysis),
        *(block for section in sections for block in _section(section)),
    ]
    return "\n\n".join(blocks) + "\n"


def _preliminaries(corpus: Corpus) -> Iterator[str]:
    yield f"{corpus_line(corpus)}. Intervals are of 95 %, over articles."
    yield stage_sentence(corpus.scheme)
    yield errors_sentence(corpus)


def _simulated(corpus: Corpus) -> Iterator[str]:
    if corpus.simulated_annotators:
        names = ", ".join(map(escape, corpus.simulated_annotators))
        yield f"> Simulated annotators: {names}. Agreement among programs says nothing about people."


def _summary(summary: Summary) -> Iterator[str]:
    yield escape(summary.verdict)
    if summary.next:
        yield "What to do next:"
        yield "\n".join(f"{i}. {escape(line)}" for i, line in enumerate(summary.next, 1))


def _measures(measured: MeasuredCorpus) -> Iterator[str]:
    wording, matched = Wording(measured.corpus.scheme), measured.share_matched
    results = measured.judged or measured.primary
    # Where there are no spans, there is no column of them.
    columns = [name for name in _MEASURES if matched or name != _SPANS_MATCHED]
    yield _table(columns, [_row(wording, result, matched) for result in results])
    if matched:
        yield (
            "Spans matched: the share of the spans of a type that another annotator marked as well; "
            "fields of spans are compared on these alone."
        )
    yield (
        "Further articles: an estimate of how many more doubly annotated articles are needed until, "
        "with a probability of 80 %, the interval no longer holds the target; where nobody disagreed, "
        "of how many more in which nobody may disagree either."
    )


def _explained(summary: Summary) -> Iterator[str]:
    if summary.prevalence:
        yield "\n".join(f"- {escape(line)}" for line in summary.prevalence)
    if summary.caveats:
        yield "What to keep in mind:"
        yield "\n".join(f"- {escape(line)}" for line in summary.caveats)


def _row(
    wording: Wording, result: MeasureWithInterval, matched: Mapping[str, float | None]
) -> Sequence[str]:
    measure = result.measure
    is_of_span = measure.name.kind == "attribute"
    return (
        wording.label(measure),
        coefficient(measure.name.coefficient),
        measured_value(result) or "undefined",
        interval_text(result) or measure.reason or result.interval.reason,
        target_text(measure.target),
        verdict(result),
        share(measure.observed_agreement),
        commonest_value(wording, measure),
        *([share(matched.get(measure.name.unit)) if is_of_span else ""] if matched else []),
        str(measure.n),
        further_articles(result),
    )


def _why(analysis: Analysis) -> Iterator[str]:
    if not analysis.shares:
        yield nothing_disputed(analysis.measured.corpus)
        return
    wording = Wording(analysis.measured.corpus.scheme)
    rows = [(wording.kind(s.name), str(s.count), share(s.share)) for s in slices(analysis.shares)]
    rows.append(("all", str(analysis.disagreements), share(1.0)))
    yield _table(("Kind", "Disagreements", "Share"), rows)
    if blanks := blanks_sentence(analysis.shares):
        yield blanks
    yield (
        "The units that annotators differ on most are shown one by one in the HTML form of this "
        "report."
    )


def _section(section: ReportSection) -> Iterator[str]:
    yield f"## {escape(section.title)}"
    yield escape(section.text)
    if section.rows:
        yield _table(section.columns, [[_cell(cell) for cell in row] for row in section.rows])


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, MeasureWithInterval):
        return estimate(cell)
    return number(cell, 3) if isinstance(cell, float) else str(cell)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table(list(map(escape, columns)), (list(map(escape, row)) for row in rows))
