"""What is judged, by round and over time; nothing where neither is known."""

from collections.abc import Callable

import pytest

from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.report.analysis import MeasuredCorpus, measure_corpus
from signalbook.export.report.build import agreement_report
from signalbook.export.report.over_time import sections_over_time
from signalbook.export.report.wording import Wording, estimate
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


def annotated(
    document: AnnotationDocument, round: str | None, created_at: str | None
) -> AnnotationDocument:
    who = document.annotator.id
    return document.with_annotator(Annotator(id=who, round=round, created_at=created_at))


@pytest.fixture(scope="module")
def documents(made: Made) -> list[AnnotationDocument]:
    """Six articles of a training, then eight more, one a day; the last annotator did one late."""
    made_documents: list[AnnotationDocument] = []
    for number in range(14):
        name = "training" if number < 6 else "main"
        for who, document in enumerate(made(articles=14)[3 * number : 3 * number + 3]):
            late = number == 0 and who == 2
            made_documents.append(
                annotated(
                    document,
                    "main" if late else name,
                    "2031-05-20" if late else f"2031-05-{number + 1:02d}",
                )
            )
    return made_documents


@pytest.fixture(scope="module")
def measured(documents: list[AnnotationDocument], scheme: Scheme) -> MeasuredCorpus:
    return measure_corpus(gather(documents, scheme))


def test_each_round_is_measured_as_if_it_were_alone(
    measured: MeasuredCorpus, documents: list[AnnotationDocument], scheme: Scheme
) -> None:
    by_round, _ = sections_over_time(measured)
    assert by_round.columns == ("Measure", "All", "training", "main")
    assert by_round.rows[0][1:] == (14, 5, 9)
    articles = {f"a{number}" for number in range(1, 6)}
    alone = measure_corpus(gather([d for d in documents if d.article.id in articles], scheme))
    wording = Wording(scheme)
    expected = {wording.label(r.measure): r for r in alone.primary}
    labels = {wording.label(r.measure) for r in measured.judged}
    of_training = {str(label): training for label, _, training, _ in by_round.rows[1:]}
    assert labels.issuperset(of_training)
    assert any(expected[label].interval.low is not None for label in of_training)
    for label, training in of_training.items():
        alone_value = expected[label].measure.value
        assert isinstance(training, MeasureWithInterval)
        if alone_value is None:
            assert estimate(training) == "undefined"
        else:
            assert training.measure.value == pytest.approx(alone_value, abs=0.02)
            assert (training.interval.low is None) == (expected[label].interval.low is None)


def test_time_has_parts_of_about_as_many_articles(measured: MeasuredCorpus) -> None:
    _, over_time = sections_over_time(measured)
    assert over_time.columns[2:] == (
        "2031-05-02 to 2031-05-05",
        "2031-05-06 to 2031-05-09",
        "2031-05-10 to 2031-05-12",
        "2031-05-13 to 2031-05-20",
    )
    assert over_time.rows[0][1:] == (14, 4, 4, 3, 3)
    for row in over_time.rows[1:]:
        for cell in row[2:]:
            assert isinstance(cell, MeasureWithInterval)
            assert cell.measure.value is None or estimate(cell).endswith("(too few articles)")


def test_both_are_in_every_form_of_the_report(
    documents: list[AnnotationDocument], scheme: Scheme
) -> None:
    report = agreement_report(gather(documents, scheme))
    assert [section.id for section in report.sections[:2]] == ["by-round", "over-time"]
    for heading in ("By round", "Over time"):
        assert f"## {heading}" in report.markdown
        assert f">{heading}</h2>" in report.html


@pytest.mark.parametrize(
    ("round", "created_at"), [(None, None), ("only", "2031-05-01"), ("only", "no date")]
)
def test_without_two_rounds_or_dates_there_is_nothing_to_compare(
    made: Made, scheme: Scheme, round: str | None, created_at: str | None
) -> None:
    corpus = gather([annotated(d, round, created_at) for d in made()], scheme)
    assert sections_over_time(measure_corpus(corpus)) == ()
