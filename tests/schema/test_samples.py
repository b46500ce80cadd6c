"""The sample articles read without a complaint, and their reference annotation passes every check."""

from pathlib import Path

from places import ROOT

from signalbook.annotate.articles.reader import read_articles
from signalbook.export.release.read import released_documents, released_scheme
from signalbook.export.validation.checker import check
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.migration import migrate
from signalbook.schema.scheme.loader import load_scheme

SCHEME = load_scheme("diplomatic_signal")
PUBLISHED = ROOT / "datasets" / "diplomatic_signal_demo" / "1.0.1"
SAMPLES = Path(SCHEME.folder) / "samples"


def test_sample_articles_read_without_a_problem() -> None:
    articles, problems = read_articles(
        [SAMPLES / "articles.jsonl"], article_schema=SCHEME.article_schema
    )
    assert problems == []
    assert len(articles) == 14
    assert {(article.licence, article.redistributable) for article in articles} == {
        ("CC0-1.0", True)
    }


def test_the_reference_annotates_each_sample_and_passes_every_check() -> None:
    articles, _ = read_articles([SAMPLES / "articles.jsonl"], article_schema=SCHEME.article_schema)
    documents = read_documents([SAMPLES / "reference.jsonl"])
    assert [document.article for document in documents] == articles
    assert list(check(documents, SCHEME)) == []


def test_the_reference_shows_every_signal_type_channel_and_role() -> None:
    documents = read_documents([SAMPLES / "reference.jsonl"])
    shown = {value for d in documents for p in d.parties for value in p.attributes.values()}
    shown |= {value for d in documents for s in d.spans for value in s.attributes.values()}
    wanted = {
        value.id
        for _, field in SCHEME.fields()
        if field.name in ("signal_type", "channel", "role", "claim", "attribution")
        for value in field.values
    }
    assert wanted <= shown


def test_what_was_published_with_the_version_before_becomes_documents_of_this_one() -> None:
    earlier = released_scheme(PUBLISHED)
    for layer in ("gold", "annotators"):
        documents = released_documents(PUBLISHED, earlier, layer=layer)
        assert {document.schema_version for document in documents} == {"1.0.0"}
        migrated = [migrate(document, SCHEME) for document in documents]
        before = {issue.id for issue in check(documents, earlier)}
        after = {issue.id for issue in check([m.document for m in migrated], SCHEME)}
        assert after - before <= {"C19"}  # a request that was said to cost reputation
        dropped = {name for outcome in migrated for name in outcome.dropped}
        assert dropped == {"signal.confidence", "assessment.confidence", "article.confidence"}
