from typing import cast

import pytest

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.conversion.code_chips import code_chips
from signalbook.annotate.conversion.convert import article_of
from signalbook.annotate.sync.tasks import corrections, to_task, unchanged_text
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import Codelist, Json, Scheme


def article(text: str = "France wrote to Arvenia; the USA did not.", **more: object) -> Article:
    values = {"id": "a1", "title": "Letters", "text": text, "text_sha256": text_hash(text)}
    return Article.model_validate({**values, "text_length": len(text), **more})


def example(scheme: Scheme) -> AnnotationDocument:
    [document] = read_documents([scheme.folder / "example.annotation.json"])
    return document


def test_a_task_carries_the_whole_article(scheme: Scheme) -> None:
    given = article(publisher="The Post", author=["A. Writer"], extra={"desk": 7})
    task = to_task(given, scheme)
    assert article_of(task["data"]) == given
    assert article_of(task["data"]).to_json() == given.to_json()
    meta = task.get("meta", {})
    assert (meta["article_id"], meta["text_sha256"]) == ("a1", given.text_sha256)
    assert "source" not in task["data"]


def test_codes_are_offered_by_name_in_order_of_the_names(diplomatic: Scheme) -> None:
    chips = to_task(article(), diplomatic)["data"]["codes_country"]
    assert [(chip["value"], chip["alias"]) for chip in cast("list[dict[str, str]]", chips)] == [
        ("Arvenia", "XAR"),
        ("France", "FRA"),
        ("United States", "USA"),
        ("XIO international organisation", "XIO"),
        ("XNS transnational or non-state", "XNS"),
        ("XUN unknown", "XUN"),
        ("XJT joint party of two or more states", "XJT"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("en", "Russian planes passed the US coast; Paris and Ankara objected.", "FRA RUS TUR USA"),
        ("fr", "La Norvège et le gouvernement suédois ont écrit ; Londres se tait.", "GBR NOR SWE"),
        ("ar", "رحبت مصر بموقف اليابان وبالجنود الأتراك في قبرص.", "CYP EGY JPN"),
        ("de", "Norwegen schweigt, Frankreich auch.", ""),
    ],
)
def test_countries_are_offered_by_the_words_of_the_articles_language(
    language: str, text: str, codes: str, diplomatic: Scheme
) -> None:
    field = diplomatic.field("party", "country")
    assert field.codelist is not None
    chips = code_chips(text, field.codelist, language)
    own = {*field.codelist.user_assigned}
    assert sorted({str(chip["alias"]) for chip in chips} - own) == codes.split()


def test_about_is_one_line_of_what_the_scheme_shows(diplomatic: Scheme) -> None:
    given = article(publisher="The\nPost", author=["A. Writer", "B. Writer"], url="https://x.test")
    shown = to_task(given, diplomatic)["data"]["about"]
    assert shown == "publisher: The Post · author: A. Writer, B. Writer"


def test_a_prediction_is_named_and_says_nothing_of_who_drew_it(scheme: Scheme) -> None:
    document = example(scheme)
    [guess] = to_task(document.article, scheme, [document]).get("predictions", [])
    assert guess["model_version"] == document.annotator.id
    assert guess["result"]
    assert not any("origin" in result for result in guess["result"])


def test_a_prediction_of_another_text_is_refused(scheme: Scheme) -> None:
    with pytest.raises(ConversionError, match="is of another text"):
        to_task(article(), scheme, [example(scheme)])


def test_what_the_page_would_run_is_only_shown() -> None:
    lines = ["one\ntwo", "*three*", '<img src=x onerror="a()">']
    assert corrections(lines) == '- one two\n- \\*three\\*\n- &lt;img src=x onerror="a()"&gt;'


def test_a_changed_text_is_noticed(scheme: Scheme) -> None:
    data = to_task(article(), scheme)["data"]
    assert unchanged_text(data)
    changed: dict[str, Json] = {**data, "text": "Something else."}
    assert not unchanged_text(changed)
    assert not unchanged_text({**changed, "text_sha256": text_hash("Something else.")})


def test_codes_of_which_a_scheme_says_no_meaning_are_offered_as_they_are() -> None:
    codelist = Codelist("ISO 3166-1 alpha-2", ("XA", "XB"), {"XB": "both"})
    chips = [(chip["value"], chip["alias"]) for chip in code_chips("Oslo agreed.", codelist)]
    assert chips == [("Norway", "NO"), ("XA", "XA"), ("XB both", "XB")]
