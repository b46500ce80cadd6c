"""Spans of equal extent are paired by what they say, in whatever order a document lists them."""

import random
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.equal_extents import content
from signalbook.export.report.analysis import analyse, measure_corpus
from signalbook.export.report.build import AgreementReport
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]
WHO = ("simulated-a", "simulated-b", "simulated-c")


@pytest.fixture(scope="module")
def crowded(varied: Varied, scheme: Scheme) -> list[AnnotationDocument]:
    """Four articles by three simulated annotators; many spans of one annotator share an extent."""
    return [
        on_few_extents(
            simulate(varied(f"a{n}"), scheme, name=who, seed=n, count_errors=lambda _: 0)
        )
        for n in range(4)
        for who in WHO
    ]


def on_few_extents(document: AnnotationDocument) -> AnnotationDocument:
    text = document.article.text or ""
    spans = [
        s.model_copy(update={"start": start, "end": min(start + 90, len(text)), "text": None})
        for s in document.spans
        for start in [s.start // 90 * 90]
    ]
    return document.model_copy(update={"spans": tuple(spans)})


def shuffled(document: AnnotationDocument, seed: int) -> AnnotationDocument:
    """The same annotation, listed in another order, with other ids of spans and parties."""
    rng = random.Random(f"{seed}/{document.annotator.id}/{document.article.id}")
    spans = {span.id: f"span-{rng.randrange(10**12)}" for span in document.spans}
    ids = [party.id for party in document.parties]
    parties = dict(zip(ids, rng.sample(ids, len(ids)), strict=True))

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(member) for member in cast("list[str]", value)]
        return parties.get(value, value) if isinstance(value, str) else value

    data: dict[str, Any] = document.to_dict()
    for span in data["spans"]:
        span["id"] = spans[span["id"]]
        span["attributes"] = {name: renamed(v) for name, v in span["attributes"].items()}
    for party in data.get("parties", []):
        party |= {name: renamed(value) for name, value in party.items()}
    for dyad in data.get("dyads", []):
        dyad |= {name: renamed(value) for name, value in dyad.items()}
    for relation in data["relations"]:
        relation |= {"from": spans[relation["from"]], "to": spans[relation["to"]]}
    for section in ("spans", "parties", "dyads", "relations"):
        rng.shuffle(data.get(section, []))
    return AnnotationDocument.model_validate(data)


def report(documents: list[AnnotationDocument], scheme: Scheme) -> dict[str, Any]:
    measured = measure_corpus(gather(documents, scheme))
    analysis = analyse(measured, links={})
    models = [(fit.labels.name, fit.posteriors.round(9).tolist()) for fit in analysis.models.fits]
    data: dict[str, Any] = {**AgreementReport(analysis, (), ()).data, "models": models}
    for unit in data["disagreements"]:
        for answer in unit["answers"]:
            answer["values"].pop("relation", None)  # ids, which only the annotator's own page has
    return data


def said(documents: Sequence[AnnotationDocument], scheme: Scheme) -> list[Any]:
    """What gold says, without its ids."""
    return [
        sorted((s.start, s.end, s.type, str(content(s, document, scheme))) for s in document.spans)
        for document in documents
    ]


@pytest.mark.parametrize("seed", range(2))
def test_neither_order_nor_ids_change_a_figure_or_the_gold(
    crowded: list[AnnotationDocument], scheme: Scheme, seed: int
) -> None:
    others = [shuffled(document, seed) for document in crowded]
    assert report(others, scheme) == report(crowded, scheme)
    some = slice(2 * len(WHO))  # of two articles; repairing spans that share extents takes long
    gold, other_gold = (adjudicate(d[some], scheme).gold for d in (crowded, others))
    assert said(other_gold, scheme) == said(gold, scheme)


def test_annotators_who_say_the_same_in_another_order_agree(
    crowded: list[AnnotationDocument], scheme: Scheme
) -> None:
    first = [document for document in crowded if document.annotator.id == WHO[0]]
    same = [
        shuffled(document.with_annotator(document.annotator.model_copy(update={"id": who})), seed)
        for seed, who in enumerate(WHO)
        for document in first
    ]
    made = report(same, scheme)
    assert {m["value"] for m in made["measures"] if m["value"] is not None} == {1.0}
    assert made["disagreements"] == []
