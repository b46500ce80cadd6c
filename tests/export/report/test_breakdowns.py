"""Further tables: by label, by annotator, by month, and competence."""

import re
from collections.abc import Callable
from typing import Any, cast

import pytest

from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.report.analysis import measure_corpus
from signalbook.export.report.breakdowns import ReportSection, breakdowns
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.export.report.markdown_page import report_markdown
from signalbook.export.report.terminal_rows import section_rows
from signalbook.export.report.wording import Wording, estimate
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


def test_breakdowns_are_tables_of_their_own(report: AgreementReport) -> None:
    over_time, by_label, by_annotator, by_month, _ = report.sections
    assert over_time.id == "over-time"
    assert {row[3] for row in by_label.rows}
    assert by_annotator.columns[2:] == ("simulated-0", "simulated-1", "simulated-2")
    assert by_month.columns[2:] == ("2031-03", "2031-04")
    assert by_month.rows[0][1:] == (4, 2, 2)
    assert "## By month" in report.markdown
    assert 'id="by-label"' in report.html


def test_competence_is_shown_where_a_model_can_be_trusted(report: AgreementReport) -> None:
    competence = report.sections[-1]
    assert competence.id == "competence"
    assert {row[1] for row in competence.rows} == set(report.measured.corpus.annotators)
    for row in competence.rows:
        values = [value for value in row[2:5] if isinstance(value, float)]
        assert values
        assert all(0 <= value <= 1 for value in values)
    assert 'id="competence"' in report.html


def test_what_no_model_has_a_number_for_is_named_and_has_no_row(made: Made, scheme: Scheme) -> None:
    of_two = agreement_report(gather(made(articles=2, annotators=2), scheme))
    competence = of_two.sections[-1]
    assert competence.rows == ()
    assert "No model has a number for: All spans: " in competence.text
    assert "| Field | Annotator |" not in of_two.markdown
    assert "<caption>Competence" not in of_two.html


def test_what_an_annotator_agrees_on_stands_with_its_interval(made: Made, scheme: Scheme) -> None:
    report = agreement_report(gather(made(articles=8), scheme), by=("annotator",))
    (section,) = report.breakdowns
    (overlap,) = [row for row in section.rows if row[0] == "All spans: marked, overlapping"]
    expected = {p.annotator: p.f1 for p in report.analysis.annotators}
    data = cast("list[dict[str, Any]]", report.data["sections"])
    in_json = next(row for row in data[1]["rows"] if row[0] == overlap[0])
    for name, cell, described in zip(section.columns[2:], overlap[2:], in_json[2:], strict=True):
        profiled = expected[name]
        assert isinstance(cell, MeasureWithInterval)
        assert profiled is not None
        assert cell.interval == profiled.interval
        assert described == {
            "value": profiled.measure.value,
            "low": profiled.interval.low,
            "high": profiled.interval.high,
            "documents": 8,
            "reason": "",
        }
        shown = estimate(profiled)
        assert re.fullmatch(r"\d\.\d\d \(\d\.\d\d to \d\.\d\d\)", shown)
        assert shown in report.markdown
        assert report.html.count(f">{shown}</td>") >= 2  # in the profile and in the table
        assert any(shown in row for row in section_rows(section))


def test_a_month_is_measured_as_if_it_were_alone(made: Made, scheme: Scheme) -> None:
    documents = made(articles=14)
    measured = measure_corpus(gather(documents, scheme))
    of_march = [d for d in documents if (d.annotator.created_at or "").startswith("2031-03")]
    alone = measure_corpus(gather(of_march, scheme)).primary
    wording = Wording(scheme)
    expected = {wording.label(r.measure): r for r in alone}
    (by_month,) = breakdowns(measured, ("month",))
    for name, _, march, _ in by_month.rows[1:]:
        assert isinstance(march, MeasureWithInterval)
        of_name = expected[str(name)]
        assert march.measure.value == pytest.approx(of_name.measure.value, abs=0.01)
        if of_name.interval.low is not None:
            # How many units a part has is estimated, which moves its limits a little.
            assert march.interval.low == pytest.approx(of_name.interval.low, abs=0.02)
            assert march.interval.high == pytest.approx(of_name.interval.high, abs=0.02)
    assert any(r.interval.low is not None for r in alone)


def test_where_there_are_too_few_articles_no_interval_is_shown(report: AgreementReport) -> None:
    by_month = report.breakdowns[2]
    (overlap,) = [row for row in by_month.rows if row[0] == "All spans: marked, overlapping"]
    for cell in overlap[1:]:
        assert isinstance(cell, MeasureWithInterval)
        assert estimate(cell).endswith(" (too few articles)")
        assert f">{estimate(cell)}</td>" in report.html


def test_what_is_no_month_is_undated(made: Made, scheme: Scheme) -> None:
    dates = ["garbage", "2031-13-45", "99999-01-01", "-1", "2031-05-02", ""]
    documents = [
        document.with_annotator(document.annotator.model_copy(update={"created_at": date}))
        for date in dates
        for document in made(articles=6)
        if document.article.id
        == sorted({d.article.id for d in made(articles=6)})[dates.index(date)]
    ]
    (by_month,) = breakdowns(measure_corpus(gather(documents, scheme)), ("month",))
    assert [column for column in by_month.columns if "0" in column or "-" in column] == ["2031-05"]
    assert "undated" in by_month.columns


def test_a_way_that_is_asked_for_twice_gives_one_table(report: AgreementReport) -> None:
    assert [s.id for s in breakdowns(report.measured, ("month", "month"))] == ["by-month"]


def test_the_names_of_annotators_are_no_html_in_the_heads_of_columns(
    report: AgreementReport,
) -> None:
    section = ReportSection("odd", "Odd", "", ("Measure", "<script>alert(1)</script>"), (("a", 1),))
    page = report_markdown(report.analysis, [section])
    assert "<script>" not in page
    assert "| Measure | &lt;script&gt;alert(1)&lt;/script&gt; |" in page
