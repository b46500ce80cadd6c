"""Rows of the report, as a terminal shows them."""

from signalbook.export.report.build import AgreementReport
from signalbook.export.report.terminal_rows import MEASURE_COLUMNS, measure_rows
from signalbook.export.report.wording import number_beside


def test_a_terminal_shows_every_measure_by_its_name(report: AgreementReport) -> None:
    rows = list(measure_rows(report.measured.measures))
    assert all(len(row) == len(MEASURE_COLUMNS) for row in rows)
    assert [row[:3] for row in rows] == [
        (m.name.kind, m.name.unit, m.name.field) for m in report.measures
    ]
    values = [number_beside(m.value, m.target, 3) or "-" for m in report.measures]
    assert [row[4] for row in rows] == values
