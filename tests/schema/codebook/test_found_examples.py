"""Spans of annotated articles become examples of the codebook, in a file of their own."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rounds import run

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.export.release.layout import scheme_sources
from signalbook.schema.codebook import codebook_markdown
from signalbook.schema.codebook.found_examples import add_example, found_example
from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import SchemeError, UsageError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def own_scheme(second_scheme: Scheme, tmp_path: Path) -> Scheme:
    """A copy of a scheme, as somebody has one of their own."""
    shutil.copytree(second_scheme.folder, tmp_path / "scheme")
    return load_scheme(tmp_path / "scheme")


@pytest.fixture
def workspace(own_scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with that scheme, and the annotation of its example by ada; it has no gold."""
    workspace = init_workspace(tmp_path / "reports", str(own_scheme.folder))
    monkeypatch.chdir(workspace.folder)
    put(workspace.documents, document(own_scheme, "ada"))
    return workspace


def document(scheme: Scheme, annotator: str, **article: object) -> AnnotationDocument:
    data: dict[str, Any] = json.loads(scheme.example_file.read_text(encoding="utf-8"))
    data["annotator"] = {"id": annotator}
    data["article"] |= article
    return AnnotationDocument.model_validate(data)


def put(path: Path, *documents: AnnotationDocument) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{d.to_json()}\n" for d in documents), encoding="utf-8")


def test_a_span_becomes_a_worked_example_and_nothing_that_is_there_changes(
    workspace: Workspace, own_scheme: Scheme
) -> None:
    before = {path: path.read_bytes() for path in own_scheme.files if path.is_file()}
    command = ("scheme", "example", "x1", "--annotator", "ada", "--why", "Both arms: one span.")
    added = run(*command)
    assert added["counts"] == {"added": 1}
    assert "[a rash on both arms]" in added["data"]["text"]
    assert "Severity: severe" in added["data"]["why"]
    assert added["data"]["why"].endswith(". Both arms: one span.")
    codebook = codebook_markdown(own_scheme)
    assert "[a rash on both arms\\]" in codebook
    assert "Both arms: one span." in codebook
    assert run(*command)["counts"] == {"added": 0}
    assert {path: path.read_bytes() for path in before} == before
    # A release has it with the scheme, so that its codebook can be made again.
    assert own_scheme.found_examples_file in scheme_sources(own_scheme)


def test_gold_is_meant_where_nobody_is_named(workspace: Workspace, own_scheme: Scheme) -> None:
    with pytest.raises(UsageError, match=r"no gold annotation yet; name whose .* --annotator"):
        run("scheme", "example", "x1")
    first, second = (document(own_scheme, "gold", id=id) for id in ("a1", "a2"))
    put(workspace.gold, first, second)
    with pytest.raises(
        UsageError, match=r"x1: annotations of gold of a1, a2 have it; name one with"
    ):
        run("scheme", "example", "x1")
    assert run("scheme", "example", "x1", "--article", "a2")["data"]["article"] == "a2"
    shown = CliRunner().invoke(cli, ["scheme", "example", "x99"])
    assert "x99: no annotation of gold has such a span; " in str(shown.exception)


def test_a_text_that_may_not_be_given_away_gives_no_example(
    workspace: Workspace, own_scheme: Scheme
) -> None:
    put(workspace.documents, document(own_scheme, "ada", redistributable=False))
    with pytest.raises(UsageError, match="its text may not be given away"):
        run("scheme", "example", "x1", "--annotator", "ada")
    own = document(own_scheme, "ada")
    put(workspace.documents, own)
    article = {"id": own.article.id, "text": own.article.text, "redistributable": False}
    (workspace.articles / "a.jsonl").write_text(json.dumps(article) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="its text may not be given away"):
        run("scheme", "example", "x1", "--annotator", "ada")
    assert not own_scheme.found_examples_file.exists()


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("One. Two three four! Five", "three", "Two [three] four!"),
        ("Title\n\nHe said “no way.” Then more.", "no way", "He said “[no way].”"),
        ("One. Two. Three", "One. Two.", "[One. Two.]"),
        (f"{'long ' * 60}here", "here", f"…{'long ' * 40}[here]"),
    ],
)
def test_the_words_stand_in_their_sentence(
    own_scheme: Scheme, text: str, words: str, shown: str
) -> None:
    start = text.index(words)
    of = document(own_scheme, "ada", text=text)
    span = of.spans[1].model_copy(update={"start": start, "end": start + len(words)})
    assert found_example(of, span, own_scheme).text == shown


def test_a_built_in_scheme_is_not_written_to(diplomatic: Scheme) -> None:
    example = read_example(diplomatic)
    assert example is not None
    [span, *_] = example.spans
    with pytest.raises(UsageError, match="is a built-in scheme, which is the same for everybody"):
        add_example(diplomatic, found_example(example, span, diplomatic))
    assert not diplomatic.found_examples_file.exists()


def test_a_damaged_line_is_named(own_scheme: Scheme) -> None:
    own_scheme.found_examples_file.write_text("{}\n", encoding="utf-8")
    with pytest.raises(SchemeError, match=r"codebook_examples\.jsonl:1: is no example"):
        codebook_markdown(own_scheme)
