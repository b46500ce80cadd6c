"""A scheme of any shape goes the whole way: page, server, checks, measures, release."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page_driver import LabelingPage
from places import EXAMPLES
from playwright.sync_api import Page
from shapes import SHAPES, scheme_of
from whole_path import annotations, articles, released, walk

from signalbook.annotate.conversion.convert import canonical
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.project import apply, desired_settings, plan
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.pulled_documents import pull_documents
from signalbook.annotate.sync.push import push
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.export.validation.checker import check
from signalbook.schema.codebook import codebook_html
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.loader import load_scheme

#: What only a scheme with parties, dyads or speeches has.
FOREIGN = re.compile(r"speaker|venue|part(y|ies)\b|dyad|sender|receiver", re.IGNORECASE)


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_goes_through_page_and_server_to_a_release(
    shape: str,
    client: LabelStudioClient,
    studio: Studio,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
    tmp_path: Path,
) -> None:
    path = tmp_path / "drawn.schema.json"
    path.write_text(json.dumps(scheme_of(shape)), encoding="utf-8")
    scheme = load_scheme(path)
    [article, *_] = articles(tmp_path / "articles", scheme)
    by_page, by_program = annotations([article], scheme)
    desired = desired_settings(scheme, title=f"shape: {shape}", overlap=2)
    project = apply(client, plan(client, desired)).project["id"]
    push(client, project, [article], scheme=scheme, predictions=[by_page])
    [task] = client.list_tasks(project)

    opened = LabelingPage(page_login(studio, annotators[0]), project, task["id"])
    opened.submit()
    assert opened.errors == []
    with LabelStudioClient(studio.url, annotators[1].token) as ben:
        ben.create_annotation(task["id"], to_label_studio(by_program, scheme))
    (tmp_path / "workspace").mkdir()
    workspace = init_workspace(tmp_path / "workspace")
    pull_documents(client, [project], workspace, lambda: scheme)

    documents = read_documents([workspace.documents])
    assert [issue for issue in check(documents, scheme) if issue.severity == "error"] == []
    stored = (canonical(document, scheme) for document in (by_page, by_program))
    assert sorted(map(meaning, documents)) == sorted(map(meaning, stored))
    released(documents, scheme, tmp_path)
    client.delete_project(project)


def meaning(document: AnnotationDocument) -> str:
    """What is annotated, without the ids that the page gives."""
    spans = {span.id: f"{span.start}-{span.end} {span.type}" for span in document.spans}
    values = sorted(
        f"{spans[span.id]} {sorted(span.attributes.items())}" for span in document.spans
    )
    links = sorted(f"{spans[r.from_]} {r.type} {spans[r.to]}" for r in document.relations)
    return json.dumps([values, links, sorted(document.article_labels.items())])


def test_nothing_in_a_release_is_of_another_scheme(tmp_path: Path) -> None:
    scheme = load_scheme(EXAMPLES / "adverse_events" / "1.0")
    release = walk(scheme, tmp_path)
    texts = {path: path.read_bytes().decode("latin-1") for path in release.rglob("*.*")}
    texts |= {Path("page"): labeling_config(scheme), Path("codebook"): codebook_html(scheme)}
    found = {str(path): m.group() for path, text in texts.items() if (m := FOREIGN.search(text))}
    assert found == {}
