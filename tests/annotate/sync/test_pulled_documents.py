"""A pull writes the documents, and links from the report to the tasks on the server."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync import raw_store
from signalbook.annotate.sync.pulled_documents import pull_documents
from signalbook.annotate.sync.push import push
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings

pytestmark = pytest.mark.server


@pytest.fixture
def example(second_scheme: Scheme) -> AnnotationDocument:
    (document,) = read_documents([second_scheme.folder / "example.annotation.json"])
    return document


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "reports")


def test_an_annotated_article_is_a_document_and_is_linked_to_its_task(
    client: LabelStudioClient,
    project: int,
    workspace: Workspace,
    example: AnnotationDocument,
    second_scheme: Scheme,
) -> None:
    push(client, project, [example.article], scheme=second_scheme)
    (task,) = client.list_tasks(project, include=("id", "meta"))
    client.create_annotation(task["id"], [])
    _, documents = pull_documents(client, [project], workspace, lambda: second_scheme)
    written = read_documents([workspace.documents])
    assert written == [converted.document for converted in documents.converted]
    assert [document.article.id for document in written] == [example.article.id]
    links = workspace.task_links
    url = f"{client.url}/projects/{project}/data?task={task['id']}"
    own = {written[0].annotator.id: url}
    assert json.loads(links.read_text(encoding="utf-8")) == {example.article.id: own}
    assert Settings(links=links).task_links([]) == {example.article.id: own}
    assert Settings(links=links).task_links([Path("other.jsonl")]) == {}


def test_a_pull_leaves_no_file_and_no_address_on_the_disk_of_the_embedded_server(
    client: LabelStudioClient,
    studio: Studio,
    project: int,
    workspace: Workspace,
    example: AnnotationDocument,
    second_scheme: Scheme,
) -> None:
    push(client, project, [example.article], scheme=second_scheme)
    (task,) = client.list_tasks(project, include=("id", "meta"))
    admin = {"Authorization": f"Token {studio.token}"}
    url = f"{studio.url}/api/projects/{project}/exports/"
    httpx.post(url, headers=admin, json={"title": "mine"}, timeout=60).raise_for_status()
    exports = studio.folder / "media" / "export" / str(project)
    [mine] = exports.glob("*.json")
    client.create_annotation(task["id"], [])
    client.snapshot(project)
    [left] = set(exports.glob("*.json")) - {mine}
    assert studio.email not in left.read_text(encoding="utf-8")
    workspace.studio.symlink_to(studio.folder)
    _, documents = pull_documents(client, [project], workspace, lambda: second_scheme)
    assert [*exports.glob("*.json")] == [mine]
    [converted] = documents.converted
    assert converted.document.annotator.id == pseudonym(workspace, studio.email)
    [stored] = raw_store.RawStore(workspace.raw).annotations()
    assert stored.line.content["completed_by"] == {
        "id": client.whoami()["id"],
        "email": studio.email,
        "first_name": "",
        "last_name": "",
    }


def test_the_store_is_read_once_a_pull_and_documents_stay_where_nothing_is_new(
    client: LabelStudioClient,
    project: int,
    workspace: Workspace,
    example: AnnotationDocument,
    second_scheme: Scheme,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = raw_store._read  # pyright: ignore[reportPrivateUsage]
    folders: list[Path] = []

    def counted(folder: Path) -> Iterator[raw_store.RawLine]:
        folders.append(folder)
        return read(folder)

    monkeypatch.setattr(raw_store, "_read", counted)
    push(client, project, [example.article], scheme=second_scheme)
    (task,) = client.list_tasks(project, include=("id", "meta"))
    client.create_annotation(task["id"], [])
    pulled, documents = pull_documents(client, [project], workspace, lambda: second_scheme)
    assert (pulled.new, len(documents.converted), folders) == (2, 1, [workspace.raw])
    again, same = pull_documents(
        client, [project], workspace, lambda: second_scheme, previous=documents
    )
    assert again.new == 0
    assert same is documents


def test_a_broken_scheme_keeps_nothing_from_the_backup(
    client: LabelStudioClient,
    project: int,
    workspace: Workspace,
    example: AnnotationDocument,
    second_scheme: Scheme,
    tmp_path: Path,
) -> None:
    push(client, project, [example.article], scheme=second_scheme)
    (task,) = client.list_tasks(project, include=("id",))
    client.create_annotation(task["id"], [])
    broken = tmp_path / "broken.schema.json"
    broken.write_text("{")
    with pytest.raises(SchemeError, match="broken"):
        pull_documents(client, [project], workspace, lambda: load_scheme(broken))
    assert len(raw_store.RawStore(workspace.raw).annotations()) == 1
    _, documents = pull_documents(client, [project], workspace, lambda: second_scheme)
    assert len(documents.converted) == 1
