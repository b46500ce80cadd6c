"""Every row that a release has of a unit is in one item of its agreement table, and the other way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from signalbook.annotate.demo.simulate import simulate, without_span
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

#: Table -> what its rows are known by within an annotation; the item's list of the rows of
#: annotators, and its columns of the row of gold.
KEYS = {
    "spans": (["span_id"], "span_ids", ["gold_span_id"]),
    "relations": (["relation_id"], "relation_ids", ["gold_relation_id"]),
    "parties": (["party_id"], "party_ids", ["gold_party_id"]),
    "dyads": (["sender", "receiver"], "sides", ["gold_first_side", "gold_second_side"]),
}
#: Two of the samples that have spans which mention again what another span says.
ARTICLES = ("three-toasts", "silence-after-osk")


@pytest.fixture(scope="module")
def references(diplomatic: Scheme) -> list[AnnotationDocument]:
    samples = read_documents([diplomatic.folder / "samples" / "reference.jsonl"])
    return [document for document in samples if document.article.id in ARTICLES]


@pytest.fixture(scope="module")
def folder(
    diplomatic: Scheme,
    references: list[AnnotationDocument],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Gold is given; of each article three saw something less or else, and nobody its last span."""
    own = [*_simulated(references, diplomatic)]
    plan = ReleasePlan("joined", "1.0.0", diplomatic, references, own)
    return build_release(plan, tmp_path_factory.mktemp("datasets"))


def _simulated(
    references: list[AnnotationDocument], scheme: Scheme
) -> Iterator[AnnotationDocument]:
    checker = Checker(scheme)

    def count_errors(document: AnnotationDocument) -> int:
        return len(errors(checker.check(document)))

    for reference in references:
        last = max(
            (without_span(reference, span.id) for span in reference.spans),
            key=lambda fewer: (not count_errors(fewer), len(fewer.relations)),
        )
        for name in "abc":
            yield simulate(last, scheme, name=name, seed=3, count_errors=count_errors)


def rows(folder: Path, query: str) -> list[Any]:
    tables = {name: f"read_parquet('{folder}/tables/{name}/*/*.parquet')" for name in KEYS}
    found = duckdb.sql(query.format(items=f"'{folder}/agreement/items.parquet'", **tables))
    return cast("list[Any]", found.fetchall() if found else [])


@pytest.mark.parametrize("table", KEYS)
def test_every_row_is_in_one_item(folder: Path, table: str) -> None:
    key, column, of_gold = KEYS[table]
    parts = [name.removeprefix("gold_") for name in of_gold]
    in_items = (
        f"SELECT article_id, split, NULL AS annotator_id, {', '.join(of_gold)} FROM {{items}} "
        f"WHERE {of_gold[0]} IS NOT NULL UNION ALL "
        f"SELECT article_id, split, one.annotator_id, {', '.join(f'one.{p}' for p in parts)} "
        f"FROM (SELECT article_id, split, unnest({column}) AS one FROM {{items}})"
    )
    in_table = f"SELECT article_id, split, annotator_id, {', '.join(key)} FROM {{{table}}}"
    assert {name for *_, name in rows(folder, f"SELECT DISTINCT layer FROM {{{table}}}")} == {
        "gold",
        "annotators",
    }
    assert rows(folder, f"({in_items}) EXCEPT ALL ({in_table})") == []
    assert rows(folder, f"({in_table}) EXCEPT ALL ({in_items})") == []


def test_what_gold_alone_has_is_marked_by_nobody(folder: Path) -> None:
    found = rows(
        folder,
        "SELECT article_id, count(*), max(marked_share) FROM {items} "
        "WHERE layer = 'span' AND len(marked_by) = 0 AND gold_span_id IS NOT NULL GROUP BY ALL",
    )
    assert {article for article, *_ in found} == {*ARTICLES}
    assert {share for *_, share in found} == {0.0}


def test_spans_that_mention_again_are_items_apart(
    folder: Path, references: list[AnnotationDocument]
) -> None:
    again = {
        (document.article.id, relation.from_)
        for document in references
        for relation in document.relations
        if relation.type == "same_as"
    }
    found = rows(
        folder,
        "SELECT article_id, gold_span_id FROM {items} WHERE layer = 'coreferent_mention' "
        "AND gold_span_id IS NOT NULL",
    )
    assert {*found} == again


def test_names_are_for_people(folder: Path) -> None:
    """A party as written; a relation by items that are there; a dyad by its sides."""
    assert not rows(
        folder,
        "SELECT * FROM {items} AS i JOIN {parties} AS p ON p.article_id = i.article_id AND "
        "p.layer = 'gold' AND p.party_id = i.gold_party_id WHERE NOT contains(i.name, p.entity)",
    )
    places = "SELECT article_id, type || ' [' || start || ', ' || \"end\" || ')' AS place"
    ends = "SELECT article_id, unnest([from_name, to_name]) AS place FROM {items} WHERE layer = "
    places += " FROM {items} WHERE layer <> 'relation'"
    assert rows(folder, f"{ends} 'relation'")
    assert not rows(
        folder, f"FROM ({ends} 'relation') ANTI JOIN ({places}) USING (article_id, place)"
    )
    assert not rows(
        folder,
        "SELECT * FROM {items} WHERE layer = 'dyad' AND gold_first_side IS NOT NULL "
        "AND (from_name <> gold_first_side OR to_name <> gold_second_side)",
    )
