import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event

import pytest
from fault_proxy import Fate, fault_proxy

from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import JOURNAL, Journal
from signalbook.annotate.label_studio.project import (
    Applied,
    DesiredSettings,
    Drift,
    apply,
    plan,
    require_project,
)
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.codebook import instructions
from signalbook.schema.documents.example import read_example
from signalbook.schema.errors import ConflictError, PartialError, ServerError, UsageError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server


@pytest.fixture
def desired(client: LabelStudioClient, scheme: Scheme) -> Iterator[DesiredSettings]:
    title = f"plan {scheme.name}"
    yield DesiredSettings(title, labeling_config(scheme), instructions(scheme), 2)
    project = client.find_project(title)
    if project:
        client.delete_project(project["id"])


def test_a_project_is_made_once_and_then_as_wanted(
    client: LabelStudioClient, desired: DesiredSettings
) -> None:
    first = plan(client, desired)
    assert first.is_needed
    assert first.project is None
    project = apply(client, first).project
    second = plan(client, desired)
    assert second.drift == ()
    assert not second.is_needed
    assert apply(client, second).project == project


def test_a_page_can_be_changed_when_everything_on_it_has_been_used(
    client: LabelStudioClient, desired: DesiredSettings, scheme: Scheme
) -> None:
    document = read_example(scheme)
    assert document is not None
    new = replace(desired, label_config=desired.label_config.replace("Esc shows", "Esc brings"))
    assert new != desired
    project = apply(client, plan(client, desired)).project["id"]
    [task] = client.import_tasks(project, [to_task(document.article, scheme, [document])])
    client.create_annotation(task, to_label_studio(document, scheme))
    apply(client, plan(client, new))
    assert not plan(client, new).is_needed


def test_a_page_on_which_codes_were_typed_takes_the_list(
    client: LabelStudioClient, diplomatic: Scheme
) -> None:
    document = read_example(diplomatic)
    assert document is not None
    new = DesiredSettings("typed codes", labeling_config(diplomatic), "", 1)
    before = re.sub(r"<Taxonomy.*?</Taxonomy>", "", new.label_config, flags=re.DOTALL)
    assert before != new.label_config
    project = apply(client, plan(client, replace(new, label_config=before))).project["id"]
    try:
        [task] = client.import_tasks(project, [to_task(document.article, diplomatic)])
        place = {"start": 119, "end": 128}
        mention = {"from_name": "label", "type": "labels"}
        typed = {"from_name": "party__country__other", "type": "textarea"}
        region = {"id": "a", "to_name": "text"}
        client.create_annotation(
            task,
            [
                {**region, **mention, "value": {**place, "labels": ["mention__P1"]}},
                {**region, **typed, "value": {**place, "text": ["SWE"]}},
            ],
        )
        apply(client, plan(client, new))
        assert not plan(client, new).is_needed
    finally:
        client.delete_project(project)


def test_what_somebody_changed_is_shown_and_put_right(
    client: LabelStudioClient, desired: DesiredSettings
) -> None:
    project = apply(client, plan(client, desired)).project
    page = desired.label_config.replace("granularity", 'data-x="1" granularity')
    client.update_project(
        project["id"],
        {"maximum_annotations": 5, "label_config": page, "expert_instruction": "<p>Hurry</p>"},
    )
    planned = plan(client, desired)
    assert [drift.setting for drift in planned.drift] == ["page", "instructions", "overlap"]
    assert planned.drift[2] == Drift("overlap", "5", "2")
    assert "data-x" in planned.drift[0].is_
    apply(client, planned)
    assert not plan(client, desired).is_needed


def test_a_project_that_is_not_there_is_reported(client: LabelStudioClient) -> None:
    with pytest.raises(UsageError, match="signalbook project apply"):
        require_project(client, "no such project")


def is_creation(method: str, path: str) -> bool:
    return method == "POST" and path == "/api/projects/"


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"null", b'{"count": 1, "results": []}'])
def test_a_list_of_projects_that_is_none_makes_no_second_one(
    client: LabelStudioClient, studio: Studio, desired: DesiredSettings, answer: bytes
) -> None:
    made = apply(client, plan(client, desired)).project

    def fault(method: str, path: str, number: int) -> Fate:
        return answer if path.startswith("/api/projects/?") else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match="does not answer like Label Studio"),
    ):
        apply(odd, plan(odd, desired))
    assert client.projects_called(desired.title) == [made["id"]]


@pytest.mark.parametrize("fate", ["lose answer", b"{}"])
def test_a_creation_whose_answer_is_lost_makes_one_project(
    client: LabelStudioClient, studio: Studio, desired: DesiredSettings, fate: Fate
) -> None:
    def fault(method: str, path: str, number: int) -> Fate:
        return fate if is_creation(method, path) else "pass"

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as shaky:
        made = apply(shaky, plan(shaky, desired)).project
    assert client.projects_called(desired.title) == [made["id"]]


def test_a_creation_that_may_still_come_is_not_sent_again(
    client: LabelStudioClient,
    studio: Studio,
    desired: DesiredSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signalbook.annotate.label_studio.session._TIMEOUT_S", 2.0)
    monkeypatch.setattr("signalbook.annotate.label_studio.journal._PAUSES_S", (0.1,))
    journal, released = Journal(tmp_path / JOURNAL), Event()

    def fault(method: str, path: str, number: int) -> Fate:
        if is_creation(method, path):
            released.wait(60)
        return "pass"

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as slow:
        for _ in range(2):
            with pytest.raises(PartialError, match=r"the request to create it, sent at .* 10 min"):
                apply(slow, plan(slow, desired), journal)
        released.set()
        monkeypatch.setattr("signalbook.annotate.label_studio.journal._PAUSES_S", (0.5,) * 40)
        made = apply(slow, plan(slow, desired), journal).project
    assert client.projects_called(desired.title) == [made["id"]]


def test_two_that_create_a_project_at_one_moment_have_one(
    client: LabelStudioClient, studio: Studio, desired: DesiredSettings
) -> None:
    together = Barrier(2)

    def fault(method: str, path: str, number: int) -> Fate:
        if is_creation(method, path):
            together.wait(60)
        return "pass"

    def create(url: str) -> Applied:
        with LabelStudioClient(url, studio.token) as own:
            return apply(own, plan(own, desired))

    try:
        with fault_proxy(studio.url, fault) as url, ThreadPoolExecutor() as pool:
            both = [*pool.map(create, [url, url])]
    except ConflictError:
        # With its database locked, the server runs a request again, and makes projects that no
        # answer names: where they are the oldest, it is told that there are several.
        several = client.projects_called(desired.title)
        assert len(several) > 1
        for id in several[1:]:
            client.delete_project(id)
        return
    assert client.projects_called(desired.title) == [*{done.project["id"] for done in both}]
    # None says it where the server, its database locked, made the one that is left unasked.
    assert sum(done.plan.project is None for done in both) <= 1


def test_a_change_that_the_server_does_not_take_is_told(
    client: LabelStudioClient, studio: Studio, desired: DesiredSettings
) -> None:
    made = apply(client, plan(client, desired)).project
    before = client.update_project(made["id"], {"maximum_annotations": 5})

    def fault(method: str, path: str, number: int) -> Fate:
        return json.dumps(before).encode() if path == f"/api/projects/{made['id']}/" else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match="does not hold the overlap that was sent"),
    ):
        apply(odd, plan(odd, desired))
