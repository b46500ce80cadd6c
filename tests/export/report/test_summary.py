"""The sentences of a summary, and the gates of the command line."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import Measure, MeasureWithInterval
from signalbook.export.disagreement.kinds import CONSEQUENCES
from signalbook.export.report.analysis import Analysis, analyse, measure_corpus
from signalbook.export.report.build import AgreementReport
from signalbook.export.report.markdown_page import report_markdown
from signalbook.export.report.plots import slices
from signalbook.export.report.summary import missed_gates, summarise
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Scheme


@pytest.fixture(scope="module")
def measured(scheme: Scheme) -> list[Measure]:
    """Two annotators of one article; the second marked nothing."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    empty = example.model_copy(update={"spans": (), "relations": ()})
    documents = example.with_annotator(Annotator(id="a")), empty.with_annotator(Annotator(id="b"))
    return measures(code_corpus(gather(documents, scheme)), gamma_samples=0)


def test_a_gate_names_what_is_under_it(measured: list[Measure]) -> None:
    name = "span_identification.all.overlap"
    [line] = missed_gates(measured, {name: 0.6})
    assert line.startswith(f"{name}: 0.000 is below 0.6")
    assert missed_gates(measured, {name: 0.0}) == []


def test_a_gate_of_a_field_is_none_of_its_secondary_coefficients(measured: list[Measure]) -> None:
    secondary = [measure for measure in measured if measure.name.secondary]
    layers = {m.name.kind for m in secondary} & {
        m.name.kind for m in measured if not m.name.secondary
    }
    missed = missed_gates(measured, dict.fromkeys(layers, 2.0))
    assert not {line.split(":")[0] for line in missed} & {str(m.name) for m in secondary}
    assert len(missed_gates(measured, {str(secondary[0].name): 2.0})) == 1


def test_a_gate_of_no_measure_is_refused(measured: list[Measure]) -> None:
    with pytest.raises(UsageError, match="nonsense"):
        missed_gates(measured, {"nonsense": 0.6})


def test_a_gate_tells_what_is_undefined_from_what_is_below_it(measured: list[Measure]) -> None:
    undefined = next(m for m in measured if m.value is None and m.target is not None)
    [line] = missed_gates([undefined], {str(undefined.name): 0.5})
    assert line.startswith(f"{undefined.name}: is undefined ({undefined.reason}), so nothing shows")
    assert "below" not in line


def test_a_gate_says_which_measures_the_scheme_sets_no_target_for(measured: list[Measure]) -> None:
    known = [replace(m, value=0.5) for m in measured if not m.name.secondary]
    for measure in known:
        [line] = missed_gates([measure], {measure.name.kind: 0.6})
        assert ("no target" in line) == (measure.target is None)


def test_a_value_just_below_its_gate_is_shown_below_it(measured: list[Measure]) -> None:
    [measure] = [replace(m, value=0.69996) for m in measured if "all.overlap" in str(m.name)]
    [line] = missed_gates([measure], {str(measure.name): 0.7})
    assert "0.69996 is below 0.7" in line


def inconclusive(
    report: AgreementReport, more: int | None, *, low: float | None = 0.1
) -> MeasureWithInterval:
    result = report.analysis.measured.judged[0]
    interval = replace(
        result.interval,
        low=low,
        high=None if low is None else 0.9,
        reason="" if low is not None else "fewer than two articles",
    )
    return replace(result, interval=interval, verdict="inconclusive", more_documents=more)


def advice(report: AgreementReport, *results: MeasureWithInterval) -> str:
    measured = replace(report.analysis.measured, measures=results)
    return " ".join(summarise(replace(report.analysis, measured=measured)).next)


def test_what_has_no_interval_is_not_said_to_lie_near_its_target(report: AgreementReport) -> None:
    said = advice(report, inconclusive(report, None, low=None), inconclusive(report, 20))
    assert "1 inconclusive measure has no interval (fewer than two articles), so nothing" in said
    assert "(about 20)" in said
    assert "near" not in said


def test_what_lies_near_its_target_is_said_to_need_many_articles(report: AgreementReport) -> None:
    said = advice(report, inconclusive(report, 65_342), inconclusive(report, None))
    assert "2 inconclusive measures lie so near their targets that, by estimate, more than" in said
    assert "no interval" not in said


def test_a_measure_that_is_not_settled_needs_an_article_or_its_number_is_unknown(
    report: AgreementReport,
) -> None:
    results = report.analysis.measured.measures
    assert {r.more_documents for r in results if r.verdict in ("met", "not met")} == {0}
    for result in results:
        if result.verdict == "inconclusive":
            has_interval = result.interval.low is not None
            assert (result.more_documents or 0) > 0 if has_interval else not result.more_documents


def test_the_largest_source_is_the_one_that_the_table_shows_as_the_largest(
    report: AgreementReport,
) -> None:
    causes = [s for s in slices(report.analysis.shares) if s.name not in CONSEQUENCES]
    largest = max(causes, key=lambda s: s.count)
    assert (
        f"The largest source of disagreement is “{largest.name}”: {largest.count} of "
        in " ".join(summarise(report.analysis).next)
    )


def test_where_no_two_annotators_saw_an_article_nobody_is_said_to_agree(
    made: Callable[..., list[AnnotationDocument]], scheme: Scheme
) -> None:
    corpus = gather(made(articles=1, annotators=1), scheme)
    alone: Analysis = analyse(measure_corpus(corpus, replicates=10), links={})
    page = report_markdown(alone, [])
    assert "No article was seen by two annotators." in page
    assert "disagree on anything" not in page


def test_rare_values_are_advised_only_where_there_is_no_variation(report: AgreementReport) -> None:
    result = report.analysis.measured.judged[0]
    for reason, is_advised in (
        ("no variation: every value is the same", True),
        ("nobody marked any", False),
    ):
        measure = replace(result.measure, value=None, reason=reason)
        said = advice(report, replace(result, measure=measure, verdict="undefined"))
        assert ("rare values" in said) == is_advised


def test_intervals_lie_where_the_coefficient_can_be(report: AgreementReport) -> None:
    results = report.analysis.measured.measures
    ends = [(r, r.interval.low, r.interval.high) for r in results]
    known = [(r, low, high) for r, low, high in ends if low is not None and high is not None]
    assert all(high <= 1 for _, _, high in known)
    assert all(low >= 0 for r, low, _ in known if r.measure.name.coefficient.startswith("f1"))
    assert [r for r, _, high in known if high == 1 and (r.measure.value or 0) < 1]
