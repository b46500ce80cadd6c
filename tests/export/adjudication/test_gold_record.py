"""Gold annotations know what they were made from, and none is lost without a word."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.adjudication.gold_record import GoldRecord, read_record, record_path
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import DocumentError, StaleError
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]


@pytest.fixture
def documents(varied: Varied) -> list[AnnotationDocument]:
    return [varied(article, who) for article in ("one", "two") for who in ("x", "y")]


@pytest.fixture
def gold(documents: list[AnnotationDocument], scheme: Scheme, tmp_path: Path) -> Path:
    """A file of gold annotations, with its record beside it."""
    path = tmp_path / "gold.jsonl"
    adjudicate(documents, scheme).write(path, tmp_path / "decisions.jsonl")
    return path


def record_of(gold: Path) -> GoldRecord:
    record = read_record(gold)
    assert record is not None
    return record


def with_a_note(document: AnnotationDocument) -> AnnotationDocument:
    labels = {**document.article_labels, "note": "Changed."}
    return document.model_copy(update={"article_labels": labels})


def test_gold_follows_from_the_annotations_that_it_was_made_from(
    gold: Path, documents: list[AnnotationDocument]
) -> None:
    record, annotations = record_of(gold), read_documents([gold])
    assert record.stale(annotations, documents[::-1]) == []
    changed = [with_a_note(documents[0]), *documents[1:]]
    assert record.stale(annotations, changed) == ["one"]
    assert record.stale(annotations, documents[:3]) == ["two"]
    assert record.gone(annotations, documents[:3]) == []
    assert (record.stale(annotations, documents[:2]), record.gone(annotations, documents[:2])) == (
        [],
        ["two"],
    )


def test_stale_gold_is_not_published(
    gold: Path, documents: list[AnnotationDocument], scheme: Scheme, tmp_path: Path
) -> None:
    changed = [with_a_note(documents[0]), *documents[1:]]
    plan = ReleasePlan(
        "stale", "1.0.0", scheme, read_documents([gold]), changed, gold_record=record_of(gold)
    )
    with pytest.raises(StaleError, match=r"\(one\); make these anew with: signalbook adj"):
        build_release(plan, tmp_path / "datasets")
    assert not (tmp_path / "datasets").exists()


def test_a_text_that_is_taken_out_of_distribution_is_withheld_from_gold_as_well(
    gold: Path, documents: list[AnnotationDocument], scheme: Scheme, tmp_path: Path
) -> None:
    def with_right(document: AnnotationDocument, redistributable: bool) -> AnnotationDocument:
        given = {"redistributable": redistributable, "publisher": "The Post"}
        return document.model_copy(update={"article": document.article.model_copy(update=given)})

    made = [with_right(document, True) for document in read_documents([gold])]
    taken_down = [with_right(document, document.article.id != "one") for document in documents]
    record = record_of(gold)
    assert record.stale(made, taken_down) == []
    plan = ReleasePlan("withheld", "1.0.0", scheme, made, taken_down, gold_record=record)
    texts = {(layer, d.article.id): d.article.text for layer, d in plan.released}
    assert texts["gold", "one"] is None
    assert texts["annotators", "one"] is None
    assert texts["gold", "two"]
    assert {d.article.publisher for _, d in plan.released} == {"The Post"}


def test_nothing_is_lost_where_gold_is_remade_from_the_same_scheme(
    gold: Path, documents: list[AnnotationDocument], scheme: Scheme
) -> None:
    again = adjudicate([with_a_note(documents[0]), *documents[1:]], scheme)
    assert again.would_lose(read_documents([gold]), record_of(gold)) == []


def test_gold_made_by_hand_of_another_scheme_or_of_an_article_that_is_gone_would_be_lost(
    gold: Path, documents: list[AnnotationDocument], scheme: Scheme, second_scheme: Scheme
) -> None:
    record, (one, two) = record_of(gold), read_documents([gold])
    again = adjudicate(documents, scheme)
    assert again.would_lose([with_a_note(one), two], record) == [with_a_note(one)]
    assert again.would_lose([one, two], None) == [one, two]
    assert adjudicate(documents[:2], scheme).would_lose([one, two], record) == [two]
    if scheme.name != second_scheme.name:
        assert adjudicate([], second_scheme).would_lose([one], record) == [one]


def test_gold_that_is_kept_stays_made_by_hand_and_takes_the_metadata_of_now(
    gold: Path, documents: list[AnnotationDocument], scheme: Scheme, tmp_path: Path
) -> None:
    by_hand = with_a_note(read_documents([gold])[0])
    taken_down = [
        d.model_copy(update={"article": d.article.model_copy(update={"redistributable": False})})
        for d in documents
    ]
    adjudication = adjudicate(taken_down, scheme).keeping([by_hand])
    adjudication.write(gold, tmp_path / "decisions.jsonl")
    one, two = read_documents([gold])
    assert one.article_labels == by_hand.article_labels
    assert not one.article.redistributable
    assert record_of(gold).by_hand([one, two]) == [one]
    assert record_of(gold).stale([one, two], taken_down) == []


def test_a_damaged_record_names_the_way_out(gold: Path) -> None:
    record_path(gold).write_text("[")
    with pytest.raises(DocumentError, match=r"gold.record.json: is damaged; delete it"):
        read_record(gold)
