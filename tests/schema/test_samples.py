"""The sample articles read without a complaint, and their reference annotation passes every check."""

from pathlib import Path

from signalbook.annotate.articles.reader import read_articles
from signalbook.export.validation.checker import check
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.scheme.loader import load_scheme

SCHEME = load_scheme("diplomatic_signal/1.0")
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
    articles, _ = read_articles([SAMPLES / "articles.jsonl"])
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
