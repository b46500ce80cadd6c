"""Every command names the next one, and what it names can be typed as it stands."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signalbook.annotate.cli.commands import cli
from signalbook.export.adjudication.gold_draft import GOLD
from signalbook.export.cli.adjudicate import adjudicate
from signalbook.export.cli.agreement import agreement
from signalbook.export.cli.release import release
from signalbook.export.cli.validate import validate
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError, StaleError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings

Varied = Callable[..., AnnotationDocument]
Ask = Callable[..., Result]

PULL = "bring their work in with: signalbook pull"


@pytest.fixture
def workspace(scheme: Scheme, varied: Varied, tmp_path: Path) -> Settings:
    """One article that two annotators saw, as the last pull left it."""
    documents = tmp_path / "documents.jsonl"
    write_documents(documents, [varied("a", "x"), varied("a", "y")])
    return Settings(scheme=str(scheme.path), documents=documents, datasets=tmp_path / "datasets")


def with_documents(workspace: Settings, *documents: AnnotationDocument) -> Settings:
    assert workspace.documents is not None
    write_documents(workspace.documents, documents)
    return workspace


def commands(result: Result) -> list[str]:
    return re.findall(r"signalbook [^;,\n]+", result.stderr)


def test_named_files_are_taken_from_check_to_release_by_the_commands_that_are_printed(
    workspace: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = f"signalbook validate documents.jsonl --scheme {workspace.scheme}"
    typed = [command]
    while not command.startswith("signalbook release verify"):
        words = shlex.split(command.replace("VERSION", "1.0.0"))[1:]
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0, result.output
        command = commands(result)[-1]
        typed.append(command)
    assert [line.split(" documents")[0].split(" --")[0] for line in typed[:-1]] == [
        "signalbook validate",
        "signalbook agreement",
        "signalbook adjudicate auto",
        "signalbook release build VERSION",
    ]
    assert CliRunner().invoke(cli, shlex.split(command)[1:]).exit_code == 0


def test_the_documents_of_a_workspace_need_no_name(workspace: Settings) -> None:
    assert commands(CliRunner().invoke(validate, [], obj=workspace)) == ["signalbook agreement"]
    assert commands(CliRunner().invoke(agreement, [], obj=workspace)) == [
        "signalbook agreement --html report.html",
        "signalbook adjudicate auto",
    ]
    assert commands(CliRunner().invoke(adjudicate, ["auto"], obj=workspace)) == [
        "signalbook release build VERSION"
    ]


def test_errors_are_repaired_before_anything_else(workspace: Settings, varied: Varied) -> None:
    wrong = varied("a", "x", article_changes={"text_length": 1})
    result = CliRunner().invoke(validate, [], obj=with_documents(workspace, wrong))
    assert result.exit_code == 3
    assert commands(result) == ["signalbook pull", "signalbook validate"]
    path = str(workspace.documents)
    result = CliRunner().invoke(validate, [path], obj=workspace)
    assert commands(result) == [f"signalbook validate {path}"]


def test_an_article_without_gold_is_repaired_before_the_release(
    workspace: Settings, varied: Varied
) -> None:
    wrong = varied("a", "x", article_changes={"text_length": 1})
    result = CliRunner().invoke(adjudicate, ["auto"], obj=with_documents(workspace, wrong))
    assert result.exit_code == 3
    assert commands(result)[-2:] == ["signalbook pull", "signalbook adjudicate auto"]


def test_where_nobody_shares_an_article_agreement_is_not_the_next_step(
    workspace: Settings, varied: Varied
) -> None:
    settings = with_documents(workspace, varied("a", "x"), varied("b", "y"))
    assert commands(CliRunner().invoke(validate, [], obj=settings)) == [
        "signalbook adjudicate auto"
    ]
    result = CliRunner().invoke(agreement, [], obj=settings)
    assert "give the same articles to several" in result.stderr
    assert commands(result) == ["signalbook adjudicate auto"]


def test_gold_that_is_fine_can_be_published(workspace: Settings, varied: Varied) -> None:
    settings = with_documents(workspace, varied("a", GOLD.id))
    path = str(settings.documents)
    assert commands(CliRunner().invoke(validate, [path], obj=settings)) == [
        f"signalbook release build VERSION --gold {path}"
    ]


@pytest.mark.parametrize("words", ["validate", "agreement", "adjudicate auto"])
def test_before_anybody_has_submitted_the_next_step_is_to_pull(
    workspace: Settings, words: str
) -> None:
    command = {"validate": validate, "agreement": agreement}.get(words.split()[0], adjudicate)
    result = CliRunner().invoke(command, words.split()[1:], obj=with_documents(workspace))
    assert result.exit_code == 0
    assert PULL in result.stderr
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize("words", ["validate", "agreement", "adjudicate auto"])
def test_a_file_without_documents_is_named(workspace: Settings, words: str) -> None:
    command = {"validate": validate, "agreement": agreement}.get(words.split()[0], adjudicate)
    path = str(with_documents(workspace).documents)
    result = CliRunner().invoke(command, [*words.split()[1:], path], obj=workspace)
    assert result.stderr == (
        f"{path}: no annotator's document is there; name files that hold some\n"
    )


def test_stale_gold_is_made_anew_by_the_command_that_is_named(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    path, gold = tmp_path / "all.jsonl", tmp_path / "my gold.jsonl"
    write_documents(path, [varied("a", "x"), varied("a", "y")])
    named = ["--scheme", str(scheme.path)]
    runner = CliRunner()
    made = runner.invoke(adjudicate, ["auto", str(path), "--output", str(gold), *named])
    write_documents(path, [varied("a", "x")])
    arguments = ["build", "1.0.0", "--documents", str(path), "--gold", str(gold), *named]
    options = ["--output", str(tmp_path / "datasets")]
    refused = runner.invoke(release, [*arguments, *options])
    assert made.exit_code == 0
    assert isinstance(refused.exception, StaleError)
    fact, command = str(refused.exception).split("; make these anew with: ")
    assert fact.startswith("the annotations of 1 article have changed since gold annotations")
    assert command == shlex.join(
        ["signalbook", "adjudicate", "auto", str(path), *named, "--output", str(gold)]
    )
    assert runner.invoke(cli, shlex.split(command)[1:]).exit_code == 0
    assert runner.invoke(release, [*arguments, *options]).exit_code == 0


def test_gold_whose_annotations_are_gone_is_kept_by_the_command_that_is_named(
    scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    path, gold = tmp_path / "all.jsonl", tmp_path / "gold.jsonl"
    write_documents(path, [varied("a", "x"), varied("b", "x")])
    named = ["--scheme", str(scheme.path)]
    runner = CliRunner()
    runner.invoke(adjudicate, ["auto", str(path), *named])
    write_documents(path, [varied("a", "x")])
    arguments = ["build", "1.0.0", "--documents", str(path), *named, "--json"]
    options = ["--output", str(tmp_path / "datasets")]
    refused = runner.invoke(release, [*arguments, *options])
    assert isinstance(refused.exception, StaleError)
    fact, _, command = str(refused.exception).rpartition(" with: ")
    assert fact.startswith("the annotations of 1 article, of which gold annotations were made, are")
    assert "(b); bring them back" in fact
    assert runner.invoke(cli, shlex.split(command)[1:]).exit_code == 0
    assert len(gold.read_bytes().splitlines()) == 2
    built = json.loads(runner.invoke(release, [*arguments, *options]).stdout)
    assert built["warnings"] == [
        "1 of 2 gold annotations stand there without any annotator's document of the article (b)"
    ]


@pytest.mark.parametrize("wrong", ["gold", "documents"])
def test_errors_that_keep_from_a_release_are_listed_by_the_command_that_is_named(
    wrong: str, scheme: Scheme, varied: Varied, tmp_path: Path
) -> None:
    paths = {name: tmp_path / f"{name}.jsonl" for name in ("gold", "documents")}
    write_documents(paths["documents"], [varied("a", "x")])
    write_documents(paths["gold"], [varied("a")])
    broken = varied("a", "x" if wrong == "documents" else "gold")
    spans = (broken.spans[0].model_copy(update={"end": 10**6}), *broken.spans[1:])
    write_documents(paths[wrong], [broken.model_copy(update={"spans": spans})])
    arguments = ["build", "1.0.0", "--documents", str(paths["documents"])]
    named = ["--scheme", str(scheme.path)]
    refused = CliRunner().invoke(release, [*arguments, *named, "-o", str(tmp_path / "datasets")])
    assert isinstance(refused.exception, FindingsError)
    command = str(refused.exception).splitlines()[-1].rpartition(": ")[2]
    assert command == shlex.join(["signalbook", "validate", str(paths[wrong]), *named])
    assert CliRunner().invoke(cli, shlex.split(command)[1:]).exit_code == 3
