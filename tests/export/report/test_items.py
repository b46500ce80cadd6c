"""Agreement item by item: a table with a schema of its own, in order."""

import io
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from signalbook.export.agreement.corpus import gather
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.export.report.item_columns import items_schema
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme


def items(report: AgreementReport) -> pa.Table:
    return cast("pa.Table", pq.read_table(io.BytesIO(report.files()["items.parquet"])))


def test_items_have_an_explicit_schema_and_order(report: AgreementReport, scheme: Scheme) -> None:
    table = items(report)
    assert table.schema.equals(items_schema(scheme).described, check_metadata=True)
    rows = table.to_pylist()
    assert [row["article_id"] for row in rows] == sorted(row["article_id"] for row in rows)
    assert {"span", "relation", "article"} <= {row["layer"] for row in rows}
    for row in rows:
        assert set(row["marked_by"]) <= set(row["seen_by"])
        assert row["marked_share"] == len(row["marked_by"]) / 3


def test_items_of_equal_annotations_agree_fully(scheme: Scheme) -> None:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    twice = [example.with_annotator(Annotator(id=name)) for name in "ab"]
    rows = items(agreement_report(gather(twice, scheme))).to_pylist()
    assert {row["marked_share"] for row in rows} == {1.0}
    assert {f["agreement"] for row in rows for f in row["fields"]} <= {1.0, None}


def test_two_relations_of_one_annotator_between_the_same_spans_are_two_items(
    diplomatic: Scheme,
) -> None:
    """Each stands with what another annotator has of the same type."""
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    data = example.to_dict()
    ends = {"from": data["spans"][0]["id"], "to": data["spans"][1]["id"]}
    first, second = ({"id": f"r{n}", "type": f"type-{n}", **ends} for n in (1, 2))
    both, one = (
        AnnotationDocument.model_validate(data | {"relations": relations})
        for relations in ([first, second], [second])
    )
    documents = [both.with_annotator(Annotator(id="a")), one.with_annotator(Annotator(id="b"))]
    rows = items(agreement_report(gather(documents, diplomatic))).to_pylist()
    found = [(r["type"], r["relation_ids"]) for r in rows if r["layer"] == "relation"]
    ids = {name: {"annotator_id": name} for name in "ab"}
    assert sorted(found) == [
        ("type-1", [ids["a"] | {"relation_id": "r1"}]),
        ("type-2", [ids["a"] | {"relation_id": "r2"}, ids["b"] | {"relation_id": "r2"}]),
    ]


def test_a_party_that_one_annotator_lists_twice_is_two_items(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    data = example.to_dict()
    data["parties"] += [data["parties"][0] | {"id": "P23"}]
    twice = AnnotationDocument.model_validate(data).with_annotator(Annotator(id="a"))
    once = example.with_annotator(Annotator(id="b"))
    rows = items(agreement_report(gather([twice, once], diplomatic))).to_pylist()
    marked = [r["marked_by"] for r in rows if r["layer"] == "party"]
    assert len(marked) == len(example.parties) + 1
    assert marked.count(["a"]) == 1
