"""The report of the last pull links to the tasks on the server."""

import json
from pathlib import Path

import pytest

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.project import Wanted, apply, plan
from signalbook.annotate.sync.pull import pull
from signalbook.annotate.sync.pulled_documents import write_task_links
from signalbook.annotate.sync.push import push
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings


@pytest.mark.server
def test_an_annotated_article_is_linked_to_its_task(
    client: LabelStudioClient, second_scheme: Scheme, tmp_path: Path
) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    wanted = Wanted("task links", labeling_config(second_scheme), "", 1)
    project = apply(client, plan(client, wanted))["id"]
    push(client, project, [example.article], scheme=second_scheme)
    (task,) = client.list_tasks(project, include=("id", "meta"))
    client.create_annotation(task["id"], [])
    pull(client, project, tmp_path)
    links = tmp_path / "task-links.json"
    write_task_links(tmp_path / "raw", links)
    url = f"{client.url}/projects/{project}/data?task={task['id']}"
    assert json.loads(links.read_text(encoding="utf-8")) == {example.article.id: url}
    assert Settings(links=links).task_links([]) == {example.article.id: url}
    assert Settings(links=links).task_links([Path("other.jsonl")]) == {}
