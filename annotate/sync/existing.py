"""The tasks that a project on the server has, by article and text; and which are there twice."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.schema.documents.records import Article
from signalbook.schema.scheme.model import JsonObject

from .raw_store import REPEAT
from .tasks import ARTICLE_ID, BATCH_MARK, TEXT_SHA256


@dataclass(frozen=True)
class ExistingTask:
    """One task on the server, without its text."""

    id: int
    article: str
    text_sha256: str
    meta: JsonObject
    #: Submitted or skipped by somebody; whoever has begun does not count.
    is_labelled: bool

    @property
    def batch(self) -> str | None:
        """Mark of the request that created it."""
        value = self.meta.get(BATCH_MARK)
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class ExistingTasks:
    """The tasks of a project that a push has made, in the order of their ids."""

    tasks: tuple[ExistingTask, ...]

    @cached_property
    def by_text(self) -> dict[tuple[str, str], list[ExistingTask]]:
        """Article id and hash of a text -> its tasks: one, unless it is doubled."""
        groups: dict[tuple[str, str], list[ExistingTask]] = {}
        for task in self.tasks:
            groups.setdefault((task.article, task.text_sha256), []).append(task)
        return groups

    @cached_property
    def articles(self) -> frozenset[str]:
        """Ids of the articles."""
        return frozenset(task.article for task in self.tasks)

    @property
    def marks(self) -> frozenset[str]:
        """Marks of the requests that have arrived."""
        return frozenset(task.batch for task in self.tasks if task.batch)

    @property
    def doubled(self) -> tuple[str, ...]:
        """Ids of articles of which a text has several tasks."""
        return tuple(sorted({id for (id, _), tasks in self.by_text.items() if len(tasks) > 1}))

    def of(self, article: Article) -> Sequence[ExistingTask]:
        """The tasks of this text of an article."""
        return self.by_text.get((article.id, article.text_sha256), ())

    def changed(self, articles: Iterable[Article]) -> tuple[str, ...]:
        """Ids of the articles whose text on the server is another."""
        return tuple(a.id for a in articles if a.id in self.articles and not self.of(a))

    def late(self, marks: Collection[str]) -> list[int]:
        """Tasks of these requests whose text somebody else had created before.

        Whoever looks after creating sees all tasks that were created before, and so can tell.
        """
        return [
            task.id
            for _, *later in self.by_text.values()
            for task in later
            if task.batch in marks and not task.is_labelled
        ]

    def spare(self) -> list[int]:
        """Tasks that nobody has labelled, of texts that have another one."""
        return [task.id for tasks in self.by_text.values() for task in _spare(tasks)]


def ids_together(ids: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The ids of articles in several projects, each once, in order."""
    return tuple(sorted({id for some in ids for id in some}))


def existing_tasks(client: LabelStudioClient, project: int, *, repeat: int = 0) -> ExistingTasks:
    """The tasks that the project has, or those that give annotators their articles once more."""
    counts = ("total_annotations", "cancelled_annotations")
    rows = client.list_tasks(project, include=("id", "meta", *counts))
    return ExistingTasks(
        tuple(
            ExistingTask(
                row["id"],
                str(meta[ARTICLE_ID]),
                str(meta.get(TEXT_SHA256)),
                meta,
                is_labelled=row["total_annotations"] + row["cancelled_annotations"] > 0,
            )
            for row in rows
            if ARTICLE_ID in (meta := row["meta"] or {}) and meta.get(REPEAT, 0) == repeat
        )
    )


def _spare(tasks: Sequence[ExistingTask]) -> Iterator[ExistingTask]:
    kept = next((task for task in tasks if task.is_labelled), tasks[0])
    return (task for task in tasks if task is not kept and not task.is_labelled)
