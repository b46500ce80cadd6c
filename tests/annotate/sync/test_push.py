import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from fault_proxy import Fate, fault_proxy
from places import HELPERS

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.push import BATCH, Pushed, existing_tasks, push
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import AccessError, ConflictError, PartialError, ServerError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server


def articles(number: int, text: str = "Zelonin gave report {} a rash.") -> list[Article]:
    return [article(f"report-{n}", text.format(n)) for n in range(number)]


def article(id: str, text: str) -> Article:
    values = {"id": id, "title": "A report", "text": text, "text_sha256": text_hash(text)}
    return Article.model_validate({**values, "text_length": len(text)})


@pytest.fixture
def project(client: LabelStudioClient, second_scheme: Scheme) -> Iterator[int]:
    created = client.create_project("push", labeling_config(second_scheme))
    yield created["id"]
    client.delete_project(created["id"])


def once_each(client: LabelStudioClient, project: int, given: list[Article]) -> bool:
    expected = {article.id: {article.text_sha256: 1} for article in given}
    return existing_tasks(client, project) == expected


def test_a_second_push_creates_nothing(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    given = articles(BATCH + 20)
    heard: list[tuple[int, int]] = []

    def progress(done: int, of: int) -> None:
        heard.append((done, of))

    first = push(client, project, given, scheme=second_scheme, on_count=progress)
    assert first == Pushed(created=270, present=0)
    assert heard == [(250, 270), (270, 270)]
    assert push(client, project, given, scheme=second_scheme) == Pushed(0, 270)
    assert once_each(client, project, given)


def test_a_dry_run_creates_nothing_and_a_limit_that_many(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    given = articles(5)
    assert push(client, project, given, scheme=second_scheme, dry_run=True).created == 5
    assert existing_tasks(client, project) == {}
    assert push(client, project, given, scheme=second_scheme, limit=2) == Pushed(2, 0, left=3)
    assert push(client, project, given, scheme=second_scheme) == Pushed(3, 2)
    assert once_each(client, project, given)


def test_a_changed_text_needs_a_decision(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    push(client, project, articles(2), scheme=second_scheme)
    changed = [article("report-1", "Other words."), article("new", "New words.")]
    with pytest.raises(ConflictError, match=r"1 article has another text .*report-1.*--new-text"):
        push(client, project, changed, scheme=second_scheme)
    assert "new" not in existing_tasks(client, project)
    done = push(client, project, changed, scheme=second_scheme, new_text=True)
    assert done == Pushed(created=2, present=0, new_texts=("report-1",))
    assert len(existing_tasks(client, project)["report-1"]) == 2
    assert push(client, project, changed, scheme=second_scheme) == Pushed(0, 2)


def test_predictions_arrive_with_new_tasks_only(
    client: LabelStudioClient, project: int, second_scheme: Scheme
) -> None:
    guesses = read_documents([second_scheme.folder / "example.annotation.json"])
    given = [guess.article for guess in guesses]
    push(client, project, given, scheme=second_scheme, predictions=guesses)
    client.create_annotation(client.list_tasks(project)[0]["id"], [])
    [task] = client.snapshot(project)
    [there] = task["predictions"]
    assert there["model_version"] == guesses[0].annotator.id
    second = push(client, project, given, scheme=second_scheme, predictions=guesses)
    assert second == Pushed(created=0, present=1, predictions_left=1)


def test_a_lost_answer_makes_no_double(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    given = articles(2 * BATCH + 1)

    def fault(method: str, path: str, number: int) -> Fate:
        return "lose answer" if method == "POST" and number in (1, 2) else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as shaky,
    ):
        assert push(shaky, project, given, scheme=second_scheme).created == len(given)
    assert once_each(client, project, given)


def test_a_request_that_never_arrived_is_sent_again(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    given = articles(3)

    def fault(method: str, path: str, number: int) -> Fate:
        return "refuse" if method == "POST" and number == 1 else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as shaky,
    ):
        push(shaky, project, given, scheme=second_scheme)
    assert once_each(client, project, given)


def test_a_server_that_goes_away_leaves_something_to_resume(
    client: LabelStudioClient, studio: Studio, project: int, second_scheme: Scheme
) -> None:
    given = articles(BATCH + 1)
    gone: list[bool] = []

    def fault(method: str, path: str, number: int) -> Fate:
        if method == "POST" and number == 2:
            gone.append(True)
        return "refuse" if gone else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as shaky,
        pytest.raises(PartialError, match="250 of 251 tasks are created; run the same command"),
    ):
        push(shaky, project, given, scheme=second_scheme)
    assert push(client, project, given, scheme=second_scheme) == Pushed(1, 250)
    assert once_each(client, project, given)


PUSHER = """
import os, sys
sys.path[:0] = sys.argv[4:]
from test_push import articles
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.sync.push import push
from signalbook.schema.scheme.loader import load_scheme
with LabelStudioClient(sys.argv[1], os.environ["TOKEN"]) as client:
    push(client, int(sys.argv[2]), articles(1500), scheme=load_scheme(sys.argv[3]),
         on_count=lambda done, of: print(done, flush=True))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_push_that_is_stopped_is_finished_by_the_next(
    client: LabelStudioClient,
    studio: Studio,
    project: int,
    second_scheme: Scheme,
    how: signal.Signals,
) -> None:
    imported_from = [os.path.dirname(__file__), str(HELPERS)]
    arguments = [studio.url, str(project), str(second_scheme.folder), *imported_from]
    with subprocess.Popen(
        [sys.executable, "-c", PUSHER, *arguments],
        env={**os.environ, "TOKEN": studio.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as pusher:
        assert pusher.stdout is not None
        assert pusher.stdout.readline() == b"250\n"
        pusher.send_signal(how)
        pusher.stdout.read()
    assert pusher.returncode != 0
    given = articles(1500)
    assert 0 < push(client, project, given, scheme=second_scheme).created < 1500
    assert once_each(client, project, given)


def test_a_wrong_token_is_no_reason_to_try_again(
    studio: Studio, project: int, second_scheme: Scheme
) -> None:
    with (
        LabelStudioClient(studio.url, "0" * 40) as stranger,
        pytest.raises(AccessError, match="token refused"),
    ):
        push(stranger, project, articles(1), scheme=second_scheme)


def test_no_server_is_reported_and_safe_to_retry(studio: Studio, second_scheme: Scheme) -> None:
    def fault(method: str, path: str, number: int) -> Fate:
        return "refuse"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as nobody,
        pytest.raises(ServerError, match="cannot be reached") as refusal,
    ):
        push(nobody, 1, articles(1), scheme=second_scheme)
    assert refusal.value.exit_status == 6
