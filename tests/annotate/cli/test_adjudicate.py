"""Two annotators differ on a real server, a third person decides, and gold follows from that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from fault_proxy import Fate, fault_proxy
from page_driver import LabelingPage
from playwright.sync_api import Page
from rounds import edited_example, press_update, run, write_article_of_example

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.tasks import ARTICLE_ID
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.export.adjudication.contested import blind_names
from signalbook.export.adjudication.decision_log import DecisionLog
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.errors import ConflictError, ServerError
from signalbook.schema.scheme.model import JsonObject, Scheme

pytestmark = pytest.mark.server
TITLE = "Deciding round"
PEOPLE = ("ada", "ben", "chair")
#: What differs: an outcome, and whether there is a span.
ADA: dict[str, Any] = {"outcome": "recovered", "last": False}
BEN: dict[str, Any] = {"outcome": "unknown", "last": True}


@dataclass(frozen=True)
class Round:
    """A workspace, its server, and three people: two annotators and an adjudicator."""

    workspace: Workspace
    client: LabelStudioClient
    users: dict[str, User]
    scheme: Scheme

    def project(self, title: str = f"{TITLE} · adjudication") -> int:
        """A project by its title; that of the adjudicators."""
        project = self.client.find_project(title)
        assert project
        return project["id"]

    def tasks(self, project: int) -> dict[str, JsonObject]:
        """Article -> its task, with its number."""
        rows = self.client.list_tasks(project, include=("id", "data", "meta"))
        return {str((r["meta"] or {})[ARTICLE_ID]): {**r["data"], "id": r["id"]} for r in rows}

    def submit(
        self,
        who: str,
        project: int,
        article: str,
        outcome: str,
        last: bool,
        note: str = "",
        severity: str = "",
        update: int | None = None,
    ) -> int:
        """Submit the example of the scheme with another outcome, and with its last span or not.

        Returns:
            The number of the annotation; of one that is there already, given with `update`, the same.
        """

        def edit(data: dict[str, Any]) -> None:
            if note:
                data["spans"][1]["attributes"]["note"] = note
            if severity:
                data["spans"][1]["attributes"]["severity"] = severity
            data["spans"][1]["attributes"]["outcome"] = outcome
            if not last:
                del data["spans"][3]

        results = edited_example(self.scheme, edit)
        if update is not None:
            press_update(self.client.url, self.users[who], update, results)
            return update
        task = self.tasks(project)[article]["id"]
        assert isinstance(task, int)
        with LabelStudioClient(self.client.url, self.users[who].token) as theirs:
            return theirs.create_annotation(task, results)


@pytest.fixture(scope="module")
def users(studio: Studio) -> dict[str, User]:
    return {name: create_user(studio, f"{name}-decides@example.org") for name in PEOPLE}


@pytest.fixture
def round_(
    server_workspace: Workspace,
    client: LabelStudioClient,
    users: dict[str, User],
    second_scheme: Scheme,
) -> Round:
    """Two articles were labelled by two annotators, who differ in one of them, and pulled."""
    names = "".join(f'"{name}-decides@example.org" = "{name}"\n' for name in PEOPLE)
    (server_workspace.folder / "signalbook.toml").write_text(
        f'[project]\ntitle = "{TITLE}"\n[scheme]\npath = "{second_scheme.folder}"\n'
        f"[assignment]\noverlap = 2\n[annotators]\n{names}",
        encoding="utf-8",
    )
    write_article_of_example(server_workspace, second_scheme, "report-1", "report-2")
    round_ = Round(server_workspace, client, users, second_scheme)
    run("project", "apply")
    run("push")
    project = round_.project(TITLE)
    for name, differing in (("ada", ADA), ("ben", BEN)):
        round_.submit(name, project, "report-1", **differing)
        round_.submit(name, project, "report-2", **ADA)
    run("pull")
    return round_


def test_people_decide_where_annotators_differ_and_gold_is_what_they_decided(
    round_: Round,
) -> None:
    assert run("adjudicate", "send")["counts"] == {"created": 1, "present": 0, "updated": 0}
    assert run("adjudicate", "send")["counts"] == {"created": 0, "present": 1, "updated": 0}
    project = round_.project()
    [(article, task)] = round_.tasks(project).items()
    names = blind_names("report-1", ["ada", "ben"])
    spread = [f"{names[who]}: " for who in sorted(names, key=lambda who: names[who])]
    listed = str(task["corrections"])
    assert article == "report-1"
    assert "“a rash on both arms”" in listed
    assert "“the rash”" in listed
    assert all(name in line for name in spread for line in listed.splitlines())
    assert not {"ada", "ben"} & {*listed.replace(":", " ").split()}

    round_.submit("chair", project, article, outcome="ongoing", last=True)
    collected = run("adjudicate", "collect")
    assert (collected["status"], collected["counts"]) == (
        0,
        {
            "articles": 1,
            "decisions": 2,
            "confirmed": 0,
            "gold": 2,
            "ruled": 2,
            "flagged": 0,
            "of_own_work": 0,
        },
    )
    gold, _ = read_documents([round_.workspace.gold])
    assert [s.attributes.get("outcome") for s in gold.spans if s.type == "reaction"] == [
        "ongoing",
        "recovered",
    ]
    [line] = DecisionLog(round_.workspace.adjudicated).latest.values()
    assert (line.adjudicator, len(line.decisions)) == ("chair", 2)
    why = run("adjudicate", "why", "s2", "--article", "report-1")["data"]["decisions"]
    assert [(d["field"], d["chosen"], d["by"], d["at"]) for d in why] == [
        ("outcome", "ongoing", "chair", line.at)
    ]
    assert run("adjudicate", "collect")["counts"]["decisions"] == 0
    assert run("adjudicate", "send")["data"] is None  # nothing is left to decide
    assert run("status")["counts"]["stale_gold"] == 0


def test_annotations_with_errors_and_decisions_on_own_work_are_named(round_: Round) -> None:
    round_.submit("ada", round_.project(TITLE), "report-1", **ADA, severity="fatal")
    run("pull")
    warned = CliRunner().invoke(cli, ["adjudicate", "send"]).stderr
    assert warned.startswith("annotations of 1 article have errors, ")
    assert warned.count("(report-1)") == 1
    assert run("adjudicate", "send")["warnings"][0] in warned
    round_.submit("ada", round_.project(), "report-1", outcome="ongoing", last=True)
    collected = run("adjudicate", "collect")
    assert collected["data"]["of_own_work"] == {"report-1": "ada"}
    assert collected["counts"]["of_own_work"] == collected["counts"]["decisions"] > 0
    [own] = [w for w in collected["warnings"] if "annotated the article, too" in w]
    assert "(report-1: ada)" in own
    assert run("status")["data"]["of_own_work"] == {"report-1": "ada"}


def test_a_question_is_in_the_status_and_before_the_adjudicator_until_one_has_decided(
    round_: Round,
) -> None:
    assert run("status")["counts"]["questions"] == 0
    note = "Is it the same rash?"
    pooled = round_.project(TITLE)
    round_.submit("ada", pooled, "report-2", **ADA, note=note)
    run("pull")
    status = run("status")
    task = f"{round_.client.url}/projects/{pooled}/data?task="
    [question] = status["data"]["questions"]
    assert question.pop("task") == f"{task}{round_.tasks(pooled)['report-2']['id']}"
    about = "Reaction “a rash on both arms”"
    assert question == {
        "article": "report-2",
        "annotator": "ada",
        "about": about,
        "words": note,
    }
    shown = CliRunner().invoke(cli, ["status"]).stdout
    assert f"\n  report-2, ada: {about} — “{note}”  {task}" in shown

    assert run("adjudicate", "send")["counts"]["created"] == 2
    name = blind_names("report-2", ["ada", "ben"])["ada"]
    listed = str(round_.tasks(round_.project())["report-2"]["corrections"])
    assert f"{name} asks about {about}: “{note}”" in listed
    round_.submit("chair", round_.project(), "report-2", **ADA)
    run("adjudicate", "collect")
    assert run("status")["counts"]["questions"] == 0
    assert run("adjudicate", "send")["counts"] == {"created": 0, "present": 1, "updated": 0}


def test_what_annotators_change_afterwards_is_sent_to_be_decided_again(round_: Round) -> None:
    run("adjudicate", "send")
    project = round_.project()
    round_.submit("chair", project, "report-1", outcome="ongoing", last=True)
    run("adjudicate", "collect")
    round_.submit("ben", round_.project(TITLE), "report-1", outcome="fatal", last=True)
    run("pull")
    assert run("status")["counts"]["stale_gold"] == 1
    again = run("adjudicate", "auto")
    assert [(f["article"], f["field"]) for f in again["data"]["flagged"]] == [
        ("report-1", "outcome")
    ]
    assert run("status")["counts"]["flagged_gold"] == 1
    sent = run("adjudicate", "send")
    assert (sent["counts"], sent["data"]["updated"]) == (
        {"created": 0, "present": 1, "updated": 1},
        ["report-1"],
    )
    assert run("adjudicate", "collect")["counts"]["flagged"] == 1  # nobody has decided again
    round_.submit("chair", project, "report-1", outcome="fatal", last=True)
    assert run("adjudicate", "collect")["counts"]["flagged"] == 0
    assert run("status")["counts"]["flagged_gold"] == 0


@pytest.mark.parametrize("outcome", ["recovered", "ongoing"])
def test_what_was_decided_again_by_an_update_is_decided(round_: Round, outcome: str) -> None:
    run("adjudicate", "send")
    project = round_.project()
    number = round_.submit("chair", project, "report-1", outcome="recovered", last=True)
    run("adjudicate", "collect")
    round_.submit("ben", round_.project(TITLE), "report-1", outcome="ongoing", last=True)
    run("pull")
    assert run("adjudicate", "auto")["counts"]["flagged"] == 1
    run("adjudicate", "send")
    assert run("status")["counts"]["to_pull"] == 0  # what was sent is no work
    round_.submit("chair", project, "report-1", outcome=outcome, last=True, update=number)
    collected = run("adjudicate", "collect")
    assert (collected["counts"]["articles"], collected["counts"]["flagged"]) == (1, 0)
    status = run("status")["counts"]
    assert (status["flagged_gold"], status["stale_gold"], status["tied_gold"]) == (0, 0, 0)
    assert run("adjudicate", "send")["data"] is None
    assert run("release", "build", "1.0.0")["status"] == 0


def test_a_task_that_nobody_has_begun_follows_the_annotations(round_: Round) -> None:
    run("adjudicate", "send")
    before = round_.tasks(round_.project())["report-1"]
    round_.submit("ben", round_.project(TITLE), "report-1", outcome="fatal", last=False)
    run("pull")
    assert run("adjudicate", "send")["counts"] == {"created": 1, "present": 0, "updated": 0}
    [after] = round_.tasks(round_.project()).values()
    assert after["made_from"] != before["made_from"]


def test_a_command_that_lost_the_server_is_finished_by_the_next(
    round_: Round, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = 0

    def fault(method: str, path: str, number: int) -> Fate:
        nonlocal started
        if method == "PATCH":  # the draft is chosen to start from, once the task is there
            started += 1
            return "refuse" if started == 1 else "pass"
        return "lose answer" if method == "POST" and "/import" in path else "pass"

    with fault_proxy(studio.url, fault) as url:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        broken = CliRunner().invoke(cli, ["adjudicate", "send"])
        assert isinstance(broken.exception, ServerError)
        assert run("adjudicate", "send")["counts"] == {"created": 0, "present": 1, "updated": 0}
    assert len(round_.tasks(round_.project())) == 1
    assert started == 2


def test_no_second_project_is_created_where_the_workspace_is_called_otherwise(
    round_: Round,
) -> None:
    run("adjudicate", "send")
    round_.submit("chair", round_.project(), "report-1", outcome="ongoing", last=True)
    run("adjudicate", "collect")
    round_.submit("ben", round_.project(TITLE), "report-1", outcome="fatal", last=True)
    run("pull")
    config = round_.workspace.folder / "signalbook.toml"
    renamed = config.read_text(encoding="utf-8").replace(TITLE, f"{TITLE} 2")
    config.write_text(renamed, encoding="utf-8")
    refused = CliRunner().invoke(cli, ["adjudicate", "send"])
    assert isinstance(refused.exception, ConflictError)
    assert f"is called '{TITLE} · adjudication'" in str(refused.exception)


def test_there_is_nothing_to_collect_before_anything_is_sent(round_: Round) -> None:
    refused = CliRunner().invoke(cli, ["adjudicate", "collect"])
    assert "create it with: signalbook adjudicate send" in str(refused.exception)


@pytest.mark.browser
def test_an_adjudicator_starts_from_the_draft_and_sees_each_reading_under_a_blind_name(
    round_: Round, studio: Studio, page_login: Callable[[Studio, User], Page]
) -> None:
    run("adjudicate", "send")
    task = round_.tasks(round_.project())["report-1"]["id"]
    assert isinstance(task, int)
    page = page_login(studio, round_.users["chair"])
    opened = LabelingPage(page, round_.project(), task)
    shown = page.inner_text("body")
    assert {"A", "B", "merged draft"} <= {*shown.splitlines()}
    assert not {"ada", "ben"} & {*shown.split()}
    assert "“a rash on both arms” — A: " in shown
    assert page.locator(".htx-highlight").count() == 3  # the draft has no span of one annotator
    opened.submit()
    collected = run("adjudicate", "collect")
    assert collected["counts"]["confirmed"] == collected["counts"]["decisions"] == 2
