"""Every two annotators are measured as if they were alone."""

import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.span_groups import SpanGroup, SpanGroups, align_spans
from signalbook.export.report.build import agreement_report
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.scheme.model import Scheme


def test_a_pair_is_measured_as_if_it_were_alone(scheme: Scheme) -> None:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    made = [simulate(example, scheme, name=n, seed=4, count_errors=lambda _: 0) for n in "abc"]
    corpus = gather(made, scheme)
    found = agreement_report(corpus, replicates=10).analysis.pairs
    assert [(pair.first, pair.second) for pair in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    groups = align_spans(corpus)
    for pair in found:
        numbers = {corpus.annotators.index(pair.first), corpus.annotators.index(pair.second)}
        kept = [
            [{a: s for a, s in g.items() if a in numbers} for g in of] for of in groups.articles
        ]
        of_pair = SpanGroups(tuple(tuple(SpanGroup(g) for g in of if g) for of in kept))
        alone = measures(CodedCorpus(corpus.only(numbers), of_pair), gamma_samples=0)
        expected = {m.name: m.value for m in alone if m.target is not None}
        values = {m.name: m.value for m in pair.measures if m.target is not None}
        assert values == pytest.approx(expected, nan_ok=True)
