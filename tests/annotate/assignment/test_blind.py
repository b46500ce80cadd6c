"""What a workspace assigns: by its settings, its record, and what was done before."""

from dataclasses import replace
from pathlib import Path

import pytest

from signalbook.annotate.assignment import Assignment, assignment_record, blind_plan
from signalbook.annotate.workspace.assignment_settings import AssignmentSettings
from signalbook.annotate.workspace.project_titles import project_title
from signalbook.annotate.workspace.workspace import Workspace

PEOPLE = ("ada", "ben", "cyd")
ARTICLES = [f"report-{number}" for number in range(30)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    addresses = {f"{name}@example.org": name for name in PEOPLE}
    settings = AssignmentSettings("blind", overlap=2, annotators=tuple(addresses))
    return Workspace(tmp_path, "Reports", assignment=settings, annotators=addresses)


def test_everybody_has_a_project_and_articles_of_their_own(workspace: Workspace) -> None:
    planned = blind_plan(workspace, assignment_record(workspace), ARTICLES)
    assert planned.titles == {name: f"Reports · {name}" for name in PEOPLE}
    assert {name: len(own) for name, own in planned.by_annotator.items()} == dict.fromkeys(
        PEOPLE, 20
    )
    assert planned.shared == (10, 10)
    assert not workspace.assigned.exists()


def test_what_was_assigned_is_not_assigned_again(workspace: Workspace) -> None:
    record = assignment_record(workspace)
    planned = blind_plan(workspace, record, ARTICLES)
    record.assign(planned.new, planned.addresses)
    again = blind_plan(workspace, assignment_record(workspace), ARTICLES)
    assert again.new == []
    assert again.by_annotator == planned.by_annotator


def test_what_somebody_has_left_unlabelled_is_assigned_to_others(workspace: Workspace) -> None:
    record = assignment_record(workspace)
    planned = blind_plan(workspace, record, ARTICLES)
    record.assign(planned.new, planned.addresses)
    of_cyd = [a.article for a in planned.by_annotator["cyd"]]
    fewer = replace(workspace.assignment, annotators=("ada@example.org", "ben@example.org"))
    smaller, done = replace(workspace, assignment=fewer), {"cyd": {*of_cyd[:5]}}
    again = blind_plan(smaller, record, ARTICLES, done=done)
    assert again.given_up == {"cyd": {*of_cyd[5:]}}
    assert {a.article for a in again.new} == {*of_cyd[5:]}
    assert len(again.new) == 15
    record.assign(again.new, again.addresses)
    assert blind_plan(smaller, record, ARTICLES, done=done).new == []


def test_whoever_has_left_keeps_a_project_and_gets_nothing_new(workspace: Workspace) -> None:
    record = assignment_record(workspace)
    planned = blind_plan(workspace, record, ARTICLES[:10])
    record.assign(planned.new, planned.addresses)
    fewer = replace(workspace.assignment, annotators=("ada@example.org", "ben@example.org"))
    again = blind_plan(replace(workspace, assignment=fewer), record, ARTICLES)
    assert (again.people, again.left) == (("ada", "ben"), ("cyd",))
    assert again.titles["cyd"] == "Reports · cyd"
    assert again.by_annotator["cyd"] == planned.by_annotator["cyd"]


def test_what_was_labelled_in_one_project_for_all_counts(workspace: Workspace) -> None:
    done = {"ada": {*ARTICLES[:5]}, "zoe": {*ARTICLES[:5]}, "ben": {ARTICLES[6]}}
    planned = blind_plan(workspace, assignment_record(workspace), ARTICLES, done=done)
    assert planned.done == done
    assert {a.article for a in planned.new} == {*ARTICLES[5:]}
    of_one = [a.annotator for a in planned.new if a.article == ARTICLES[6]]
    assert len(of_one) == 1
    assert of_one != ["ben"]
    assert planned.earlier == []


def test_an_assigned_article_that_is_done_is_nothing_besides(workspace: Workspace) -> None:
    record = assignment_record(workspace)
    record.assign([Assignment("ada", "report-1")], {"ada": "ada@example.org"})
    assert blind_plan(workspace, record, done={"ada": {"report-1"}}).done == {}


@pytest.mark.parametrize("name", ["ada", "annotator-0123456789ab", "x" * 200])
@pytest.mark.parametrize("title", ["abc", "t" * 50])
def test_every_title_is_one_that_the_server_takes(title: str, name: str) -> None:
    assert 3 <= len(project_title(title, name)) <= 50


def test_titles_that_are_cut_stay_different() -> None:
    titles = {project_title("t" * 49 + end, "n" * 90 + end) for end in "ab"}
    titles |= {project_title("t" * 49 + end, "ada") for end in "ab"}
    assert len(titles) == 4
    assert project_title("t" * 50, "ada").endswith(" · ada")
