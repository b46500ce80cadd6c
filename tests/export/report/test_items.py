"""Agreement item by item: a table with a schema of its own, in order."""

import io
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from signalbook.export.agreement.corpus import gather
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.export.report.items import ITEMS
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import Annotator
from signalbook.schema.scheme.model import Scheme


def items(report: AgreementReport) -> pa.Table:
    return cast("pa.Table", pq.read_table(io.BytesIO(report.files()["items.parquet"])))


def test_items_have_an_explicit_schema_and_order(report: AgreementReport) -> None:
    table = items(report)
    assert table.schema.equals(ITEMS.described, check_metadata=True)
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
