"""The pages of the stages in a browser: small, and together they ask what one page asks."""

from collections.abc import Callable, Iterator

import pytest
from page_driver import LabelingPage
from playwright.sync_api import Page
from standard_annotation import describe_parties, describe_signal, mark_parties

from signalbook.annotate.conversion.beginning import Beginning, beginnings
from signalbook.annotate.conversion.convert import from_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage

pytestmark = [pytest.mark.server, pytest.mark.browser]

#: Labels a task of a stage as described, and gives the document and how many actions it took.
Label = Callable[
    [str, Article, Beginning | None, Callable[[LabelingPage], None]],
    tuple[AnnotationDocument, LabelingPage],
]


@pytest.fixture
def label(
    studio: Studio,
    client: LabelStudioClient,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
    diplomatic: Scheme,
) -> Iterator[Label]:
    projects: list[int] = []

    def label_one(
        stage: str,
        article: Article,
        beginning: Beginning | None,
        work: Callable[[LabelingPage], None],
    ) -> tuple[AnnotationDocument, LabelingPage]:
        scheme = at_stage(diplomatic, stage)
        project = client.create_project(stage, labeling_config(scheme))["id"]
        projects.append(project)
        task = to_task(article, scheme, beginning=beginning)
        [number] = client.import_tasks(project, [task])
        user, _ = annotators
        opened = LabelingPage(page_login(studio, user), project, number)
        work(opened)
        results = opened.submit()
        assert opened.errors == []
        stored = from_label_studio(
            {"result": [*results]}, task["data"], scheme, Annotator(id="ada")
        )
        assert stored.unmapped == ()
        return stored.document, opened

    yield label_one
    for project in projects:
        client.delete_project(project)


def parties(opened: LabelingPage) -> None:
    mark_parties(opened)
    describe_parties(opened)


def signals(opened: LabelingPage) -> None:
    opened.mark("Signal", "froze the joint dam loan")
    describe_signal(opened)
    opened.key("Escape")
    opened.choose("Relevance", "Signals")


def dyads(opened: LabelingPage) -> None:
    opened.key("2", "q")


def test_the_stages_together_make_a_document_with_few_actions(
    label: Label, diplomatic: Scheme
) -> None:
    example = read_example(diplomatic)
    assert example is not None
    known, first = label("parties", example.article, None, parties)
    chips = Beginning(known)
    with_signal, second = label("signals", example.article, chips, signals)
    assert second.visible(".slots .lsf-choice") == []  # nothing is selected any more
    [(article, pair)] = beginnings(example.article, with_signal, at_stage(diplomatic, "dyads"))
    whole, third = label("dyads", article, pair, dyads)
    assert [party.attributes["entity"] for party in whole.parties] == [
        "Government of Arvenia",
        "Belmora",
    ]
    (signal,) = (span for span in whole.spans if span.type == "signal")
    assert (signal.attributes["sender"], signal.attributes["receivers"]) == ("P1", ("P2",))
    assert [dict(dyad.attributes) for dyad in whole.dyads] == [
        {"sender": "XAR", "receiver": "XBE", "posture": "cool", "pattern": "consistent"}
    ]
    assert whole.article.id == example.article.id
    assert [opened.actions for opened in (first, second, third)] == [13, 15, 3]
