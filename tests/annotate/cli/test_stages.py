"""A whole round in stages, on a real server: each begins with what adjudication made of the one before."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner
from rounds import run, write_article_of_example

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.cli.stages import run_each_stage
from signalbook.annotate.conversion.convert import article_of, canonical
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import Workspace, read_workspace
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage
from signalbook.schema.settings import CONFIG


@pytest.fixture
def workspace(server_workspace: Workspace, diplomatic: Scheme) -> Workspace:
    (server_workspace.folder / CONFIG).write_text(
        '[project]\ntitle = "in stages"\n[scheme]\npath = "diplomatic_signal"\nstages = true\n',
        encoding="utf-8",
    )
    made = read_workspace(server_workspace.folder)
    write_article_of_example(made, diplomatic)
    quiet = {"id": "quiet", "title": "Weather", "text": "It rained.", "language": "en"}
    facts = {"source_type": "news_report", "licence": "CC0-1.0", "redistributable": True}
    with (made.articles / "a.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({**quiet, **facts}) + "\n")
    return made


def in_stage(stage: str, *arguments: str) -> Any:
    outcome = run("--stage", stage, *arguments)
    assert outcome["ok"], outcome
    return outcome


def label(
    stage: str, whole: AnnotationDocument, scheme: Scheme, client: LabelStudioClient, *users: User
) -> int:
    """Each of them submits what the document has of the stage; how many tasks it has."""
    title = f"in stages · {stage}"
    project = client.find_project(title)
    assert project is not None
    rows = client.task_contents(
        project["id"], [row["id"] for row in client.list_tasks(project["id"])]
    )
    names = [of_scheme.name for of_scheme in scheme.stages]
    later = names[names.index(stage) + 1 :]
    for row in rows:
        made = of_task(row["data"], whole)
        document = earlier_part(made, at_stage(scheme, later[0])) if later else made
        own = with_ids_of(row["data"], document)
        results = to_label_studio(own, at_stage(scheme, stage), row["data"])
        for user in users:
            with LabelStudioClient(client.url, user.token) as annotator:
                annotator.create_annotation(row["id"], results)
    return len(rows)


def of_task(data: Any, whole: AnnotationDocument) -> AnnotationDocument:
    """What annotators make of a task: of the article without signals, that it has none."""
    if data["article"]["id"] == whole.article.id:
        return whole
    nothing = {"parties": (), "spans": (), "relations": (), "dyads": ()}
    labels = {"article_labels": {"relevance": "no_signal"}}
    return whole.model_copy(update={**nothing, **labels, "article": article_of(data)})


def test_a_round_in_stages_makes_the_gold_of_a_round_on_one_page(
    workspace: Workspace,
    client: LabelStudioClient,
    annotators: tuple[User, User],
    diplomatic: Scheme,
) -> None:
    text = diplomatic.example_file.read_text(encoding="utf-8")
    whole = canonical(AnnotationDocument.model_validate_json(text), diplomatic)
    for of_scheme in diplomatic.stages:
        in_stage(of_scheme.name, "project", "apply")
    assert in_stage("signals", "push", "--dry-run")["warnings"] == [
        (
            "2 articles wait here until the stage parties is done: nothing that was labelled there "
            "was pulled yet (example-1, quiet)"
        )
    ]
    for stage in ("parties", "signals", "dyads"):
        in_stage(stage, "push")
        tasks = label(stage, whole, diplomatic, client, *annotators)
        assert tasks == (6 if stage == "dyads" else 2)
        assert in_stage(stage, "pull")["counts"]["documents"] == 4
        assert in_stage(stage, "push")["counts"]["created"] == 0
        status = in_stage(stage, "status")["counts"]
        assert (status["invalid"], status["to_adjudicate"], status["to_push"]) == (0, 2, 0)
        assert in_stage(stage, "validate")["counts"]["errors"] == 0
        if stage == "parties":
            assert in_stage("signals", "push", "--dry-run")["warnings"] == [
                (
                    "2 articles wait for gold annotations of the stage parties (example-1, quiet); "
                    "make them with: signalbook --stage parties adjudicate auto"
                )
            ]
        in_stage(stage, "adjudicate", "auto")
    gold, quiet = read_documents([workspace.at_stage("dyads").gold])
    assert (quiet.article.id, quiet.dyads, quiet.spans) == ("quiet", (), ())
    scheme = load_scheme("diplomatic_signal")
    assert content(gold) == content(canonical(whole, scheme))
    assert run("validate")["ok"]  # without a stage, what is whole
    release_and_refuse(workspace)


def test_what_holds_of_the_server_is_said_in_one_stage_and_nothing_of_an_empty_one(
    workspace: Workspace,
) -> None:
    people = '[assignment]\nmode = "blind"\noverlap = 2\nannotators = ["ada", "ben"]\n'
    names = '[annotators]\n"ada@example.org" = "ada"\n"ben@example.org" = "ben"\n'
    path = workspace.folder / CONFIG
    path.write_text(path.read_text(encoding="utf-8") + people + names, encoding="utf-8")
    first, second = (
        CliRunner().invoke(cli, ["--stage", stage, "project", "apply"])
        for stage in ("parties", "signals")
    )
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "has no roles" in first.output
    assert "Send everybody their articles with" in first.output
    assert "There is nothing to assign yet" in second.output
    for said in ("has no roles", "Send everybody", "calibration"):
        assert said not in second.output


def with_ids_of(data: Any, document: AnnotationDocument) -> AnnotationDocument:
    """The document with the ids that its parties have in a task, where they are agreed on."""
    agreed = {party["entity"] + party["role"]: party["id"] for party in agreed_in(data)}
    ids = {
        p.id: agreed.get(f"{p.attributes['entity']}{p.attributes['role']}", p.id)
        for p in document.parties
    }
    record = renamed(document.to_dict(), ids)
    record["parties"] = sorted(record["parties"], key=lambda party: int(party["id"][1:]))
    return AnnotationDocument.model_validate(record)


def agreed_in(data: Any) -> list[Any]:
    return [*data.get("earlier", {}).get("parties", ())]


def renamed(value: object, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        return {key: renamed(item, names) for key, item in held.items()}
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [renamed(item, names) for item in items]
    return names.get(value, value) if isinstance(value, str) else value


def release_and_refuse(workspace: Workspace) -> None:
    """A release says that it was made in stages, and is measured so; one of parts is refused."""
    early = CliRunner().invoke(cli, ["--stage", "signals", "release", "build", "1.0.0"])
    assert isinstance(early.exception, UsageError)
    assert str(early.exception).startswith("documents of the stage signals are not whole")
    assert run("release", "build", "1.0.0")["ok"]
    release = workspace.datasets / "diplomatic_signal" / "1.0.0"
    assert run("release", "verify", str(release))["ok"]
    assert "labelled in stages" in (release / "README.md").read_text(encoding="utf-8")
    kinds = {measure["kind"] for measure in run("agreement", str(release))["data"]["measures"]}
    assert kinds == {"dyad", "article_label"}


def test_what_is_of_the_server_as_a_whole_is_run_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = init_workspace(tmp_path / "once").folder
    (folder / CONFIG).write_text("[scheme]\nstages = true\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    ran: list[list[str]] = []

    def run_one(arguments: list[str]) -> int:
        ran.append(arguments)
        return 0

    assert run_each_stage(["project", "invite"], run_one) == 0
    assert ran == [["project", "invite"]]
    run_each_stage(["project", "plan"], run_one)
    assert [arguments[1] for arguments in ran[1:]] == ["parties", "signals", "dyads"]
    # Beside the tables, so that a file of them says which is of which stage.
    assert capsys.readouterr().out.split("\n") == [
        "Stage parties",
        "Stage signals",
        "Stage dyads",
        "",
    ]


def content(document: AnnotationDocument) -> dict[str, Any]:
    """What a document says, with whatever ids: parties by their names and roles."""
    names = {p.id: f"{p.attributes['entity']}, {p.attributes['role']}" for p in document.parties}
    record = renamed(document.to_dict(), names)
    places = {span["id"]: f"{span['start']}-{span['end']}" for span in record["spans"]}
    return {
        "parties": {*names.values()},
        "spans": {
            (places[span["id"]], span["type"]): {
                name: {*value} if isinstance(value, list) else value
                for name, value in span["attributes"].items()
            }
            for span in record["spans"]
        },
        "relations": sorted(
            (r["type"], places[r["from"]], places[r["to"]]) for r in record["relations"]
        ),
        "dyads": {json.dumps(dyad, sort_keys=True) for dyad in record["dyads"]},
        "labels": {k: v for k, v in record["article_labels"].items() if k != "defaulted"},
    }
