"""Reports on simulated annotations of copies of each scheme's example."""

from collections.abc import Callable, Iterator

import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.corpus import gather
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Made = Callable[..., list[AnnotationDocument]]


@pytest.fixture(scope="session")
def made(scheme: Scheme) -> Made:
    """Simulated annotations of copies of the scheme's example."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])

    def make(articles: int = 4, annotators: int = 3) -> list[AnnotationDocument]:
        return [*_made(example, scheme, articles, annotators)]

    return make


def _made(
    example: AnnotationDocument, scheme: Scheme, articles: int, annotators: int
) -> Iterator[AnnotationDocument]:
    for number in range(articles):
        article = example.article.model_copy(update={"id": f"a{number}"})
        truth = example.model_copy(update={"article": article})
        for who in range(annotators):
            document = simulate(
                truth, scheme, name=f"simulated-{who}", seed=number, count_errors=lambda _: 0
            )
            dated = document.annotator.model_copy(
                update={"created_at": f"2031-0{3 + number % 2}-0{number + 1}T10:00:00Z"}
            )
            yield document.with_annotator(dated)


@pytest.fixture(scope="session")
def report(made: Made, scheme: Scheme) -> AgreementReport:
    return agreement_report(
        gather(made(), scheme),
        by=("label", "annotator", "month"),
        links={"a1": "https://tasks.invalid/7"},
    )
