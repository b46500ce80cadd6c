"""Bring annotations from the server into the raw store: what has changed since the last pull."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from pydantic import AwareDatetime

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import AnnotationRecord, BegunTask, ExportedTask
from signalbook.schema.errors import ServerError
from signalbook.schema.filesystem import read_json, write_text
from signalbook.schema.json_text import json_page
from signalbook.schema.scheme.model import Json, JsonObject
from signalbook.schema.text import counted

from .presence import Sightings, changes, moves, seen_here
from .raw_store import LineKind, People, RawLine, RawStore, content_hash
from .tasks import ARTICLE_ID, unchanged_text

#: A change may be stamped before it can be seen; asked for again, it is known again.
_OVERLAP = timedelta(minutes=1)
_STATE = "pulled.json"
#: Values that the server computes anew at every look; kept, they would make every look a change.
_VOLATILE = {"created_ago"}


@dataclass(frozen=True)
class Pulled:
    """What a pull brought."""

    #: The raw store with what the pull brought.
    store: RawStore
    #: How many tasks the server gave.
    tasks: int
    #: Kind -> how many lines of it the store had not got: what is new, or has changed.
    brought: Mapping[LineKind, int]
    #: Whether the store has any line that it had not, about where an annotation is among them.
    has_changed: bool = False
    #: How many annotations have gone from the server since.
    gone: int = 0
    #: How many that were gone have come back.
    returned: int = 0
    #: E-mail addresses of everybody whom the server knows.
    accounts: frozenset[str] = frozenset()
    #: Texts that were changed on the server, in words.
    problems: tuple[str, ...] = ()

    @property
    def new(self) -> int:
        """How many lines the store had not got."""
        return sum(self.brought.values())


def pull(
    client: LabelStudioClient,
    project: int,
    folder: Path,
    *,
    round: str | None = None,
    full: bool = False,
    drafts: bool = False,
) -> Pulled:
    """Bring what has changed in one project; see `pull_all`."""
    return pull_all(client, [project], folder, round=round, full=full, drafts=drafts)


def pull_all(
    client: LabelStudioClient,
    projects: Collection[int],
    folder: Path,
    *,
    round: str | None = None,
    full: bool = False,
    drafts: bool = False,
) -> Pulled:
    """Bring what has changed since the last pull into the raw store under this folder.

    Args:
        client: Client of the server to pull from.
        projects: Ids of the projects to pull from.
        folder: Folder of the raw store and of the state of earlier pulls.
        round: Name of the annotation round, noted with every line.
        full: Ask for everything, not only for what has changed.
        drafts: Bring unsubmitted work too, for the backup.

    Raises:
        ServerError: The server lists annotations that it does not give.
    """
    store = RawStore(folder / "raw")
    before, seen_before = len(store.lines), store.sightings()
    server = _Server(client, store.people())
    sources = [_Source(server, project, round) for project in projects]
    tasks: list[ExportedTask] = []
    new: list[RawLine] = []
    problems: list[str] = []
    for source in sources:
        given, lines = _pull_project(client, store, source, folder, full=full, drafts=drafts)
        tasks, new = [*tasks, *given], [*new, *lines]
        problems += source.problems(given)
    store.append(changes(client, store, but=projects))
    moved = moves(seen_before, store.sightings())
    return Pulled(
        store,
        tasks=len(tasks),
        brought=Counter(line.kind for line in new),
        has_changed=len(store.lines) > before,
        gone=moved[False],
        returned=moved[True],
        accounts=server.accounts,
        problems=tuple(problems),
    )


def _pull_project(
    client: LabelStudioClient,
    store: RawStore,
    source: "_Source",
    folder: Path,
    *,
    full: bool,
    drafts: bool,
) -> tuple[list[ExportedTask], list[RawLine]]:
    """The tasks that a project gave, and what the store had not got of it."""
    project, place = source.project, f"{client.url} {source.project}"
    state = read_state(folder)
    since = None if full or place not in state else datetime.fromisoformat(state[place]) - _OVERLAP
    looks = [_look(client, store, source, since)]
    if _lacking(store, source, looks[0].listed):
        # Somebody was at work just then, or a moment does not show all, such as what is restored.
        looks.append(_look(client, store, source, None))
        if lacking := _lacking(store, source, looks[0].listed & looks[1].listed):
            raise ServerError(
                f"{client.url}: project {project} lists {counted(len(lacking), 'annotation')} "
                "that its export does not hold; run the command again"
            )
    new, tasks = [line for look in looks for line in look.new], looks[-1].tasks
    if drafts:
        begun = client.tasks_with_drafts(project)
        new += store.append(line for task in begun for line in source.of_drafts(task))
    store.append(Sightings(store, client.url).changes(project, looks[-1].listed))
    moments = [*([state[place]] if place in state else []), *(task["updated_at"] for task in tasks)]
    if moments:
        newest = max(moments, key=datetime.fromisoformat)
        write_text(folder / _STATE, json_page({**state, place: newest}))
    client.sweep(project)
    return tasks, new


@dataclass(frozen=True)
class _Look:
    """What one look at a project brought into the store."""

    tasks: list[ExportedTask]
    #: What the store had not got.
    new: list[RawLine]
    #: Numbers of the annotations that the project lists after it.
    listed: set[int]


def _look(
    client: LabelStudioClient, store: RawStore, source: "_Source", since: datetime | None
) -> _Look:
    tasks = client.snapshot(source.project, since=since)
    lines = [line for task in tasks for line in source.of_task(task)]
    new = store.append(lines)
    exported = {line.identity: line for line in lines if line.kind == "annotation"}
    store.append(seen_here(store, exported))
    return _Look(tasks, new, client.annotation_numbers(source.project))


def _lacking(store: RawStore, source: "_Source", listed: set[int]) -> set[int]:
    """Annotations that the server lists and never gave."""
    return listed - Sightings(store, source.server).numbers(source.project).keys()


def read_state(folder: Path) -> dict[str, str]:
    """Server and project -> moment of the newest change that was pulled.

    Raises:
        DocumentError: The file is damaged.
    """
    moments = read_json(
        folder / _STATE,
        dict[str, AwareDatetime],
        way_out="delete it: the next pull asks for all",
    )
    return {place: moment.isoformat() for place, moment in (moments or {}).items()}


def pulled_projects(store: RawStore, folder: Path, server: str) -> set[int]:
    """Ids of the projects of a server that earlier pulls were of.

    Args:
        store: Store that holds what they brought.
        folder: Folder of the state of earlier pulls.
        server: Address of the server.

    Raises:
        DocumentError: The store or the state is damaged.
    """
    places = (place.rpartition(" ") for place in read_state(folder))
    noted = {int(id) for url, _, id in places if url == server and id.isdecimal()}
    return noted | {line.project for line in store.lines if line.server == server}


class _Server:
    """The server that lines come from, and everybody whom it knows or knew."""

    def __init__(self, client: LabelStudioClient, people: People) -> None:
        self.url = client.url
        self.tool = f"Label Studio {client.version()}"
        self.now = datetime.now(UTC).isoformat(timespec="seconds")
        users = client.list_users()
        self.accounts = frozenset(user["email"] for user in users)
        #: Whoever was taken out of the organization is only known from before.
        self.people: dict[Json, JsonObject] = {
            number: person for (server, number), person in people.items() if server == client.url
        } | {user["id"]: cast(JsonObject, user) for user in users if "@" in user["email"]}


class _Source:
    """The project that lines come from, noted in every one of them."""

    def __init__(self, server: _Server, project: int, round: str | None) -> None:
        self._server, self.server, self.project, self.round = server, server.url, project, round

    def of_task(self, task: ExportedTask) -> Iterator[RawLine]:
        """The task's data, then everything that hangs on it."""
        key = self._key(task)
        yield self._task(key, task)
        for annotation in task["annotations"]:
            content = cast(JsonObject, {**annotation, "completed_by": self._person(annotation)})
            yield self._line("annotation", annotation["unique_id"], content, task=key)
        for prediction in task["predictions"]:
            name = f"{self.server} {self.project} {prediction['id']}"
            yield self._line("prediction", name, cast(JsonObject, prediction), task=key)

    def of_drafts(self, task: BegunTask) -> Iterator[RawLine]:
        """The task's data, then what was begun on it and not submitted."""
        key = self._key(task)
        yield self._task(key, task)
        for draft in task["drafts"]:
            name = f"{self.server} {self.project} {draft['id']}"
            yield self._line("draft", name, cast(JsonObject, draft), task=key)

    def problems(self, tasks: list[ExportedTask]) -> Iterator[str]:
        """Tasks whose text is not the one that was pushed."""
        for task in tasks:
            if not unchanged_text(task["data"]):
                yield (
                    f"{self.server}: project {self.project}, task {task['id']}: the text of "
                    f"{task['data'].get(ARTICLE_ID)} is not the one that was pushed; documents "
                    "that were made before keep the text that was annotated; annotations that "
                    "come from now on are stored, but not made into documents"
                )

    def _person(self, annotation: AnnotationRecord) -> Json:
        """Who made it, with the e-mail address: the export has a number alone."""
        number = annotation["completed_by"]
        return None if number is None else dict(self._server.people.get(number, {"id": number}))

    def _key(self, task: ExportedTask | BegunTask) -> str:
        return content_hash(_content(task))

    def _task(self, key: str, task: ExportedTask | BegunTask) -> RawLine:
        return self._line("task", key, _content(task), task=key)

    def _line(self, kind: LineKind, identity: str, content: JsonObject, *, task: str) -> RawLine:
        content = {key: value for key, value in content.items() if key not in _VOLATILE}
        return RawLine(
            kind=kind,
            identity=identity,
            updated_at=str(content.get("updated_at", "")),
            content=content,
            task=task,
            server=self.server,
            project=self.project,
            round=self.round,
            tool=self._server.tool,
            pulled_at=self._server.now,
        )


def _content(task: ExportedTask | BegunTask) -> JsonObject:
    return {"data": task["data"], "meta": task["meta"]}
