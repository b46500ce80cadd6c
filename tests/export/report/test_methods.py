"""The notes of a report on how its coefficients are computed."""

# ruff: noqa: RUF001 (titles are written with the letters of the literature)

from signalbook.export.report.build import AgreementReport
from signalbook.export.report.methods import notes

_OF_VALUES = "Observed and expected disagreement of α"


def test_every_coefficient_and_what_it_rests_on_is_explained_once(report: AgreementReport) -> None:
    explained = notes(result.measure for result in report.analysis.measured.measures)
    titles = [note.title for note in explained]
    assert len(titles) == len(set(titles))
    assert {_OF_VALUES, "Relations", "Matched spans", "Equal values"} <= {*titles}
    assert titles.index("Krippendorff's α, nominal") < titles.index(_OF_VALUES)


def test_what_no_measure_rests_on_is_not_explained(report: AgreementReport) -> None:
    spans = [
        result.measure
        for result in report.analysis.measured.measures
        if result.measure.name.kind == "span_identification"
    ]
    titles = {note.title for note in notes(spans)}
    assert not {_OF_VALUES, "Relations"} & titles
    assert "Matched spans" in titles
