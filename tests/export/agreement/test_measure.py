"""Intervals and verdicts of measures of few articles."""

from collections.abc import Callable

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import MeasureWithInterval, with_intervals
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]


def measured(documents: list[AnnotationDocument], scheme: Scheme) -> list[MeasureWithInterval]:
    corpus = gather(documents, scheme)
    return with_intervals(measures(code_corpus(corpus), gamma_samples=3), corpus)


def test_two_articles_with_perfect_agreement_are_too_few(varied: Varied, scheme: Scheme) -> None:
    documents = [varied(article, who) for article in ("d1", "d2") for who in "ab"]
    results = [r for r in measured(documents, scheme) if r.measure.value is not None]
    judged = [r for r in results if r.measure.target is not None]
    assert {r.measure.value for r in judged} == {1.0}
    assert {r.verdict for r in judged} == {"too few"}
    for result in results:
        assert (result.interval.low, result.interval.high) == (None, None)
        assert result.interval.reason.startswith("too few articles")
        assert result.needed is None
        assert result.to_dict()["probability_below"] == {}


@pytest.mark.parametrize(("articles", "verdict"), [(6, "inconclusive"), (40, "met")])
def test_perfect_agreement_meets_a_target_once_there_are_enough_articles(
    varied: Varied, scheme: Scheme, articles: int, verdict: str
) -> None:
    documents = [varied(f"d{number}", who) for number in range(articles) for who in "ab"]
    of_spans = [
        r
        for r in measured(documents, scheme)
        if r.measure.name.kind == "span_identification" and r.measure.target is not None
    ]
    assert of_spans
    for result in of_spans:
        low, high = result.interval.low, result.interval.high
        assert low is not None
        assert low < 1 == high
        assert result.verdict == verdict


def test_an_f1_near_0_has_an_interval_above_0(varied: Varied, scheme: Scheme) -> None:
    example = varied("x")
    first = example.spans[0].model_copy(update={"attributes": {}})
    start, end = first.end + 3, 2 * first.end - first.start + 3
    text = (example.article.text or "")[start:end]
    later = first.model_copy(update={"start": start, "end": end, "text": text})
    bare = {"relations": (), "parties": (), "dyads": ()}
    documents: list[AnnotationDocument] = []
    for number in range(12):
        documents.append(varied(f"y{number}", "a", spans=(first,), **bare))
        documents.append(
            varied(f"y{number}", "b", spans=(first if number == 0 else later,), **bare)
        )
    [result] = [r for r in measured(documents, scheme) if str(r.measure.name).endswith("all.exact")]
    assert result.measure.value == pytest.approx(1 / 12)
    assert result.interval.low is not None
    assert result.interval.high is not None
    assert 0 < result.interval.low < 1 / 12 < result.interval.high < 0.5
