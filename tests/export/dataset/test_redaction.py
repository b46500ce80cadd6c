from collections.abc import Callable

from signalbook.export.dataset.redaction import redact
from signalbook.export.validation.checker import check
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]


def test_what_is_withheld_passes_the_check_of_a_release(scheme: Scheme, varied: Varied) -> None:
    closed = varied("a", article_changes={"redistributable": False})
    ids = {i.id for i in check([redact(closed, scheme)], scheme, purpose="release")}
    assert (
        not ids & {c.id for c in scheme.constraints if c.check == "withheld"} | {"withheld"} & ids
    )
    assert {i.id for i in check([closed], scheme, purpose="release")} - ids


def test_whom_to_name_for_a_text_stays_where_its_words_are_withheld(
    scheme: Scheme, varied: Varied
) -> None:
    metadata = {
        "redistributable": False,
        "url": "https://example.org/a",
        "publisher": "The Gazette",
        "author": ["Ada Example"],
        "extra": {"attribution": "Gazette corpus", "abstract": "What it says."},
    }
    article = redact(varied("a", article_changes=metadata), scheme).article
    assert (article.url, article.publisher, article.author) == (
        "https://example.org/a",
        "The Gazette",
        ("Ada Example",),
    )
    assert article.extra == {"attribution": "Gazette corpus"}
    assert article.text is None


def test_a_release_names_the_day_of_an_annotation_not_the_hour(
    scheme: Scheme, varied: Varied
) -> None:
    document = varied("a")
    assert document.annotator.created_at == "2031-05-03T10:20:30Z"
    assert redact(document, scheme).annotator.created_at == "2031-05-03T00:00:00Z"
