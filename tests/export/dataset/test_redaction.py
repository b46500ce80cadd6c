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
