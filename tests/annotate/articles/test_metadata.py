"""Push and validate give the same answer about an article's metadata."""

import json
from pathlib import Path
from typing import Any

import pytest

from signalbook.annotate.articles.reader import read_articles
from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.scheme.loader import load_scheme

SCHEME = load_scheme("diplomatic_signal")
CHECKER = Checker(SCHEME)


def pushed(folder: Path, **metadata: Any) -> Article | None:
    """The article as push takes it, or nothing where push refuses it."""
    path = folder / "articles.jsonl"
    values = {"id": "a", "text": "Arvenia sent Belmora warm wishes.", **metadata}
    path.write_text(json.dumps(values) + "\n", encoding="utf-8")
    articles, _ = read_articles([path], article_schema=SCHEME.article_schema)
    return articles[0] if articles else None


def is_valid(**metadata: Any) -> bool:
    """Whether the example of the scheme is still valid with these metadata."""
    path = SCHEME.folder / "example.annotation.json"
    example = json.loads(path.read_text(encoding="utf-8"))
    example["article"].update(metadata)
    return not [*CHECKER.check(AnnotationDocument.model_validate(example))]


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("url", "https://example.org/nachrichten/größer-über-öl", True),
        ("url", "HTTPS://пример.рф/путь", True),
        ("url", "mailto:a|b", False),
        ("url", "https://example.org/a b", False),
        ("url", "example.org", False),
        ("published_at", "2031-05-02T09:30:00.5Z", True),
        ("published_at", "2031-05-02T09:30:00.123456789+02:00", True),
        ("published_at", "2031-05-02t09:30:00z", True),
        ("published_at", "2031-05", True),
        ("published_at", "2031-05-02T09:30:00+24:00", False),
        ("published_at", "2031-05-02T09:30", False),
        ("published_at", "\u0662\u0660\u0663\u0661", False),
        ("language", "en", True),
        ("language", "\u0663n", False),
    ],
)
def test_both_doors_give_one_answer(name: str, value: str, is_taken: bool, tmp_path: Path) -> None:
    assert (pushed(tmp_path, **{name: value}) is not None, is_valid(**{name: value})) == (
        is_taken,
        is_taken,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("published_at", "2031-05-02\n"),
        ("language", "en\r\n"),
        ("url", "https://example.org/a\n"),
        ("speaker_country", "ARV\n\n"),
        ("publisher", "The Courier\n"),
    ],
)
def test_line_breaks_at_the_end_of_metadata_are_trimmed(
    name: str, value: str, tmp_path: Path
) -> None:
    article = pushed(tmp_path, **{name: value})
    assert article is not None
    assert getattr(article, name) == value.strip()
    assert is_valid(**{name: getattr(article, name)})


def test_line_breaks_at_the_end_of_every_name_in_a_list_are_trimmed(tmp_path: Path) -> None:
    article = pushed(tmp_path, author=["Ann Lee\n", "Bo"], text="One.\n")
    assert article is not None
    assert article.author == ("Ann Lee", "Bo")
    assert article.text == "One.\n"


def test_a_line_break_at_the_end_is_refused_where_it_was_not_trimmed() -> None:
    assert not is_valid(language="en\n")
    assert not is_valid(published_at="2031-05-02\n")
