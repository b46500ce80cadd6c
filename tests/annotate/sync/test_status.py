import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from click.testing import CliRunner
from fault_proxy import Fate, fault_proxy
from rounds import press_update

from signalbook.annotate.assignment import Assignment
from signalbook.annotate.cli.project import project as project_commands
from signalbook.annotate.cli.pull import pull_command
from signalbook.annotate.cli.push import push_command
from signalbook.annotate.cli.status import status_command
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ProjectRecord, TaskRow
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.raw_store import RawLine, RawStore, StoredAnnotation
from signalbook.annotate.sync.status import AnnotatorProgress, annotator_progress
from signalbook.annotate.sync.tasks import to_task
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace, settings_here
from signalbook.export.cli.adjudicate import adjudicate
from signalbook.export.cli.release import release
from signalbook.export.cli.validate import validate
from signalbook.schema.codebook import instructions
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import ConflictError, SignalbookError, StaleError, UsageError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Json, Scheme

pytestmark = pytest.mark.server
COMMANDS = {"push": push_command, "pull": pull_command, "status": status_command}


def sent(**counts: int) -> dict[str, int]:
    """What a push counts, all else being none."""
    proposed = ("proposed_articles", "proposed_parties", "proposed_mentions")
    suggested = ("suggesting", "kept_back")
    names = (
        "created",
        "present",
        "updated",
        "removed",
        "left",
        "unassigned",
        *suggested,
        *proposed,
    )
    return dict.fromkeys(names, 0) | counts


@pytest.fixture
def workspace(server_workspace: Workspace, second_scheme: Scheme) -> Workspace:
    """A workspace with the example article of the second scheme, and its server."""
    line = example(second_scheme).article.to_json() + "\n"
    (server_workspace.articles / "articles.jsonl").write_text(line, encoding="utf-8")
    return server_workspace


def push_one(workspace: Workspace, client: LabelStudioClient) -> tuple[ProjectRecord, TaskRow]:
    """The project of the workspace with its one article, and all that the task holds."""
    run("apply")
    run("push")
    project = client.find_project(workspace.title)
    assert project
    [task] = client.list_tasks(project["id"], include=("id", "data", "meta"))
    return project, task


def example(scheme: Scheme) -> AnnotationDocument:
    [document] = read_documents([scheme.folder / "example.annotation.json"])
    return document


def run(command: str, *arguments: str) -> Any:
    """The printed object of a command, with the exit status."""
    runner = CliRunner(catch_exceptions=False)
    group = COMMANDS.get(command, project_commands)
    given = arguments if command in COMMANDS else (command, *arguments)
    result = runner.invoke(group, [*given, "--json"])
    return {**json.loads(result.stdout), "status": result.exit_code}


def facts(shown: str) -> dict[str, str]:
    """The table of the status: name -> fact."""
    rows = [re.split(r"\s{2,}", line, maxsplit=1) for line in shown.splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 2}


def test_the_way_of_an_article_is_seen_in_the_status(
    workspace: Workspace,
    client: LabelStudioClient,
    studio: Studio,
    annotators: tuple[User, User],
    second_scheme: Scheme,
) -> None:
    assert run("status")["data"]["server"] is None
    assert "signalbook project apply" in run("status")["warnings"][0]
    planned = run("plan")
    assert (planned["status"], planned["ok"]) == (4, False)
    assert run("apply")["counts"] == {"changes": 1}
    planned = run("plan")
    assert (planned["status"], planned["ok"]) == (0, True)
    assert run("status")["counts"]["to_push"] == 1

    assert run("push", "--dry-run")["counts"] == sent(created=1, present=0)
    assert run("push")["counts"] == sent(created=1, present=0)
    assert run("push")["counts"] == sent(created=0, present=1)

    project = client.find_project(workspace.title)
    assert project
    [task] = client.list_tasks(project["id"])
    for user in annotators:
        with LabelStudioClient(studio.url, user.token) as theirs:
            results = to_label_studio(example(second_scheme), second_scheme)
            theirs.create_annotation(task["id"], results)
    counts = run("status")["counts"]
    assert (counts["to_push"], counts["to_pull"]) == (0, 1)
    assert "documents" not in counts

    pulled = run("pull")
    assert pulled["status"] == 0
    assert pulled["counts"] == {
        "tasks": 1,
        "new": 3,
        "gone": 0,
        "returned": 0,
        "new_annotations": 2,
        "new_tasks": 1,
        "new_predictions": 0,
        "new_drafts": 0,
        "documents": 2,
        "skipped": 0,
        "superseded": 0,
        "repeats": 0,
        "remarks": 0,
        "unfinished": 0,
    }
    assert run("pull")["counts"]["new"] == 0
    names = {document.annotator.id for document in read_documents([workspace.documents])}
    assert len(names) == 2
    assert not any("@" in name for name in names)
    seen = run("status")
    assert (seen["counts"]["to_pull"], seen["counts"]["to_adjudicate"]) == (0, 1)
    assert {person["annotator"] for person in seen["data"]["annotators"]} == names
    assert [person["submitted"] for person in seen["data"]["annotators"]] == [1, 1]


def test_gold_that_no_longer_follows_is_in_the_status_and_is_not_published(
    workspace: Workspace,
    client: LabelStudioClient,
    studio: Studio,
    annotators: tuple[User, User],
    second_scheme: Scheme,
) -> None:
    _, task = push_one(workspace, client)
    results = to_label_studio(example(second_scheme), second_scheme)
    ids: list[int] = []
    for user in annotators:
        with LabelStudioClient(studio.url, user.token) as theirs:
            ids.append(theirs.create_annotation(task["id"], results))
    run("pull")
    settings = settings_here()
    assert CliRunner().invoke(adjudicate, ["auto"], obj=settings).exit_code == 0
    counts = run("status")["counts"]
    assert (counts["to_adjudicate"], counts["stale_gold"]) == (0, 0)
    press_update(studio.url, annotators[0], ids[0], [])
    run("pull")
    assert run("status")["data"]["stale_gold"] == [example(second_scheme).article.id]
    assert facts(CliRunner().invoke(status_command).stdout)["stale gold"] == (
        "1 article whose annotations or decisions have changed since; decide with: signalbook adjudicate auto"
    )
    refused = CliRunner().invoke(release, ["build", "1.0.0"], obj=settings)
    assert isinstance(refused.exception, StaleError)
    assert not workspace.datasets.exists()
    assert CliRunner().invoke(adjudicate, ["auto"], obj=settings).exit_code == 0
    assert run("status")["counts"]["stale_gold"] == 0


def test_a_changed_text_is_in_the_status_and_stops_a_push(
    workspace: Workspace, second_scheme: Scheme
) -> None:
    run("apply")
    run("push")
    article = example(second_scheme).article.to_dict() | {"text": "Other words."}
    del article["text_sha256"]
    line = json.dumps(article)
    (workspace.articles / "articles.jsonl").write_text(line + "\n", encoding="utf-8")
    assert run("status")["data"]["server"]["changed"] == [article["id"]]
    with pytest.raises(ConflictError, match="--new-text"):
        run("push")
    assert run("push", "--new-text")["counts"] == sent(created=1, present=0)


def test_outdated_metadata_and_doubled_tasks_are_in_the_status_until_a_push(
    workspace: Workspace, client: LabelStudioClient, second_scheme: Scheme
) -> None:
    run("apply")
    run("push")
    article = example(second_scheme).article
    text = json.dumps(article.to_dict() | {"title": "Corrected"}) + "\n"
    (workspace.articles / "articles.jsonl").write_text(text, encoding="utf-8")
    project = client.find_project(workspace.title)
    assert project
    client.import_tasks(project["id"], [to_task(article, second_scheme)])

    def told() -> list[list[str]]:
        server = run("status")["data"]["server"]
        return [server["outdated"], server["doubled"]]

    assert told() == [[article.id], [article.id]]
    shown = facts(CliRunner().invoke(status_command).stdout)
    assert "signalbook push" in shown["tasks to update"]
    assert "signalbook push --repair" in shown["several tasks"]
    assert run("push", "--repair")["counts"] == sent(present=1, updated=1, removed=1)
    assert told() == [[], []]


def test_metadata_that_somebody_changed_on_the_server_are_told_until_a_push_and_a_pull(
    workspace: Workspace, client: LabelStudioClient, second_scheme: Scheme
) -> None:
    article = example(second_scheme).article.model_copy(update={"redistributable": False})
    (workspace.articles / "articles.jsonl").write_text(article.to_json() + "\n", encoding="utf-8")
    _, task = push_one(workspace, client)
    client.create_annotation(task["id"], [])
    data = cast("dict[str, dict[str, Json]]", task["data"])
    by_hand: dict[str, Json] = {
        **task["data"],
        "article": {**data["article"], "redistributable": True, "publisher": "Else"},
    }
    client.update_task(task["id"], data=by_hand, meta=task["meta"] or {})

    pulled = run("pull")
    assert [warning["id"] for warning in pulled["warnings"]] == ["changed-metadata"]
    [document] = read_documents([workspace.documents])
    assert (document.article.publisher, document.article.redistributable) == ("Else", False)
    seen = run("status")["data"]
    assert (seen["server"]["outdated"], len(seen["remarks"])) == ([article.id], 1)
    assert run("push")["counts"] == sent(present=1, updated=1)
    assert run("status")["data"]["server"]["outdated"] == []
    assert run("pull")["warnings"] == []
    [document] = read_documents([workspace.documents])
    assert document.article == article
    assert run("push")["counts"] == sent(present=1)


def test_a_project_that_was_renamed_is_named_and_no_second_one_is_made(
    workspace: Workspace, client: LabelStudioClient, studio: Studio
) -> None:
    project, task = push_one(workspace, client)
    client.create_annotation(task["id"], [])
    run("pull")
    other = f"{workspace.title} old"
    httpx.patch(
        f"{studio.url}/api/projects/{project['id']}/",
        headers={"Authorization": f"Token {studio.token}"},
        json={"title": other},
    ).raise_for_status()
    try:
        fact = f"project {project['id']} is called {other!r}"
        assert fact in run("status")["warnings"][0]
        planned = run("plan")
        assert (planned["status"], planned["data"]["renamed"]) == (4, {str(project["id"]): other})
        shown = CliRunner().invoke(project_commands, ["plan"])
        assert fact in shown.stderr
        assert "Would create" not in shown.stdout
        for command in ("apply", "push", "pull"):
            with pytest.raises(ConflictError, match=re.escape(fact)):
                run(command)
        assert client.find_project(workspace.title) is None
        assert run("apply", "--new")["data"]["new"]
        assert client.find_project(workspace.title)
    finally:
        client.delete_project(project["id"])


def test_a_project_that_another_command_creates_at_the_same_moment_is_said_to_exist(
    workspace: Workspace,
    client: LabelStudioClient,
    studio: Studio,
    second_scheme: Scheme,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, words = labeling_config(second_scheme), instructions(second_scheme)

    def fault(method: str, path: str, number: int) -> Fate:
        if (method, path) == ("POST", "/api/projects/"):
            client.create_project(workspace.title, page, instructions=words, overlap=2)
        return "pass"

    with fault_proxy(studio.url, fault) as url:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        result = CliRunner(catch_exceptions=False).invoke(project_commands, ["apply"])
    assert "exists already: it came while this command ran." in result.stderr
    assert "Created" not in result.stdout
    assert len(client.projects_called(workspace.title)) == 1


def test_two_pushes_at_once_create_every_task_once(
    workspace: Workspace, client: LabelStudioClient
) -> None:
    run("apply")
    lines = "".join(f'{{"id": "r{n}", "text": "Zelonin {n}."}}\n' for n in range(300))
    (workspace.articles / "articles.jsonl").write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", "push", "--json"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    counts = [json.loads(push.communicate()[0])["counts"] for push in both]
    assert [push.returncode for push in both] == [0, 0]
    assert sorted(count["created"] for count in counts) == [0, 300]
    project = client.find_project(workspace.title)
    assert project
    assert project["task_number"] == 300


def test_a_refused_token_is_reported_after_what_is_known_here(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    seen = run("status")
    assert (seen["status"], seen["ok"], seen["counts"]["articles"]) == (5, False, 1)
    assert "token refused" in seen["errors"][0]
    shown = CliRunner().invoke(status_command, [])
    assert shown.exit_code == 5
    assert facts(shown.stdout)["documents"].startswith("not pulled yet")
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    seen = run("status")
    assert (seen["status"], seen["ok"]) == (0, True)
    assert "cannot be reached" in seen["warnings"][0]


def test_articles_that_cannot_be_read_are_counted(workspace: Workspace) -> None:
    text = '{"id": "a"}\n{"id": "b", "text": "x", "title": 1, "url": 2}\nno JSON\n'
    (workspace.articles / "more.jsonl").write_text(text, encoding="utf-8")
    counts = run("status")["counts"]
    assert (counts["articles"], counts["broken"]) == (1, 3)
    shown = CliRunner().invoke(status_command, []).stdout
    assert facts(shown)["cannot be read"].startswith("3; ")


def test_what_is_not_known_is_not_shown_as_nothing(workspace: Workspace) -> None:
    (workspace.articles / "articles.jsonl").unlink()
    seen = run("status")
    assert (seen["counts"]["articles"], seen["counts"]["broken"]) == (0, 0)
    assert [seen["data"][key] for key in ("documents", "invalid", "to_adjudicate")] == [None] * 3
    shown = facts(CliRunner().invoke(status_command, []).stdout)
    assert shown["articles"].startswith("0 in articles/; put some there")
    assert "signalbook push" in shown["articles"]
    assert "signalbook pull" in shown["documents"]
    assert "to repair" not in shown
    assert "cannot be read" not in shown
    workspace.documents.write_text("", encoding="utf-8")
    assert run("status")["data"]["to_adjudicate"] == 0


def test_a_pull_after_the_project_was_deleted_reports_it_and_keeps_the_work(
    workspace: Workspace, client: LabelStudioClient
) -> None:
    project, task = push_one(workspace, client)
    client.create_annotation(task["id"], [])
    run("pull")
    client.delete_project(project["id"])
    refused = CliRunner().invoke(pull_command)
    assert isinstance(refused.exception, UsageError)
    assert "1 annotation is no longer on the server" in refused.stderr
    assert read_documents([workspace.documents]) == []
    assert [remark["id"] for remark in run("status")["data"]["remarks"]] == ["deleted"]
    run("apply")
    kept = run("pull", "--keep-deleted")
    assert kept["counts"]["documents"] == 1
    [remark] = kept["warnings"]
    assert remark["id"] == "deleted"
    assert remark["fact"].startswith("deleted on the server, and kept in the documents")
    assert run("status")["data"]["remarks"] == [remark]
    checked = CliRunner().invoke(validate, ["--json"], obj=settings_here())
    warnings = json.loads(checked.stdout)["warnings"]
    assert [w["fact"] for w in warnings if w["id"] == "deleted"] == [remark["fact"]]
    again = run("pull")
    assert again["counts"]["documents"] == 0
    [remark] = again["warnings"]
    assert remark["fact"].startswith("deleted on the server (ID ")


def test_what_was_deleted_since_the_last_pull_is_in_the_status(
    workspace: Workspace, client: LabelStudioClient, studio: Studio
) -> None:
    _, task = push_one(workspace, client)
    client.create_annotation(task["id"], [])
    run("pull")
    assert "deleted since" not in facts(CliRunner().invoke(status_command).stdout)
    httpx.delete(
        f"{studio.url}/api/tasks/{task['id']}/",
        headers={"Authorization": f"Token {studio.token}"},
    ).raise_for_status()
    counts = run("status")["counts"]
    assert (counts["to_pull"], counts["gone"], counts["returned"]) == (0, 1, 0)
    shown = facts(CliRunner().invoke(status_command).stdout)["deleted since"]
    assert shown.startswith("1 annotation has gone from the server; ")
    assert shown.endswith("signalbook pull")
    run("pull")
    assert run("status")["counts"]["gone"] == 0


def test_the_status_tells_what_pulls_leave_on_a_server_that_is_not_ours(
    workspace: Workspace, studio: Studio
) -> None:
    run("apply")
    assert "media/export" in facts(CliRunner().invoke(status_command).stdout)["on its disk"]
    workspace.studio.symlink_to(studio.folder)
    assert "on its disk" not in facts(CliRunner().invoke(status_command).stdout)


def test_who_is_at_work_is_not_known_without_the_server() -> None:
    line = RawLine("annotation", "u", "", {}, "t", "s", 1, None, "", "")
    stored = StoredAnnotation(line, {}, "ada", author_is_known=True, editor=None)
    assert annotator_progress([stored], str, None) == [AnnotatorProgress("ada", 1, 0, None)]
    assert annotator_progress([stored], str, {"ben": 2}) == [
        AnnotatorProgress("ada", 1, 0, 0),
        AnnotatorProgress("ben", 0, 0, 2),
    ]


def test_pairs_are_counted_as_tasks_in_what_is_done_and_in_what_is_assigned() -> None:
    line = RawLine("annotation", "u", "", {}, "t", "s", 1, None, "", "")
    done = [
        StoredAnnotation(
            line, {"article_id": pair, "article": {"id": "a1"}}, "ada", True, editor=None
        )
        for pair in ("a1 · X → Y", "a1 · Y → X")
    ]
    assigned = [Assignment(annotator="ada", article=article) for article in ("a1", "a2")]
    tasks = {"a1": 3, "a2": 2}
    [ada] = annotator_progress(done, str, None, assigned, tasks_of=tasks)
    assert (ada.submitted, ada.assigned, ada.to_do) == (2, 5, 3)


def test_what_has_no_place_is_a_finding_as_long_as_it_stands(
    workspace: Workspace, client: LabelStudioClient, studio: Studio, annotators: tuple[User, User]
) -> None:
    project, task = push_one(workspace, client)
    hidden: Any = [
        {
            "id": "x1",
            "from_name": f"reaction__{name}",
            "to_name": "text",
            "type": "choices",
            "value": {"start": 0, "end": 4, "choices": [value]},
        }
        for name, value in (("severity", "mild"), ("outcome", "unknown"))
    ]
    with LabelStudioClient(studio.url, annotators[0].token) as hers:
        created = hers.create_annotation(task["id"], hidden)
    for pulled in (run("pull"), run("pull")):
        [document] = read_documents([workspace.documents])
        [remark] = pulled["warnings"]
        words = (document.article.text or "")[:4]
        assert remark["fact"] == f"reaction of a region without a label: “{words}”"
        assert remark["annotator_id"] == document.annotator.id
        assert remark["task"] == f"{client.url}/projects/{project['id']}/data?task={task['id']}"
        assert run("status")["data"]["remarks"] == [remark]
        checked = CliRunner().invoke(validate, ["--json"], obj=settings_here())
        assert "no-place" in [issue["id"] for issue in json.loads(checked.stdout)["warnings"]]
        assert (pulled["status"], pulled["data"]["documents"]) == (0, str(workspace.documents))
    assert "1 thing in annotations has no place" in CliRunner().invoke(status_command).stdout
    press_update(studio.url, annotators[0], created, [])
    assert run("pull")["warnings"] == []
    assert run("status")["data"]["remarks"] == []


def test_work_in_the_annotation_of_another_is_told_by_pull_and_status_until_it_is_decided(
    workspace: Workspace, client: LabelStudioClient, studio: Studio, annotators: tuple[User, User]
) -> None:
    _, task = push_one(workspace, client)
    ada, ben = annotators
    with LabelStudioClient(studio.url, ada.token) as hers:
        created = hers.create_annotation(task["id"], [])
    httpx.patch(
        f"{studio.url}/api/annotations/{created}/",
        headers={"Authorization": f"Token {ben.token}"},
        json={"lead_time": 9.0},
    ).raise_for_status()
    run("pull")
    [remark] = run("pull")["warnings"]
    assert remark["id"] == "changed-by-another"
    assert run("status")["data"]["remarks"] == [remark]
    shown = CliRunner().invoke(pull_command).stderr, CliRunner().invoke(status_command).stdout
    for text in shown:
        assert f"data?task={task['id']}" in text
        assert "[annotations] in signalbook.toml" in text
    config = workspace.folder / "signalbook.toml"
    text = config.read_text(encoding="utf-8")
    decision = f'[annotations]\n"{remark["annotation"]}" = "{ben.email}"\n'
    config.write_text(text.replace("[annotations]\n", decision), encoding="utf-8")
    decided = run("pull")
    assert (decided["status"], decided["warnings"]) == (0, [])
    [document] = read_documents([workspace.documents])
    assert document.annotator.id == pseudonym(workspace, ben.email)
    [person] = run("status")["data"]["annotators"]
    assert (person["annotator"], person["submitted"]) == (document.annotator.id, 1)


def test_an_annotation_credited_to_an_address_that_nobody_has_is_told_while_it_stands(
    workspace: Workspace, client: LabelStudioClient, studio: Studio, annotators: tuple[User, User]
) -> None:
    _, task = push_one(workspace, client)
    ada, ben = annotators
    with LabelStudioClient(studio.url, ada.token) as hers:
        hers.create_annotation(task["id"], [])
    run("pull")
    [stored] = RawStore(workspace.raw).annotations()
    config = workspace.folder / "signalbook.toml"
    text = config.read_text(encoding="utf-8")

    def credited_to(address: str, *, name: str = "") -> Any:
        decision = f'[annotations]\n"{stored.line.identity}" = "{address}"\n'
        line = f'[annotators]\n"{address}" = "{name}"\n' if name else "[annotators]\n"
        decided = text.replace("[annotations]\n", decision).replace("[annotators]\n", line)
        config.write_text(decided, encoding="utf-8")
        return run("pull")

    pulled = credited_to("adda@example.org")
    [remark] = pulled["warnings"]
    assert (pulled["status"], remark["id"]) == (0, "unknown-address")
    assert run("pull")["warnings"] == [remark]
    assert run("status")["data"]["remarks"] == [remark]
    shown = CliRunner().invoke(status_command).stdout
    assert "1 annotation is credited to an e-mail address that nobody has" in shown
    assert "correct the address under [annotations] in signalbook.toml" in shown
    assert credited_to("adda@example.org", name="adda")["warnings"] == []
    assert credited_to(ben.email.upper())["warnings"] == []
    assert run("status")["data"]["remarks"] == []


def test_work_that_was_begun_is_in_the_status(
    workspace: Workspace,
    client: LabelStudioClient,
    studio: Studio,
    annotators: tuple[User, User],
) -> None:
    project, task = push_one(workspace, client)
    httpx.post(
        f"{studio.url}/api/tasks/{task['id']}/drafts?project={project['id']}",
        json={"result": [], "lead_time": 1.0},
        headers={"Authorization": f"Token {annotators[0].token}"},
    ).raise_for_status()
    seen = run("status")["data"]
    assert list(seen["server"]["drafts"].values()) == [1]
    assert [person["drafts"] for person in seen["annotators"]] == [1]


def test_people_read_what_is_done_and_what_to_do_next(workspace: Workspace) -> None:
    runner = CliRunner(catch_exceptions=False)
    title = repr(workspace.title)
    plan = runner.invoke(project_commands, ["plan"])
    assert (plan.exit_code, plan.stdout) == (4, f"Would create project {title}.\n")
    assert "signalbook project apply" in plan.stderr
    applied = runner.invoke(project_commands, ["apply"])
    assert (applied.exit_code, applied.stdout) == (0, f"Created project {title}.\n")
    assert "signalbook push" in applied.stderr
    planned = runner.invoke(push_command, ["--dry-run"])
    assert planned.stdout == "Would create 1 task; 0 existed already.\n"
    pushed = runner.invoke(push_command, [])
    assert pushed.stdout == "Created 1 task; 0 existed already.\n"
    assert "signalbook pull" in pushed.stderr
    shown = facts(runner.invoke(status_command, []).stdout)
    assert (shown["to push"], shown["last release"]) == ("0", "none")
    pulled = runner.invoke(pull_command, []).stdout
    assert pulled == "Pulled nothing new; the workspace has 0 documents.\n"


def test_watching_and_one_object_do_not_go_together(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="--watch"):
        run("pull", "--watch", "1")


def test_watching_ends_when_it_is_interrupted(workspace: Workspace) -> None:
    run("apply")
    code = (
        "import sys; from signalbook.annotate.cli.pull import pull_command as p; "
        "p(['--watch', '600'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline().startswith(b"Pulled nothing new")
        watcher.send_signal(signal.SIGINT)
        _, errors = watcher.communicate()
    assert (watcher.returncode, errors.strip()) == (1, b"Aborted!")


def test_outside_a_workspace_the_way_in_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SignalbookError, match="signalbook init"):
        run("push")
