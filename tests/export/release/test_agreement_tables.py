"""Units of the agreement tables lead to the spans of gold and of annotators in the same release."""

from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme

TABLES = ("items", "soft_labels")


@pytest.fixture
def documents(scheme: Scheme) -> list[AnnotationDocument]:
    """Three annotators of twelve articles with ids of their own; one overlooks a span of one."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    made: list[AnnotationDocument] = []
    for number in range(12):
        article = example.article.model_copy(update={"id": f"article-{number}"})
        for name in "abc":
            renamed = {s.id: f"{name}-{s.id}" for s in example.spans}
            data = example.model_copy(update={"article": article}).to_dict()
            for span in data["spans"]:
                span["id"] = renamed[span["id"]]
            for relation in data.get("relations", ()):
                relation |= {end: renamed[relation[end]] for end in ("from", "to")}
            document = AnnotationDocument.model_validate(data)
            made.append(document.with_annotator(Annotator(id=name)))
    return made


@pytest.fixture
def folder(scheme: Scheme, documents: list[AnnotationDocument], tmp_path: Path) -> Path:
    gold = adjudicate(documents, scheme).gold
    return build_release(ReleasePlan("sample", "1.0.0", scheme, gold, documents), tmp_path)


def rows(folder: Path, query: str) -> list[Any]:
    spans = f"read_parquet('{folder}/tables/spans/*/*.parquet', hive_partitioning = true)"
    tables = {name: f"read_parquet('{folder}/agreement/{name}.parquet')" for name in TABLES}
    found = duckdb.sql(query.format(spans=spans, **tables))
    return cast("list[Any]", found.fetchall() if found else [])


@pytest.mark.parametrize("table", TABLES)
def test_every_span_id_is_one_of_the_release(folder: Path, table: str) -> None:
    """In the right article, split, layer and annotator's rows."""
    units = f"(SELECT * FROM {{{table}}} WHERE span_ids IS NOT NULL)"
    of_annotators = f"(SELECT article_id, split, unnest(span_ids) AS marked FROM {units})"
    (given,), (gold,) = (
        rows(folder, f"SELECT count(*) FROM {of_annotators}")[0],
        rows(folder, f"SELECT count(*) FROM {units} WHERE gold_span_id IS NOT NULL")[0],
    )
    assert given > gold > 0
    lost = rows(
        folder,
        f"SELECT * FROM {of_annotators} AS u ANTI JOIN {{spans}} AS s ON s.article_id = "
        "u.article_id AND s.split = u.split AND s.layer = 'annotators' "
        "AND s.annotator_id = u.marked.annotator_id AND s.span_id = u.marked.span_id",
    )
    lost += rows(
        folder,
        f"SELECT * FROM (SELECT * FROM {units} WHERE gold_span_id IS NOT NULL) AS u ANTI JOIN "
        "{spans} AS s ON s.article_id = u.article_id AND s.split = u.split "
        "AND s.layer = 'gold' AND s.span_id = u.gold_span_id",
    )
    assert not lost


@pytest.mark.parametrize("table", TABLES)
def test_a_unit_that_all_marked_alike_has_the_span_of_gold_there(folder: Path, table: str) -> None:
    wrong = rows(
        folder,
        f"SELECT u.start, u.end, s.start, s.end FROM (SELECT * FROM {{{table}}} WHERE span_ids "
        "IS NOT NULL) AS u LEFT JOIN (SELECT * FROM {spans} WHERE layer = 'gold') AS s "
        "ON s.article_id = u.article_id AND s.span_id = u.gold_span_id "
        "WHERE s.start IS DISTINCT FROM u.start OR s.end IS DISTINCT FROM u.end",
    )
    assert not wrong


def test_what_is_no_span_has_a_split_and_no_span(folder: Path) -> None:
    found = rows(
        folder,
        "SELECT DISTINCT gold_span_id, span_ids, split IS NULL FROM {items} "
        "WHERE layer = 'article'",
    )
    assert found == [(None, None, False)]
