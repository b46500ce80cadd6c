"""The report names who marked nothing, and figures that rest on some pairs of annotators alone."""

import json
from collections.abc import Callable, Iterable

import pytest

from signalbook.export.agreement.corpus import gather
from signalbook.export.report.analysis import measure_corpus
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.export.report.caveats import caveats
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    """A scheme that asks for a number about the article."""
    field = {
        "type": "number",
        "x-level": "interval",
        "x-agreement": {"coefficient": "icc_agreement"},
    }
    labels = {"type": "object", "properties": {"tone": field}}
    about = {"x-scheme": {"name": "tones", "version": "1.0.0"}, "type": "object"}
    path = tmp_path_factory.mktemp("tones") / "tones.schema.json"
    text = json.dumps({**about, "properties": {"article_labels": labels}})
    path.write_text(text, encoding="utf-8")
    return load_scheme(path)


def judgements(made: Made, pairs: Iterable[tuple[str, str]]) -> Iterable[AnnotationDocument]:
    """Three articles of each pair of annotators, with a number each."""
    [any_document] = made(articles=1, annotators=1)
    bare = {"spans": (), "relations": (), "parties": (), "dyads": ()}
    for number, pair in enumerate(pairs):
        for place in range(3):
            article = any_document.article.model_copy(update={"id": f"a{number}-{place}"})
            for shift, who in enumerate(pair):
                labels = {"tone": float(place + shift + number)}
                update = {**bare, "article": article, "article_labels": labels}
                yield any_document.model_copy(update=update).with_annotator(Annotator(id=who))


@pytest.mark.parametrize(
    ("pairs", "met"),
    [([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")], "4 of 6"), ([("a", "b")], "")],
)
def test_a_correlation_of_annotators_who_rotate_says_how_many_met(
    made: Made, numbers: Scheme, pairs: list[tuple[str, str]], met: str
) -> None:
    measured = measure_corpus(gather(judgements(made, pairs), numbers))
    lines = [*caveats(measured)]
    assert len(lines) == bool(met)
    assert all(f"who judged the same units, which are {met};" in line for line in lines)
    assert all(line.startswith("Article: tone: ICC(2, 1) weighs") for line in lines)


def test_who_marked_nothing_at_all_is_named(made: Made, scheme: Scheme) -> None:
    documents = [
        document
        if document.annotator.id != "simulated-1"
        else document.model_copy(update={"spans": (), "relations": (), "parties": (), "dyads": ()})
        for document in made(articles=3, annotators=3)
    ]
    report = agreement_report(gather(documents, scheme))
    line = "simulated-1 marked nothing at all, in 3 articles in which others did: "
    assert report.markdown.count(line) == report.html.count(line) == 1
    assert "simulated-2 marked nothing" not in report.html


def test_where_everybody_marked_something_nothing_is_said(report: AgreementReport) -> None:
    assert [*caveats(report.measured)] == []
    assert "What to keep in mind" not in report.html
