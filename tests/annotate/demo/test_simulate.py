"""Simulated annotators differ from the reference as people do, and stay valid."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from derived_scheme import document, json_schema, parsed
from places import EXAMPLES

from signalbook.annotate.demo.invent import invent
from signalbook.annotate.demo.simulate import Skill, simulate
from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def reference(scheme: Scheme) -> AnnotationDocument:
    (document,) = read_documents([scheme.folder / "example.annotation.json"])
    return document


@cache
def checker_of(folder: Path) -> Checker:
    """One for all that a test counts: it takes long to make."""
    return Checker(load_scheme(folder))


def errors_in(document: AnnotationDocument, scheme: Scheme) -> int:
    return sum(issue.severity == "error" for issue in checker_of(scheme.folder).check(document))


def test_the_same_seed_gives_the_same_annotation(
    reference: AnnotationDocument, scheme: Scheme
) -> None:
    first, again, other = (
        simulate(reference, scheme, name=name, seed=7, count_errors=lambda _: 0)
        for name in ("simulated-1", "simulated-1", "simulated-2")
    )
    assert first == again
    assert first.spans != other.spans or first.article_labels != other.article_labels


def test_without_error_rates_only_the_name_differs(
    reference: AnnotationDocument, scheme: Scheme
) -> None:
    perfect = Skill(0, 0, 0, 0, 0, 0)
    same = simulate(
        reference, scheme, name="simulated-1", seed=1, count_errors=lambda _: 0, skill=perfect
    )
    assert same.annotator.tool == "simulated"
    assert same.with_annotator(reference.annotator) == reference


def test_simulated_annotations_have_no_errors(
    reference: AnnotationDocument, scheme: Scheme
) -> None:
    careless = Skill(0.3, 0.5, 0.4, 0.4, 0.4, 0.3)
    for seed in range(10):
        document = simulate(
            reference,
            scheme,
            name="simulated-1",
            seed=seed,
            count_errors=lambda d: errors_in(d, scheme),
            skill=careless,
        )
        assert errors_in(document, scheme) == 0
        assert document.spans != reference.spans


def test_invented_annotations_are_valid_and_not_empty(
    reference: AnnotationDocument, scheme: Scheme
) -> None:
    invented = [
        invent(reference.article, scheme, seed=seed, count_errors=lambda d: errors_in(d, scheme))
        for seed in range(8)
    ]
    assert [errors_in(document, scheme) for document in invented] == [0] * 8
    assert sum(len(document.spans) for document in invented) > 8


def test_where_the_scheme_asks_nothing_an_error_stands_and_nothing_is_invented(
    reference: AnnotationDocument, scheme: Scheme
) -> None:
    bare = replace(
        scheme,
        article_labels=(),
        span_types=tuple(replace(kind, fields=()) for kind in scheme.span_types),
    )
    invented = invent(reference.article, bare, seed=0, count_errors=lambda _: 1)
    assert (invented.spans, invented.article_labels) == ((), {})


@pytest.mark.parametrize(
    "source", [EXAMPLES / "claims" / "1.0", EXAMPLES / "adverse_events" / "1.0"], ids=str
)
def test_every_link_is_invented_whose_ends_are_there_and_annotators_differ_on_them(
    source: Path,
) -> None:
    scheme = load_scheme(source)

    def count_errors(document: AnnotationDocument) -> int:
        return errors_in(document, scheme)

    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    invented = [
        invent(example.article, scheme, seed=seed, count_errors=count_errors) for seed in range(4)
    ]
    drawn = {relation.type for document in invented for relation in document.relations}
    assert drawn == {relation_type.name for relation_type in scheme.relation_types}
    annotators = [
        simulate(document, scheme, name=name, seed=1, count_errors=count_errors)
        for document in invented
        for name in ("simulated-1", "simulated-2")
    ]
    kept = sum(len(document.relations) for document in annotators)
    assert 0 < kept < 2 * sum(len(document.relations) for document in invented)


def test_judged_pairs_of_parties_are_invented_too() -> None:
    schema = json_schema()
    schema["properties"]["article_labels"] = {"properties": {"clear": {"type": "boolean"}}}
    scheme = parsed(schema)
    checker = Checker(scheme)
    invented = [
        invent(
            document(dyads=[]).article,
            scheme,
            seed=seed,
            count_errors=lambda d: sum(issue.severity == "error" for issue in checker.check(d)),
        )
        for seed in range(4)
    ]
    assert all(1 <= len(drawn.dyads) <= 2 for drawn in invented)
    assert [issue for drawn in invented for issue in checker.check(drawn)] == []
