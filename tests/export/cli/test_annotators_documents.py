"""An annotator counts once for an article, and gold for nobody, whichever command is asked."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from signalbook.export.adjudication.adjudicate import adjudicate as adjudicated
from signalbook.export.cli.adjudicate import adjudicate
from signalbook.export.cli.agreement import agreement
from signalbook.export.cli.release import release
from signalbook.export.cli.validate import validate
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import DocumentError, FindingsError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings

Varied = Callable[..., AnnotationDocument]


@pytest.fixture
def settings(scheme: Scheme, varied: Varied, tmp_path: Path) -> Settings:
    """Documents of which the last is by an annotator who has another, in another spelling."""
    path = tmp_path / "documents.jsonl"
    write_documents(path, [varied("a", "x"), varied("a", "y"), varied("b", "x"), varied("a", "X ")])
    return Settings(scheme=str(scheme.path), documents=path, datasets=tmp_path / "datasets")


def run(command: click.Command, settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(agreement, []), (adjudicate, ["auto"]), (release, ["build", "1.0.0"])],
    ids=["agreement", "adjudicate", "release"],
)
def test_nobody_counts_twice_for_an_article(
    command: click.Command, arguments: list[str], settings: Settings, tmp_path: Path
) -> None:
    result = run(command, settings, *arguments)
    path = settings.documents
    assert isinstance(result.exception, FindingsError)
    assert str(result.exception) == (
        f"{path}:1 and {path}:4: annotator x has two documents of article a; keep one of them"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["documents.jsonl"]


def test_validate_finds_the_second_document_of_an_annotator(settings: Settings) -> None:
    result = run(validate, settings, "--json")
    [error] = json.loads(result.stdout)["errors"]
    assert result.exit_code == 3
    assert (error["id"], error["article_id"], error["annotator_id"]) == ("twice", "a", "x")
    path = settings.documents
    assert error["fact"] == f"the documents are at {path}:1 and {path}:4"


@pytest.fixture
def of_two_texts(scheme: Scheme, varied: Varied, tmp_path: Path) -> Settings:
    """Three documents of an article: one about another text, one with another title and licence."""
    other = {"text": "Other.", "text_sha256": "0" * 64, "text_length": 6}
    said = {"title": "Other", "licence": "MIT"}
    path = tmp_path / "documents.jsonl"
    changed = [varied("a", who, article_changes=c) for who, c in (("y", other), ("z", said))]
    write_documents(path, [varied("a", "x"), *changed, varied("a", "w", article_changes=said)])
    return Settings(scheme=str(scheme.path), documents=path, datasets=tmp_path / "datasets")


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(agreement, []), (adjudicate, ["auto"]), (release, ["build", "1.0.0"])],
    ids=["agreement", "adjudicate", "release"],
)
def test_two_texts_of_an_article_are_refused_with_both_places(
    command: click.Command, arguments: list[str], of_two_texts: Settings
) -> None:
    result = run(command, of_two_texts, *arguments)
    path = of_two_texts.documents
    assert isinstance(result.exception, FindingsError)
    assert str(result.exception) == (
        f"{path}:1 and {path}:2: article a: y annotated another text than x; "
        "leave one of them out, or annotate it anew"
    )


def test_validate_finds_another_text_and_once_other_metadata(of_two_texts: Settings) -> None:
    outcome = json.loads(run(validate, of_two_texts, "--json").stdout)
    path = of_two_texts.documents
    found = {i["id"]: i for i in outcome["errors"]}
    assert found["other-text"]["annotator_id"] == "y"
    assert found["other-text"]["fact"] == f"the documents are at {path}:1 and {path}:2"
    [warning] = [i for i in outcome["warnings"] if i["id"] == "other-metadata"]
    assert warning["fact"] == f"licence, title: compare {path}:1 and {path}:3"


def test_rounds_of_annotation_are_named(varied: Varied, scheme: Scheme) -> None:
    first = varied("a", "x")
    second = first.with_annotator(first.annotator.model_copy(update={"round": "r2"}))
    with pytest.raises(FindingsError) as refusal:
        adjudicated([first, second], scheme)
    assert str(refusal.value) == (
        "annotator x has two documents of article a (rounds none and r2); keep one of them"
    )


@pytest.fixture
def folder(varied: Varied, tmp_path: Path) -> Path:
    """Two annotators' documents of two articles, and gold annotations in a file beside them."""
    folder = tmp_path / "all"
    folder.mkdir()
    own = [varied(article, who) for article in "ab" for who in "xy"]
    write_documents(folder / "documents.jsonl", own)
    write_documents(folder / "gold.jsonl", [varied("a"), varied("b"), varied("b")])
    return folder


def left_out(folder: Path) -> str:
    return f"{folder / 'gold.jsonl'}:1: 3 gold annotations are left out: they are nobody's own"


def test_agreement_is_of_annotators_alone(folder: Path, settings: Settings) -> None:
    outcome = json.loads(run(agreement, settings, str(folder), "--json").stdout)
    alone = json.loads(run(agreement, settings, str(folder / "documents.jsonl"), "--json").stdout)
    assert outcome["warnings"] == [left_out(folder)]
    assert outcome["data"] == alone["data"]
    assert f"warning: {left_out(folder)}\n" in run(agreement, settings, str(folder)).stderr


def test_a_release_has_gold_in_its_own_layer_alone(folder: Path, settings: Settings) -> None:
    arguments = ["build", "1.0.0", "--documents", str(folder), "--json"]
    outcome = json.loads(run(release, settings, *arguments).stdout)
    assert (outcome["counts"]["annotators"], outcome["counts"]["gold"]) == (4, 0)
    assert outcome["warnings"][0] == left_out(folder)


def test_gold_alone_is_no_document_of_annotators(folder: Path, settings: Settings) -> None:
    gold = folder / "gold.jsonl"
    result = run(release, settings, "build", "1.0.0", "--documents", str(gold))
    assert isinstance(result.exception, DocumentError)
    assert str(result.exception).splitlines() == [
        f"{gold}: no annotation document is there; name files that hold some",
        left_out(folder),
    ]


def test_gold_does_not_vote(folder: Path, settings: Settings) -> None:
    outcome = json.loads(run(adjudicate, settings, "auto", str(folder), "--json").stdout)
    assert outcome["warnings"] == [left_out(folder)]
