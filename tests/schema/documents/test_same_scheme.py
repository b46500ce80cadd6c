import pytest

from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.same_scheme import refuse_other_schemes
from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.model import Scheme


def document_of(scheme: Scheme, name: str | None, version: str) -> AnnotationDocument:
    text = (scheme.folder / "example.annotation.json").read_text(encoding="utf-8")
    document = AnnotationDocument.model_validate_json(text)
    return document.model_copy(update={"scheme": name, "schema_version": version})


@pytest.mark.parametrize(
    ("name", "version"), [("adverse_events", "1.0.7"), (None, "9.0.0"), ("adverse_events", "?")]
)
def test_documents_of_the_scheme_are_taken(
    second_scheme: Scheme, name: str | None, version: str
) -> None:
    document = document_of(second_scheme, name, version)
    refuse_other_schemes([document], second_scheme, ["a.jsonl:1"])


@pytest.mark.parametrize(("name", "version"), [("other", "1.0.0"), ("adverse_events", "1.1.0")])
def test_documents_of_another_scheme_are_refused_with_their_place(
    second_scheme: Scheme, name: str, version: str
) -> None:
    document = document_of(second_scheme, name, version)
    with pytest.raises(DocumentError) as refusal:
        refuse_other_schemes([document], second_scheme, ["a.jsonl:1"])
    assert str(refusal.value) == (
        f"a.jsonl:1: made with the scheme {name} {version}, not with adverse_events 1.0.0; "
        "name its scheme with --scheme"
    )
