import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signalbook.export.cli.release import release as command
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import DocumentError, FindingsError, StaleError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings

Varied = Callable[..., AnnotationDocument]


@pytest.fixture
def settings(scheme: Scheme, varied: Varied, tmp_path: Path) -> Settings:
    """A workspace with documents and gold."""
    documents = tmp_path / "documents.jsonl"
    write_documents(documents, [varied("a", "x"), varied("a", "y")])
    write_documents(tmp_path / "gold.jsonl", [varied("a")])
    return Settings(scheme=str(scheme.path), documents=documents, datasets=tmp_path / "datasets")


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=settings)


def test_a_dataset_is_called_as_the_workspace_says(settings: Settings) -> None:
    assert run(replace(settings, dataset="news"), "build", "1.0.0").exit_code == 0
    assert (settings.datasets / "news" / "1.0.0" / "manifest.json").is_file()


def test_a_release_says_what_the_workspace_knows_of_its_annotators(settings: Settings) -> None:
    assert run(replace(settings, simulated_annotators=True), "build", "1.0.0").exit_code == 0
    [manifest] = settings.datasets.glob("*/1.0.0/manifest.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["simulated_annotators"] is True


def test_build_publishes_the_documents_and_gold_of_the_workspace(
    settings: Settings, scheme: Scheme
) -> None:
    result = run(settings, "build", "1.0.0", "--json", "--synthetic-articles")
    outcome = json.loads(result.stdout)
    folder = settings.datasets / scheme.name / "1.0.0"
    assert (result.exit_code, outcome["ok"], outcome["warnings"]) == (0, True, [])
    assert outcome["data"]["folder"] == str(folder)
    assert outcome["counts"]["gold"] == 1
    assert outcome["counts"]["annotators"] == 2
    assert (folder / "schema" / "codebook.md").is_file()
    assert (folder / "schema" / scheme.prose.name).is_file() == scheme.prose.is_file()
    assert "The articles are invented." in (folder / "README.md").read_text(encoding="utf-8")


def test_build_names_articles_without_annotations_or_gold(
    settings: Settings, varied: Varied
) -> None:
    assert settings.documents
    write_documents(settings.documents, [varied("a", "x"), varied("a", "y"), varied("b", "x")])
    workspace = replace(settings, article_ids=lambda: {"a", "b", "c"})
    built = json.loads(run(workspace, "build", "1.0.0", "--json").stdout)
    assert built["warnings"][:2] == [
        "1 article of the workspace is not in it: it has no annotation that was pulled (c)",
        "1 article has annotations in it, and no gold annotation (b)",
    ]
    named = ["--documents", str(settings.documents)]
    other = json.loads(run(workspace, "build", "1.1.0", *named, "--json").stdout)
    assert other["warnings"][:1] == built["warnings"][1:2]


def test_build_takes_files_from_elsewhere(settings: Settings, tmp_path: Path) -> None:
    options = ["--gold", str(tmp_path / "gold.jsonl"), "--name", "other", "-o", str(tmp_path / "o")]
    result = run(Settings(scheme=settings.scheme), "build", "0.1.0", *options)
    folder = tmp_path / "o" / "other" / "0.1.0"
    assert result.stdout.startswith(
        f"{folder}: published (1 gold document, 0 annotators' documents, 1 article, "
    )
    assert not (folder / "agreement").exists()


def test_build_says_that_gold_is_missing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").unlink()
    result = run(settings, "build", "1.0.0")
    assert result.stderr.startswith("warning: no gold annotations are in it; ")
    named = str(settings.documents)
    result = run(settings, "build", "1.1.0", "--documents", named)
    assert f"make some with `signalbook adjudicate auto {named}`" in result.stderr


def test_build_says_which_gold_it_took_unasked(settings: Settings, tmp_path: Path) -> None:
    result = run(settings, "build", "1.0.0")
    assert f"The gold annotations are those of {tmp_path / 'gold.jsonl'}\n" in result.stderr


@pytest.mark.parametrize("option", ["--documents", "--gold"])
def test_a_named_file_without_documents_is_refused_and_nothing_taken_instead(
    settings: Settings, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    result = run(settings, "build", "1.0.0", option, str(path))
    assert isinstance(result.exception, DocumentError)
    assert str(result.exception).startswith(f"{path}: no annotation document is there")
    assert not settings.datasets.exists()


def test_documents_may_lie_in_several_files(
    settings: Settings, varied: Varied, tmp_path: Path
) -> None:
    write_documents(tmp_path / "x.jsonl", [varied("a", "x")])
    write_documents(tmp_path / "y.jsonl", [varied("a", "y")])
    options = [f"--documents={tmp_path / name}" for name in ("x.jsonl", "y.jsonl")]
    outcome = json.loads(run(settings, "build", "1.0.0", "--json", *options).stdout)
    assert outcome["counts"]["annotators"] == 2


def test_a_wholly_withheld_release_says_so(
    settings: Settings, varied: Varied, tmp_path: Path
) -> None:
    closed = {"redistributable": False}
    path = tmp_path / "closed.jsonl"
    write_documents(path, [varied("a", who, article_changes=closed) for who in "xy"])
    (tmp_path / "gold.jsonl").unlink()
    outcome = json.loads(run(settings, "build", "1.0.0", "--json", f"--documents={path}").stdout)
    assert outcome["warnings"][1].startswith("the words of 1 of 1 article are withheld")


def test_verify_says_what_is_wrong_and_ends_with_status_3(settings: Settings) -> None:
    run(settings, "build", "1.0.0", "--name", "news")
    folder = settings.datasets / "news" / "1.0.0"
    fine = run(settings, "verify", str(folder))
    assert (fine.exit_code, fine.stdout) == (0, f"{folder}: fine\n")
    (folder / "LICENSE").write_text("Do what you want.", encoding="utf-8")
    wrong = run(settings, "verify", str(folder))
    assert (wrong.exit_code, wrong.stdout) == (
        3,
        f"LICENSE: has changed\n{folder}: 1 finding\n",
    )
    errors = json.loads(run(settings, "verify", str(folder), "--json").stdout)["errors"]
    assert errors == [{"check": "bytes", "place": "LICENSE", "fact": "has changed"}]


def test_without_a_document_there_is_no_release(settings: Settings) -> None:
    assert settings.documents is not None
    write_documents(settings.documents, [])
    write_documents(settings.documents.with_name("gold.jsonl"), [])
    result = run(settings, "build", "1.0.0")
    assert isinstance(result.exception, FindingsError)
    assert "bring annotations in with signalbook pull" in str(result.exception)
    assert not settings.datasets.exists()


def test_a_pull_without_documents_makes_no_release_of_gold_alone(settings: Settings) -> None:
    assert settings.documents is not None
    write_documents(settings.documents, [])
    result = run(settings, "build", "1.0.0")
    assert str(result.exception) == (
        f"{settings.documents}: no annotation document is there; bring them with: signalbook pull"
    )
    assert not settings.datasets.exists()


@pytest.mark.parametrize("is_named", [False, True])
def test_build_gives_no_text_away_that_the_workspace_has_withdrawn(
    settings: Settings, varied: Varied, *, is_named: bool
) -> None:
    article = varied("a").article
    named = ["--documents", str(settings.documents)] if is_named else []
    forbidden = replace(settings, withdrawn=lambda: {(article.id, article.text_sha256)})
    result = run(forbidden, "build", "1.0.0", *named)
    assert isinstance(result.exception, StaleError)
    assert "1 text may not be given away, and the documents say otherwise (a)" in str(
        result.exception
    )
    way_out = "correct them with: signalbook push, then: signalbook pull"
    named_again = "; then name documents of that pull" if is_named else ""
    assert str(result.exception).endswith(way_out + named_again)
    assert not settings.datasets.exists()
    other_text = replace(settings, withdrawn=lambda: {(article.id, "0" * 64)})
    assert run(other_text, "build", "1.0.0", *named).exit_code == 0
