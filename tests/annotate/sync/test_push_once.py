"""What a server, a network and other pushes do; every article is there exactly once afterwards."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import httpx
import pytest
from fault_proxy import Fate, fault_proxy
from pushing import articles, once_each, pusher

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import JOURNAL, Journal
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.existing import existing_tasks
from signalbook.annotate.sync.push import Pushed, push
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.errors import PartialError, ServerError
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server
SESSION = "signalbook.annotate.label_studio.session"
PAUSES = "signalbook.annotate.label_studio.journal._PAUSES_S"


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """One that does not wait for long."""
    monkeypatch.setattr(PAUSES, (0.1,))
    return Journal(tmp_path / JOURNAL)


def is_import(method: str, path: str) -> bool:
    return method == "POST" and "/import" in path


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"null", b'{"total": 0}', b'{"tasks": []}'])
def test_a_list_of_tasks_that_is_none_creates_nothing(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme, answer: bytes
) -> None:
    push(client, project, articles(3), scheme=second_scheme)

    def fault(method: str, path: str, number: int) -> Fate:
        return answer if path.startswith("/api/tasks/?") else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match=r"list tasks of project .*: does not answer like Label"),
    ):
        push(odd, project, articles(3), scheme=second_scheme)
    assert once_each(client, project, articles(3))


def test_a_list_of_tasks_without_its_second_page_creates_nothing(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    given = articles(1200)
    push(client, project, given, scheme=second_scheme)

    def fault(method: str, path: str, number: int) -> Fate:
        return 404 if method == "GET" and number == 2 else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match=r"list tasks of project .*: does not answer like"),
    ):
        push(odd, project, given, scheme=second_scheme)
    assert once_each(client, project, given)


def test_what_may_still_come_is_not_sent_again(
    client: LabelStudioClient,
    studio: Studio,
    project: int,
    second_scheme: Scheme,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{SESSION}._TIMEOUT_S", 1.0)
    given, released = articles(3), Event()

    def fault(method: str, path: str, number: int) -> Fate:
        if is_import(method, path):
            released.wait(60)
        return "pass"

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as slow:
        for _ in range(2):
            with pytest.raises(PartialError, match=r"3 tasks sent at .* in 10 min, or with --rep"):
                push(slow, project, given, scheme=second_scheme, journal=journal)
        released.set()
        monkeypatch.setattr(PAUSES, (0.5,) * 40)
        done = push(slow, project, given, scheme=second_scheme, journal=journal)
    assert done == Pushed(0, 3)
    assert once_each(client, project, given)
    assert journal.of(f"project {project}") == []


def test_a_request_that_never_arrived_is_sent_again_once_that_is_known(
    client: LabelStudioClient,
    studio: Studio,
    project: int,
    second_scheme: Scheme,
    journal: Journal,
) -> None:
    given = articles(3)

    def fault(method: str, path: str, number: int) -> Fate:
        return "refuse" if is_import(method, path) and number == 1 else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as shaky,
    ):
        with pytest.raises(PartialError, match="nothing was sent again"):
            push(shaky, project, given, scheme=second_scheme, journal=journal)
        assert existing_tasks(client, project).tasks == ()
        push(shaky, project, given, scheme=second_scheme, journal=journal, repair=True)
    assert once_each(client, project, given)


def test_what_comes_after_it_was_sent_again_is_taken_back(
    client: LabelStudioClient,
    studio: Studio,
    project: int,
    second_scheme: Scheme,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{SESSION}._TIMEOUT_S", 2.0)
    given, released, arrived = articles(3), Event(), Event()

    def fault(method: str, path: str, number: int) -> Fate:
        if is_import(method, path):
            released.wait(60)
            return seen
        return "pass"

    def seen(content: bytes) -> bytes:
        arrived.set()
        return content

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as slow:
        with pytest.raises(PartialError):
            push(slow, project, given, scheme=second_scheme, journal=journal)
        monkeypatch.undo()
        sent = push(client, project, given, scheme=second_scheme, journal=journal, repair=True)
        assert sent == Pushed(3, 0)
        released.set()
        assert arrived.wait(60)
    assert len(existing_tasks(client, project).doubled) == 3
    after = push(client, project, given, scheme=second_scheme, journal=journal)
    assert after == Pushed(0, 3, removed=3)
    assert once_each(client, project, given)


def test_a_push_that_is_killed_while_the_server_is_at_work_is_waited_for(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme, tmp_path: Path
) -> None:
    given, sent, released = articles(1500), Event(), Event()

    def fault(method: str, path: str, number: int) -> Fate:
        if is_import(method, path) and number == 2:
            sent.set()
            released.wait(60)
        return "pass"

    kept = tmp_path / JOURNAL
    with (
        fault_proxy(studio.url, fault) as url,
        pusher(url, studio.token, project, second_scheme, kept) as process,
        ThreadPoolExecutor() as pool,
    ):
        assert sent.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        again = pool.submit(
            push, client, project, given, scheme=second_scheme, journal=Journal(kept)
        )
        released.set()
        assert again.result(60) == Pushed(created=1000, present=500)
    assert once_each(client, project, given)


def test_two_workspaces_that_push_at_one_moment_create_every_task_once(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    given, together = articles(300), Barrier(2)

    def fault(method: str, path: str, number: int) -> Fate:
        if is_import(method, path) and number <= 2:
            together.wait(60)
        return "pass"

    def push_alone(url: str) -> Pushed:
        with LabelStudioClient(url, studio.token) as own:
            return push(own, project, given, scheme=second_scheme)

    with fault_proxy(studio.url, fault) as url, ThreadPoolExecutor() as pool:
        done = [*pool.map(push_alone, [url, url])]
    assert once_each(client, project, given)
    assert sum(pushed.removed for pushed in done) == 300
    assert [pushed.doubled for pushed in done] == [(), ()]


def test_repair_deletes_what_nobody_has_touched_and_no_more(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    given = articles(4)
    tasks = [to_task(article, second_scheme) for article in given]
    for _ in range(3):
        client.import_tasks(project, tasks)
    by_text = existing_tasks(client, project).by_text
    ids = [[task.id for task in by_text[a.id, a.text_sha256]] for a in given]
    client.create_annotation(ids[1][1], [])
    client.create_annotation(ids[2][0], [], was_cancelled=True)
    client.create_annotation(ids[2][2], [])
    draft = f"{studio.url}/api/tasks/{ids[3][2]}/drafts?project={project}"
    headers = {"Authorization": f"Token {studio.token}"}
    httpx.post(draft, headers=headers, json={"result": [], "lead_time": 1}).raise_for_status()
    seen = push(client, project, given, scheme=second_scheme)
    assert (seen.removed, len(seen.doubled)) == (0, 4)
    would = push(client, project, given, scheme=second_scheme, repair=True, dry_run=True)
    assert would.removed == 6
    done = push(client, project, given, scheme=second_scheme, repair=True)
    left = [task.id for task in existing_tasks(client, project).tasks]
    assert left == sorted([ids[0][0], ids[1][1], ids[2][0], ids[2][2], ids[3][0], ids[3][2]])
    assert (done.removed, done.doubled) == (6, ("report-2", "report-3"))


def test_an_article_that_the_server_does_not_show_afterwards_is_told(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    def emptied(content: bytes) -> bytes:
        return json.dumps({**json.loads(content), "total": 0, "tasks": []}).encode()

    def fault(method: str, path: str, number: int) -> Fate:
        return emptied if path.startswith("/api/tasks/?") else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match="3 tasks that were created cannot be seen"),
    ):
        push(odd, project, articles(3), scheme=second_scheme)
