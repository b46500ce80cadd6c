from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from signalbook.export.dataset.nested_documents import differences, nest
from signalbook.export.dataset.tables import articles_of, build_tables, in_order
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.schemas import table_schemas

Corpus = tuple[list[AnnotationDocument], list[AnnotationDocument]]
Varied = Callable[..., AnnotationDocument]


def tables_of(scheme: Scheme, corpus: Corpus) -> dict[str, pa.Table]:
    layered = in_order(*corpus)
    articles = articles_of(layered)
    return build_tables(scheme, articles, layered, {a.id: "c" for a in articles})


def test_tables_have_the_columns_of_the_scheme_and_a_row_for_each_thing(
    scheme: Scheme, corpus: Corpus
) -> None:
    tables = tables_of(scheme, corpus)
    documents = [*corpus[0], *corpus[1]]
    for name, schema in table_schemas(scheme).items():
        tables[name].validate(full=True)
        assert tables[name].schema.equals(schema.arrow, check_metadata=True)
    assert tables["articles"].num_rows == len({d.article.id for d in documents})
    assert tables["annotations"].num_rows == len(documents)
    assert tables["spans"].num_rows == sum(len(d.spans) for d in documents)
    assert tables["relations"].num_rows == sum(len(d.relations) for d in documents)


def test_a_row_of_spans_says_what_the_document_says(scheme: Scheme, varied: Varied) -> None:
    document = varied("a", "ann-1")
    rows = tables_of(scheme, ([], [document]))["spans"].to_pylist()
    span = min(document.spans, key=lambda s: (s.start, s.end))
    stated: dict[str, Any] = {k: v for k, v in rows[0].items() if v is not None}
    expected: dict[str, Any] = {
        "annotation_id": "a/annotators/ann-1",
        "article_id": "a",
        "layer": "annotators",
        "annotator_id": "ann-1",
        "span_id": span.id,
        "type": span.type,
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "defaulted": [],
    }
    attributes = {k: list(v) if isinstance(v, tuple) else v for k, v in span.attributes.items()}
    assert stated == expected | attributes


def test_an_annotator_who_marked_nothing_has_a_row_all_the_same(
    scheme: Scheme, varied: Varied
) -> None:
    empty = varied("a", "ann-1", spans=[], relations=[], parties=[], dyads=[])
    tables = tables_of(scheme, ([], [empty]))
    assert tables["annotations"].num_rows == 1
    assert tables["spans"].num_rows == 0
    assert nest(scheme, tables, "annotators")["spans"].to_pylist() == [[]]


def test_the_order_of_documents_does_not_matter(scheme: Scheme, corpus: Corpus) -> None:
    backwards = corpus[0][::-1], corpus[1][::-1]
    assert tables_of(scheme, corpus) == tables_of(scheme, backwards)


def test_nested_documents_say_the_same_as_the_tables(scheme: Scheme, corpus: Corpus) -> None:
    tables = tables_of(scheme, corpus)
    for layer in ("gold", "annotators"):
        documents = nest(scheme, tables, layer)
        documents.validate(full=True)
        assert list(differences(scheme, tables, documents, layer)) == []


def test_a_nested_document_that_says_something_else_is_found(
    scheme: Scheme, corpus: Corpus
) -> None:
    tables = tables_of(scheme, corpus)
    documents = nest(scheme, tables, "gold")
    spans = documents["spans"].to_pylist()
    spans[3][0]["end"] += 1
    at = documents.schema.get_field_index("spans")
    changed = documents.set_column(
        at, documents.schema.field(at), pa.array(spans, documents.schema.field(at).type)
    )
    assert list(differences(scheme, tables, changed, "gold")) == [
        "column spans differs from the tables"
    ]
    assert list(differences(scheme, tables, documents.slice(1), "gold")) == [
        "30 documents, but the tables have 31"
    ]


def test_one_annotation_given_twice_is_refused(scheme: Scheme, varied: Varied) -> None:
    with pytest.raises(FindingsError, match="annotator x has two documents of article a"):
        in_order([], [varied("a", "x"), varied("a", "x")])
    with pytest.raises(FindingsError, match="1 article has several gold annotations: a"):
        in_order([varied("a", "x"), varied("a", "y")], [])


def test_an_article_annotated_in_two_texts_is_refused(varied: Varied) -> None:
    other = varied("a", "y", article_changes={"text_sha256": "0" * 64})
    with pytest.raises(FindingsError, match="article a: y annotated another text than x"):
        articles_of(in_order([], [varied("a", "x"), other]))


def test_an_attribute_that_the_scheme_does_not_know_is_refused(
    scheme: Scheme, varied: Varied
) -> None:
    document = varied("a")
    span = document.spans[0].model_copy(update={"attributes": {"colour": "red"}})
    strange = document.model_copy(update={"spans": (span,)})
    with pytest.raises(FindingsError, match="the scheme has no attribute 'colour'"):
        tables_of(scheme, ([strange], []))


def test_a_value_of_the_wrong_type_is_refused_with_the_table(
    scheme: Scheme, varied: Varied
) -> None:
    document = varied("a")
    wrong = document.model_copy(update={"article_labels": {scheme.article_labels[0].name: 1.5}})
    with pytest.raises(FindingsError, match="table document_labels: a value does not fit"):
        tables_of(scheme, ([wrong], []))
