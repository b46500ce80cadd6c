"""Further tables: by label, by annotator, by month, and competence."""

from collections.abc import Callable

from signalbook.export.agreement.corpus import gather
from signalbook.export.report.breakdowns import ReportSection, breakdowns
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.export.report.markdown_page import report_markdown
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


def test_breakdowns_are_tables_of_their_own(report: AgreementReport) -> None:
    by_label, by_annotator, by_month, _ = report.sections
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
        assert all(value is None or 0 <= float(value) <= 1 for value in row[2:5])
    assert 'id="competence"' in report.html


def test_what_no_model_has_a_number_for_is_named_and_has_no_row(made: Made, scheme: Scheme) -> None:
    of_two = agreement_report(gather(made(articles=2, annotators=2), scheme))
    competence = of_two.sections[-1]
    assert competence.rows == ()
    assert "No model has a number for: All spans: " in competence.text
    assert "| Field | Annotator |" not in of_two.markdown
    assert "<caption>Competence" not in of_two.html


def test_pairs_are_measured_for_a_table_that_lacks_them(report: AgreementReport) -> None:
    (alone,) = breakdowns(report.measured, ("annotator",))
    assert alone == report.breakdowns[1]


def test_a_way_that_is_asked_for_twice_gives_one_table(report: AgreementReport) -> None:
    assert [s.id for s in breakdowns(report.measured, ("month", "month"))] == ["by-month"]


def test_the_names_of_annotators_are_no_html_in_the_heads_of_columns(
    report: AgreementReport,
) -> None:
    section = ReportSection("odd", "Odd", "", ("Measure", "<script>alert(1)</script>"), (("a", 1),))
    page = report_markdown(report.analysis, [section])
    assert "<script>" not in page
    assert "| Measure | &lt;script&gt;alert(1)&lt;/script&gt; |" in page
