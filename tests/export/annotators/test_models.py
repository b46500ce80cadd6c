"""Models of annotators: the pure functions on real fields, and soft labels as rows."""

from collections.abc import Callable

import numpy as np
import pytest

from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.annotators.labels import ABSENT, annotator_labels, span_labels
from signalbook.export.annotators.models import (
    MODELS,
    SMOOTHING,
    SMOOTHING_RIGHT,
    Model,
    fit_models,
)
from signalbook.export.annotators.soft_labels import SOFT_LABELS, soft_labels_table
from signalbook.export.coefficients.dawid_skene import fit_dawid_skene
from signalbook.export.coefficients.mace import fit_mace
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme

By = Callable[..., AnnotationDocument]


@pytest.fixture
def by(scheme: Scheme) -> By:
    """The example of a scheme as annotated by someone, with changes."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])

    def annotated(name: str, article: str = "one", **changes: object) -> AnnotationDocument:
        renamed = example.article.model_copy(update={"id": article})
        update = {"annotator": Annotator(id=name), "article": renamed, **changes}
        return example.model_copy(update=update)

    return annotated


@pytest.fixture
def some(by: By) -> list[AnnotationDocument]:
    """Three annotators of four articles; one overlooks the first span of one, one all of another."""
    annotated = [by(name, article) for name in "abc" for article in ("one", "two", "three", "four")]
    spans = annotated[0].spans[1:]
    kept = {span.id for span in spans}
    relations = tuple(r for r in annotated[0].relations if {r.from_, r.to} <= kept)
    annotated[0] = annotated[0].model_copy(update={"spans": spans, "relations": relations})
    annotated[5] = annotated[5].model_copy(update={"spans": (), "relations": ()})
    return annotated


def test_whoever_saw_the_article_said_something_of_every_place(
    some: list[AnnotationDocument], scheme: Scheme
) -> None:
    labels = span_labels(code_corpus(gather(some, scheme)))
    assert labels.values[0] == ABSENT
    assert set(np.bincount(labels.rows)) == {3}
    of_article = len(labels.units) // 4
    assert sum(labels.codes == 0) == 1 + of_article
    assert len({(unit.article, unit.key) for unit in labels.units}) == len(labels.units)


def test_what_only_one_saw_stays_apart_by_article(by: By, scheme: Scheme) -> None:
    labels = span_labels(code_corpus(gather([by("a", "one"), by("b", "two")], scheme)))
    assert set(np.bincount(labels.rows)) == {1}
    assert ABSENT not in {labels.values[code] for code in labels.codes}
    assert {unit.article for unit in labels.units} == {0, 1}


def test_coreferent_mentions_are_no_units_of_their_own(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    corpus = gather([example.with_annotator(Annotator(id=name)) for name in "ab"], diplomatic)
    linked = {r.from_ for r in example.relations if r.type == "same_as"}
    assert linked
    assert len(span_labels(code_corpus(corpus)).units) == len(example.spans) - len(linked)


@pytest.mark.parametrize("model", ["dawid-skene", "mace"])
def test_a_fit_is_that_of_the_pure_function(
    some: list[AnnotationDocument], scheme: Scheme, model: Model
) -> None:
    corpus = gather(some, scheme)
    fits = fit_models(code_corpus(corpus), models=(model,), restarts=3).fits
    modelled = [labels for labels in annotator_labels(code_corpus(corpus)) if not labels.reason]
    assert [fit.labels.name for fit in fits] == [labels.name for labels in modelled]
    for fit, labels in zip(fits, modelled, strict=True):
        data = labels.rows, labels.annotators, labels.codes, len(labels.values)
        pure = (
            fit_mace(*data, n_units=len(labels.units), n_raters=3, n_restarts=3, max_iterations=200)
            if model == "mace"
            else fit_dawid_skene(
                *data,
                n_units=len(labels.units),
                n_raters=3,
                smoothing=SMOOTHING,
                right=SMOOTHING_RIGHT,
            )
        )
        np.testing.assert_array_equal(fit.posteriors, pure.posteriors)
        np.testing.assert_array_equal(fit.competence, pure.competence)
        assert fit.converged == pure.converged
        assert str(fit.iterations) in fit.outcome


def test_an_overlooked_span_costs_competence_in_spans_alone(
    some: list[AnnotationDocument], scheme: Scheme
) -> None:
    models = fit_models(code_corpus(gather(some, scheme)), models=("majority",))
    competence = {(c.name, c.annotator): c.value for c in models.competence}
    assert competence["span.all.type", "c"] == 1.0
    assert (competence["span.all.type", "b"] or 0) < (competence["span.all.type", "a"] or 0) < 1.0
    others = {value for (name, _), value in competence.items() if name != "span.all.type"}
    assert others == {1.0}


def test_what_cannot_be_modelled_says_why(some: list[AnnotationDocument], scheme: Scheme) -> None:
    left_out = fit_models(code_corpus(gather(some, scheme)), models=("majority",)).left_out
    assert "a set of values, not one" in left_out.values()
    assert (
        fit_models(code_corpus(gather([], scheme))).left_out["span.all.type"] == "nobody marked any"
    )
    assert soft_labels_table(fit_models(code_corpus(gather([], scheme)))).num_rows == 0


def test_two_annotators_are_too_few_to_tell_who_is_right(by: By, scheme: Scheme) -> None:
    two = fit_models(
        code_corpus(gather([by("a"), by("b")], scheme)), models=("dawid-skene",), restarts=2
    )
    assert all("at most two" in fit.caution for fit in two.fits)


def test_two_annotators_have_no_majority(by: By, scheme: Scheme) -> None:
    two = fit_models(code_corpus(gather([by("a"), by("b")], scheme)), models=("majority",))
    assert two.competence
    assert {competence.value for competence in two.competence} == {None}


@pytest.mark.parametrize(("many", "is_trusted"), [(1, False), (2, True)])
def test_a_model_is_trusted_where_three_judged_half_of_the_units(
    by: By, scheme: Scheme, many: int, is_trusted: bool
) -> None:
    names = ("one", "two", "three", "four")
    documents = [by(who, name) for name in names for who in "ab"]
    documents += [by("c", name) for name in names[:many]]
    models = fit_models(code_corpus(gather(documents, scheme)), models=("dawid-skene",))
    assert models.fits
    for fit in models.fits:
        quarter = len(fit.labels.units) // 4
        thin = f"three or more judged {quarter} of {4 * quarter} units only"
        assert fit.caution.startswith(thin) != is_trusted


def test_mace_that_sees_only_guesses_is_not_to_be_trusted(
    some: list[AnnotationDocument], scheme: Scheme
) -> None:
    models = fit_models(code_corpus(gather(some, scheme)), models=("mace",), restarts=2)
    for fit in models.fits:
        doubtful = bool(np.nanmax(fit.competence) < 0.5)
        assert doubtful == ("frequent value" in fit.caution)


def test_posteriors_are_rows_that_sum_to_one(
    some: list[AnnotationDocument], scheme: Scheme
) -> None:
    models = fit_models(code_corpus(gather(some, scheme)), restarts=2)
    table = soft_labels_table(models)
    assert table.schema.equals(SOFT_LABELS.described, check_metadata=True)
    keys = ["article_id", "layer", "unit_type", "unit", "field", "model"]
    sums = table.group_by(keys).aggregate([("probability", "sum")])["probability_sum"].to_numpy()
    assert np.all(np.abs(sums - 1) < 0.02)
    assert set(table["model"].to_pylist()) == set(MODELS)
    (row,) = (
        row
        for row in table.to_pylist()
        if row["model"] == "majority" and row["value"] == ABSENT and row["article_id"] == "one"
    )
    assert row["probability"] == pytest.approx(1 / 3)
    assert row["unit"] == f"[{row['start']}, {row['end']})"
