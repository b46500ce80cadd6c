"""Documents become a corpus, whatever their values are."""

import json
from dataclasses import replace
from typing import Any

import pytest

from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.equal_extents import in_order
from signalbook.export.report.analysis import measure_corpus
from signalbook.export.report.wording import corpus_line
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.model import Scheme

Json = dict[str, Any]


@pytest.fixture
def example(scheme: Scheme) -> Json:
    path = scheme.folder / "example.annotation.json"
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


def by(annotator: str, data: Json) -> AnnotationDocument:
    return AnnotationDocument.model_validate({**data, "annotator": {"id": annotator}})


def spoiled(data: Json, scheme: Scheme) -> tuple[Json, int]:
    """The document with a value that its field does not take wherever there is a value on a list."""
    spoilt: Json = json.loads(json.dumps(data))
    fields = {(unit, field.name): field for unit, field in scheme.fields()}
    holders = [(span["type"], span["attributes"]) for span in spoilt["spans"]]
    holders += [("party", party) for party in spoilt.get("parties", [])]
    holders += [("dyad", dyad) for dyad in spoilt.get("dyads", [])]
    holders.append(("article", spoilt.get("article_labels", {})))
    count = 0
    for unit, values in holders:
        for name in values:
            field = fields.get((unit, name))
            if field is None or field.is_reference:
                continue
            if field.values or field.is_boolean or field.type in ("integer", "number"):
                values[name] = ["no such value"] if field.many else "no such value"
                count += 1
    return spoilt, count


def test_a_value_that_its_field_does_not_take_counts_as_missing(
    scheme: Scheme, example: Json
) -> None:
    spoilt, count = spoiled(example, scheme)
    assert count > 0
    corpus = gather([by("ann-1", example), by("ann-2", spoilt)], scheme)
    assert len(corpus.impossible) == count
    assert all("no such value" in line for line in corpus.impossible)
    assert measure_corpus(corpus).measures
    right = gather([by("ann-1", example), by("ann-2", example)], scheme)
    assert right.impossible == ()
    assert right.documents[0, 1] == in_order(by("ann-2", example), scheme)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_list_where_one_value_belongs_counts_as_missing(
    count: int, scheme: Scheme, example: Json
) -> None:
    listed: Json = json.loads(json.dumps(example))
    fields = {
        (unit, field.name): field
        for unit, field in scheme.fields()
        if field.values and not (field.many or field.is_reference)
    }
    span, field = next(
        (span, fields[span["type"], name])
        for span in listed["spans"]
        for name in span["attributes"]
        if (span["type"], name) in fields
    )
    span["attributes"][field.name] = [field.values[0].id] * count
    corpus = gather([by("ann-1", example), by("ann-2", listed)], scheme)
    assert len(corpus.impossible) == 1
    assert measure_corpus(corpus).measures


def test_two_documents_of_one_article_by_one_annotator_are_refused(
    scheme: Scheme, example: Json
) -> None:
    with pytest.raises(FindingsError, match="annotator ann-1 has two documents"):
        gather([by("ann-1", example), by("ann-1", example)], scheme)


def test_one_impossible_value_is_counted_in_the_singular(scheme: Scheme, example: Json) -> None:
    corpus = gather([by("ann-1", example)], scheme)
    one, two = replace(corpus, impossible=("a",)), replace(corpus, impossible=("a", "b"))
    assert corpus_line(one).endswith("; 1 value that no field takes counts as missing")
    assert corpus_line(two).endswith("; 2 values that no field takes count as missing")
