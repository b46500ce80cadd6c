import json
from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import pytest
from fault_proxy import Fate, Request, fault_proxy, mutations
from pydantic import TypeAdapter

from signalbook.annotate.label_studio.answers import checked
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import Identified, Result, TaskInput
from signalbook.annotate.studio.start_stop import Studio
from signalbook.schema.errors import ServerError, SignalbookError

pytestmark = pytest.mark.server

PAGE = (
    '<View><Labels name="kind" toName="text"><Label value="drug"/></Labels>'
    '<Text name="text" value="$text"/></View>'
)
DRUG: Result = {
    "id": "r1",
    "from_name": "kind",
    "to_name": "text",
    "type": "labels",
    "value": {"start": 0, "end": 7, "text": "Zelonin", "labels": ["drug"]},
}
TASK: TaskInput = {"data": {"text": "Zelonin"}, "meta": {}}
EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
TITLE = "odd answers"


@pytest.fixture(scope="module")
def project(client: LabelStudioClient, studio: Studio) -> Iterator[int]:
    """A project with two tasks: one is annotated, on one somebody has begun."""
    created = client.create_project(TITLE, PAGE)["id"]
    first, second = client.import_tasks(created, [TASK] * 2)
    client.create_annotation(first, [DRUG], lead_time=3)
    httpx.post(
        f"{studio.url}/api/tasks/{second}/drafts?project={created}",
        headers={"Authorization": f"Token {studio.token}"},
        json={"result": [DRUG], "lead_time": 1},
    ).raise_for_status()
    yield created
    client.delete_project(created)


READ: dict[str, Callable[[LabelStudioClient, int], object]] = {
    "version": lambda client, _: client.version(),
    "whoami": lambda client, _: client.whoami(),
    "users": lambda client, _: client.list_users(),
    "projects": lambda client, _: client.project_ids(),
    "find project": lambda client, _: client.find_project(TITLE),
    "list": lambda client, project: client.list_tasks(project),
    "list since": lambda client, project: client.list_tasks(
        project, include=("id", "total_annotations", "cancelled_annotations"), since=EPOCH
    ),
    "snapshot since": lambda client, project: client.snapshot(project, since=EPOCH),
    "annotations": lambda client, project: client.annotation_numbers(project),
    "exports": lambda client, project: client.export_hashes(project),
    "sweep": lambda client, project: client.sweep(project),
    "drafts": lambda client, project: [
        (task["id"], [(draft["id"], draft["user"]) for draft in task["drafts"]])
        for task in client.tasks_with_drafts(project)
    ],
}


@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_an_answer_of_another_shape_is_never_taken_for_the_true_one(
    studio: Studio, project: int, read: Callable[[LabelStudioClient, int], object]
) -> None:
    recorded: dict[Request, httpx.Response] = {}
    instead: dict[tuple[str, str], bytes] = {}

    def fault(method: str, path: str, number: int) -> Fate:
        other = instead.get((method, path))
        return "pass" if other is None else lambda _: other

    with (
        fault_proxy(studio.url, fault, recorded=recorded) as url,
        LabelStudioClient(url, studio.token) as client,
    ):
        true = read(client, project)
        answers = [(request[:2], r.content) for request, r in recorded.items() if r.content]
        believed = [
            f"{request}: {what}"
            for request, content in answers
            for what, changed in mutations(content)
            if not _may_be_true(request[1], what)
            if not _refused_or_true(lambda: read(client, project), true, instead, request, changed)
        ]
    assert answers
    assert believed == []


def _may_be_true(path: str, what: str) -> bool:
    """Others make tasks, with any `data` and `meta`; and exports and drafts are not counted.

    A project on the server may have no version of a model, which is null as well as empty.
    """
    if what == "/model_version becomes null":
        return True
    uncounted = path.endswith(("/exports/", "/drafts")) and what == "/ becomes empty"
    return what.startswith(("/tasks/0/data/", "/tasks/0/meta")) or uncounted


def test_a_listing_that_lacks_a_task_is_refused(studio: Studio, project: int) -> None:
    def shortened(content: bytes) -> bytes:
        page = json.loads(content)
        return json.dumps({**page, "tasks": page["tasks"][:-1]}).encode()

    def fault(method: str, path: str, number: int) -> Fate:
        return shortened

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as client,
        pytest.raises(ServerError, match="lists 1 of 2 tasks; run the command again"),
    ):
        client.list_tasks(project)


def test_a_task_that_is_deleted_while_they_are_listed_hides_no_other(
    client: LabelStudioClient, studio: Studio, project: int
) -> None:
    big = client.create_project("listed meanwhile", PAGE)["id"]
    ids = client.import_tasks(big, [TASK] * 1001)

    def fault(method: str, path: str, number: int) -> Fate:
        if number == 2:
            deleted = f"{studio.url}/api/tasks/{ids[0]}/"
            httpx.delete(deleted, headers={"Authorization": f"Token {studio.token}"})
        return "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as other,
    ):
        assert {row["id"] for row in other.list_tasks(big)} >= {*ids[1:]}
    client.delete_project(big)


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"<html>", "not JSON"),
        (b'[{"id": NaN}]', "not JSON"),
        (b'[{"id": 1e999}]', "not JSON"),
        (b'[{"id": "\\ud83d"}]', "not JSON"),
        (b"[" * 300 + b"]" * 300, "not JSON"),
        (b"null", "the whole: input should be a valid list"),
        (b"[{}]", "0.id: field required"),
        (b'[{"id": "1"}]', "0.id: input should be a valid integer"),
    ],
    ids=range(8),
)
def test_what_is_wrong_with_an_answer_is_named(content: bytes, fact: str) -> None:
    with pytest.raises(ServerError) as refusal:
        checked("there", content, TypeAdapter(list[Identified]))
    assert str(refusal.value).startswith(f"there: does not answer like Label Studio ({fact}); ")


def _refused_or_true(
    read: Callable[[], object],
    true: object,
    instead: dict[tuple[str, str], bytes],
    request: tuple[str, str],
    changed: bytes,
) -> bool:
    instead.clear()
    instead[request] = changed
    try:
        return read() == true
    except SignalbookError:
        return True
