"""Agreement of documents: each field with its coefficient, undefined where it is undefined."""

from collections.abc import Callable

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import Measure, with_intervals
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Relation, Span
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.model import Scheme

By = Callable[..., AnnotationDocument]


@pytest.fixture
def by(scheme: Scheme) -> By:
    """The example of a scheme as annotated by someone, with changes."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])

    def annotated(name: str, article: str = "one", **changes: object) -> AnnotationDocument:
        renamed = example.article.model_copy(update={"id": article})
        return example.model_copy(
            update={"annotator": Annotator(id=name), "article": renamed, **changes}
        )

    return annotated


def named(measured: list[Measure], name: str) -> Measure:
    return next(measure for measure in measured if str(measure.name) == name)


def test_equal_annotations_agree_wherever_there_is_variation(by: By, scheme: Scheme) -> None:
    measured = measures(code_corpus(gather([by("a"), by("b"), by("c")], scheme)))
    assert {measure.value for measure in measured} <= {1.0, None}
    assert named(measured, "span_identification.all.exact").value == 1.0
    for measure in measured:
        assert bool(measure.reason) == (measure.value is None)


def test_a_field_with_one_value_only_is_undefined_not_perfect(
    diplomatic: Scheme,
) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    twice = [example.with_annotator(Annotator(id=name)) for name in "ab"]
    realis = named(measures(code_corpus(gather(twice, diplomatic))), "attribute.signal.realis")
    assert realis.value is None
    assert realis.reason == "no variation: every value is the same"
    assert realis.n > 1


def test_one_annotator_alone_has_no_agreement(by: By, scheme: Scheme) -> None:
    corpus = gather([by("a")], scheme)
    assert {measure.value for measure in measures(code_corpus(corpus))} == {None}


def test_marking_nothing_is_data_and_not_seeing_is_missing(by: By, scheme: Scheme) -> None:
    empty = by("b", spans=(), relations=())
    blind = measures(code_corpus(gather([by("a"), empty], scheme)))
    assert named(blind, "span_identification.all.overlap").value == 0.0
    missing = measures(code_corpus(gather([by("a"), by("b", article="two")], scheme)))
    assert named(missing, "span_identification.all.overlap").value is None


def test_no_document_at_all_measures_nothing(scheme: Scheme) -> None:
    assert {measure.value for measure in measures(code_corpus(gather([], scheme)))} == {None}


def test_two_documents_of_one_annotator_are_refused(by: By, scheme: Scheme) -> None:
    with pytest.raises(FindingsError, match="annotator a has two documents of article one"):
        gather([by("a"), by("a")], scheme)


def test_coreferent_mentions_are_counted_once(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    assert any(relation.type == "same_as" for relation in example.relations)
    other = example.with_annotator(Annotator(id="b"))
    with_re_mention = named(
        measures(code_corpus(gather([example, other], diplomatic))), "attribute.signal.signal_type"
    )
    signals = sum(span.type == "signal" for span in example.spans)
    assert with_re_mention.n == signals - 1


def test_a_missed_span_costs_its_relations(second_scheme: Scheme) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    kept: tuple[Span, ...] = tuple(span for span in example.spans if span.id != "d2")
    relations: tuple[Relation, ...] = tuple(r for r in example.relations if r.from_ != "d2")
    other = example.model_copy(
        update={"spans": kept, "relations": relations, "annotator": Annotator(id="b")}
    )
    measured = measures(code_corpus(gather([example, other], second_scheme)))
    assert named(measured, "relation.all.strict").value == pytest.approx(2 / 3)
    assert named(measured, "span_identification.drug.overlap").value == pytest.approx(2 / 3)


def test_intervals_come_from_documents(by: By, scheme: Scheme) -> None:
    documents = [by(name, article=article) for name in "ab" for article in ("one", "two")]
    documents.append(by("a", article="three"))
    documents.append(by("b", article="three", spans=(), relations=()))
    corpus = gather(documents, scheme)
    overlap = next(
        a
        for a in with_intervals(measures(code_corpus(corpus)), corpus)
        if str(a.measure.name).endswith("all.overlap")
    )
    assert overlap.measure.value is not None
    assert 0 < overlap.measure.value < 1
    assert overlap.interval.n_articles == 3
    assert overlap.interval.low is None or overlap.interval.low <= overlap.measure.value
