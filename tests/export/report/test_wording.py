"""The numbers of a report stand where they are, and are called what they are."""

import re
from dataclasses import replace

import pytest

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.disagreement.confusion import ABSENT
from signalbook.export.disagreement.differences import KindShare
from signalbook.export.disagreement.kinds import FAMILIES
from signalbook.export.report.build import AgreementReport
from signalbook.export.report.summary import summarise
from signalbook.export.report.terminal_rows import MEASURE_COLUMNS, measure_rows
from signalbook.export.report.wording import (
    Wording,
    coefficient,
    number_beside,
    probability,
    share,
    target_text,
)


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


def test_a_probability_is_never_rounded_to_a_certainty() -> None:
    values = (None, 0.0, 0.0049, 0.006, 0.5, 0.995, 0.9951, 1.0)
    shown = ["", "0.00", "< 0.01", "0.01", "0.50", "0.99", "> 0.99", "1.00"]
    assert [probability(value) for value in values] == shown


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


def test_blanks_are_said_to_be_left_out_of_coefficients(report: AgreementReport) -> None:
    shares = {"boundary": KindShare(3, 0.5), "attribute:one.first": KindShare(3, 0.5, blank=2)}
    blanks = AgreementReport(replace(report.analysis, shares=shares))
    sentence = (
        "In 2 of the 6 disagreements, one of the two left a field blank and the other did not; "
        "coefficients leave these out."
    )
    assert sentence in blanks.markdown
    assert sentence in blanks.html
    assert '<td class="n">3</td><td class="n">50.0' in blanks.html
    assert '%</td><td class="n">2</td></tr>' in blanks.html
    none = AgreementReport(replace(report.analysis, shares={"boundary": KindShare(3, 1.0)}))
    assert "left blank" not in none.markdown
    assert "Blanks" not in none.html


def test_people_read_yes_and_no_and_programs_true_and_false(report: AgreementReport) -> None:
    scheme = report.measured.corpus.scheme
    booleans = {(unit, field.name) for unit, field in scheme.fields() if field.is_boolean}
    asked = [c for c in report.analysis.confusions if (c.unit, c.field) in booleans]
    assert asked
    wording = Wording(scheme)
    for confusion in asked:
        assert {*confusion.values} <= {"true", "false", ABSENT}
        named = {wording.value(confusion.unit, confusion.field, v) for v in confusion.values}
        assert named <= {"yes", "no", "left blank"}
    for page in (report.html, report.markdown):
        assert not re.search(r"(>|“|\| )(true|false)\b", page)


def test_measures_and_kinds_are_named_in_words_of_their_own(report: AgreementReport) -> None:
    wording = Wording(report.measured.corpus.scheme)
    for measure in report.measures:
        words = wording.label(measure).casefold().replace(":", ",").split(", ")
        assert measure.name.of or len(words) == len({*words}), words
        assert "_" not in coefficient(measure.name.coefficient)
    assert len({wording.kind(kind) for kind in FAMILIES} - {*FAMILIES}) == len(FAMILIES)
