import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ProjectRecord, Result, TaskInput
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.schema.errors import (
    AccessError,
    ConflictError,
    ServerError,
    SignalbookError,
    UsageError,
)

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


def task(number: int) -> TaskInput:
    name = f"report-{number}"
    return {"data": {"text": "Zelonin helps.", "ext_id": name}, "meta": {"ext_id": name}}


@pytest.fixture
def project(client: LabelStudioClient) -> Iterator[ProjectRecord]:
    record = client.create_project("reports", PAGE, instructions="<p>Mark drugs.</p>", overlap=2)
    yield record
    client.delete_project(record["id"])


@pytest.fixture
def elsewhere() -> Iterator[Callable[[int, dict[str, str], bytes], tuple[str, list[str]]]]:
    """Starts a tiny server that answers everything alike and notes what it was sent."""
    servers: list[ThreadingHTTPServer] = []

    def answer(status: int, headers: dict[str, str], body: bytes) -> tuple[str, list[str]]:
        received: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                received.append(str(self.headers) + self.rfile.read(length).decode())
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", received

    yield answer
    for server in servers:
        server.shutdown()
        server.server_close()


Elsewhere = Callable[[int, dict[str, str], bytes], tuple[str, list[str]]]


@pytest.mark.server
def test_a_project_is_as_it_was_asked_for_and_is_found_by_its_title(
    client: LabelStudioClient, project: ProjectRecord
) -> None:
    assert client.find_project("reports") == project
    assert client.find_project("report") is None
    assert (project["maximum_annotations"], project["label_config"]) == (2, PAGE)
    assert (project["expert_instruction"], project["show_instruction"]) == (
        "<p>Mark drugs.</p>",
        False,
    )
    changed = client.update_project(project["id"], {"maximum_annotations": 3})
    assert changed == {**project, "maximum_annotations": 3}


@pytest.mark.server
def test_two_projects_of_one_title_are_a_conflict(
    client: LabelStudioClient, project: ProjectRecord
) -> None:
    twin = client.create_project(project["title"], PAGE)
    with pytest.raises(ConflictError, match=f"projects {project['id']}, {twin['id']} are all"):
        client.find_project(project["title"])
    client.delete_project(twin["id"])


@pytest.mark.server
def test_tasks_are_listed_in_the_order_in_which_they_came(
    client: LabelStudioClient, project: ProjectRecord
) -> None:
    ids = client.import_tasks(project["id"], [task(number) for number in range(1203)])
    listed = list(client.list_tasks(project["id"]))
    assert [row["id"] for row in listed] == ids
    assert listed[7] == {"id": ids[7], "meta": {"ext_id": "report-7"}}


@pytest.mark.server
def test_a_snapshot_shows_who_did_what(
    client: LabelStudioClient, project: ProjectRecord, studio: Studio, annotators: tuple[User, User]
) -> None:
    predicted: TaskInput = {**task(0), "predictions": [{"result": [DRUG], "model_version": "m1"}]}
    first, second, _ = client.import_tasks(project["id"], [predicted, task(1), task(2)])
    for user in annotators:
        with LabelStudioClient(studio.url, user.token) as theirs:
            theirs.create_annotation(first, [DRUG], lead_time=3.5)
            theirs.create_annotation(second, [], was_cancelled=True)
    tasks = {exported["id"]: exported for exported in client.snapshot(project["id"])}
    assert set(tasks) == {first, second}
    annotations = tasks[first]["annotations"]
    emails = {person["id"]: person["email"] for person in client.list_users()}
    authors = [emails[annotation["completed_by"] or 0] for annotation in annotations]
    assert authors == [user.email for user in annotators]
    assert [annotation["lead_time"] for annotation in annotations] == [3.5, 3.5]
    assert annotations[0]["result"] == tasks[first]["predictions"][0]["result"] == [DRUG]
    assert all(annotation["was_cancelled"] for annotation in tasks[second]["annotations"])


@pytest.mark.server
def test_what_killed_pulls_have_left_is_swept_and_nothing_else(
    client: LabelStudioClient, project: ProjectRecord, studio: Studio
) -> None:
    id = project["id"]
    with httpx.Client(
        base_url=studio.url, headers={"Authorization": f"Token {studio.token}"}, timeout=60
    ) as http:

        def titles() -> tuple[list[str], list[str]]:
            views = http.get("/api/dm/views/", params={"project": id}).json()
            exports = http.get(f"/api/projects/{id}/exports/").json()
            return [v["data"]["title"] for v in views], sorted(e["title"] for e in exports)

        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = ["Mine", f"Signalbook pull {now}"]
        for title in (*kept, "Signalbook pull 2021-01-01T00:00:00+00:00"):
            view = {"project": id, "data": {"title": title}}
            http.post("/api/dm/views/", json=view).raise_for_status()
        http.post(f"/api/projects/{id}/exports/", json={"title": "Mine"}).raise_for_status()
        client.sweep(id)
        assert titles() == (kept, ["Mine"])
        client.snapshot(id, since=datetime.now(UTC))
        assert titles() == (kept, ["Mine"])


@pytest.mark.server
def test_a_snapshot_since_a_moment_holds_only_what_was_touched_later(
    client: LabelStudioClient, project: ProjectRecord
) -> None:
    first, second = client.import_tasks(project["id"], [task(1), task(2)])
    client.create_annotation(first, [DRUG])
    [done] = client.snapshot(project["id"])
    moment = datetime.fromisoformat(done["updated_at"])
    assert client.snapshot(project["id"], since=moment) == []
    client.create_annotation(second, [DRUG])
    [later] = client.snapshot(project["id"], since=moment)
    assert later["id"] == second
    assert [row["id"] for row in client.list_tasks(project["id"], since=moment)] == [second]


@pytest.mark.server
def test_the_drafts_of_everybody_are_seen(
    client: LabelStudioClient, project: ProjectRecord, studio: Studio, annotators: tuple[User, User]
) -> None:
    _, begun = client.import_tasks(project["id"], [task(1), task(2)])
    author = annotators[0]
    httpx.post(
        f"{studio.url}/api/tasks/{begun}/drafts?project={project['id']}",
        headers={"Authorization": f"Token {author.token}"},
        json={"result": [DRUG], "lead_time": 1},
    ).raise_for_status()
    [found] = client.tasks_with_drafts(project["id"])
    [draft] = found["drafts"]
    assert (found["id"], draft["user"], draft["result"]) == (begun, author.email, [DRUG])
    assert client.snapshot(project["id"]) == []


@pytest.mark.server
def test_a_refused_import_says_why_and_leaves_nothing(
    client: LabelStudioClient, project: ProjectRecord
) -> None:
    with pytest.raises(UsageError, match="refused with 400"):
        client.import_tasks(project["id"], [task(1), {"data": {"no_text": "x"}}])
    assert list(client.list_tasks(project["id"])) == []


@pytest.mark.filterwarnings("ignore:The `parse_obj` method is deprecated")  # by the SDK
@pytest.mark.server
def test_a_personal_access_token_works_like_a_legacy_one(studio: Studio) -> None:
    headers = {"Authorization": f"Token {studio.token}"}
    personal = httpx.post(f"{studio.url}/api/token/", headers=headers).json()["token"]
    with LabelStudioClient(studio.url, personal) as client:
        assert client.whoami()["email"] == studio.email
        assert client.version() == "1.23.2"


@pytest.mark.server
def test_a_wrong_token_is_refused_and_not_shown(studio: Studio) -> None:
    wrong = "0" * 40
    with LabelStudioClient(studio.url, wrong) as client:
        with pytest.raises(AccessError, match="token refused") as refusal:
            client.whoami()
        assert wrong not in f"{refusal.value}{client!r}"


@pytest.mark.server
def test_a_project_that_is_gone_is_named(client: LabelStudioClient) -> None:
    with pytest.raises(UsageError, match="get project 987654: not there"):
        client.get_project(987654)


def test_no_server_is_reported_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (
            LabelStudioClient(url, "0" * 40) as client,
            pytest.raises(ServerError, match="cannot be reached"),
        ):
            client.whoami()


def test_a_token_is_not_sent_on_to_another_address(elsewhere: Elsewhere) -> None:
    thief, stolen = elsewhere(200, {}, b"{}")
    url, received = elsewhere(302, {"Location": f"{thief}/api?token=x"}, b"")
    with (
        LabelStudioClient(url, "f" * 40) as client,
        pytest.raises(UsageError, match=r"sends us on to http://127\.0\.0\.1;"),
    ):
        client.whoami()
    assert (len(received), stolen) == (1, [])


def test_a_personal_token_is_not_sent_on_either(elsewhere: Elsewhere) -> None:
    import jwt

    thief, stolen = elsewhere(200, {}, json.dumps({"access": "x"}).encode())
    url, received = elsewhere(307, {"Location": thief}, b"{}")
    token = jwt.encode({"exp": 4102444800, "token_type": "refresh"}, "k" * 32)
    with LabelStudioClient(url, token) as client, pytest.raises((UsageError, ServerError)):
        client.whoami()
    assert (len(received), stolen) == (1, [])


def test_something_else_than_label_studio_is_reported(elsewhere: Elsewhere) -> None:
    url, _ = elsewhere(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>")
    with LabelStudioClient(url, "f" * 40) as client, pytest.raises(ServerError) as refusal:
        client.whoami()
    assert (
        str(refusal.value)
        == f"{url}: ask who we are: does not answer like Label Studio (not JSON); "
        "check the URL, and any proxy before the server"
    )


LABEL_STUDIO_SAYS = b'{"status_code": 404, "detail": "No Project matches the given query."}'
AS_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("body", [LABEL_STUDIO_SAYS, b"{}", b"", b"404 page not found", b"[]"])
@pytest.mark.parametrize(
    "ask",
    [
        LabelStudioClient.version,
        LabelStudioClient.whoami,
        LabelStudioClient.list_users,
        LabelStudioClient.project_ids,
    ],
)
def test_a_server_without_what_every_label_studio_has_is_none(
    elsewhere: Elsewhere, ask: Callable[[LabelStudioClient], object], body: bytes
) -> None:
    url, _ = elsewhere(404, AS_JSON if body[:1] == b"{" else {}, body)
    with LabelStudioClient(url, "f" * 40) as client, pytest.raises(ServerError) as refusal:
        ask(client)
    assert "does not answer like Label Studio (404: " in str(refusal.value)
    assert "404: )" not in str(refusal.value)


@pytest.mark.parametrize(
    "ask",
    [
        LabelStudioClient.get_project,
        LabelStudioClient.snapshot,
        LabelStudioClient._drafts,  # pyright: ignore[reportPrivateUsage]
    ],
)
def test_only_what_label_studio_says_is_gone_was_perhaps_deleted(
    elsewhere: Elsewhere, ask: Callable[[LabelStudioClient, int], object]
) -> None:
    url, _ = elsewhere(404, AS_JSON, LABEL_STUDIO_SAYS)
    gone = r"not there \(No Project matches the given query\.\); was it deleted on the server\?"
    with LabelStudioClient(url, "f" * 40) as client, pytest.raises(UsageError, match=gone):
        ask(client, 1)
    url, _ = elsewhere(404, {}, b"")
    why = "404: the server does not say why"
    with LabelStudioClient(url, "f" * 40) as client, pytest.raises(ServerError, match=why):
        ask(client, 1)


@pytest.mark.server
@pytest.mark.parametrize("more", ["/api", "/projects/1"])
def test_an_address_inside_the_server_is_reported(studio: Studio, more: str) -> None:
    url = studio.url + more
    with LabelStudioClient(url, studio.token) as client, pytest.raises(UsageError) as refusal:
        client.find_project("reports")
    assert str(refusal.value).startswith(f"{url}: find project 'reports': does not answer like")
    assert str(refusal.value).endswith("check the URL; it ends before /api and /projects")


def test_a_failing_server_is_asked_once(elsewhere: Elsewhere) -> None:
    url, received = elsewhere(503, {}, b"busy")
    with LabelStudioClient(url, "f" * 40) as client, pytest.raises(ServerError, match="with 503"):
        client.import_tasks(1, [task(1)])
    assert len(received) == 1


@pytest.mark.parametrize("url", ["", "labels.example.org", "ftp://labels.example.org", "http://"])
def test_what_is_no_url_is_reported(url: str) -> None:
    with pytest.raises(UsageError, match="is no server"):
        LabelStudioClient(url, "f" * 40)


def test_secrets_in_a_url_are_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refusal:
        LabelStudioClient("https://ada:secret@labels.example.org", "f" * 40)
    assert "secret" not in str(refusal.value)


TOKENS = ("f" * 40, "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2lnbmF0dXJl")


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize(
    "url",
    [
        "https://labels.example.org/?token={}",
        "https://labels.example.org/{}",
        "https://labels.example.org/#{}",
        "https://{}@labels.example.org",
        "labels.example.org?token={}",
        "{}",
    ],
)
def test_a_token_in_a_url_is_refused_and_not_repeated(url: str, token: str) -> None:
    with pytest.raises(UsageError, match="the server's URL holds") as refusal:
        LabelStudioClient(url.format(token), "f" * 40)
    assert token not in str(refusal.value)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("body", ['{{"detail": "no {}"}}', "no {}", '["{}"]'])
@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_a_token_that_the_server_repeats_is_hidden(
    elsewhere: Elsewhere, status: int, body: str, token: str
) -> None:
    url, _ = elsewhere(
        status, {}, ("x" * 480 + body if body[0] == "n" else body).format(token).encode()
    )
    with LabelStudioClient(url, "f" * 40) as client, pytest.raises(SignalbookError) as refusal:
        client.import_tasks(1, [task(1)])
    assert "***" in str(refusal.value)
    assert token[:20] not in str(refusal.value)


def test_an_empty_token_is_reported() -> None:
    with pytest.raises(AccessError, match="set LABEL_STUDIO_API_KEY"):
        LabelStudioClient("http://127.0.0.1:8080", " \n")


@pytest.mark.parametrize("token", ["se cret", "se\ncret", "s\u00e9cret", "se\x00cret"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(AccessError, match="copy a token") as refusal:
        LabelStudioClient("http://127.0.0.1:1", token)
    assert "cret" not in str(refusal.value)
