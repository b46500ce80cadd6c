"""Gamma of a corpus is that of the pure function, some documents at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from signalbook.export.agreement import gamma_measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.gamma_measures import Gammas, samples_of
from signalbook.export.coefficients.gamma.alignment import Continuum
from signalbook.export.coefficients.gamma.categories import gamma_cat
from signalbook.export.coefficients.gamma.gamma import AlignedArticle, align_continua, mathet_gamma
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]


@pytest.fixture
def corpus(varied: Varied, scheme: Scheme) -> Corpus:
    """Three articles: seen by three, by two, by one; some spans overlooked, some of other types."""
    types = [t.name for t in scheme.span_types]
    first = varied("one", "b")
    other = types[(types.index(first.spans[0].type) + 1) % len(types)]
    renamed = first.spans[0].model_copy(update={"type": other})
    documents = [
        varied("one", "a"),
        first.model_copy(update={"spans": (renamed, *first.spans[2:]), "relations": ()}),
        varied("one", "c"),
        varied("three", "b"),
        varied("two", "a"),
        varied("two", "c").model_copy(update={"spans": first.spans[1:], "relations": ()}),
    ]
    return gather(documents, scheme)


def test_gamma_of_positions_is_that_of_the_pure_function(corpus: Corpus, scheme: Scheme) -> None:
    coded = code_corpus(corpus)
    units = ["all", *(t.name for t in scheme.span_types)]
    measured = list(Gammas(coded, samples=7).of_positions())
    assert [m.name.unit for m in measured] == units
    for number, measure in enumerate(measured, -1):
        spans = coded.spans if number < 0 else coded.spans.of_type(number)
        pure = mathet_gamma(spans.continua(), beta=0.0, n_samples=7)
        assert pure.value is not None
        assert measure.value == pytest.approx(pure.value)
        assert measure.statistics == pytest.approx(pure.sums)
        assert measure.details["samples_per_document"] == 7
        assert measure.details["sampler"] == pure.sampler
        assert measure.name.coefficient == "gamma_position"


def test_gamma_of_types_is_that_of_the_pure_functions(corpus: Corpus) -> None:
    coded = code_corpus(corpus)
    whole, categories = Gammas(coded, samples=7, seed=3).of_categories()
    pure = mathet_gamma(coded.mentions.continua(), n_samples=7, seed=3)
    pure_cat = gamma_cat(pure)
    assert whole.value is not None
    assert categories.value is not None
    assert whole.value == pytest.approx(pure.value)
    assert categories.value == pytest.approx(pure_cat.value)
    assert whole.value < 1
    assert categories.value < 1
    assert (whole.name.secondary, categories.name.secondary) == (False, True)


def test_where_a_random_document_has_no_pair_others_are_drawn_for_the_categories(
    corpus: Corpus,
) -> None:
    few_spans = [
        document.model_copy(update={"spans": document.spans[:2], "relations": ()})
        for document in corpus.documents.values()
    ]
    coded = code_corpus(gather(few_spans, corpus.scheme))
    continua = coded.mentions.continua()
    without = found = 0
    for seed in range(20):
        _, categories = Gammas(coded, samples=1, seed=seed).of_categories()
        pure = gamma_cat(mathet_gamma(continua, n_samples=1, seed=seed))
        had_pairs = pure.weights > 0
        assert categories.statistics[had_pairs] == pytest.approx(pure.sums[had_pairs])
        again = ~had_pairs & np.isfinite(pure.observed)
        without += int(again.sum())
        found += int(categories.statistics[again].any(axis=1).sum())
    assert found > without / 2 > 0


def test_gamma_cat_is_undefined_where_chance_seldom_aligns_spans(
    corpus: Corpus, varied: Varied, scheme: Scheme
) -> None:
    """A value would rest on whatever few random documents happened to have a pair."""

    def short(name: str, article: int) -> AnnotationDocument:
        whole = varied("one", name)
        (span, *_), text = whole.spans, f"{article:04} " + 400 * "word "
        placed = span.model_copy(update={"start": 100 * article, "end": 100 * article + 2})
        of = whole.article.model_copy(update={"id": f"{article}", "text": text})
        return whole.model_copy(update={"article": of, "spans": (placed,), "relations": ()})

    apart = gather([short(name, article) for article in range(1, 13) for name in "ab"], scheme)
    _, categories = Gammas(code_corpus(apart), samples=1).of_categories()
    assert categories.value is None
    assert categories.reason.startswith("chance aligns spans in too few articles: ")
    assert categories.details["expected_disorder"] is None


def test_a_large_corpus_needs_fewer_random_documents_each(corpus: Corpus) -> None:
    (continuum, *_) = code_corpus(corpus).spans.continua()
    assert samples_of([continuum] * 10, 30) == 30
    assert samples_of([continuum] * 50, 30) == 6
    assert samples_of([continuum] * 100, 30) == 3
    assert samples_of([continuum] * 100_000, 30) == 1
    assert samples_of([], 30) == 30


def test_equal_annotations_have_no_disorder(varied: Varied, scheme: Scheme) -> None:
    corpus = gather([varied("one", name) for name in "ab"], scheme)
    coded = code_corpus(corpus)
    measured = [*Gammas(coded).of_positions(), *Gammas(coded).of_categories()]
    assert {m.value for m in measured} <= {1.0, None}
    assert measured[0].value == 1.0
    assert measured[0].details["proven_alignments"] == 1.0


@pytest.mark.parametrize("of_one_type", [True, False])
def test_alignments_are_shared_where_each_article_has_one_type_alone(
    of_one_type: bool, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    aligned: list[int] = []

    def counted(continua: Sequence[Continuum], *given: Any) -> Iterator[AlignedArticle | None]:
        aligned.append(len(continua))
        return align_continua(continua, *given)

    coded = code_corpus(corpus)
    if of_one_type:
        coded = code_corpus(_of_one_type(corpus))
    monkeypatch.setattr(gamma_measures, "align_continua", counted)
    gammas = Gammas(coded, samples=7)
    position, category = next(gammas.of_positions()), next(gammas.of_categories())
    assert len(aligned) == (1 if of_one_type else 2)
    for measure, spans, beta in ((position, coded.spans, 0.0), (category, coded.mentions, 1.0)):
        pure = mathet_gamma(spans.continua(), beta=beta, n_samples=7)
        assert measure.value == pytest.approx(pure.value)
        assert measure.statistics == pytest.approx(pure.sums)
        assert measure.details["beta"] == beta
    assert (position.value == category.value) is of_one_type


def _of_one_type(corpus: Corpus) -> Corpus:
    """The corpus with all spans of the first type, and none twice."""
    kind = corpus.scheme.span_types[0].name

    def renamed(document: AnnotationDocument) -> AnnotationDocument:
        spans = tuple(span.model_copy(update={"type": kind}) for span in document.spans)
        return document.model_copy(update={"spans": spans, "relations": ()})

    return gather([renamed(d) for d in corpus.documents.values()], corpus.scheme)


def test_marking_nothing_is_data(varied: Varied, scheme: Scheme) -> None:
    nothing = varied("one", "b").model_copy(update={"spans": (), "relations": ()})
    corpus = gather([varied("one", "a"), nothing], scheme)
    measure = next(Gammas(code_corpus(corpus)).of_positions())
    assert measure.value is not None
    assert measure.value < 0.5


def test_without_spans_gamma_is_undefined(varied: Varied, scheme: Scheme) -> None:
    empty = [varied("one", name).model_copy(update={"spans": (), "relations": ()}) for name in "ab"]
    for documents, reason in (
        (empty, "nobody marked any"),
        (empty[:1], "no article was seen by two annotators"),
    ):
        corpus = gather(documents, scheme)
        coded = code_corpus(corpus)
        measured = [*Gammas(coded).of_positions(), *Gammas(coded).of_categories()]
        assert {(m.value, m.reason) for m in measured} == {(None, reason)}


def test_types_are_asked_of_first_mentions_and_places_of_all(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    twice = [example.with_annotator(Annotator(id=name)) for name in "ab"]
    corpus = gather(twice, diplomatic)
    coded = code_corpus(corpus)
    again = sum(r.type == "same_as" for r in example.relations)
    assert again
    assert next(Gammas(coded).of_positions()).n == 2 * len(example.spans)
    assert next(Gammas(coded).of_categories()).n == 2 * (len(example.spans) - again)
