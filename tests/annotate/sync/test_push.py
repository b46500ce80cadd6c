import signal
from pathlib import Path

import pytest
from fault_proxy import Fate, fault_proxy
from pushing import article, articles, once_each, pusher

from signalbook.annotate.cli.push import show_pushed
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import JOURNAL, Journal
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.existing import existing_tasks
from signalbook.annotate.sync.push import Pushed, push
from signalbook.annotate.sync.sending import BATCH
from signalbook.annotate.sync.suggestions import SHOWN_AS
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.errors import AccessError, ConflictError, PartialError, ServerError
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server


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
    assert existing_tasks(client, project).tasks == ()
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
    assert "new" not in existing_tasks(client, project).articles
    done = push(client, project, changed, scheme=second_scheme, new_text=True)
    assert done == Pushed(created=2, present=0, new_texts=("report-1",))
    articles_there = [task.article for task in existing_tasks(client, project).tasks]
    assert articles_there.count("report-1") == 2
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
    assert there["model_version"] == SHOWN_AS
    assert task["meta"]
    assert task["meta"]["suggestion"] == {
        "model": guesses[0].annotator.id,
        "shown": True,
        "without": 0.0,
    }
    second = push(client, project, given, scheme=second_scheme, predictions=guesses)
    assert second == Pushed(created=0, present=1, predictions_left=1)
    other = push(client, project, articles(1), scheme=second_scheme, predictions=guesses)
    assert other == Pushed(created=1, present=0, predictions_unknown=1)


@pytest.mark.parametrize(
    ("pushed", "way_out"),
    [
        (Pushed(0, 1, predictions_left=1), "delete the tasks that nobody has labelled"),
        (Pushed(1, 0, predictions_unknown=1), "name the files of these articles"),
    ],
)
def test_predictions_that_are_left_out_come_with_what_to_do(
    pushed: Pushed, way_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_pushed(pushed, ["http://127.0.0.1/projects/1"], dry_run=False, as_json=False)
    warning, _next = capsys.readouterr().err.splitlines()
    assert warning.startswith("1 prediction left out, because ")
    assert way_out in warning


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


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_push_that_is_stopped_is_finished_by_the_next(
    client: LabelStudioClient,
    studio: Studio,
    project: int,
    second_scheme: Scheme,
    tmp_path: Path,
    how: signal.Signals,
) -> None:
    kept = tmp_path / JOURNAL
    with pusher(studio.url, studio.token, project, second_scheme, kept) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"250\n"
        process.send_signal(how)
        process.stdout.read()
    assert process.returncode != 0
    given = articles(1500)
    done = push(client, project, given, scheme=second_scheme, journal=Journal(kept), repair=True)
    assert 0 < done.created < 1500
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
