"""A model of annotators decides where they differ; where it may not be trusted, votes do."""

import random
from collections import defaultdict
from dataclasses import replace

import pytest

from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.adjudication.model_choice import learn
from signalbook.export.annotators.models import Model
from signalbook.export.coefficients.dawid_skene import fit_dawid_skene
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Value
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.model import Scheme

#: How often each simulated annotator calls an outcome by another value, or overlooks a reaction.
ERRORS = {"a": 0.0, "b": 0.05, "c": 0.6, "d": 0.6, "e": 0.6}


@pytest.fixture
def documents(second_scheme: Scheme) -> list[AnnotationDocument]:
    """Forty articles, simulated annotators: two careful, three careless."""
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    fields = {f.name: f for f in second_scheme.span_type("reaction").fields}
    values = [v.id for v in fields["outcome"].values]
    chance = random.Random(7)
    annotated: list[AnnotationDocument] = []
    for number in range(40):
        article = example.article.model_copy(update={"id": f"article-{number:02}"})
        truth = {span.id: chance.choice(values) for span in example.spans}
        for who, rate in ERRORS.items():
            spans = tuple(
                span.model_copy(
                    update={
                        "attributes": {
                            **span.attributes,
                            "outcome": chance.choice(
                                [v for v in values if v != truth[span.id]]
                                if chance.random() < rate
                                else [truth[span.id]]
                            ),
                        }
                    }
                )
                if span.type == "reaction"
                else span
                for span in example.spans
            )
            if chance.random() < rate:
                gone = chance.choice([s.id for s in spans if s.type == "reaction"])
                spans = tuple(s for s in spans if s.id != gone)
            changes = {
                "article": article,
                "annotator": Annotator(id=who, tool="simulated"),
                "spans": spans,
                "relations": tuple(
                    r for r in example.relations if {r.from_, r.to} <= {s.id for s in spans}
                ),
            }
            annotated.append(example.model_copy(update=changes))
    return annotated


def test_the_choice_is_the_model_s_most_probable_value(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    choice = learn(documents, second_scheme, "dawid-skene")
    fit = next(f for f in choice.fits if f.labels.name == "attribute.reaction.outcome")
    assert not fit.caution
    votes: dict[int, dict[str, Value | None]] = defaultdict(dict)
    labels = fit.labels
    for row, who, code in zip(labels.rows, labels.annotators, labels.codes, strict=True):
        votes[int(row)][choice.annotators[who]] = labels.values[code]
    against = 0
    for row, given in votes.items():
        chosen = choice.value("reaction", "outcome", given)
        if len(set(given.values())) == 1:
            assert chosen is None
            continue
        among = [labels.values.index(str(value)) for value in set(given.values())]
        best = max(among, key=lambda code: fit.posteriors[row, code])
        assert chosen == labels.values[best]
        counts = [list(given.values()).count(value) for value in set(given.values())]
        against += list(given.values()).count(chosen) < max(counts)
    assert against > 0


@pytest.mark.parametrize("model", ["dawid-skene", "mace"])
def test_careless_annotators_are_outweighed(
    documents: list[AnnotationDocument], second_scheme: Scheme, model: Model
) -> None:
    truth = {d.article.id: d for d in documents if d.annotator.id == "a"}
    checker = Checker(second_scheme)

    def right(name: Model) -> list[bool]:
        correct: list[bool] = []
        for gold in adjudicate(documents, second_scheme, model=name).gold:
            assert not errors(checker.check(gold))
            true = {(s.start, s.end): s.attributes for s in truth[gold.article.id].spans}
            correct += [
                true[span.start, span.end]["outcome"] == span.attributes["outcome"]
                for span in gold.spans
                if span.type == "reaction"
            ]
        return correct

    votes, weighed = right("majority"), right(model)
    assert sum(votes) / len(votes) < 0.95 <= sum(weighed) / len(weighed)
    assert len(weighed) >= len(votes)


def test_dawid_skene_that_takes_hard_spans_for_absent_ones_is_not_trusted(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    """Nobody marks what is not there, so the class absent is free to mean something else.

    With pseudo-counts that are nearly 0 it does; with ours the model knows that all are there.
    """
    choice = learn(documents, second_scheme, "dawid-skene")
    fit = next(f for f in choice.fits if f.labels.name == "span.all.type")
    votes = {"a": True, "b": True, "c": False, "d": False}
    assert not fit.caution
    assert choice.presence("reaction", votes) is True

    labels = fit.labels
    free = fit_dawid_skene(
        *(labels.rows, labels.annotators, labels.codes, len(labels.values)),
        n_units=len(labels.units),
        n_raters=len(choice.annotators),
    )
    strange = replace(
        fit,
        posteriors=free.posteriors,
        prior=free.prior,
        confusion=free.confusion,
        competence=free.competence,
    )
    assert strange.caution.startswith("what it takes for absent is mostly called otherwise")
    assert replace(choice, fits=(strange,)).presence("reaction", votes) is None


def test_two_annotators_are_left_to_the_votes(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    two = [d for d in documents if d.annotator.id in "bc"]
    choice = learn(two, second_scheme, "dawid-skene")
    assert choice.value("reaction", "outcome", {"b": "recovered", "c": "ongoing"}) is None
    assert choice.presence("reaction", {"b": True, "c": False}) is None


def test_what_the_model_does_not_know_is_left_to_the_votes(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    choice = learn(documents, second_scheme, "dawid-skene")
    assert choice.value("reaction", "outcome", {"a": "recovered", "z": "ongoing"}) is None
    assert choice.value("reaction", "outcome", {"a": "recovered", "b": "lost"}) is None
    assert choice.value("reaction", "outcome", {"a": "recovered", "b": None}) is None
    assert choice.value("drug", "dose", {"a": "1", "b": "2"}) is None
    assert choice.presence("nonsense", {"a": True, "b": False}) is None


def test_presence_is_weighed_as_well(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    choice = learn(documents, second_scheme, "mace")
    assert choice.presence("reaction", {"a": True, "c": False, "d": False}) is True
    assert choice.presence("reaction", {"a": False, "c": True, "d": True}) is False


def test_a_model_takes_one_document_of_an_annotator(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    with pytest.raises(FindingsError, match="has two documents"):
        learn([*documents, documents[0]], second_scheme, "mace")


def test_the_log_tells_what_the_model_decided(
    documents: list[AnnotationDocument], second_scheme: Scheme
) -> None:
    adjudication = adjudicate(documents, second_scheme, model="dawid-skene")
    rules = {decision.rule for decision in adjudication.decisions}
    assert "most probable by dawid-skene" in rules
    assert len(rules) > 1
    assert len(adjudication.gold) == 40
