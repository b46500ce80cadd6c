"""Measures first, then what explains them: every step once, in order."""

from collections.abc import Callable

import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.span_groups import SpanGroup, SpanGroups, align_spans
from signalbook.export.report.analysis import analyse, measure_corpus
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


def test_a_pair_is_measured_as_if_it_were_alone(scheme: Scheme) -> None:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    made = [simulate(example, scheme, name=n, seed=4, count_errors=lambda _: 0) for n in "abc"]
    corpus = gather(made, scheme)
    pairs = agreement_report(corpus).analysis.pairs
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    groups = align_spans(corpus)
    for pair in pairs:
        numbers = {corpus.annotators.index(pair.first), corpus.annotators.index(pair.second)}
        kept = [
            [{a: s for a, s in g.items() if a in numbers} for g in of] for of in groups.articles
        ]
        of_pair = SpanGroups(tuple(tuple(SpanGroup(g) for g in of if g) for of in kept))
        alone = measures(CodedCorpus(corpus.only(numbers), of_pair), gamma_samples=0)
        expected = {m.name: m.value for m in alone if m.target is not None}
        values = {m.name: m.value for m in pair.measures if m.target is not None}
        assert values == pytest.approx(expected, nan_ok=True)


def test_shares_of_disagreement_add_up(report: AgreementReport) -> None:
    parts = report.analysis.shares
    assert sum(part.count for part in parts.values()) == len(report.analysis.disagreements)
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
