"""Annotations on the server become lines of the raw store."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ExportedTask
from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_text
from signalbook.schema.scheme.model import Json

from .raw_store import Kind, Object, RawLine, append, content_hash
from .tasks import ARTICLE_ID, unchanged_text

#: A change may be stamped before it can be seen; asked for again, it is known again.
_OVERLAP = timedelta(minutes=1)
_STATE = "pulled.json"
#: Words that the server finds anew at every look; kept, they would make every look a change.
_TOLD_ANEW = {"created_ago"}


@dataclass(frozen=True)
class Pulled:
    """What a pull brought."""

    #: Tasks that the server was asked for.
    tasks: int
    #: Lines that the store had not got.
    new: int
    #: Annotations of which a version is among them.
    annotations: frozenset[str] = frozenset()
    #: Texts that were changed on the server, in words.
    problems: tuple[str, ...] = ()


def pull(
    client: LabelStudioClient,
    project: int,
    folder: Path,
    *,
    round: str | None = None,
    full: bool = False,
    drafts: bool = False,
) -> Pulled:
    """Bring what has changed since the last pull into the raw store under this folder.

    Args:
        client: of the server.
        project: to pull from.
        folder: with the raw store and the state of earlier pulls.
        round: of annotation, noted with every line.
        full: ask for everything, not only for what has changed.
        drafts: bring unsubmitted work too, for the backup.
    """
    place = f"{client.url} {project}"
    state = read_state(folder)
    since = None if full or place not in state else datetime.fromisoformat(state[place]) - _OVERLAP
    tasks = client.snapshot(project, since=since)
    source = _Source(client, project, round)
    lines = [line for task in tasks for line in source.of_task(task)]
    if drafts:
        begun = client.tasks_with_drafts(project)
        lines += [line for task in begun for line in source.of_drafts(task)]
    new = append(folder / "raw", lines)
    moments = [*([state[place]] if place in state else []), *(task["updated_at"] for task in tasks)]
    if moments:
        newest = max(moments, key=datetime.fromisoformat)
        write_text(folder / _STATE, json.dumps({**state, place: newest}, indent=1) + "\n")
    return Pulled(
        len(tasks),
        len(new),
        frozenset(line.identity for line in new if line.kind == "annotation"),
        tuple(source.problems(tasks)),
    )


def read_state(folder: Path) -> dict[str, str]:
    """Server and project -> moment of the newest change that was pulled.

    Raises:
        DocumentError: the file is damaged.
    """
    path = folder / _STATE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise DocumentError(f"{path}: is damaged; delete it, the next pull asks for all") from error
    return {str(place): str(moment) for place, moment in found.items()}


class _Source:
    """Names where lines come from."""

    def __init__(self, client: LabelStudioClient, project: int, round: str | None) -> None:
        self.server, self.project, self.round = client.url, project, round
        self.tool = f"Label Studio {client.version()}"
        self.now = datetime.now(UTC).isoformat(timespec="seconds")

    def of_task(self, task: ExportedTask) -> Iterator[RawLine]:
        """The task's data, then everything that hangs on it."""
        key = self._key(task)
        yield self._task(key, task)
        for annotation in task["annotations"]:
            content = cast(Object, annotation)
            yield self._line("annotation", annotation["unique_id"], content, task=key)
        for prediction in task["predictions"]:
            name = f"{self.server} {self.project} {prediction['id']}"
            yield self._line("prediction", name, cast(Object, prediction), task=key)

    def of_drafts(self, task: ExportedTask) -> Iterator[RawLine]:
        """The task's data, then what was begun on it and not submitted."""
        key = self._key(task)
        yield self._task(key, task)
        for draft in task["drafts"]:
            name = f"{self.server} {self.project} {draft['id']}"
            yield self._line("draft", name, cast(Object, draft), task=key)

    def problems(self, tasks: list[ExportedTask]) -> Iterator[str]:
        """Tasks whose text is not the one that was pushed."""
        for task in tasks:
            if not unchanged_text(task["data"]):
                yield (
                    f"{self.server}: project {self.project}, task {task['id']}: the text of "
                    f"{task['data'].get(ARTICLE_ID)} is not the one that was pushed; "
                    "its annotations are stored, but not made into documents"
                )

    def _key(self, task: ExportedTask) -> str:
        return content_hash(_content(task))

    def _task(self, key: str, task: ExportedTask) -> RawLine:
        return self._line("task", key, _content(task), task=key)

    def _line(self, kind: Kind, identity: str, content: Object, *, task: str) -> RawLine:
        content = {key: value for key, value in content.items() if key not in _TOLD_ANEW}
        return RawLine(
            kind=kind,
            identity=identity,
            updated_at=str(content.get("updated_at", "")),
            content=content,
            task=task,
            server=self.server,
            project=self.project,
            round=self.round,
            tool=self.tool,
            pulled_at=self.now,
        )


def _content(task: ExportedTask) -> Mapping[str, Json]:
    return {"data": task["data"], "meta": task["meta"]}
