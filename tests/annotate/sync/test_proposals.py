"""A push proposes parties of the articles that come without a prediction, and says of how many."""

import json
from collections.abc import Iterator

import pytest
from pushing import article

from signalbook.annotate.cli.push import show_pushed
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.proposals.propose import propose
from signalbook.annotate.proposals.summary import Proposal
from signalbook.annotate.sync.push import Pushed, push
from signalbook.schema.documents.records import Annotator
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json, Scheme

GIVEN = [
    article("a", "Norway thanked Chile.\nOslo smiled."),
    article("b", "Nobody came."),
    article("c", "Norway left."),
]


@pytest.fixture(scope="module")
def signals() -> Scheme:
    return load_scheme("diplomatic_signal/1.1")


@pytest.fixture
def project(client: LabelStudioClient, signals: Scheme) -> Iterator[int]:
    created = client.create_project("proposals", labeling_config(signals))
    yield created["id"]
    client.delete_project(created["id"])


@pytest.mark.server
def test_articles_without_a_prediction_get_a_proposal(
    client: LabelStudioClient, project: int, signals: Scheme
) -> None:
    other = propose(GIVEN[2], signals)
    assert other is not None
    model = other.with_annotator(Annotator(id="model-7"))

    def run(*, dry_run: bool) -> Pushed:
        return push(
            client,
            project,
            GIVEN,
            scheme=signals,
            predictions=[model],
            propose=True,
            dry_run=dry_run,
        )

    said = (Proposal("a", ("Norway", "Chile"), 3), Proposal("b", (), 0))
    assert run(dry_run=True) == Pushed(3, 0, suggesting=2, proposals=said)
    assert run(dry_run=False) == Pushed(3, 0, suggesting=2, proposals=said)
    assert run(dry_run=False).proposals == ()
    made: dict[str, list[Json]] = {}
    for task in client.list_tasks(project):
        client.create_annotation(task["id"], [])
    for record in client.snapshot(project):
        mark = (record["meta"] or {}).get("suggestion")
        models = [mark["model"]] if isinstance(mark, dict) else []
        assert len(record["predictions"]) == len(models)
        made[str(record["data"]["article_id"])] = models
    assert made == {"a": ["names-1"], "b": [], "c": ["model-7"]}


def test_what_was_proposed_is_counted_and_a_dry_run_names_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = (Proposal("a", ("Norway", "Chile"), 3), Proposal("b", (), 0))
    show_pushed(Pushed(2, 0, proposals=said), "http://x/projects/1", dry_run=True, as_json=False)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Would propose parties in 1 of 2 articles: 2 parties, 3 mentions.",
        "  a: “Norway”, “Chile”",
        "  b: none",
    ]
    show_pushed(Pushed(2, 0, proposals=said), "http://x/projects/1", dry_run=False, as_json=False)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Proposed parties in 1 of 2 articles: 2 parties, 3 mentions."
    ]
    show_pushed(Pushed(2, 0, proposals=said), "http://x/projects/1", dry_run=False, as_json=True)
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["data"]["proposals"][0] == {
        "article": "a",
        "parties": ["Norway", "Chile"],
        "mentions": 3,
    }
    assert outcome["counts"]["proposed_parties"] == 2
