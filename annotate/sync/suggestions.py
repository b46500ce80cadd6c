"""Have some tasks come without the prediction that there is of their article, drawn at random.

Only so can be told what predictions do to annotators. A task says in its `meta` whether it came
with its prediction, which holds whatever the settings become. What was kept back is in a log that
is only added to, for the server, which shows all that it has, must not have it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter

from signalbook.annotate.conversion.beginning import Beginning
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskInput
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.append_only import AppendOnlyLog
from signalbook.schema.documents.records import AnnotationDocument, Article, Record
from signalbook.schema.scheme.model import Json, Scheme

from .tasks import ARTICLE_ID, TEXT_SHA256, to_task

#: Key of a task's `meta`: which prediction there was, and whether the task came with it.
SUGGESTION = "suggestion"
#: The name of all predictions of a project: the server shows annotators those of one name alone.
SHOWN_AS = "suggestions"


class KeptBack(Record):
    """A prediction that a task came without."""

    server: str
    project: int
    article: str
    text_sha256: str
    at: str
    prediction: AnnotationDocument

    @property
    def place(self) -> tuple[str, int, str, str]:
        """The task that came without it."""
        return self.server, self.project, self.article, self.text_sha256


_LINE = TypeAdapter(KeptBack)


@dataclass(frozen=True)
class Arms:
    """Which articles come without a suggestion to the annotators of one project."""

    #: Share of the articles, as it is to be expected.
    without: float = 0.0
    seed: int = 1
    #: Whose project it is; empty if it is one for all.
    owner: str = ""

    def is_without(self, article: str) -> bool:
        """Whether an article comes without: by itself, whatever other articles there are."""
        drawn = f"{self.seed} {self.owner}\n{article}".encode()
        return int.from_bytes(hashlib.sha256(drawn).digest()[:8]) < self.without * 2**64


#: Every task comes with what there is.
NO_ARMS = Arms()


def kept_back_log(workspace: Workspace) -> AppendOnlyLog[KeptBack]:
    """The log of what was kept back from the annotators of a workspace."""
    damaged = "is no line of the log of predictions that were kept back"
    return AppendOnlyLog(workspace.kept_back, _LINE, damaged=damaged)


def suggesting_task(
    article: Article,
    scheme: Scheme,
    predictions: Sequence[AnnotationDocument],
    arms: Arms,
    *,
    beginning: Beginning | None = None,
) -> TaskInput:
    """The task of an article, with the predictions or without.

    Args:
        article: Article to label.
        scheme: Scheme that the page is made from.
        predictions: What there is to show of the article.
        arms: Which articles come without.
        beginning: What earlier stages have made of the article, in a scheme of a stage.

    Raises:
        ConversionError: As for `to_task`.
    """
    if not predictions:
        return to_task(article, scheme, beginning=beginning)
    shown = not arms.is_without(article.id)
    task = to_task(article, scheme, predictions if shown else (), beginning)
    model = predictions[0].annotator.id
    mark: dict[str, Json] = {"model": model, "shown": shown, "without": arms.without}
    return {**task, "meta": {**task.get("meta", {}), SUGGESTION: mark}}


def kept_back(
    client: LabelStudioClient,
    project: int,
    tasks: Sequence[TaskInput],
    predictions: Mapping[str, Sequence[AnnotationDocument]],
) -> Iterator[KeptBack]:
    """What tasks that are to be sent come without."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for task in tasks:
        article = task["data"][ARTICLE_ID]
        mark = task.get("meta", {}).get(SUGGESTION)
        if isinstance(article, str) and isinstance(mark, dict) and mark["shown"] is False:
            yield KeptBack(
                server=client.url,
                project=project,
                article=article,
                text_sha256=str(task["data"][TEXT_SHA256]),
                at=now,
                prediction=predictions[article][0],
            )


def let_show(
    client: LabelStudioClient, project: int, tasks: Sequence[TaskInput]
) -> list[TaskInput]:
    """The tasks with all predictions under the one name that the project shows.

    The server takes the first name that comes, and shows no annotator a prediction of another; it
    is made to show any at all.
    """
    if not any("predictions" in task for task in tasks):
        return [*tasks]
    record = client.get_project(project)
    if not record["show_collab_predictions"]:
        client.update_project(project, {"show_collab_predictions": True})
    return [_named(task, record["model_version"] or SHOWN_AS) for task in tasks]


def _named(task: TaskInput, name: str) -> TaskInput:
    if "predictions" not in task:
        return task
    return {**task, "predictions": [{**p, "model_version": name} for p in task["predictions"]]}
