"""Measures first, then what explains them: every step once, in order."""

from collections.abc import Callable
from itertools import combinations
from statistics import fmean

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import with_intervals
from signalbook.export.agreement.pairs import measure_pairs, measure_with_others
from signalbook.export.agreement.span_groups import SpanGroup, SpanGroups, align_spans
from signalbook.export.report.analysis import analyse, measure_corpus
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


def test_a_pair_is_measured_as_if_it_were_alone(made: Made, scheme: Scheme) -> None:
    # The last annotator saw fewer articles than the others.
    corpus = gather([d for i, d in enumerate(made(articles=8)) if i not in (2, 5)], scheme)
    pairs = agreement_report(corpus).analysis.pairs
    assert [(pair.first, pair.second) for pair in pairs] == [*combinations(corpus.annotators, 2)]
    groups = align_spans(corpus)
    for pair in pairs:
        numbers = {corpus.annotators.index(pair.first), corpus.annotators.index(pair.second)}
        kept = [
            [{a: s for a, s in g.items() if a in numbers} for g in of] for of in groups.articles
        ]
        of_pair = SpanGroups(tuple(tuple(SpanGroup(g) for g in of if g) for of in kept))
        alone = measures(CodedCorpus(corpus.only(numbers), of_pair), gamma_samples=0)
        expected = {r.measure.name: r for r in with_intervals(alone, corpus.only(numbers))}
        assert pair.measures
        for result in pair.measures:
            of_two = expected[result.measure.name]
            assert result.measure.value == pytest.approx(of_two.measure.value)
            assert result.interval.low == pytest.approx(of_two.interval.low)
            assert result.interval.high == pytest.approx(of_two.interval.high)
            assert result.interval.reason == of_two.interval.reason
            assert (result.measure.target, result.verdict) == (
                None,
                "undefined" if result.measure.value is None else "no target",
            )
        assert any(result.interval.low is not None for result in pair.measures)


def test_with_others_an_annotator_agrees_as_in_the_mean_of_pairs(
    made: Made, scheme: Scheme
) -> None:
    measured = measure_corpus(gather(made(articles=8), scheme))
    primary = [result.measure for result in measured.primary]
    pairs = measure_pairs(measured.coded, primary)
    with_others = measure_with_others(measured.coded, primary)
    for name, results in with_others.items():
        own = [pair for pair in pairs if name in (pair.first, pair.second)]
        for result, *of_pairs in zip(results, *(pair.measures for pair in own), strict=True):
            values = [r.measure.value for r in of_pairs if r.measure.value is not None]
            assert result.measure.value == (pytest.approx(fmean(values)) if values else None)
            low, high = result.interval.low, result.interval.high
            if low is not None and high is not None and result.measure.value is not None:
                assert low <= result.measure.value <= high
    assert any(r.interval.low is not None for of in with_others.values() for r in of)


def test_with_the_only_other_an_annotator_agrees_as_the_pair(made: Made, scheme: Scheme) -> None:
    measured = measure_corpus(gather(made(articles=8, annotators=2), scheme))
    primary = [result.measure for result in measured.primary]
    (pair,) = measure_pairs(measured.coded, primary)
    for results in measure_with_others(measured.coded, primary).values():
        assert [r.interval for r in results] == [r.interval for r in pair.measures]
        assert [r.measure.n for r in results] == [r.measure.n for r in pair.measures]


def test_shares_of_disagreement_add_up(report: AgreementReport) -> None:
    parts = report.analysis.shares
    assert sum(part.count for part in parts.values()) == report.analysis.disagreements
    assert sum(part.share for part in parts.values()) == pytest.approx(1)


def test_every_step_is_named_once_and_in_order(made: Made, scheme: Scheme) -> None:
    steps: list[str] = []
    measured = measure_corpus(gather(made(), scheme), on_step=steps.append)
    assert steps == ["aligning spans", "measuring agreement", "computing intervals"]
    analyse(measured, links={}, on_step=steps.append)
    assert len(steps) == len(set(steps)) == 8
    assert steps[3] == "comparing annotators"


def test_an_analysis_does_not_change_what_was_measured(made: Made, scheme: Scheme) -> None:
    measured = measure_corpus(gather(made(), scheme))
    first, second = (analyse(measured, links={}) for _ in range(2))
    assert first.disagreements == second.disagreements
    assert first.contested == second.contested
    assert [pair.documents for pair in first.pairs] == [pair.documents for pair in second.pairs]
