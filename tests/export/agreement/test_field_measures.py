"""What stands beside alpha: the pure coefficients on real fields, apart from what is judged."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedField, code_corpus
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.field_measures import (
    field_measure,
    field_value,
    matching_measures,
    secondary_coefficients,
)
from signalbook.export.agreement.measure import Measure, with_intervals
from signalbook.export.coefficients.alpha import krippendorff_alpha
from signalbook.export.coefficients.intraclass import (
    SINGLE_UNIT,
    TOO_FEW_IN_COMMON,
    TwoWayForm,
    intraclass_correlation,
    two_way_intraclass_correlation,
)
from signalbook.export.coefficients.kappa import gwet_ac1, gwet_ac2
from signalbook.export.coefficients.kappa_many_raters import (
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
)
from signalbook.export.coefficients.ratings import Ratings
from signalbook.export.report.wording import verdict
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Span
from signalbook.schema.scheme.coefficients import FITTING, alpha_of
from signalbook.schema.scheme.model import Agreement, Scheme

Varied = Callable[..., AnnotationDocument]


def as_by(document: AnnotationDocument, name: str, **changes: object) -> AnnotationDocument:
    return document.model_copy(update={"annotator": Annotator(id=name), **changes})


def with_value(span: Span, **values: object) -> Span:
    return span.model_copy(update={"attributes": {**span.attributes, **values}})


def without_value(span: Span, field: str) -> Span:
    left = {name: value for name, value in span.attributes.items() if name != field}
    return span.model_copy(update={"attributes": left})


@pytest.fixture
def corpus(second_scheme: Scheme) -> Corpus:
    """Four articles by three annotators, one of whom calls every reaction fatal and unknown."""
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    annotated: list[AnnotationDocument] = []
    for number in range(4):
        article = example.article.model_copy(update={"id": f"article-{number}"})
        for name in "abc":
            spans = example.spans
            if name == "c" and number < 3:
                spans = tuple(
                    with_value(s, severity="fatal", outcome="unknown")
                    if s.type == "reaction"
                    else with_value(s, route=("skin",))
                    for s in spans
                )
            annotated.append(as_by(example, name, article=article, spans=spans))
    return gather(annotated, second_scheme)


def coded_field(corpus: Corpus, name: str) -> CodedField:
    return next(coded for coded in code_corpus(corpus).fields if coded.field.name == name)


def of_layer(corpus: Corpus, name: str) -> dict[str, Measure]:
    return {str(m.name): m for m in secondary_coefficients(coded_field(corpus, name), corpus)}


def test_ac1_and_ac2_are_those_of_the_pure_functions(corpus: Corpus) -> None:
    for name, expected, coefficient in (
        ("outcome", gwet_ac1, "gwet_ac1"),
        ("severity", gwet_ac2, "gwet_ac2_quadratic"),
    ):
        coded = coded_field(corpus, name)
        ranked = coded.field.ranked_values
        ratings = coded.recode([v.id for v in ranked]).ratings
        pure = expected(ratings.units, ratings.codes, len(ranked))
        measure = of_layer(corpus, name)[f"attribute.reaction.{name}.{coefficient}"]
        assert pure.value is not None
        assert measure.value == pytest.approx(pure.value)
        assert measure.observed_agreement == pytest.approx(pure.observed_agreement)
        assert (measure.n, measure.target, measure.name.secondary) == (pure.n_units, None, True)


def test_the_kappas_of_many_raters_are_those_of_the_pure_functions(corpus: Corpus) -> None:
    coded = coded_field(corpus, "severity")
    ratings = coded.recode([value.id for value in coded.field.ranked_values]).ratings
    many = len(ratings.values)
    for coefficient, pure in (
        ("fleiss_kappa", fleiss_kappa(ratings.units, ratings.codes, many)),
        ("conger_kappa", conger_kappa(ratings.units, ratings.raters, ratings.codes, many)),
        ("brennan_prediger", brennan_prediger(ratings.units, ratings.codes, many)),
    ):
        measure = field_measure(coded, corpus, by=coefficient)
        assert pure.value is not None
        assert measure.value == pytest.approx(pure.value)
        assert measure.observed_agreement == pytest.approx(pure.observed_agreement)
        assert measure.n == pure.n_units


def test_a_value_of_a_set_is_told_from_its_absence(corpus: Corpus) -> None:
    ratings = coded_field(corpus, "route").ratings
    has = np.array([isinstance(v, frozenset) and "skin" in v for v in ratings.values])
    pure = krippendorff_alpha(ratings.units, has[ratings.codes].astype(np.int64))
    measure = of_layer(corpus, "route")["attribute.drug.route.skin.krippendorff_alpha_binary"]
    assert pure.value is not None
    assert measure.value == pytest.approx(pure.value)
    assert measure.name.of == "skin"
    assert measure.n == pure.n_units


def test_values_that_nobody_chose_are_undefined(corpus: Corpus) -> None:
    by_name = of_layer(corpus, "route")
    unused = {m.name.of: m.reason for m in by_name.values() if m.value is None}
    assert set(unused.values()) == {"nobody chose it"}
    assert "skin" not in unused


def test_ac_needs_a_list_of_values(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    corpus = gather([as_by(example, name) for name in "ab"], diplomatic)
    by_name = {str(m.name): m for m in measures(code_corpus(corpus), gamma_samples=0)}
    sender = by_name["attribute.signal.sender.gwet_ac1"]
    assert sender.value is None
    assert sender.reason == (
        "the scheme does not list all values, and AC depends on how many there are"
    )
    relevance = by_name["article_label.article.mixed_signals.gwet_ac1"]
    assert relevance.value == 1.0
    assert relevance.details["values"] == 2


def test_nobody_to_compare_with_is_undefined(varied: Varied, scheme: Scheme) -> None:
    for documents in ([], [varied("one", "a")], [varied("one", "a"), varied("two", "b")]):
        for measure in measures(code_corpus(gather(documents, scheme)), gamma_samples=2):
            assert measure.value is None
            assert measure.reason


def test_the_share_of_matched_spans_is_what_attributes_are_asked_of(
    varied: Varied, scheme: Scheme
) -> None:
    document, other = varied("one", "a"), varied("one", "b")
    kind = document.spans[0].type
    kept = tuple(s for s in other.spans if s.type != kind)
    ids = {span.id for span in kept}
    relations = tuple(r for r in other.relations if {r.from_, r.to} <= ids)
    fewer = other.model_copy(update={"spans": kept, "relations": relations})
    corpus = gather([document, fewer], scheme)
    by_type = {m.name.unit: m for m in matching_measures(code_corpus(corpus))}
    assert by_type[kind].value == 0.0
    assert {m.value for unit, m in by_type.items() if unit != kind} == {1.0}


def test_re_mentions_do_not_count_twice(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    corpus = gather([as_by(example, name) for name in "ab"], diplomatic)
    matched = {m.name.unit: m for m in matching_measures(code_corpus(corpus))}
    signals = sum(span.type == "signal" for span in example.spans)
    again = {r.from_ for r in example.relations if r.type == "same_as"}
    assert again
    assert matched["signal"].n == 2 * (signals - len(again))


def test_every_measure_has_a_name_of_its_own(varied: Varied, scheme: Scheme) -> None:
    corpus = gather([varied("one", name) for name in "abc"], scheme)
    measured = measures(code_corpus(corpus), gamma_samples=2)
    assert len({m.name for m in measured}) == len(measured)
    assert all(m.target is None for m in measured if m.name.secondary)


def test_intervals_contain_their_values(varied: Varied, scheme: Scheme) -> None:
    documents: list[AnnotationDocument] = []
    for number in range(40):
        for name in "ab":
            document = varied(f"article-{number}", name)
            cut = number % 3 if name == "b" else 0
            spans = document.spans[cut:]
            ids = {span.id for span in spans}
            relations = tuple(r for r in document.relations if {r.from_, r.to} <= ids)
            documents.append(document.model_copy(update={"spans": spans, "relations": relations}))
    corpus = gather(documents, scheme)
    for result in with_intervals(measures(code_corpus(corpus), gamma_samples=3), corpus):
        if result.interval.low is not None and result.interval.high is not None:
            assert result.measure.value is not None
            assert result.interval.estimate == pytest.approx(result.measure.value)
            assert result.interval.low - 1e-9 <= result.measure.value <= result.interval.high + 1e-9


def test_statistics_of_all_documents_give_the_value(corpus: Corpus) -> None:
    for measure in measures(code_corpus(corpus), gamma_samples=3):
        assert len(measure.statistics) == len(corpus.articles)
        again = float(measure.statistic(measure.statistics.sum(axis=0)))
        assert (measure.value is None) == bool(np.isnan(again))
        assert measure.value is None or measure.value == again


def test_the_value_alone_is_that_of_the_measure(corpus: Corpus) -> None:
    found: list[float] = []
    for coded in code_corpus(corpus).fields:
        for name in FITTING[coded.field.level]:
            field = replace(coded.field, agreement=Agreement(name))
            judged = replace(coded, field=field)
            whole, alone = field_measure(judged, corpus).value, field_value(judged, corpus)
            assert alone == (whole if whole is None else pytest.approx(whole))
            found += [] if alone is None else [alone]
    assert len({*found}) > 5


@pytest.mark.parametrize("level", ["interval", "ratio"])
def test_numbers_are_compared_as_numbers(
    corpus: Corpus, level: Literal["interval", "ratio"]
) -> None:
    values = {"a": (1, 2.5, 40), "b": (1.5, 2.5, 10), "c": (1, "3", "a lot")}
    rows = [(0, u, who, value) for who, given in values.items() for u, value in enumerate(given)]
    coded = coded_field(corpus, "outcome")
    wanted = Agreement(alpha_of(level))
    field = replace(coded.field, level=level, values=(), agreement=wanted)
    measure = field_measure(replace(coded, field=field, ratings=Ratings.from_rows(rows)), corpus)
    numbers = np.array([1, 2.5, 40, 1.5, 2.5, 10, 1, 3])
    places, codes = np.unique(numbers, return_inverse=True)
    pure = krippendorff_alpha(np.array([0, 1, 2, 0, 1, 2, 0, 1]), codes, level, values=places)
    assert pure.value is not None
    assert measure.value == pytest.approx(pure.value)
    assert measure.name.coefficient == f"krippendorff_alpha_{level}"


@pytest.mark.parametrize("level", ["interval", "ratio"])
def test_numbers_may_be_as_large_as_they_are(
    corpus: Corpus, level: Literal["interval", "ratio"], recwarn: pytest.WarningsRecorder
) -> None:
    def alpha(unit: float) -> float | None:
        values = {"a": (1, 2.5, 0.5), "b": (1.5, 2.5, 1.7)}
        rows = [(0, u, w, unit * value) for w, of in values.items() for u, value in enumerate(of)]
        coded = coded_field(corpus, "outcome")
        wanted = Agreement(alpha_of(level))
        field = replace(coded.field, level=level, values=(), agreement=wanted)
        return field_measure(
            replace(coded, field=field, ratings=Ratings.from_rows(rows)), corpus
        ).value

    assert alpha(6e307) == pytest.approx(alpha(1))
    assert not recwarn.list


def numbers_judged_by_icc(
    corpus: Corpus, rows: Sequence[tuple[int, Hashable, int, Hashable]], by: str = "icc"
) -> Measure:
    coded = coded_field(corpus, "outcome")
    field = replace(coded.field, level="interval", values=(), agreement=Agreement(by, target=0.7))
    return field_measure(replace(coded, field=field, ratings=Ratings.from_rows(rows)), corpus)


def test_numbers_are_judged_by_the_intraclass_correlation_that_their_field_names(
    corpus: Corpus,
) -> None:
    by_annotator = (1, 2.5, 40, 7), (1.5, 2.5, 38, None), (1, "3", "a lot", None)
    rows = [(u, u, who, x) for who, given in enumerate(by_annotator) for u, x in enumerate(given)]
    measure = numbers_judged_by_icc(corpus, rows)
    units = np.array([0, 1, 2, 3, 0, 1, 2, 0, 1])
    pure = intraclass_correlation(units, np.array([1, 2.5, 40, 7, 1.5, 2.5, 38, 1, 3]))
    assert pure.value is not None
    assert measure.value == pytest.approx(pure.value)
    assert (measure.name.coefficient, measure.name.secondary, measure.target) == ("icc", False, 0.7)
    [single] = with_intervals([numbers_judged_by_icc(corpus, rows[:1] + rows[4:5])], corpus)
    assert (single.measure.value, single.measure.reason) == (None, SINGLE_UNIT)


@pytest.mark.parametrize("form", ["agreement", "consistency"])
def test_numbers_are_judged_by_either_intraclass_correlation_of_two_ways(
    corpus: Corpus, form: TwoWayForm
) -> None:
    by_annotator = (1, 2.5, 40, 7), (1.5, 2.5, 38, None), (1, "3", "a lot", 5)
    rows = [(u, u, who, x) for who, given in enumerate(by_annotator) for u, x in enumerate(given)]
    measure = numbers_judged_by_icc(corpus, rows, f"icc_{form}")
    units = np.array([0, 1, 2, 3, 0, 1, 2, 0, 1, 3])
    raters = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    numbers = np.array([1, 2.5, 40, 7, 1.5, 2.5, 38, 1, 3, 5])
    pure = two_way_intraclass_correlation(units, raters, numbers, form)
    assert pure.value is not None
    assert measure.value == pytest.approx(pure.value)
    single = numbers_judged_by_icc(corpus, rows[:1] + rows[4:5], f"icc_{form}")
    assert (single.value, single.reason) == (None, SINGLE_UNIT)
    apart = [(0, 0, 0, 1), (0, 0, 1, 2), (1, 1, 2, 3), (1, 1, 3, 4)]
    unknown = numbers_judged_by_icc(corpus, apart, f"icc_{form}")
    assert (unknown.value, unknown.reason) == (None, TOO_FEW_IN_COMMON)
    alike = numbers_judged_by_icc(corpus, [(u, u, who, 2) for u, _, who, _ in rows], f"icc_{form}")
    assert (alike.value, alike.reason) == (None, "no variation: every value is the same")


def test_values_that_were_left_blank_are_counted_beside_the_measure(corpus: Corpus) -> None:
    documents = dict(corpus.documents)
    for article in range(3):
        document = documents[article, 2]
        spans = tuple(without_value(span, "severity") for span in document.spans)
        documents[article, 2] = document.model_copy(update={"spans": spans})
    reactions = sum(s.type == "reaction" for s in corpus.documents[0, 0].spans)
    blank = replace(corpus, documents=documents)
    measure = field_measure(coded_field(blank, "severity"), blank)
    assert measure.details["blank_values"] == 3 * reactions
    assert measure.details["values"] == 12 * reactions
    assert measure.value == 1.0 or measure.value is None
    [result] = with_intervals([measure], blank)
    assert verdict(result).endswith(f"{3 * reactions} of {12 * reactions} values blank")
    assert "blank_values" not in field_measure(coded_field(corpus, "severity"), corpus).details


def test_percent_agreement_is_the_share_of_pairs_of_values_that_are_equal(corpus: Corpus) -> None:
    measure = field_measure(coded_field(corpus, "severity"), corpus, by="percent_agreement")
    # In three of four articles one of three annotators differs: one pair in three agrees.
    assert measure.value == pytest.approx((3 * 1 / 3 + 1) / 4)
    assert measure.name.secondary
