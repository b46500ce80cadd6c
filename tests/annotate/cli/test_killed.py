"""Commands that are killed at any request that changes something do nothing twice, run again."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest
from fault_proxy import Fate, fault_proxy
from rounds import edited_example, press_update, run, write_article_of_example

from signalbook.annotate.assignment import assignment_record
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import Result
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.workspace.workspace import Workspace, read_workspace
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server
TITLE = "Killed round"
PEOPLE = ("ada", "ben")
ARTICLES = ("report-1", "report-2")
TOLD = "- A fatal reaction has no recovery."


@dataclass
class Killer:
    """Kills a command when a certain one of its changes is on the way; the server gets it."""

    at: int = 0
    seen: int = 0
    process: Popen[bytes] | None = field(default=None)

    def __call__(self, method: str, path: str, number: int) -> Fate:
        self.seen += method != "GET"  # at a question, all is as after the change before
        if self.process is not None and method != "GET" and self.seen == self.at:
            self.process.kill()
            self.process.wait()
        return "pass"

    def kills(self, at: int, *arguments: str) -> bool:
        """Run a command that is killed at this change; False if it has not so many."""
        command = [sys.executable, "-m", "signalbook.annotate.cli.main", *arguments]
        self.at, self.seen, self.process = at, 0, None
        with Popen(command, stdout=DEVNULL, stderr=DEVNULL, env=os.environ) as self.process:
            self.process.wait()
        status, self.process = self.process.returncode, None
        assert status in (-9, 0, 3)
        return status == -9


@pytest.fixture
def killer(
    server_workspace: Workspace, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Killer]:
    """One that stands between the workspace and the server."""
    killer = Killer()
    with fault_proxy(studio.url, killer) as url:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        yield killer


@pytest.fixture(scope="module")
def users(studio: Studio) -> dict[str, User]:
    return {name: create_user(studio, f"{name}-killed@example.org") for name in PEOPLE}


def write_settings(workspace: Workspace) -> Workspace:
    """The workspace with a project for each annotator."""
    names = "".join(f'"{name}-killed@example.org" = "{name}"\n' for name in PEOPLE)
    (workspace.folder / "signalbook.toml").write_text(
        f'[project]\ntitle = "{TITLE}"\n[scheme]\npath = "{workspace.scheme}"\n'
        f'[assignment]\nmode = "blind"\nannotators = {json.dumps(PEOPLE)}\n[annotators]\n{names}',
        encoding="utf-8",
    )
    return read_workspace(workspace.folder)


def ours(client: LabelStudioClient) -> dict[str, int]:
    """Projects of the round: title -> number; each title once."""
    titles = [f"{TITLE} · {name}" for name in PEOPLE]
    found = {title: client.projects_called(title) for title in titles}
    assert all(len(projects) <= 1 for projects in found.values())
    return {title: projects[0] for title, projects in found.items() if projects}


def test_an_assignment_that_is_killed_at_any_change_is_made_once(
    server_workspace: Workspace,
    client: LabelStudioClient,
    killer: Killer,
    users: dict[str, User],
    second_scheme: Scheme,
) -> None:
    workspace = write_settings(server_workspace)
    write_article_of_example(workspace, second_scheme, *ARTICLES)
    expected = sorted((name, article) for name in PEOPLE for article in ARTICLES)
    at = 0
    for at in count(1):
        was_killed = killer.kills(at, "project", "apply")
        applied = run("project", "apply")
        assert applied["status"] == 0
        assert len(ours(client)) == len(PEOPLE)
        assigned = assignment_record(workspace).assignments
        assert sorted((a.annotator, a.article) for a in assigned) == expected
        assert lines_in(workspace.assigned).count('"assigned"') == len(expected)
        planned = run("project", "plan")
        assert (planned["status"], planned["counts"]) == (0, {"changes": 0, "to_assign": 0})
        if not was_killed:
            break
        for project in ours(client).values():
            client.delete_project(project)
        shutil.rmtree(workspace.state)
    assert at > len(PEOPLE)
    assert run("push")["counts"]["created"] == len(expected)


def lines_in(log: Path) -> str:
    """All lines of a log that is a folder of files."""
    return "".join(file.read_text(encoding="utf-8") for file in sorted(log.iterdir()))


@dataclass(frozen=True)
class Repairs:
    """Two annotators of one article, whose annotations are broken and repaired in turn."""

    client: LabelStudioClient
    users: dict[str, User]
    scheme: Scheme
    numbers: dict[str, int] = field(default_factory=dict[str, int])

    def results(self, *, whole: bool) -> list[Result]:
        severity = "severe" if whole else "fatal"
        return edited_example(
            self.scheme,
            lambda data: data["spans"][1]["attributes"].update(severity=severity),
        )

    def make(self, name: str, *, whole: bool) -> None:
        """Submit an annotation, or change the one that there is."""
        results = self.results(whole=whole)
        if name not in self.numbers:
            with LabelStudioClient(self.client.url, self.users[name].token) as theirs:
                self.numbers[name] = theirs.create_annotation(self.task(name)[1], results)
            return
        press_update(self.client.url, self.users[name], self.numbers[name], results)

    def task(self, name: str) -> tuple[int, int]:
        project = ours(self.client)[f"{TITLE} · {name}"]
        [row] = self.client.list_tasks(project)
        return project, row["id"]

    def shown(self, name: str) -> str:
        project, task = self.task(name)
        [row] = self.client.task_contents(project, [task])
        return str(row["data"]["corrections"])


def test_what_is_sent_back_and_killed_at_any_change_is_sent_once(
    server_workspace: Workspace,
    client: LabelStudioClient,
    killer: Killer,
    users: dict[str, User],
    second_scheme: Scheme,
) -> None:
    workspace = write_settings(server_workspace)
    write_article_of_example(workspace, second_scheme)
    run("project", "apply")
    run("push")
    repairs = Repairs(client, users, second_scheme)
    repairs.make("ben", whole=False)
    run("pull", "--send-back")
    broken, whole = "ada", "ben"  # one list is to be filled, and one to be emptied, each time
    at = 0
    for at in count(1):
        repairs.make(broken, whole=False)
        repairs.make(whole, whole=True)
        run("pull")
        was_killed = killer.kills(at, "validate", "--send-back")
        before = {name: repairs.shown(name) for name in PEOPLE}
        sent = run("validate", "--send-back")["data"]
        changed = {item["annotator"] for item in sent["lists"]}
        done = {name for name in PEOPLE if bool(before[name]) == (name == broken)}
        assert changed == {*PEOPLE} - done
        assert repairs.shown(broken).startswith(TOLD)
        assert (repairs.shown(broken).count(TOLD), repairs.shown(whole)) == (1, "")
        again = run("validate", "--send-back")["data"]
        assert (again["lists"], again["present"]) == ([], 1)
        assert len(lines_in(workspace.sent_back).splitlines()) == at + 1
        if not was_killed:
            break
        broken, whole = whole, broken
    assert at == 3
