"""The numbers of a report stand where they are, and are called what they are."""

from dataclasses import replace

import pytest

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.report.build import AgreementReport
from signalbook.export.report.summary import summarise
from signalbook.export.report.terminal_rows import MEASURE_COLUMNS, measure_rows
from signalbook.export.report.wording import number_beside, share, target_text


@pytest.mark.parametrize(
    ("value", "other", "text"),
    [
        (0.74, 0.7, "0.74"),
        (0.7, 0.7, "0.70"),
        (0.6996, 0.7, "0.6996"),
        (0.69996, 0.7, "0.69996"),
        (0.7004, 0.7, "0.7004"),
        (0.6664, 0.667, "0.666"),
        (0.6671, 0.667, "0.67"),
        (0.66, 0.667, "0.66"),
        (0.9951, 1.0, "0.995"),
        (-0.001, 0.0, "\N{MINUS SIGN}0.001"),
    ],
)
def test_a_number_is_never_rounded_to_or_across_what_stands_beside_it(
    value: float, other: float, text: str
) -> None:
    assert number_beside(value, other) == text


def test_a_target_is_shown_as_the_scheme_has_it() -> None:
    assert [target_text(target) for target in (0.7, 0.667, 1.0, None)] == [
        "0.70",
        "0.667",
        "1.00",
        "",
    ]


def test_not_all_is_not_called_all() -> None:
    assert share(0.9999).startswith("99.99")
    assert share(1.0).startswith("100.0")


def near_its_target(report: AgreementReport) -> MeasureWithInterval:
    result = next(r for r in report.measured.judged if r.measure.value is not None)
    interval = replace(result.interval, low=0.7996, high=0.9, reason="")
    measure = replace(result.measure, value=0.80004, target=0.8)
    return replace(result, measure=measure, interval=interval, verdict="inconclusive")


def test_what_lies_just_below_its_target_is_shown_below_it_everywhere(
    report: AgreementReport,
) -> None:
    near = near_its_target(report)
    others = (r for r in report.measured.measures if r.measure.name != near.measure.name)
    measured = replace(report.measured, measures=(near, *others))
    whole = AgreementReport(replace(report.analysis, measured=measured))
    row = dict(zip(MEASURE_COLUMNS, next(measure_rows([near])), strict=True))
    assert (row["value"], row["interval"]) == ("0.80004", "0.7996 to 0.90")
    line = summarise(whole.analysis).inconclusive[0]
    assert line.endswith(": 0.80004 (95 %: 0.7996 to 0.90), target 0.80")
    assert "| 0.80004 | 0.7996 to 0.90 | 0.80 |" in whole.markdown
    assert "<strong>0.80004</strong>" in whole.html
    assert '">0.7996 to 0.90</td>' in whole.html
    assert "0.80004 (0.7996 to 0.90), target 0.80: " in str(whole.data["headline"])
