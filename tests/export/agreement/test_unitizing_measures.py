"""Unitizing coefficients of documents: unions of spans always, categories without overlap only."""

from collections.abc import Callable

import pytest

from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.measure import Measure
from signalbook.export.agreement.unitizing_measures import (
    character_category_measures,
    character_measures,
)
from signalbook.export.coefficients.span_matching import Spans
from signalbook.export.coefficients.unitizing import (
    binary_u_alpha,
    cu_alpha,
    ku_alpha,
    partition_sums,
    u_alpha,
)
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Span
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]
Extents = list[tuple[int, int, int]]
#: Start, end and number of the type, by annotator and article.
APART: dict[str, list[Extents]] = {
    "a": [[(0, 10, 0), (20, 26, 1)], [(3, 9, 1)]],
    "b": [[(2, 10, 0), (20, 30, 1)], []],
    "c": [[(0, 4, 0), (5, 9, 1), (21, 26, 1)], [(0, 5, 0)]],
}


def corpus_of(extents: dict[str, list[Extents]], varied: Varied, scheme: Scheme) -> Corpus:
    documents: list[AnnotationDocument] = []
    types = [t.name for t in scheme.span_types]
    for name, articles in extents.items():
        for number, spans in enumerate(articles):
            made = tuple(
                Span(id=f"s{at}", type=types[kind], start=start, end=end)
                for at, (start, end, kind) in enumerate(spans)
            )
            document = varied(f"article-{number}", name)
            documents.append(document.model_copy(update={"spans": made, "relations": ()}))
    return gather(documents, scheme)


def by_unit(measured: list[Measure]) -> dict[str, Measure]:
    return {f"{m.name.unit} {m.name.coefficient}": m for m in measured}


def test_without_overlap_the_family_is_that_of_the_pure_functions(
    varied: Varied, scheme: Scheme
) -> None:
    corpus = corpus_of(APART, varied, scheme)
    coded = code_corpus(corpus)
    names = [t.name for t in scheme.span_types]
    spans = {
        name: Spans.from_rows(
            (number, *span) for number, article in enumerate(articles) for span in article
        )
        for name, articles in APART.items()
    }
    seen = dict(zip("abc", coded.spans.seen, strict=True))
    sums = partition_sums(coded.spans.lengths, spans, seen, len(names))
    total = sums.sum(axis=0)
    by_name = by_unit([*character_measures(coded), *character_category_measures(coded)])
    whole = by_name["all krippendorff_alpha_u_binary"]
    assert whole.value == pytest.approx(float(binary_u_alpha(total)))
    assert by_name["all krippendorff_alpha_cu"].value == pytest.approx(float(cu_alpha(total)))
    for number, name in enumerate(names[:2]):
        ku = float(ku_alpha(total)[number])
        assert by_name[f"{name} krippendorff_alpha_ku"].value == pytest.approx(ku)
        of_type = {who: s.where(s.labels == number) for who, s in spans.items()}
        of_type = {
            who: Spans.from_rows(
                (d, a, b, 0) for d, a, b in zip(s.articles, s.starts, s.ends, strict=True)
            )
            for who, s in of_type.items()
        }
        u = float(u_alpha(partition_sums(coded.spans.lengths, of_type, seen, 1).sum(axis=0)))
        assert by_name[f"{name} krippendorff_alpha_u_binary"].value == pytest.approx(u)
    assert len(whole.statistics) == 2
    assert whole.name.secondary
    assert whole.details["characters"] == int(coded.spans.lengths.sum())


def test_overlap_leaves_the_union_and_takes_the_categories(varied: Varied, scheme: Scheme) -> None:
    over = {**APART, "b": [[(2, 10, 0), (9, 30, 1)], []]}
    corpus = corpus_of(over, varied, scheme)
    coded = code_corpus(corpus)
    assert all(
        m.value is not None
        for m in character_measures(coded)
        if m.name.unit in ("all", scheme.span_types[0].name)
    )
    for measure in character_category_measures(coded):
        assert (measure.value, measure.n) == (None, 0)
        assert measure.reason == (
            "spans of one annotator overlap, as in article article-0; "
            "the coefficient is defined on partitions of the text"
        )


def test_overlap_in_an_article_that_one_annotator_saw_is_no_matter(
    varied: Varied, scheme: Scheme
) -> None:
    alone = {**APART, "a": [*APART["a"], [(0, 5, 0), (4, 8, 1)]]}
    corpus = corpus_of(alone, varied, scheme)
    measure = next(character_category_measures(code_corpus(corpus)))
    same = corpus_of(APART, varied, scheme)
    assert measure.value == next(character_category_measures(code_corpus(same))).value
    assert measure.value is not None


def test_nothing_marked_is_undefined_and_so_is_everything(varied: Varied, scheme: Scheme) -> None:
    unmarked: tuple[tuple[dict[str, list[Extents]], str], ...] = (
        ({"a": [[]], "b": [[]]}, "nobody marked any"),
        ({"a": [[(0, 4, 0)]]}, "no article was seen by two annotators"),
    )
    for extents, reason in unmarked:
        corpus = corpus_of(extents, varied, scheme)
        coded = code_corpus(corpus)
        measured = [
            *character_measures(coded),
            *character_category_measures(coded),
        ]
        assert {(m.value, m.reason) for m in measured} == {(None, reason)}
    length = varied("article-0", "a").article.text_length
    corpus = corpus_of({"a": [[(0, length, 0)]], "b": [[(0, length, 0)]]}, varied, scheme)
    (whole, *_) = character_measures(code_corpus(corpus))
    assert (whole.value, whole.reason) == (None, "everything is marked")
    assert whole.observed_agreement == 1.0


def test_marking_nothing_is_data(varied: Varied, scheme: Scheme) -> None:
    corpus = corpus_of({"a": [[(0, 9, 0)]], "b": [[]]}, varied, scheme)
    (whole, *_) = character_measures(code_corpus(corpus))
    assert whole.value is not None
    assert whole.value <= 0


def test_the_example_of_either_scheme_agrees_with_itself(scheme: Scheme) -> None:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    twice = [
        example.model_copy(update={"annotator": example.annotator.model_copy(update={"id": name})})
        for name in "ab"
    ]
    corpus = gather(twice, scheme)
    assert {m.value for m in character_measures(code_corpus(corpus))} <= {1.0, None}
