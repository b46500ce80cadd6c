"""Two annotators with a project each are shown, on a real server, what to repair in their own work."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from page_driver import LabelingPage
from playwright.sync_api import Page
from rounds import edited_example, press_update, run, write_article_of_example

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.cli.watched import WatchedFindings
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import Result
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.pulled_documents import pull_documents
from signalbook.annotate.sync.raw_store import RawStore
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server
TITLE = "Repair round"
PEOPLE = ("ada", "ben")


@dataclass(frozen=True)
class Round:
    """A workspace, its server, and two annotators of one article: what ada did is not whole."""

    workspace: Workspace
    client: LabelStudioClient
    users: dict[str, User]
    scheme: Scheme

    def task(self, owner: str) -> tuple[int, int]:
        """Project of an annotator, and the task in it."""
        title = TITLE if owner == "all" else f"{TITLE} · {owner}"
        project = self.client.find_project(title)
        assert project
        [row] = self.client.list_tasks(project["id"])
        return project["id"], row["id"]

    def shown(self, owner: str) -> str:
        """What the page of an annotator lists as to be repaired."""
        project, task = self.task(owner)
        [row] = self.client.task_contents(project, [task])
        return str(row["data"]["corrections"])

    def results(self, *, whole: bool) -> list[Result]:
        """The example of the scheme, or with a fatal reaction that has recovered."""

        def edit(data: dict[str, Any]) -> None:
            if not whole:
                data["spans"][1]["attributes"]["severity"] = "fatal"

        return edited_example(self.scheme, edit)

    def submit(self, who: str, owner: str, *, whole: bool) -> int:
        """Submit an annotation; its number."""
        with LabelStudioClient(self.client.url, self.users[who].token) as theirs:
            return theirs.create_annotation(self.task(owner)[1], self.results(whole=whole))

    def update(self, who: str, number: int, *, whole: bool) -> None:
        """Do what the button Update does."""
        press_update(self.client.url, self.users[who], number, self.results(whole=whole))


@pytest.fixture(scope="module")
def users(studio: Studio) -> dict[str, User]:
    return {name: create_user(studio, f"{name}-repairs@example.org") for name in PEOPLE}


@pytest.fixture
def round_(
    server_workspace: Workspace,
    client: LabelStudioClient,
    users: dict[str, User],
    second_scheme: Scheme,
) -> Round:
    write_article_of_example(server_workspace, second_scheme)
    return Round(server_workspace, client, users, second_scheme)


def begin(round_: Round, mode: str, setting: str = "") -> None:
    """Make the projects and send the article."""
    names = "".join(f'"{name}-repairs@example.org" = "{name}"\n' for name in PEOPLE)
    people = f"annotators = {json.dumps(PEOPLE)}\n" if mode == "blind" else ""
    (round_.workspace.folder / "signalbook.toml").write_text(
        f'[project]\ntitle = "{TITLE}"\n[scheme]\npath = "{round_.workspace.scheme}"\n'
        f'[assignment]\nmode = "{mode}"\n{setting}\n{people}[annotators]\n{names}',
        encoding="utf-8",
    )
    run("project", "apply")
    run("push")


def test_an_annotator_is_shown_what_to_repair_once_and_until_it_is_repaired(
    round_: Round,
) -> None:
    begin(round_, "blind")
    number = round_.submit("ada", "ada", whole=False)
    round_.submit("ben", "ben", whole=True)
    run("pull")
    planned = run("validate", "--send-back", "--dry-run")
    [item] = planned["data"]["lists"]
    assert (item["annotator"], item["account"]) == ("ada", "ada-repairs@example.org")
    assert (item["findings"], item["new"], round_.shown("ada")) == (1, 1, "")

    sent = run("validate", "--send-back")
    assert (sent["status"], sent["data"]) == (3, planned["data"])
    assert round_.shown("ada").startswith(
        "- A fatal reaction has no recovery. Reaction “a rash on both arms” (1 of 2): “Outcome” "
    )
    assert round_.shown("ben") == ""
    again = run("validate", "--send-back")["data"]
    assert (again["lists"], again["present"]) == ([], 1)
    assert run("status")["counts"]["to_pull"] == 0  # nobody has worked since
    run("pull")  # the changed task changes no document
    assert run("validate", "--send-back")["data"] == again

    round_.update("ada", number, whole=True)
    run("pull")
    done = run("validate", "--send-back")
    assert (done["status"], [i["findings"] for i in done["data"]["lists"]]) == (0, [0])
    assert round_.shown("ada") == ""
    assert run("validate", "--send-back")["data"]["lists"] == []
    lines = RawStore(round_.workspace.raw).lines
    of_ada = [line for line in lines if line.content.get("id") == number]
    assert len({line.updated_at for line in of_ada if line.kind == "annotation"}) == 2


def test_an_arrow_for_which_no_relation_is_chosen_is_sent_back(round_: Round) -> None:
    begin(round_, "blind")
    ends = [r["id"] for r in round_.results(whole=True) if r.get("from_name") == "label"][:2]
    arrow: Result = {"type": "relation", "from_id": ends[0], "to_id": ends[1], "direction": "right"}
    with LabelStudioClient(round_.client.url, round_.users["ben"].token) as theirs:
        theirs.create_annotation(round_.task("ben")[1], [*round_.results(whole=True), arrow])
    run("pull")
    [item] = run("validate", "--send-back")["data"]["lists"]
    assert (item["annotator"], item["findings"]) == ("ben", 1)
    told = round_.shown("ben")
    assert told.startswith("- Counts for nothing: an arrow for which no relation is chosen: from ")


def test_a_list_that_others_would_read_is_not_sent(round_: Round) -> None:
    begin(round_, "pooled")
    round_.submit("ada", "all", whole=False)
    run("pull")
    sent = run("validate", "--send-back")["data"]
    assert (sent["lists"], round_.shown("all")) == ([], "")
    [problem] = sent["problems"]
    assert "ada labelled it in a project that is not of ada alone" in problem
    with pytest.raises(UsageError, match="leave out PATHS"):
        run("validate", "articles", "--send-back")
    with pytest.raises(UsageError, match="--dry-run goes with --send-back"):
        run("validate", "--dry-run")


def test_where_all_may_read_the_lists_each_line_says_whose_it_is(round_: Round) -> None:
    begin(round_, "pooled", "shared_lists = true")
    of_ada = round_.submit("ada", "all", whole=False)
    of_ben = round_.submit("ben", "all", whole=False)
    run("pull")
    sent = run("validate", "--send-back")["data"]
    assert [(i["annotator"], i["findings"], i["new"]) for i in sent["lists"]] == [
        ("ada", 1, 1),
        ("ben", 1, 1),
    ]
    assert sent["problems"] == []
    ada, ben = round_.shown("all").splitlines()
    assert ada.startswith(r"- ada-repairs@example.org: A fatal reaction has no recovery.")
    assert ben == ada.replace("ada-repairs", "ben-repairs")
    assert run("validate", "--send-back")["data"]["lists"] == []
    round_.update("ada", of_ada, whole=True)
    run("pull")
    run("validate", "--send-back")
    assert round_.shown("all") == ben
    round_.update("ben", of_ben, whole=True)
    run("pull")
    run("validate", "--send-back")
    assert round_.shown("all") == ""


def test_a_watched_pull_names_what_is_to_be_repaired_once(round_: Round) -> None:
    begin(round_, "blind")
    findings = WatchedFindings(round_.scheme)

    def look() -> str:
        projects = [round_.task(name)[0] for name in PEOPLE]
        _, documents = pull_documents(
            round_.client, projects, round_.workspace, lambda: round_.scheme
        )
        return "\n".join(findings.lines(documents, {}))

    assert look() == ""
    number = round_.submit("ada", "ada", whole=False)
    told = look()
    assert told.startswith("1 new finding:")
    assert "A fatal reaction has no recovery." in told
    assert look() == ""
    round_.submit("ben", "ben", whole=True)
    assert look() == ""
    round_.update("ada", number, whole=True)
    assert look() == "1 finding of before repaired."


def test_a_pull_sends_back_what_it_brings_as_validate_would(round_: Round) -> None:
    begin(round_, "blind")
    number = round_.submit("ada", "ada", whole=False)
    pulled = run("pull", "--send-back")
    assert (pulled["status"], pulled["data"]["sent_back"]["present"]) == (0, 0)
    [item] = pulled["data"]["sent_back"]["lists"]
    assert (item["annotator"], item["findings"], item["new"]) == ("ada", 1, 1)
    again = run("validate", "--send-back")["data"]
    assert (again["lists"], again["present"]) == ([], 1)
    assert run("pull", "--send-back")["data"]["sent_back"] == again
    round_.update("ada", number, whole=True)
    [emptied] = run("pull", "--send-back")["data"]["sent_back"]["lists"]
    assert (emptied["findings"], round_.shown("ada")) == (0, "")


def test_a_watched_pull_sends_back_what_arrives_and_takes_away_what_is_repaired(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(round_, "blind")
    pause, sleep = 86_399, time.sleep
    seen: list[str] = []
    numbers: list[int] = []

    def submit() -> None:
        numbers.append(round_.submit("ada", "ada", whole=False))

    def look_on() -> None:
        """The update of the task itself comes with this round."""

    def repair() -> None:
        round_.update("ada", numbers[0], whole=True)

    rounds = iter((submit, look_on, look_on, repair, look_on))

    def pass_time(seconds: float) -> None:
        if seconds != pause:
            sleep(seconds)
            return
        seen.append(round_.shown("ada"))
        act = next(rounds, None)
        if act is None:
            raise KeyboardInterrupt
        act()

    monkeypatch.setattr(time, "sleep", pass_time)
    watched = CliRunner().invoke(cli, ["pull", "--watch", str(pause), "--send-back"])
    listed = "- A fatal reaction has no recovery."
    assert [text[: len(listed)] for text in seen] == ["", listed, listed, listed, "", ""]
    assert watched.stdout.count("Sent 1 list with 1 new finding; ") == 1
    assert watched.stdout.count("Sent 0 lists with 0 new findings; 1 list emptied; ") == 1
    assert watched.stdout.count("Sent ") == 3  # the first pull finds nothing to send
    log = [file.read_text(encoding="utf-8") for file in round_.workspace.sent_back.iterdir()]
    assert len("".join(log).splitlines()) == 1


@pytest.mark.browser
def test_the_list_is_on_the_page_with_their_annotation_and_gone_afterwards(
    round_: Round, studio: Studio, page_login: Callable[[Studio, User], Page]
) -> None:
    begin(round_, "blind")
    number = round_.submit("ada", "ada", whole=False)
    run("pull")
    run("validate", "--send-back")
    page = page_login(studio, round_.users["ada"])
    LabelingPage(page, *round_.task("ada"))
    assert "“a rash on both arms”" in page.inner_text(".corrections")
    assert page.locator(".htx-highlight").count() > 0
    round_.update("ada", number, whole=True)
    run("pull")
    run("validate", "--send-back")
    LabelingPage(page, *round_.task("ada"))
    assert page.inner_text(".corrections").strip() == ""
