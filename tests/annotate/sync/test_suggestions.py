"""Some articles come without their prediction, drawn at random; a pull knows who was shown what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import pytest
from click.testing import CliRunner
from pushing import articles
from rounds import run, write_article_of_example

from signalbook.annotate.cli.push import push_command
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.push import push
from signalbook.annotate.sync.suggestions import SHOWN_AS, Arms
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article
from signalbook.schema.documents.suggestions import Suggestion, read_suggestions
from signalbook.schema.scheme.model import Scheme

PEOPLE = ("ada", "ben", "cyd")
SECTIONS = ["suggestions", "suggestion-arms", "suggestion-agreement", "further-annotator"]
IDS = [f"a{n}" for n in range(8)]


def test_an_article_is_drawn_by_itself() -> None:
    many = [str(number) for number in range(10_000)]
    few, more = Arms(0.2), Arms(0.5)
    drawn = {id for id in many if few.is_without(id)}
    assert len(drawn) / len(many) == pytest.approx(0.2, abs=0.02)
    assert {id for id in many if more.is_without(id)} > drawn  # a larger share draws further ones
    of_ada, of_ben, otherwise = Arms(0.5, owner="ada"), Arms(0.5, owner="ben"), Arms(0.5, seed=2)
    for other in (of_ben, otherwise):
        both = sum(of_ada.is_without(id) == other.is_without(id) for id in many)
        assert both / len(many) == pytest.approx(0.5, abs=0.03)
    assert not any(Arms(0.0).is_without(id) for id in many)
    assert all(Arms(1.0).is_without(id) for id in many)


@dataclass(frozen=True)
class Round:
    """A workspace, its server, three people, and a model that has predicted all articles."""

    workspace: Workspace
    client: LabelStudioClient
    users: Mapping[str, User]
    scheme: Scheme

    def configure(self, settings: str) -> None:
        """Make the settings what they are to be."""
        names = "".join(f'"{name}@example.org" = "{name}"\n' for name in PEOPLE)
        (self.workspace.folder / "signalbook.toml").write_text(
            f'[project]\ntitle = "Suggestions"\n[scheme]\npath = "{self.workspace.scheme}"\n'
            f"{settings}[annotators]\n{names}",
            encoding="utf-8",
        )

    def prediction(self, article: str) -> AnnotationDocument:
        """What the model says of an article: the example of the scheme."""
        example = read_example(self.scheme)
        assert example is not None
        renamed = example.article.model_copy(update={"id": article})
        update = {"article": renamed, "annotator": Annotator(id="m1")}
        return example.model_copy(update=update)

    def push(self, *ids: str) -> Mapping[str, int]:
        """Send these articles with their predictions; returns what was counted."""
        write_article_of_example(self.workspace, self.scheme, *ids)
        path = self.workspace.folder / "model.jsonl"
        path.write_text("".join(f"{self.prediction(id).to_json()}\n" for id in ids))
        counts: Mapping[str, int] = run("push", "--predictions", str(path))["counts"]
        return counts

    def tasks(self, title: str) -> dict[str, int]:
        """Article -> number of its task in a project."""
        project = self.client.find_project(title)
        assert project
        rows = self.client.list_tasks(project["id"])
        return {str((row["meta"] or {})["article_id"]): row["id"] for row in rows}

    def shows(self, who: str, task: int) -> list[str]:
        """Names of the predictions that the page of somebody is given with a task."""
        answer = httpx.get(
            f"{self.client.url}/api/tasks/{task}/",
            headers={"Authorization": f"Token {self.users[who].token}"},
        )
        return [prediction["model_version"] for prediction in answer.json()["predictions"]]

    def next_shows(self, who: str, project: int) -> list[str]:
        """The same of the task that somebody is served next, which is then submitted."""
        answer = httpx.get(
            f"{self.client.url}/api/projects/{project}/next/",
            headers={"Authorization": f"Token {self.users[who].token}"},
        )
        task = answer.raise_for_status().json()
        self.label(who, task["id"])
        return [prediction["model_version"] for prediction in task["predictions"]]

    def label(self, who: str, task: int) -> None:
        """Submit what the model says."""
        with LabelStudioClient(self.client.url, self.users[who].token) as theirs:
            theirs.create_annotation(task, to_label_studio(self.prediction("any"), self.scheme))

    def suggested(self) -> dict[tuple[str, str], Suggestion]:
        """What the workspace knows after a pull, by annotator and article."""
        run("pull")
        found = read_suggestions(self.workspace.suggested)
        return {(s.annotator_id, s.article_id): s for s in found}


def sections_of_agreement() -> list[str]:
    """Names of the tables about suggestions in the report."""
    sections = run("agreement")["data"]["sections"]
    return [section["id"] for section in sections if section["id"] != "competence"]


@pytest.fixture(scope="module")
def users(studio: Studio) -> dict[str, User]:
    return {name: create_user(studio, f"{name}@example.org") for name in PEOPLE}


@pytest.fixture
def round_(
    server_workspace: Workspace,
    client: LabelStudioClient,
    users: dict[str, User],
    second_scheme: Scheme,
) -> Round:
    return Round(server_workspace, client, users, second_scheme)


@pytest.mark.server
def test_in_one_project_for_all_an_article_comes_with_its_prediction_to_all_or_to_none(
    round_: Round,
) -> None:
    round_.configure("[assignment]\noverlap = 3\n[suggestions]\nwithout = 0.5\nseed = 3\n")
    run("project", "apply")
    without = {id for id in IDS if Arms(0.5, 3).is_without(id)}
    assert 0 < len(without) < len(IDS)
    counts = round_.push(*IDS)
    assert (counts["suggesting"], counts["kept_back"]) == (8 - len(without), len(without))
    tasks = round_.tasks("Suggestions")
    for article, task in tasks.items():
        assert round_.shows("ada", task) == ([] if article in without else [SHOWN_AS])
        for name in PEOPLE:
            round_.label(name, task)
    # What was drawn stays, whatever the settings become; articles that come later follow these.
    round_.configure("[assignment]\noverlap = 3\n")
    assert round_.push(*IDS, "late")["suggesting"] == 1
    round_.label("cyd", round_.tasks("Suggestions")["late"])
    suggested = round_.suggested()
    assert len(suggested) == 25
    for (annotator, article), suggestion in suggested.items():
        assert suggestion.shown == (article not in without), annotator
        assert suggestion.is_drawn == (article != "late")
        assert suggestion.prediction.annotator.id == "m1"
        assert suggestion.prediction.article.text is None
        spans = {(s.type, s.start, s.end) for s in suggestion.prediction.spans}
        assert spans == {(s.type, s.start, s.end) for s in round_.prediction(article).spans}
    assert sections_of_agreement() == SECTIONS


@pytest.mark.server
def test_in_projects_of_their_own_annotators_are_drawn_apart(round_: Round) -> None:
    people = json.dumps(PEOPLE)
    blind = f'[assignment]\nmode = "blind"\nannotators = {people}\noverlap = 3\n'
    round_.configure(f"{blind}[suggestions]\nwithout = 0.5\n")
    write_article_of_example(round_.workspace, round_.scheme, *IDS)
    run("project", "apply")
    round_.push(*IDS)
    drawn = {name: {id for id in IDS if Arms(0.5, owner=name).is_without(id)} for name in PEOPLE}
    assert len({frozenset(of_person) for of_person in drawn.values()}) == 3
    for name in PEOPLE:
        for article, task in round_.tasks(f"Suggestions · {name}").items():
            assert round_.shows(name, task) == ([] if article in drawn[name] else [SHOWN_AS])
            round_.label(name, task)
    suggested = round_.suggested()
    assert {(a, id): id not in drawn[a] for a, id in suggested} == {
        key: suggestion.shown for key, suggestion in suggested.items()
    }
    assert len(suggested) == 24
    assert sections_of_agreement() == SECTIONS


@pytest.mark.server
def test_a_prediction_that_came_after_an_annotation_was_not_shown(round_: Round) -> None:
    round_.configure("")
    run("project", "apply")
    write_article_of_example(round_.workspace, round_.scheme, "a0", "a1")
    run("push")
    tasks = round_.tasks("Suggestions")
    round_.label("ada", tasks["a0"])
    for task in tasks.values():
        httpx.post(
            f"{round_.client.url}/api/predictions/",
            headers={"Authorization": f"Token {round_.users['ada'].token}"},
            json={
                "task": task,
                "model_version": "m2",
                "result": to_label_studio(round_.prediction("any"), round_.scheme),
            },
        ).raise_for_status()
    for task in tasks.values():
        round_.label("ben", task)
    suggested = round_.suggested()
    assert suggested.keys() == {("ben", "a0"), ("ben", "a1")}
    assert {s.prediction.annotator.id for s in suggested.values()} == {"m2"}
    assert not any(s.is_drawn for s in suggested.values())


@pytest.mark.server
def test_predictions_of_two_models_are_shown_in_one_project(
    round_: Round, project: int, second_scheme: Scheme
) -> None:
    def predicted(article: Article, model: str) -> AnnotationDocument:
        return AnnotationDocument(
            schema_version=second_scheme.version, article=article, annotator=Annotator(id=model)
        )

    first, second, third = articles(3)
    for given in ([predicted(first, "m1"), predicted(second, "m2")], [predicted(third, "m3")]):
        ours = [document.article for document in given]
        push(round_.client, project, ours, scheme=second_scheme, predictions=given)
    rows = [*round_.client.list_tasks(project)]
    assert [round_.next_shows("ada", project) for _ in rows] == [[SHOWN_AS]] * 3
    assert [(row["meta"] or {})["suggestion"] for row in rows] == [
        {"model": model, "shown": True, "without": 0.0} for model in ("m1", "m2", "m3")
    ]


@pytest.mark.server
def test_a_push_says_how_many_tasks_come_without_their_prediction(round_: Round) -> None:
    round_.configure("[suggestions]\nwithout = 1\n")
    run("project", "apply")
    write_article_of_example(round_.workspace, round_.scheme, "a0", "a1")
    path = round_.workspace.folder / "model.jsonl"
    path.write_text(f"{round_.prediction('a0').to_json()}\n", encoding="utf-8")
    result = CliRunner().invoke(push_command, ["--predictions", str(path)])
    assert (
        "0 tasks come with a prediction, 1 without the one that there is, to compare.\n"
    ) in result.stdout
