import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest
from fault_proxy import Fate, fault_proxy
from hypothesis import HealthCheck, Phase, given, settings
from rounds import press_update
from strategies import documents as any_documents

from signalbook.annotate.conversion.convert import canonical
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskRow
from signalbook.annotate.label_studio.project import DesiredSettings, apply, plan
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.authorship import Pseudonym, article_of
from signalbook.annotate.sync.presence import Sightings
from signalbook.annotate.sync.pull import pull
from signalbook.annotate.sync.pulled_documents import PulledDocuments, convert_annotations
from signalbook.annotate.sync.push import push
from signalbook.annotate.sync.raw_store import RawStore
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import AccessError, ServerError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def scheme(second_scheme: Scheme) -> Scheme:
    """One scheme is enough where the way from the server is the point; it is the quicker one."""
    return second_scheme


@pytest.fixture
def project(client: LabelStudioClient, scheme: Scheme) -> Iterator[int]:
    desired = DesiredSettings(f"pull {scheme.name}", labeling_config(scheme), "", 1)
    created = apply(client, plan(client, desired)).project
    yield created["id"]
    client.delete_project(created["id"])


def sample(scheme: Scheme, number: int) -> list[AnnotationDocument]:
    """So many different documents, each with an article of its own."""
    documents_by_id: dict[str, AnnotationDocument] = {}

    @given(any_documents(scheme))
    @settings(
        max_examples=3 * number,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def collect(document: AnnotationDocument) -> None:
        article = document.article.model_copy(update={"id": f"article-{len(documents_by_id):03}"})
        documents_by_id[article.id] = document.model_copy(update={"article": article})

    collect()
    return sorted(documents_by_id.values(), key=lambda d: d.article.id)[-number:]


def submit(
    client: LabelStudioClient, project: int, given: list[AnnotationDocument], scheme: Scheme
) -> None:
    rows = client.list_tasks(project, include=("id", "data"))
    tasks = {str(row["data"]["article_id"]): row for row in rows}
    for document in given:
        task = tasks[document.article.id]
        client.create_annotation(task["id"], to_label_studio(document, scheme, task["data"]))


def push_and_submit(
    client: LabelStudioClient, project: int, scheme: Scheme, name: str
) -> AnnotationDocument:
    """The example under another name, pushed, and submitted as it is."""
    document = renamed(example(scheme), name)
    push(client, project, [document.article], scheme=scheme)
    submit(client, project, [document], scheme)
    return document


def documents_in(folder: Path, scheme: Scheme, pseudonym: Pseudonym) -> PulledDocuments:
    return convert_annotations(RawStore(folder / "raw").annotations(), scheme, pseudonym)


def content(document: AnnotationDocument) -> dict[str, object]:
    return document.with_annotator(Annotator(id="x")).to_dict()


def test_documents_come_back_from_the_server_as_they_went(
    client: LabelStudioClient, project: int, scheme: Scheme, tmp_path: Path
) -> None:
    given = sample(scheme, 20)
    push(client, project, [document.article for document in given], scheme=scheme)
    submit(client, project, given, scheme)
    pull(client, project, tmp_path)
    pulled = documents_in(tmp_path, scheme, lambda email: "simulated-1")
    assert pulled.problems == ()
    assert [c.unmapped for c in pulled.converted] == [()] * len(given)
    for converted, document in zip(pulled.converted, given, strict=True):
        assert content(converted.document) == content(canonical(document, scheme))


def test_a_pull_brings_what_is_new_and_keeps_what_was(
    client: LabelStudioClient, project: int, scheme: Scheme, tmp_path: Path
) -> None:
    first, second = (renamed(example(scheme), name) for name in ("one", "two"))
    push(client, project, [first.article, second.article], scheme=scheme)
    submit(client, project, [first], scheme)
    pulled = pull(client, project, tmp_path)
    assert (pulled.tasks, pulled.new, pulled.problems) == (1, 2, ())
    assert pulled.brought == {"task": 1, "annotation": 1}
    assert pull(client, project, tmp_path).new == 0
    submit(client, project, [second], scheme)
    assert pull(client, project, tmp_path).new == 2
    assert pull(client, project, tmp_path, full=True).new == 0
    assert len(RawStore(tmp_path / "raw").annotations()) == 2
    assert [path.name for path in sorted((tmp_path / "raw").iterdir())] == [
        "000001.jsonl",
        "000002.jsonl",
    ]


@pytest.mark.parametrize("deleted", ["annotation", "task", "project"])
def test_what_is_deleted_on_the_server_is_reported_and_stays_in_the_store(
    client: LabelStudioClient, scheme: Scheme, studio: Studio, tmp_path: Path, deleted: str
) -> None:
    gone, kept = (renamed(example(scheme), name) for name in ("gone", "kept"))
    projects = [
        client.create_project(name, labeling_config(scheme))["id"] for name in ("one", "two")
    ]
    for project, document in zip(projects, (gone, kept), strict=True):
        push(client, project, [document.article], scheme=scheme)
        submit(client, project, [document], scheme)
        pull(client, project, tmp_path)
    [line] = [a.line for a in RawStore(tmp_path / "raw").annotations() if article_of(a) == "gone"]
    numbers = {"annotation": line.content["id"], "task": line.content["task"]}
    if deleted == "project":
        client.delete_project(projects[0])
    else:
        headers = {"Authorization": f"Token {studio.token}"}
        url = f"{studio.url}/api/{deleted}s/{numbers[deleted]}/"
        httpx.delete(url, headers=headers).raise_for_status()
    pulled = pull(client, projects[1], tmp_path)
    assert (pulled.new, pulled.gone, pulled.returned) == (0, 1, 0)
    assert pull(client, projects[1], tmp_path).gone == 0
    documents = documents_in(tmp_path, scheme, str)
    assert [c.document.article.id for c in documents.converted] == ["kept"]
    assert [(r.id, r.article_id) for r in documents.remarks] == [("deleted", "gone")]
    annotations = RawStore(tmp_path / "raw").annotations()
    restored = convert_annotations(annotations, scheme, str, keep_deleted=True)
    assert [c.document.article.id for c in restored.converted] == ["gone", "kept"]
    assert [(r.id, r.article_id) for r in restored.remarks] == [("deleted", "gone")]
    assert ", and kept in the documents" in restored.remarks[0].fact
    for project in projects[deleted == "project" :]:
        client.delete_project(project)


def test_nothing_is_told_as_gone_or_come_back_by_another_address_of_the_same_server(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    push_and_submit(client, project, scheme, "stays")
    pull(client, project, tmp_path)
    with (
        fault_proxy(studio.url, lambda method, path, number: "pass") as url,
        LabelStudioClient(url, studio.token) as other,
    ):
        there = pull(other, project, tmp_path, full=True)
    here = pull(client, project, tmp_path)
    for pulled in (there, here):
        assert (pulled.gone, pulled.returned, pulled.has_changed) == (0, 0, True)
    assert not pull(client, project, tmp_path).has_changed


def test_an_annotation_that_an_odd_listing_leaves_out_comes_back(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    push_and_submit(client, project, scheme, "listed")
    pull(client, project, tmp_path)
    store = RawStore(tmp_path / "raw")
    store.append(Sightings(store, client.url).changes(project, set()))
    assert documents_in(tmp_path, scheme, str).converted == ()
    pulled = pull(client, project, tmp_path)
    assert (pulled.gone, pulled.returned) == (0, 1)
    assert len(documents_in(tmp_path, scheme, str).converted) == 1


def test_a_listing_that_is_shorter_than_the_count_takes_nothing_away(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    push_and_submit(client, project, scheme, "listed")
    [row] = client.list_tasks(project)
    client.create_annotation(row["id"], [], was_cancelled=True)
    is_odd = Event()

    def emptied(content: bytes) -> bytes:
        return json.dumps({**json.loads(content), "total": 0, "tasks": []}).encode()

    def fault(method: str, path: str, number: int) -> Fate:
        return emptied if is_odd.is_set() and path.startswith("/api/tasks/?") else "pass"

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as odd:
        pull(odd, project, tmp_path)
        before = RawStore(tmp_path / "raw").annotations()
        is_odd.set()
        with pytest.raises(ServerError, match="lists 0 and counts 2"):
            pull(odd, project, tmp_path)
    assert RawStore(tmp_path / "raw").annotations() == before


def test_an_export_that_leaves_out_an_annotation_is_not_taken_for_nothing_new(
    client: LabelStudioClient, project: int, scheme: Scheme, tmp_path: Path
) -> None:
    """The state of earlier pulls says that all was pulled until tomorrow; it was not."""
    push_and_submit(client, project, scheme, "left out")
    moment = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    state = json.dumps({f"{client.url} {project}": moment})
    (tmp_path / "pulled.json").write_text(state, encoding="utf-8")
    assert pull(client, project, tmp_path).new == 2


def test_a_change_and_who_skipped_come_with_the_next_pull(
    client: LabelStudioClient,
    project: int,
    scheme: Scheme,
    studio: Studio,
    annotators: tuple[User, User],
    tmp_path: Path,
) -> None:
    document = renamed(example(scheme), "changed")
    push(client, project, [document.article], scheme=scheme)
    [row] = client.list_tasks(project, include=("id", "data"))
    ada, ben = annotators
    with LabelStudioClient(studio.url, ada.token) as hers:
        created = hers.create_annotation(row["id"], [], lead_time=7.25)
    with LabelStudioClient(studio.url, ben.token) as his:
        his.create_annotation(row["id"], [], was_cancelled=True)
    pull(client, project, tmp_path)
    empty = documents_in(tmp_path, scheme, str)
    assert (len(empty.converted), empty.skipped) == (1, 1)
    results = to_label_studio(document, scheme, row["data"])
    press_update(studio.url, ada, created, results)
    assert pull(client, project, tmp_path).new == 1
    [full] = documents_in(tmp_path, scheme, str).converted
    assert content(full.document) == content(canonical(document, scheme))
    annotator = full.document.annotator
    assert (annotator.id, annotator.lead_time_s) == (ada.email, 7.25)
    assert annotator.tool == "Label Studio 1.23.2"
    assert annotator.created_at


def test_who_annotated_is_known_after_the_accounts_are_deleted(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    document = renamed(example(scheme), "theirs")
    push(client, project, [document.article], scheme=scheme)
    [row] = client.list_tasks(project)
    leaving = [create_user(studio, f"{name}-{scheme.name}@example.org") for name in ("cem", "dora")]
    for user in leaving:
        with LabelStudioClient(studio.url, user.token) as theirs:
            theirs.create_annotation(row["id"], [])
    pull(client, project, tmp_path)
    admin = {"Authorization": f"Token {studio.token}"}
    for person in httpx.get(f"{studio.url}/api/users/", headers=admin).json():
        if person["email"] in [user.email for user in leaving]:
            url = f"{studio.url}/api/users/{person['id']}/"
            httpx.delete(url, headers=admin).raise_for_status()
    pull(client, project, tmp_path, full=True)
    pulled = documents_in(tmp_path, scheme, str)
    emails = [user.email for user in leaving]
    assert [c.document.annotator.id for c in pulled.converted] == emails
    assert [remark.id for remark in pulled.remarks] == ["deleted-account"] * 2
    pull(client, project, tmp_path / "elsewhere")
    unknown = documents_in(tmp_path / "elsewhere", scheme, str)
    assert len({c.document.annotator.id for c in unknown.converted}) == 2
    assert [remark.id for remark in unknown.remarks] == ["unknown-author"] * 2


def test_drafts_are_kept_for_the_backup_and_are_no_documents(
    client: LabelStudioClient,
    project: int,
    scheme: Scheme,
    studio: Studio,
    annotators: tuple[User, User],
    tmp_path: Path,
) -> None:
    document = renamed(example(scheme), "draft")
    push(client, project, [document.article], scheme=scheme)
    [row] = client.list_tasks(project)
    httpx.post(
        f"{studio.url}/api/tasks/{row['id']}/drafts?project={project}",
        headers={"Authorization": f"Token {annotators[0].token}"},
        json={"result": to_label_studio(document, scheme), "lead_time": 1},
    ).raise_for_status()
    assert pull(client, project, tmp_path).new == 0
    assert pull(client, project, tmp_path, drafts=True).new == 2
    [draft] = [line for line in RawStore(tmp_path / "raw").lines if line.kind == "draft"]
    assert draft.content["user"] == annotators[0].email
    assert documents_in(tmp_path, scheme, str).converted == ()


def test_how_long_ago_it_was_is_no_change(
    client: LabelStudioClient,
    project: int,
    scheme: Scheme,
    studio: Studio,
    annotators: tuple[User, User],
    tmp_path: Path,
) -> None:
    document = renamed(example(scheme), "guessed")
    push(client, project, [document.article], scheme=scheme, predictions=[document])
    submit(client, project, [document], scheme)
    [row] = client.list_tasks(project)
    httpx.post(
        f"{studio.url}/api/tasks/{row['id']}/drafts?project={project}",
        headers={"Authorization": f"Token {annotators[0].token}"},
        json={"result": [], "lead_time": 1},
    ).raise_for_status()
    assert pull(client, project, tmp_path, drafts=True).new == 4
    kept = [
        line for line in RawStore(tmp_path / "raw").lines if line.kind in ("draft", "prediction")
    ]
    assert len(kept) == 2
    assert not [line for line in kept if "created_ago" in line.content]


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"null", b"[{}]", b'[{"id": 1}]', b"[7]"])
@pytest.mark.parametrize("asked", ["/api/users/", "/api/dm/views/?project", "/exports/"])
def test_an_odd_answer_to_a_pull_is_an_error_and_no_answer(
    client: LabelStudioClient,
    project: int,
    studio: Studio,
    tmp_path: Path,
    asked: str,
    answer: bytes,
) -> None:
    def fault(method: str, path: str, _: int) -> Fate:
        return answer if method == "GET" and asked in path and "download" not in path else "pass"

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as odd:
        if answer == b"[]" and "users" not in asked:
            odd.sweep(project)  # there is nothing to sweep
        else:
            with pytest.raises(ServerError):
                pull(odd, project, tmp_path)


def test_an_export_without_what_the_server_lists_is_an_error(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    push_and_submit(client, project, scheme, "withheld")

    def fault(_method: str, path: str, _: int) -> Fate:
        return b"[]" if "download" in path else "pass"

    with (
        fault_proxy(studio.url, fault) as url,
        LabelStudioClient(url, studio.token) as odd,
        pytest.raises(ServerError, match="a download with 0 tasks is not the file"),
    ):
        pull(odd, project, tmp_path)


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"null"])
@pytest.mark.parametrize("asked", ["/api/tasks/?", "/api/projects/?"])
def test_an_odd_listing_takes_nothing_out_of_the_documents(
    client: LabelStudioClient,
    project: int,
    scheme: Scheme,
    studio: Studio,
    tmp_path: Path,
    asked: str,
    answer: bytes,
) -> None:
    other = client.create_project("elsewhere", labeling_config(scheme))["id"]
    fates: list[Fate] = ["pass"]

    def fault(_method: str, path: str, _: int) -> Fate:
        return fates[-1] if asked in path else "pass"

    with fault_proxy(studio.url, fault) as url, LabelStudioClient(url, studio.token) as odd:
        for place in (other, project):
            document = renamed(example(scheme), f"of {place}")
            push(client, place, [document.article], scheme=scheme)
            submit(client, place, [document], scheme)
            pull(odd, place, tmp_path)
        fates.append(answer)
        with pytest.raises(ServerError):
            pull(odd, project, tmp_path)
    documents = documents_in(tmp_path, scheme, str)
    assert (len(documents.converted), documents.remarks) == (2, ())
    client.delete_project(other)


def change_text(studio: Studio, row: TaskRow, text: str) -> None:
    httpx.patch(
        f"{studio.url}/api/tasks/{row['id']}/",
        headers={"Authorization": f"Token {studio.token}"},
        json={"data": {**row["data"], "text": text}},
    ).raise_for_status()


def test_a_document_keeps_the_text_that_was_annotated_and_the_change_is_told_while_it_stands(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    document = renamed(example(scheme), "touched")
    push(client, project, [document.article], scheme=scheme)
    submit(client, project, [document], scheme)
    [row] = client.list_tasks(project, include=("id", "data"))
    pull(client, project, tmp_path)
    assert documents_in(tmp_path, scheme, str).remarks == ()
    change_text(studio, row, "Something else.")
    changed = pull(client, project, tmp_path)
    assert (len(changed.problems), changed.gone, changed.returned) == (1, 0, 0)
    for _ in range(2):
        pulled = documents_in(tmp_path, scheme, str)
        [converted] = pulled.converted
        assert converted.document.article.text == document.article.text
        assert [(r.id, r.article_id) for r in pulled.remarks] == [("changed-text", "touched")]
        pull(client, project, tmp_path)
    change_text(studio, row, str(row["data"]["text"]))
    assert pull(client, project, tmp_path).problems == ()
    assert documents_in(tmp_path, scheme, str).remarks == ()


def test_a_text_changed_on_the_server_is_reported(
    client: LabelStudioClient, project: int, scheme: Scheme, studio: Studio, tmp_path: Path
) -> None:
    push_and_submit(client, project, scheme, "touched")
    [row] = client.list_tasks(project, include=("id", "data"))
    change_text(studio, row, "Something else.")
    [problem] = pull(client, project, tmp_path).problems
    assert "the text of touched is not the one that was pushed" in problem
    pulled = documents_in(tmp_path, scheme, str)
    assert (len(pulled.converted), len(pulled.problems)) == (0, 1)
    assert [remark.id for remark in pulled.remarks] == ["changed-text"]


def test_a_wrong_token_changes_nothing_here(studio: Studio, project: int, tmp_path: Path) -> None:
    with (
        LabelStudioClient(studio.url, "0" * 40) as stranger,
        pytest.raises(AccessError, match="token refused"),
    ):
        pull(stranger, project, tmp_path)
    assert list(tmp_path.iterdir()) == []


def example(scheme: Scheme) -> AnnotationDocument:
    [document] = read_documents([scheme.folder / "example.annotation.json"])
    return document


def renamed(document: AnnotationDocument, id: str) -> AnnotationDocument:
    article = document.article.model_copy(update={"id": id})
    return document.model_copy(update={"article": article})
