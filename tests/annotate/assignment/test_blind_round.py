"""A round on a real server in which no annotator sees the work of another: plan to documents."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, Route
from rounds import run

from signalbook.annotate.assignment import assignment_record
from signalbook.annotate.cli.pull import pull_command
from signalbook.annotate.cli.status import status_command
from signalbook.annotate.cli.studio import next_step
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.tasks import ARTICLE_ID
from signalbook.annotate.workspace.workspace import Workspace, read_workspace
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Json, Scheme

pytestmark = pytest.mark.server
PEOPLE = ("ada", "ben", "cyd")
TITLE = "Blind round"
OF_BEN = "of-ben-alone"


@dataclass(frozen=True)
class Round:
    """A workspace, its server, and three people."""

    workspace: Workspace
    client: LabelStudioClient
    users: dict[str, User]

    def write(self, settings: str, articles: int = 12) -> None:
        """Make the settings and articles what they are to be."""
        names = "".join(f'"{name}@example.org" = "{name}"\n' for name in PEOPLE)
        scheme = self.workspace.scheme
        (self.workspace.folder / "signalbook.toml").write_text(
            f'[project]\ntitle = "{TITLE}"\n[scheme]\npath = "{scheme}"\n'
            f"[assignment]\n{settings}[annotators]\n{names}",
            encoding="utf-8",
        )
        rows = [{"id": f"a{n}", "title": "T", "text": f"Zelonin {n}."} for n in range(articles)]
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        (self.workspace.articles / "a.jsonl").write_text(lines, encoding="utf-8")

    def project(self, owner: str) -> int:
        """The project of an annotator."""
        project = self.client.find_project(f"{TITLE} · {owner}")
        assert project
        return project["id"]

    def tasks(self, owner: str) -> list[tuple[str, int]]:
        """Article and number of the tasks in the project of an annotator, in order."""
        rows = self.client.list_tasks(self.project(owner))
        return [(str((row["meta"] or {})[ARTICLE_ID]), row["id"]) for row in rows]

    def label(self, who: str, task: int) -> None:
        """Submit an annotation in which nothing is marked."""
        with LabelStudioClient(self.client.url, self.users[who].token) as theirs:
            theirs.create_annotation(task, [])


def blind(*people: str, **settings: int) -> str:
    lines = [f"{key} = {value}\n" for key, value in settings.items()]
    return f'mode = "blind"\nannotators = {json.dumps(people or PEOPLE)}\n{"".join(lines)}'


@pytest.fixture(scope="module")
def users(studio: Studio) -> dict[str, User]:
    return {name: create_user(studio, f"{name}@example.org") for name in PEOPLE}


@pytest.fixture
def round_(server_workspace: Workspace, client: LabelStudioClient, users: dict[str, User]) -> Round:
    return Round(server_workspace, client, users)


def test_everybody_gets_articles_of_their_own_and_what_comes_back_is_theirs(round_: Round) -> None:
    round_.write(blind(calibration=2))
    planned = run("project", "plan")
    assert (planned["status"], planned["counts"]) == (4, {"changes": 3, "to_assign": 26})
    assert not round_.workspace.assigned.exists()
    assert run("project", "apply")["counts"] == {"changes": 3, "to_assign": 26}
    assert (run("project", "plan")["status"], run("project", "plan")["counts"]["to_assign"]) == (
        0,
        0,
    )
    first = run("push")
    assert (first["counts"]["created"], first["counts"]["unassigned"]) == (26, 0)
    assert run("push")["counts"]["created"] == 0

    assigned = assignment_record(read_workspace(round_.workspace.folder)).assignments
    for name in PEOPLE:  # in the order of the plan, those for calibration first
        own = [a.article for a in assigned if a.annotator == name]
        assert [article for article, _ in round_.tasks(name)] == own
        assert [a.calibration for a in assigned if a.annotator == name][:3] == [True, True, False]
    everything = Counter(article for name in PEOPLE for article, _ in round_.tasks(name))
    assert sorted(everything.values()) == [2] * 10 + [3] * 2

    for name in PEOPLE:
        for _, task in round_.tasks(name)[:3]:
            round_.label(name, task)
    pulled = run("pull")
    assert (pulled["status"], pulled["counts"]["documents"], pulled["warnings"]) == (0, 9, [])
    documents = read_documents([round_.workspace.documents])
    assert Counter(d.annotator.id for d in documents) == dict.fromkeys(PEOPLE, 3)
    status = run("status")["data"]
    assert status["server"]["to_push"] == status["server"]["to_pull"] == 0
    progress = {
        p["annotator"]: (p["assigned"], p["submitted"], p["to_do"]) for p in status["annotators"]
    }
    loads = Counter(a.annotator for a in assigned)
    assert progress == {name: (loads[name], 3, loads[name] - 3) for name in PEOPLE}


def test_work_in_the_project_of_another_is_reported_and_is_of_whoever_did_it(
    round_: Round,
) -> None:
    round_.write(blind())
    run("project", "apply")
    run("push")
    [(article, task), *_] = round_.tasks("ben")
    round_.label("ada", task)
    pulled = run("pull")
    [remark] = pulled["warnings"]
    assert (remark["id"], remark["article_id"], remark["annotator_id"]) == (
        "another-project",
        article,
        "ada",
    )
    assert remark["fact"].startswith("made in the project of ben (ID ")
    [document] = read_documents([round_.workspace.documents])
    assert document.annotator.id == "ada"
    assert pulled["data"]["in_other_projects"] == [
        {"annotator": "ada", "owner": "ben", "annotations": 1}
    ]
    shown = CliRunner().invoke(pull_command)
    assert "\nada made 1 annotation in the project of ben.\n" in shown.stdout
    assert "1 annotation was made in the project of another annotator; " in shown.stderr
    config = round_.workspace.folder / "signalbook.toml"
    decision = f'[annotations]\n"{remark["annotation"]}" = "leave out"\n'
    config.write_text(config.read_text(encoding="utf-8") + decision, encoding="utf-8")
    pulled = run("pull")
    assert (pulled["warnings"], pulled["counts"]["documents"]) == ([], 0)


def test_articles_and_annotators_may_come_and_leave(round_: Round) -> None:
    round_.write(blind("ada", "ben"), articles=6)
    run("project", "apply")
    run("push")
    before = {name: round_.tasks(name) for name in ("ada", "ben")}
    round_.write(blind("ada", "cyd"), articles=10)
    with pytest.raises(UsageError, match=r"no project is called 'Blind round · cyd'; create it"):
        run("push")
    run("project", "apply")
    run("push")
    assert round_.tasks("ben") == before["ben"]
    assert round_.tasks("ada")[: len(before["ada"])] == before["ada"]
    # What ben was to label is given to another, and counts all the same if it comes.
    assert {article for article, _ in round_.tasks("cyd")} == {f"a{n}" for n in range(10)}
    round_.label("ben", before["ben"][0][1])
    assert run("pull")["counts"]["documents"] == 1
    assert run("status")["counts"]["to_assign"] == 0
    round_.write(blind("ada", "cyd"), articles=11)
    assert run("status")["counts"]["to_assign"] == 1
    pushed = run("push")
    assert (pushed["counts"]["created"], pushed["counts"]["unassigned"]) == (0, 1)
    assert pushed["warnings"][0].startswith("1 article not assigned to as many annotators as ")


def test_whoever_is_to_label_and_has_no_account_is_named(round_: Round) -> None:
    round_.write(blind("ada", "dot@example.org"), articles=2)
    planned = run("project", "plan")
    [warning] = planned["warnings"]
    assert warning.startswith(f"dot@example.org has no account on {round_.client.url}; correct ")
    assert warning.endswith("with: signalbook studio user add dot@example.org")
    accounts = planned["data"]["accounts"]
    assert (accounts["missing"], accounts["gone"]) == (["dot@example.org"], [])


def test_an_apply_that_ended_half_way_is_gone_on_with(round_: Round, studio: Studio) -> None:
    round_.write(blind("ada", "ben"), articles=4)
    workspace = read_workspace(round_.workspace.folder)
    assert next_step(studio, workspace).endswith("go on with: signalbook project apply")
    run("project", "apply")
    round_.client.delete_project(round_.project("ben"))  # as if it had not come so far
    assert run("project", "plan")["counts"] == {"changes": 1, "to_assign": 0}
    assert next_step(studio, workspace).startswith("There is a project for each annotator; ")
    assert run("project", "apply")["counts"] == {"changes": 1, "to_assign": 0}
    assert run("push")["counts"]["created"] == 8


def test_whoever_gets_another_name_keeps_the_project(round_: Round) -> None:
    round_.write(blind("ada@example.org", "ben", "cyd@example.org"), articles=4)
    run("project", "apply")
    run("push")
    project, task = round_.project("ada"), round_.tasks("ada")[0][1]
    config = round_.workspace.folder / "signalbook.toml"
    text = config.read_text(encoding="utf-8").replace('= "ada"', '= "countess"')
    config.write_text(text.replace(', "cyd@example.org"]', "]").replace('= "cyd"', '= "duke"'))
    round_.label("ada", task)
    round_.label("cyd", round_.tasks("cyd")[0][1])
    assert run("pull")["counts"]["documents"] == 2
    names = {d.annotator.id for d in read_documents([round_.workspace.documents])}
    assert names == {"countess", "duke"}
    [drift] = run("project", "plan")["data"]["projects"][0]["drift"]
    assert (drift["setting"], drift["wanted"]) == ("title", f"'{TITLE} · countess'")
    run("project", "apply")
    assert round_.project("countess") == project
    assert run("project", "plan")["status"] == 0


def test_what_was_labelled_in_one_project_for_all_is_kept_when_projects_become_separate(
    round_: Round,
) -> None:
    round_.write("overlap = 2\n", articles=6)
    run("project", "apply")
    run("push")
    pooled = round_.client.find_project(TITLE)
    assert pooled
    for row in round_.client.list_tasks(pooled["id"])[:2]:
        round_.label("ada", row["id"])
    run("pull")
    round_.write(blind(), articles=6)
    planned = run("project", "plan")["data"]
    [done] = planned["done_besides"].values()
    assert len(done) == 2
    run("project", "apply")
    run("push")
    assert not {article for article, _ in round_.tasks("ada")} & {*done}
    members = Counter(article for name in PEOPLE for article, _ in round_.tasks(name))
    assert members == {f"a{n}": 1 if f"a{n}" in done else 2 for n in range(6)}
    round_.label("ben", round_.tasks("ben")[0][1])
    for row in round_.client.list_tasks(pooled["id"])[2:3]:
        round_.label("cyd", row["id"])
    assert run("pull")["counts"]["documents"] == 4


def test_what_is_given_again_is_a_task_and_a_document_of_its_own(round_: Round) -> None:
    round_.write(blind("ada", "ben", overlap=1, repeats=1), articles=8)
    run("project", "apply")
    assert run("push")["counts"]["created"] == 10
    counts = run("push")["counts"]
    assert (counts["created"], counts["present"], counts["removed"]) == (0, 10, 0)
    *first, (again, task) = round_.tasks("ada")
    assert again in dict(first)
    round_.label("ada", dict(first)[again])
    round_.label("ada", task)
    counts = run("pull")["counts"]
    assert (counts["documents"], counts["repeats"], counts["superseded"]) == (1, 1, 0)
    [once] = read_documents([round_.workspace.documents])
    [repeated] = read_documents([round_.workspace.repeats])
    assert (once.article, once.annotator.round) == (repeated.article, None)
    assert (repeated.annotator.id, repeated.annotator.round) == ("ada", "repeat 1")
    ada, ben = run("status")["data"]["annotators"]
    assert (ada["assigned"], ada["to_do"], ben["to_do"]) == (5, 3, 5)


@pytest.mark.browser
def test_a_browser_on_ones_own_link_is_given_nothing_of_the_work_of_others(
    round_: Round,
    studio: Studio,
    page_login: Callable[[Studio, User], Page],
    second_scheme: Scheme,
) -> None:
    round_.write(blind("ada", "ben"), articles=2)
    link = run("project", "apply")["data"]["projects"][0]["link"]
    run("push")
    [span_type, *_] = second_scheme.span_types
    value: dict[str, Json] = {"start": 0, "end": 7, "text": "Zelonin", "labels": [span_type.name]}
    region = {"id": OF_BEN, "from_name": "span", "to_name": "text", "type": "labels"}
    with LabelStudioClient(studio.url, round_.users["ben"].token) as ben:
        for _, task in round_.tasks("ben"):
            ben.create_annotation(task, [{**region, "value": value}])

    page = page_login(studio, round_.users["ada"])
    given = recorded(page)
    page.goto(link)
    page.locator("button", has_text=re.compile("^Label ")).first.click()
    page.locator(".lsf-htx-richtext").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert any("next_task" in url and "Zelonin" in text for url, text in given.items())
    assert [url for url, text in given.items() if OF_BEN in text] == []
    # Whom the server knows is no secret among them; what is labelled is.
    named = {url.split("?")[0] for url, text in given.items() if "ben@example.org" in text}
    assert named <= {f"GET {studio.url}/api/users"}

    # Label Studio has no roles: of another's project one is given all, as the plan says.
    page.goto(f"/projects/{round_.project('ben')}/data?task={round_.tasks('ben')[0][1]}")
    page.locator(".lsf-htx-richtext").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert any(OF_BEN in text for text in given.values())
    # An answer that is still on its way when the page is closed would be an error of the next test.
    page.unroute_all(behavior="ignoreErrors")


def recorded(page: Page) -> dict[str, str]:
    """What the page is given from now on: method and address -> text of the answer."""
    answers: dict[str, str] = {}

    def keep(route: Route) -> None:
        answer = route.fetch()
        if not answer.headers.get("content-type", "").startswith(("image/", "font/")):
            answers[f"{route.request.method} {answer.url}"] = answer.text()
        route.fulfill(response=answer)

    page.route(lambda url: "/static/" not in url and "/react-app/" not in url, keep)
    return answers


@pytest.mark.parametrize("place", ["users/{}", "organizations/1/memberships/{}"])
def test_whoever_leaves_keeps_the_work_and_others_get_the_rest(
    round_: Round, studio: Studio, place: str
) -> None:
    """The account is deleted, or is taken out of the organization."""
    leaver = f"cyd-{place[:5]}@example.org"
    user = create_user(studio, leaver)
    round_.write(blind("ada", "ben", leaver), articles=6)
    config = round_.workspace.folder / "signalbook.toml"
    config.write_text(config.read_text(encoding="utf-8") + f'"{leaver}" = "leaver"\n')
    named = config.read_text(encoding="utf-8")
    run("project", "apply")
    run("push")
    [(article, task), *rest] = round_.tasks("leaver")
    with LabelStudioClient(studio.url, user.token) as theirs:
        theirs.create_annotation(task, [])
    run("pull")
    number = next(u["id"] for u in round_.client.list_users() if u["email"] == leaver)
    admin = {"Authorization": f"Token {studio.token}"}
    gone = httpx.delete(f"{studio.url}/api/{place.format(number)}/", headers=admin)
    gone.raise_for_status()

    assert run("pull", "--full")["counts"]["documents"] == 1
    [document] = read_documents([round_.workspace.documents])
    assert (document.article.id, document.annotator.id) == (article, "leaver")
    [warning] = run("project", "plan")["warnings"]
    assert warning.startswith(f"{leaver} has no account on {studio.url} any more; ")
    [person] = [p for p in run("status")["data"]["annotators"] if p["annotator"] == "leaver"]
    assert (person["has_left"], person["has_account"]) == (False, False)

    config.write_text(named.replace(f', "{leaver}"]', "]"), encoding="utf-8")
    planned = run("project", "plan")
    assert planned["data"]["given_up"] == {"leaver": sorted(id for id, _ in rest)}
    assert planned["warnings"] == []
    assert {a["annotator"] for a in planned["data"]["assigned"] if a["new"]} == {"ada", "ben"}
    run("project", "apply")
    run("push")
    assert round_.tasks("leaver") == [(article, task), *rest]
    served = {name: {id for id, _ in round_.tasks(name)} for name in ("ada", "ben")}
    assert {id for id, _ in rest} <= served["ada"] & served["ben"]
    status = run("status")
    [person] = [p for p in status["data"]["annotators"] if p["annotator"] == "leaver"]
    assert (person["submitted"], person["to_do"], person["has_left"]) == (1, None, True)
    assert status["counts"]["to_assign"] == 0
    shown = CliRunner().invoke(status_command).stdout
    assert re.search(r"^leaver .* has left and has no account$", shown, re.MULTILINE)


def test_one_person_who_was_given_an_article_under_two_addresses_is_not_asked_twice(
    round_: Round,
) -> None:
    round_.write(blind("ada@example.org", "ben@example.org"), articles=3)
    run("project", "apply")
    run("push")
    config = round_.workspace.folder / "signalbook.toml"
    of_one = config.read_text(encoding="utf-8").replace('= "ben"', '= "ada"')
    config.write_text(of_one, encoding="utf-8")
    with pytest.raises(UsageError, match=r"annotators names ada twice"):
        run("project", "plan")
    config.write_text(of_one.replace('"ben@example.org"]', '"cyd"]'), encoding="utf-8")
    planned = run("project", "plan")["data"]
    new = [(a["annotator"], a["article"]) for a in planned["assigned"] if a["new"]]
    assert sorted(new) == [("cyd", f"a{n}") for n in range(3)]
    run("project", "apply")
    assert run("push")["counts"]["created"] == 3
    [ada, cyd] = run("status")["data"]["annotators"]
    assert (ada["annotator"], ada["assigned"], ada["to_do"]) == ("ada", 3, 3)
    assert (cyd["annotator"], cyd["assigned"], cyd["to_do"]) == ("cyd", 3, 3)
    assert run("project", "apply")["counts"] == {"changes": 0, "to_assign": 0}
