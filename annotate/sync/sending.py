"""Send tasks to a project so that each arrives once: whatever is lost, killed or sent by others."""

import time
from collections.abc import Iterable, Sequence
from uuid import uuid4

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import LOOKS_S, Journal
from signalbook.annotate.label_studio.payloads import TaskInput
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import PartialError, ServerError
from signalbook.schema.progress import OnCount
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .existing import ExistingTasks, existing_tasks
from .raw_store import REPEAT
from .tasks import BATCH_MARK

BATCH = 250


class Recipient:
    """A project that tasks are sent to, with the journal of what it was sent before."""

    def __init__(
        self, client: LabelStudioClient, project: int, journal: Journal, *, repeat: int = 0
    ) -> None:
        """Take a project; only its tasks are looked at that are the first of an article, or a repeat."""
        self._client, self._project, self._journal = client, project, journal
        self._repeat = repeat
        self._place = f"{client.url}: project {project}"
        #: By number alone: a server may have several addresses.
        self._scope = f"project {project}{f' repeat {repeat}' if repeat else ''}"

    def look(self) -> ExistingTasks:
        """The tasks that it has."""
        return existing_tasks(self._client, self._project, repeat=self._repeat)

    def settled(self, *, give_up: bool) -> ExistingTasks:
        """The tasks that it has, once all that was sent before has come.

        Args:
            give_up: Wait for nothing.

        Raises:
            PartialError: Something may still come.
        """
        if give_up:
            self._journal.give_up(self._scope)
        way_out = ", or with --repair as soon as you know that it is not"
        return self._journal.wait(self._scope, self.look, place=self._place, way_out=way_out)

    def create(self, tasks: Sequence[TaskInput], on_count: OnCount) -> None:
        """Send tasks in batches.

        Raises:
            PartialError: Some are created, or may be; run again to resume.
            ServerError: The server is away, and none is created.
        """
        for done in range(0, len(tasks), BATCH):
            batch = tasks[done : done + BATCH]
            try:
                self._send(batch)
            except ServerError as error:
                if done == 0:
                    raise
                counts = f"{done} of {counted(len(tasks), 'task')} are created"
                raise PartialError(f"{counts}; run the same command again ({error})") from error
            on_count(done + len(batch), len(tasks))

    def to_remove(self, existing: ExistingTasks) -> int:
        """How many tasks nobody has begun to label, of texts that have another one."""
        begun = {task["id"] for task in self._client.tasks_with_drafts(self._project)}
        return len({*existing.spare()} - begun)

    def remove_doubles(self, before: ExistingTasks, *, spare: bool) -> tuple[ExistingTasks, int]:
        """Delete what was created although it was there, as two pushes at one moment do.

        Args:
            before: The tasks that there were at first.
            spare: Delete every task that nobody has labelled, of a text that has another one.

        Returns:
            The tasks that there are now, and how many were deleted.
        """
        marks = {request.mark for request in self._journal.of(self._scope)}
        arrived, removed, existing = set[str](), set[int](), before
        for pause in LOOKS_S:
            time.sleep(pause)
            existing = self.look()
            excess = existing.spare() if spare else existing.late(marks)
            self._delete(excess)
            arrived, removed = arrived | existing.marks, removed.union(excess)
            if not excess and not {*existing.doubled} - {*before.doubled}:
                break
        self._journal.forget(arrived)
        return existing, len(removed - {task.id for task in existing.tasks})

    def require(self, articles: Iterable[Article], existing: ExistingTasks) -> None:
        """Make sure that articles have come.

        Raises:
            ServerError: One has not.
        """
        if lacking := [article.id for article in articles if not existing.of(article)]:
            raise ServerError(
                f"{self._place}: {counted(len(lacking), 'task that was', 'tasks that were')} "
                f"created cannot be seen on the server, such as that of {lacking[0]}; run the same command again"
            )

    def _send(self, batch: Sequence[TaskInput]) -> None:
        mark = uuid4().hex
        marked: list[TaskInput] = [
            {**task, "meta": {**task.get("meta", {}), **self._marks(mark)}} for task in batch
        ]
        answer = self._journal.send(
            mark,
            lambda: self._client.import_tasks(self._project, marked),
            scope=self._scope,
            what=counted(len(batch), "task"),
        )
        if answer is None:
            self.settled(give_up=False)

    def _marks(self, batch: str) -> dict[str, Json]:
        return {BATCH_MARK: batch, **({REPEAT: self._repeat} if self._repeat else {})}

    def _delete(self, ids: Sequence[int]) -> None:
        for first in range(0, len(ids), BATCH):
            self._client.delete_unlabelled(self._project, ids[first : first + BATCH])
