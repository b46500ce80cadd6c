"""Takes a scheme through everything that needs no server: page, page data, checks, measures, release."""

from pathlib import Path

from signalbook.annotate.articles.reader import read_articles, require_clean
from signalbook.annotate.conversion.convert import canonical, from_label_studio
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.demo.invent import invent
from signalbook.annotate.demo.simulate import simulate
from signalbook.annotate.sync.tasks import to_task
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import About, ReleasePlan
from signalbook.export.release.verify import verify_release
from signalbook.export.validation.checker import Checker
from signalbook.schema.codebook import codebook_html, codebook_markdown
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

TEXTS = (
    "Zelonin cured the old king of Arvenia.\n\nThe court in Belmora did not believe it at all.",
    "A long claim was made before noon; nobody answered, and the ruling stood as it was.",
    "Arvenia and Belmora met again in the winter, without any word about the trade in grain.",
)


def articles(folder: Path, scheme: Scheme) -> list[Article]:
    """Three short articles, read as the scheme wants them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(TEXTS, 1):
        (folder / f"a{number}.txt").write_text(text + "\n", encoding="utf-8")
    return require_clean(*read_articles([folder], article_schema=scheme.article_schema))


def annotations(given: list[Article], scheme: Scheme) -> list[AnnotationDocument]:
    """What two simulated annotators make of the articles; valid."""
    checker = Checker(scheme)

    def count_errors(document: AnnotationDocument) -> int:
        return sum(issue.severity == "error" for issue in checker.check(document))

    documents = [
        simulate(
            invent(article, scheme, seed=1, count_errors=count_errors),
            scheme,
            name=name,
            seed=1,
            count_errors=count_errors,
        )
        for article in given
        for name in ("simulated-1", "simulated-2")
    ]
    assert [
        issue for d in documents for issue in checker.check(d) if issue.severity == "error"
    ] == []
    return documents


def walk(scheme: Scheme, folder: Path) -> Path:
    """Everything that comes of the scheme; the release, which verifies."""
    labeling_config(scheme)
    codebook_markdown(scheme)
    codebook_html(scheme)
    documents = annotations(articles(folder / "articles", scheme), scheme)
    for document in documents:
        data = to_task(document.article, scheme)["data"]
        results = to_label_studio(document, scheme, data)
        back = from_label_studio({"result": [*results]}, data, scheme, document.annotator)
        assert back.unmapped == ()
        assert back.document == canonical(document, scheme)
    return released(documents, scheme, folder)


def released(documents: list[AnnotationDocument], scheme: Scheme, folder: Path) -> Path:
    """What comes of valid documents: gold, agreement and a release, which verifies."""
    plan = ReleasePlan(
        name="walked",
        version="1.0.0",
        scheme=scheme,
        gold=adjudicate(documents, scheme).gold,
        annotators=documents,
        about=About(
            title="Walked",
            description="Made by a test.",
            licence="CC0-1.0",
            authors=("A test",),
            simulated_annotators=True,
        ),
    )
    release = build_release(plan, folder / "datasets")
    assert verify_release(release) == []
    return release
