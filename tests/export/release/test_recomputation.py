"""Whoever has a release can compute the figures of its report again, by the formulas in it."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from released_figures import (
    ReleasedFigures,
    alpha,
    interval,
    masi,
    nominal,
    observed_agreement,
    ordinal,
)

from signalbook.annotate.demo.simulate import simulate, without_span
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

#: Kind, unit, field and coefficient -> the measure as the report has it.
Reported = Callable[[str, str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def folder(diplomatic: Scheme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of six articles that three saw, one that two saw, and one that one saw."""
    documents = [*_simulated(diplomatic)]
    plan = ReleasePlan("recomputed", "1.0.0", diplomatic, [], documents)
    return build_release(plan, tmp_path_factory.mktemp("datasets"))


def _simulated(scheme: Scheme) -> Iterator[AnnotationDocument]:
    checker = Checker(scheme)

    def count_errors(document: AnnotationDocument) -> int:
        return len(errors(checker.check(document)))

    references = read_documents([scheme.folder / "samples" / "reference.jsonl"])
    for reference, seen_by in zip(islice(references, 8), (3, 3, 3, 3, 3, 3, 2, 1), strict=True):
        for who in range(seen_by):
            name = f"annotator-{who}"
            document = simulate(reference, scheme, name=name, seed=3, count_errors=count_errors)
            if seen_by == 2:
                # Neighbours that share no character are aligned where each is marked by one alone.
                for span in [s for s in document.spans if s.type == "mention"][who::2]:
                    fewer = without_span(document, span.id)
                    document = document if count_errors(fewer) else fewer
            yield _turned(document, scheme) if who == 1 else document


def _turned(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The document with symmetric relations drawn from the other end, which says the same."""
    symmetric = {kind.name for kind in scheme.relation_types if kind.symmetric}
    relations = tuple(
        r.model_copy(update={"from_": r.to, "to": r.from_}) if r.type in symmetric else r
        for r in document.relations
    )
    return document.model_copy(update={"relations": relations})


@pytest.fixture(scope="module")
def released(folder: Path) -> ReleasedFigures:
    return ReleasedFigures(folder)


@pytest.fixture(scope="module")
def reported(folder: Path) -> Reported:
    report = json.loads((folder / "agreement" / "report.json").read_text(encoding="utf-8"))

    def find(*name: str) -> dict[str, Any]:
        (measure,) = (
            measure
            for measure in report["measures"]
            if not measure["of"]
            and tuple(measure[part] for part in ("kind", "unit", "field", "coefficient")) == name
        )
        return dict(measure)

    return find


def equal(figure: float | tuple[float, float]) -> Any:
    return pytest.approx(figure, abs=1e-9, rel=0)


@pytest.mark.parametrize("field", ["signal_type", "sender"])
def test_alpha_of_values_without_order(
    released: ReleasedFigures, reported: Reported, field: str
) -> None:
    units = released.units("signal", field)
    values = sorted({value for unit in units for value in unit}, key=str)
    measure = reported("attribute", "signal", field, "krippendorff_alpha_nominal")
    assert measure["value"] == equal(alpha(units, values, nominal))
    assert measure["n"] == sum(len(unit) > 1 for unit in units)


@pytest.mark.parametrize("field", ["valence", "certainty"])
def test_alpha_of_ordered_values(released: ReleasedFigures, reported: Reported, field: str) -> None:
    ranks = released.ranks(field)
    figure = alpha(released.units("signal", field), sorted(ranks, key=ranks.__getitem__), ordinal)
    measure = reported("attribute", "signal", field, "krippendorff_alpha_ordinal")
    assert measure["value"] == equal(figure)


@pytest.mark.parametrize("field", ["issue", "receivers"])
def test_alpha_of_sets(released: ReleasedFigures, reported: Reported, field: str) -> None:
    units = released.units("signal", field)
    sets = sorted({value for unit in units for value in unit}, key=str)
    measure = reported("attribute", "signal", field, "krippendorff_alpha_masi")
    assert measure["value"] == equal(alpha(units, sets, masi(sets)))


@pytest.mark.parametrize(
    ("field", "coefficient"),
    [
        ("signal_type", "krippendorff_alpha_nominal"),
        ("valence", "krippendorff_alpha_ordinal"),
        ("issue", "krippendorff_alpha_masi"),
    ],
)
def test_observed_agreement(
    released: ReleasedFigures, reported: Reported, field: str, coefficient: str
) -> None:
    figure = observed_agreement(released.units("signal", field))
    measure = reported("attribute", "signal", field, coefficient)
    assert measure["observed_agreement"] == equal(figure)


@pytest.mark.parametrize("type", ["mention", "signal"])
@pytest.mark.parametrize(("field", "least"), [("exact", 1.0), ("iou_0.5", 0.5), ("overlap", 0.0)])
def test_f1_of_spans(
    released: ReleasedFigures, reported: Reported, type: str, field: str, least: float
) -> None:
    measure = reported("span_identification", type, field, "f1")
    assert measure["value"] == equal(released.span_f1(type, least))
    assert measure["value"] < 1


def test_f1_of_relations(released: ReleasedFigures, reported: Reported) -> None:
    measure = reported("relation", "all", "strict", "f1")
    assert measure["value"] == equal(released.relation_f1())
    assert measure["value"] < 1


@pytest.mark.parametrize("type", ["mention", "signal", "assessment"])
def test_share_matched(released: ReleasedFigures, reported: Reported, type: str) -> None:
    measure = reported("span_identification", type, "matched", "share_matched")
    assert measure["value"] == equal(released.share_matched(type))


@pytest.mark.parametrize("type", ["all", "mention", "signal"])
def test_observed_disorder_of_gamma_by_place(
    released: ReleasedFigures, reported: Reported, type: str
) -> None:
    measure = reported("span_identification", type, "position", "gamma_position")
    figure = released.observed_disorder(None if type == "all" else type)
    assert measure["details"]["observed_disorder"] == pytest.approx(figure, abs=1e-6)
    assert figure > 1


def test_observed_disorder_of_gamma_by_place_and_type(
    released: ReleasedFigures, reported: Reported
) -> None:
    measure = reported("span_category", "all", "type", "gamma_position_nominal")
    figure = released.observed_disorder(beta=1.0, coreferent=False)
    assert measure["details"]["observed_disorder"] == pytest.approx(figure, abs=1e-6)


@pytest.mark.parametrize(
    ("field", "level"), [("signal_type", "nominal"), ("valence", "ordinal"), ("sender", "nominal")]
)
def test_interval_of_alpha(
    released: ReleasedFigures, reported: Reported, field: str, level: str
) -> None:
    measure = reported("attribute", "signal", field, f"krippendorff_alpha_{level}")

    def alpha_among(articles: Sequence[str]) -> float:
        units = released.units("signal", field, among=articles)
        if level == "nominal":
            return alpha(units, sorted({v for unit in units for v in unit}, key=str), nominal)
        ranks = released.ranks(field)
        return alpha(units, sorted(ranks, key=ranks.__getitem__), ordinal)

    limits = interval(released.compared(), alpha_among, floor=-1, units=measure["n"])
    assert (measure["interval"]["low"], measure["interval"]["high"]) == equal(limits)


@pytest.mark.parametrize(
    ("type", "field", "least"),
    [("signal", "exact", 1.0), ("mention", "exact", 1.0), ("signal", "iou_0.5", 0.5)],
)
def test_interval_of_f1(
    released: ReleasedFigures, reported: Reported, type: str, field: str, least: float
) -> None:
    measure = reported("span_identification", type, field, "f1")
    limits = interval(
        released.compared(),
        lambda articles: released.span_f1(type, least, among=articles),
        floor=0,
        units=released.both_marked(type, least),
    )
    assert (measure["interval"]["low"], measure["interval"]["high"]) == equal(limits)
