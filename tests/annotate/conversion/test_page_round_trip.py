from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crowded_article import crowded_document
from page_driver import LabelingPage
from playwright.sync_api import Page
from standard_annotation import describe_signal

from signalbook.annotate.articles.reader import normalise_text, text_hash
from signalbook.annotate.conversion.beginning import NO_BEGINNINGS, Beginning
from signalbook.annotate.conversion.convert import canonical
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.project import DesiredSettings, apply, plan
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.pull import pull
from signalbook.annotate.sync.pulled_documents import convert_annotations
from signalbook.annotate.sync.push import push
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Span, Value
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage

pytestmark = [pytest.mark.server, pytest.mark.browser]


@pytest.fixture
def project(client: LabelStudioClient, scheme: Scheme) -> Iterator[int]:
    desired = DesiredSettings(f"page {scheme.name}", labeling_config(scheme), "", 1)
    created = apply(client, plan(client, desired)).project
    yield created["id"]
    client.delete_project(created["id"])


def content(document: AnnotationDocument) -> dict[str, object]:
    spans = tuple(span.model_copy(update={"origin": "prediction"}) for span in document.spans)
    whole = document.model_copy(update={"spans": spans, "annotator": Annotator(id="x")})
    return whole.to_dict()


def shifted(document: AnnotationDocument) -> AnnotationDocument:
    """The document with a first line in which characters are not what they seem."""
    line = "👩‍👩‍👧‍👦 السلام e\u0323\u0301 \u00a0a\u2028b <b>&amp; \t c\n"
    line = normalise_text(line)
    text = line + (document.article.text or "")
    article = {"text": text, "text_sha256": text_hash(text), "text_length": len(text)}
    spans = tuple(
        span.model_copy(update={"start": span.start + len(line), "end": span.end + len(line)})
        for span in document.spans
    )
    update = {"article": document.article.model_copy(update=article), "spans": spans}
    return document.model_copy(update=update)


def opened(page: Page, client: LabelStudioClient, project: int) -> Page:
    [row] = client.list_tasks(project)
    page.goto(f"/projects/{project}/data?task={row['id']}")
    page.wait_for_selector("button:has-text('Submit')", timeout=60_000)
    return page


def submit(page: Page) -> None:
    with page.expect_response(
        lambda answer: "/annotations" in answer.url and answer.request.method == "POST",
        timeout=60_000,
    ):
        page.click("button:has-text('Submit')")


def test_a_prediction_that_is_submitted_unchanged_comes_back_as_it_was(
    client: LabelStudioClient,
    project: int,
    scheme: Scheme,
    studio: Studio,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
    tmp_path: Path,
) -> None:
    [document] = read_documents([scheme.folder / "example.annotation.json"])
    guess = shifted(document)
    push(client, project, [guess.article], scheme=scheme, predictions=[guess])
    page = opened(page_login(studio, annotators[0]), client, project)
    submit(page)
    annotations = pull(client, project, tmp_path).store.annotations()
    [converted] = convert_annotations(annotations, scheme, str).converted
    assert converted.unmapped == ()
    assert {span.origin for span in converted.document.spans} == {"prediction"}
    assert content(converted.document) == content(canonical(guess, scheme))


def test_a_chip_from_the_tasks_data_is_stored_as_a_code(
    client: LabelStudioClient,
    diplomatic: Scheme,
    studio: Studio,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
    tmp_path: Path,
) -> None:
    desired = DesiredSettings("page chips", labeling_config(diplomatic), "", 1)
    project = apply(client, plan(client, desired)).project["id"]
    [guess] = read_documents([diplomatic.folder / "example.annotation.json"])
    push(client, project, [guess.article], scheme=diplomatic, predictions=[guess])
    page = opened(page_login(studio, annotators[0]), client, project)
    page.evaluate(
        """() => {
          const annotation = Htx.annotationStore.selected;
          const mention = annotation.regions.find(r => r.hasLabel("mention__P1"));
          annotation.selectArea(mention);
          const chips = annotation.names.get("party__country").children;
          chips.filter(c => c.sel).forEach(c => c.toggleSelected());
          chips.find(c => c._value === "Castria").toggleSelected();
        }"""
    )
    submit(page)
    annotations = pull(client, project, tmp_path).store.annotations()
    [converted] = convert_annotations(annotations, diplomatic, str).converted
    assert converted.document.parties[0].attributes["country"] == "XCA"
    client.delete_project(project)


def last_signal(document: AnnotationDocument, id: str) -> Span:
    """The signal that is marked at the end of the text, as the helpers describe it."""
    words = "froze the joint dam loan"
    start = (document.article.text or "").rindex(words)
    answers: dict[str, Value] = {
        "sender": "P1",
        "receivers": ("P2",),
        "signal_type": "reduce_ties",
        "valence": "negative",
        "attribution": "paraphrase",
        "channel": "conduct",
        "issue": ("trade_finance", "energy_resources"),
        "cost": "material",
    }
    end = start + len(words)
    return Span(id=id, type="signal", start=start, end=end, text=words, attributes=answers)


@pytest.mark.parametrize(("length", "stage"), [(0, None), (23_000, "signals")])
def test_at_the_end_of_a_crowded_or_long_text_a_signal_is_marked_and_comes_back(
    length: int,
    stage: str | None,
    client: LabelStudioClient,
    diplomatic: Scheme,
    studio: Studio,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
    tmp_path: Path,
) -> None:
    given = crowded_document(diplomatic, length)
    scheme, known = diplomatic, NO_BEGINNINGS
    if stage is not None:  # begins with the parties, and no signal is marked
        scheme = at_stage(diplomatic, stage)
        before = earlier_part(given, scheme)
        known = {given.article.id: Beginning(before)}
        given = before.model_copy(update={"article_labels": given.article_labels})
    project = client.create_project("crowded", labeling_config(scheme))["id"]
    push(client, project, [given.article], scheme=scheme, beginnings=known, predictions=[given])
    [task] = client.list_tasks(project)
    opened = LabelingPage(page_login(studio, annotators[0]), project, task["id"])
    opened.scroll_to("froze the joint")
    opened.mark("Signal", "froze the joint dam loan")
    describe_signal(opened)
    opened.submit()
    assert opened.errors == []
    annotations = pull(client, project, tmp_path).store.annotations()
    [converted] = convert_annotations(annotations, scheme, str).converted
    assert converted.unmapped == ()
    added = last_signal(given, converted.document.spans[-1].id)
    expected = given.model_copy(update={"spans": (*given.spans, added)})
    assert content(converted.document) == content(canonical(expected, scheme))
    client.delete_project(project)
