"""Talk to a Label Studio server: plain calls in, plain records out.

This room alone knows the SDK. Nothing is ever sent twice by itself: the server does not recognise a
repeated import, so after a `ServerError` the caller asks what the server has. Nothing is believed
unchecked: an answer has its shape, a listing its length, a download its hash.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from signalbook.schema.errors import ConflictError
from signalbook.schema.text import counted

from .exports import export_tasks
from .listings import all_of, filter_by, list_projects, list_tasks, touched_after
from .payloads import (
    ActionReceipt,
    BegunTask,
    DraftRecord,
    ExportedTask,
    Identified,
    ImportReceipt,
    InviteRecord,
    Object,
    PersonRecord,
    ProjectChange,
    ProjectRecord,
    Result,
    TaskContent,
    TaskInput,
    TaskRow,
    UserRecord,
    VersionRecord,
)
from .refusals import unlike
from .session import Session, once
from .traces import list_exports, sweep

if TYPE_CHECKING:
    from label_studio_sdk.types.import_api_request import ImportApiRequest

#: How many tasks are asked for at once: their ids stand in a URL.
_IDS = 200
#: Somebody may submit between a listing and a count, but hardly twice.
_LOOKS = 2


class LabelStudioClient:
    """An open connection to one Label Studio as one user; takes both kinds of token."""

    def __init__(self, url: str, token: str) -> None:
        """Raises AccessError for a missing or expired token, UsageError for no URL."""
        self._session = Session(url, token)
        self._sdk = self._session.sdk
        self._ask = self._session.ask

    @property
    def url(self) -> str:
        """Address of the server."""
        return self._session.url

    def __repr__(self) -> str:
        return f"LabelStudioClient({self.url!r}, token=***)"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def version(self) -> str:
        """The release of the server."""
        get = self._sdk.versions.with_raw_response.get
        return self._ask("ask for the version", VersionRecord, get, is_always_there=True)["release"]

    def clock(self) -> datetime | None:
        """The time that the server has, if it gives one."""
        return self._session.clock()

    def whoami(self) -> UserRecord:
        """The user whose token this is."""
        get = self._sdk.users.with_raw_response.whoami
        user = self._ask("ask who we are", UserRecord, get, is_always_there=True)
        return {"id": user["id"], "email": user["email"]}

    def list_users(self) -> list[PersonRecord]:
        """Everybody whom the server knows.

        Raises:
            ServerError: We are not among them, so others may be left out too.
        """
        request = "list users"
        get = self._sdk.users.with_raw_response.list
        people = self._ask(request, list[PersonRecord], get, is_always_there=True)
        if self.whoami()["id"] not in {person["id"] for person in people}:
            raise unlike(self._session.place(request), "it leaves out whoever asks")
        return [
            {
                "id": person["id"],
                "email": person["email"],
                "first_name": person["first_name"],
                "last_name": person["last_name"],
            }
            for person in people
        ]

    def invitation(self) -> str:
        """The link with which anybody can make an account, until `close_invitation`."""
        get = self._sdk.organizations.invites.with_raw_response.get_invite_link
        asked = self._ask("ask for the invitation", InviteRecord, get, is_always_there=True)
        return f"{self.url}{asked['invite_url']}"

    def close_invitation(self) -> None:
        """Let the link hold no more; the server makes another one, which nobody has."""
        reset = self._sdk.organizations.with_raw_response.reset_token
        self._ask("close the invitation", InviteRecord, reset, is_always_there=True)

    def find_project(self, title: str) -> ProjectRecord | None:
        """The project of exactly this title.

        Raises:
            ConflictError: There are several.
        """
        ids = self.projects_called(title)
        if len(ids) > 1:
            raise ConflictError(
                f"{self.url}: projects {', '.join(map(str, ids))} are all called {title!r}; rename or delete all but one"
            )
        return self.get_project(ids[0]) if ids else None

    def projects_called(self, title: str) -> list[int]:
        """Ids of the projects of exactly this title, oldest first."""
        titles = list_projects(self._session, title)
        return sorted(id for id, listed in titles.items() if listed == title)

    def get_project(self, project: int) -> ProjectRecord:
        """What a project is set to, and how far it is."""
        request = f"get project {project}"
        record = self._ask(
            request, ProjectRecord, lambda: self._sdk.projects.with_raw_response.get(project)
        )
        if record["id"] != project:
            raise unlike(self._session.place(request), f"it gives project {record['id']}")
        return {
            "id": project,
            "title": record["title"],
            "label_config": record["label_config"],
            "expert_instruction": record["expert_instruction"] or "",
            "show_instruction": record["show_instruction"],
            "maximum_annotations": record["maximum_annotations"],
            "model_version": record["model_version"],
            "show_collab_predictions": record["show_collab_predictions"],
            "total_annotations_number": record["total_annotations_number"],
            "skipped_annotations_number": record["skipped_annotations_number"],
            "task_number": record["task_number"],
            "finished_task_number": record["finished_task_number"],
        }

    def create_project(
        self, title: str, label_config: str, *, instructions: str = "", overlap: int = 1
    ) -> ProjectRecord:
        """Make a project; the title has 3 to 50 characters and need not be new."""
        created = self._ask(
            f"create project {title!r}",
            Identified,
            lambda: self._sdk.projects.with_raw_response.create(
                title=title,
                label_config=label_config,
                expert_instruction=instructions,
                show_instruction=False,
                maximum_annotations=overlap,
            ),
        )
        return self.get_project(created["id"])

    def update_project(self, project: int, change: ProjectChange) -> ProjectRecord:
        """Change settings; a page that existing annotations do not fit is refused."""
        self._ask(
            f"update project {project}",
            Identified,
            lambda: self._sdk.projects.with_raw_response.update(project, **change),
        )
        return self.get_project(project)

    def delete_project(self, project: int) -> None:
        """Delete a project with everything in it."""
        self._session.send(f"delete project {project}", lambda: self._sdk.projects.delete(project))

    def list_tasks(
        self,
        project: int,
        *,
        include: Sequence[str] = ("id", "meta"),
        since: datetime | None = None,
    ) -> list[TaskRow]:
        """The tasks of a project; only those touched after `since` (drafts do not touch).

        Raises:
            ServerError: The server gives others than it counts.
        """
        filters = [] if since is None else [touched_after(since)]
        return list_tasks(self._session, project, include=include, filters=filters)

    def annotation_numbers(self, project: int) -> set[int]:
        """The ids of a project's annotations, skipped ones too; they may be used again.

        Raises:
            ServerError: The server lists fewer than it counts.
        """
        labelled = filter_by("annotations_ids", "empty", kind="List", value=False)
        include = ("id", "annotations_ids")
        numbers, total = set[int](), 0
        for _ in range(_LOOKS):
            rows = list_tasks(self._session, project, include=include, filters=[labelled])
            listed = (number for row in rows for number in row["annotations_ids"].split(","))
            numbers = {int(number) for number in listed if number}
            record = self.get_project(project)
            total = record["total_annotations_number"] + record["skipped_annotations_number"]
            if len(numbers) >= total:
                return numbers
        place = self._session.place(f"list annotations of project {project}")
        raise unlike(place, f"it lists {len(numbers)} and counts {total}")

    def project_ids(self) -> set[int]:
        """The ids of all projects."""
        return {*self.project_titles()}

    def project_titles(self) -> dict[int, str]:
        """Id of every project -> its title."""
        return list_projects(self._session)

    def import_tasks(self, project: int, tasks: Sequence[TaskInput]) -> list[int]:
        """Send tasks, all or none; their ids come back in the same order.

        Raises:
            UnreachableError: They have not arrived.
            ServerError: The answer is lost; they may have arrived, so ask before sending again.
        """
        request = f"import {counted(len(tasks), 'task')} into project {project}"
        receipt = self._ask(
            request,
            ImportReceipt,
            lambda: self._sdk.projects.with_raw_response.import_tasks(
                project,
                request=cast("Sequence[ImportApiRequest]", tasks),
                return_task_ids=True,
                request_options=once(),
            ),
        )
        ids = receipt["task_ids"]
        if len(set(ids)) != len(tasks):
            raise unlike(self._session.place(request), f"it names {counted(len(ids), 'task')}")
        return ids

    def task_contents(self, project: int, ids: Sequence[int]) -> list[TaskRow]:
        """What these tasks of a project hold; those that are gone are left out."""
        rows: list[TaskRow] = []
        for first in range(0, len(ids), _IDS):
            some = ids[first : first + _IDS]
            chosen = filter_by("id", "in_list", kind="List", value=[*some])
            include = ("id", "data", "meta")
            rows += list_tasks(self._session, project, include=include, filters=[chosen])
        return rows

    def update_task(self, task: int, *, data: Object, meta: Object) -> None:
        """Replace what a task holds; annotations keep their offsets, so the text has to stay.

        Raises:
            ServerError: The server does not say that it holds this now.
        """
        request = f"update task {task}"
        answer = self._ask(
            request,
            TaskContent,
            lambda: self._sdk.tasks.with_raw_response.update(
                str(task), data=data, meta=meta, request_options=once()
            ),
        )
        if answer["id"] != task or answer["data"] != data or answer["meta"] != meta:
            raise unlike(self._session.place(request), "it holds something else")

    def delete_unlabelled(self, project: int, ids: Sequence[int]) -> int:
        """Delete those of these tasks on which nobody has begun; how many they are."""
        if not ids:  # which the server takes for all
            return 0
        conditions = [
            filter_by("total_annotations", "equal", kind="Number", value=0),
            filter_by("cancelled_annotations", "equal", kind="Number", value=0),
            filter_by("draft_exists", "equal", kind="Boolean", value=False),
        ]
        body = {
            "selectedItems": {"all": False, "included": [*ids]},
            "filters": all_of(conditions),
        }
        receipt = self._ask(
            f"delete tasks of project {project}",
            ActionReceipt,
            lambda: self._sdk.actions.with_raw_response.create(
                id="delete_tasks", project=project, request_options=once(body)
            ),
        )
        return receipt["processed_items"]

    def create_annotation(
        self,
        task: int,
        result: Sequence[Result],
        *,
        lead_time: float | None = None,
        was_cancelled: bool = False,
    ) -> int:
        """Submit an annotation as this user; its id comes back."""
        body = {"lead_time": lead_time, "was_cancelled": was_cancelled}
        created = self._ask(
            f"annotate task {task}",
            Identified,
            lambda: self._sdk.annotations.with_raw_response.create(
                task, result=list(result), request_options=once(body)
            ),
        )
        return created["id"]

    def snapshot(self, project: int, *, since: datetime | None = None) -> list[ExportedTask]:
        """Every task with annotations, skipped ones too, or those touched after `since`.

        Raises:
            ServerError: The server could not make the export, or gives another than it made.
        """
        condition = None if since is None else touched_after(since)
        return export_tasks(self._session, project, condition)

    def tasks_with_drafts(self, project: int) -> list[BegunTask]:
        """Every task on which somebody has begun; listings show only one's own drafts."""
        begun = filter_by("draft_exists", "equal", kind="Boolean", value=True)
        include = ("id", "data", "meta")
        rows = list_tasks(self._session, project, include=include, filters=[begun])
        return [
            {
                "id": row["id"],
                "data": row["data"],
                "meta": row["meta"],
                "drafts": self._drafts(row["id"]),
            }
            for row in rows
        ]

    def _drafts(self, task: int) -> list[DraftRecord]:
        """What everybody has begun on a task."""
        request = f"get the drafts of task {task}"
        return self._session.get(request, list[DraftRecord], f"api/tasks/{task}/drafts")

    def sweep(self, project: int) -> None:
        """Delete what pulls that were killed have left in a project."""
        sweep(self._session, project)

    def export_hashes(self, project: int) -> set[str]:
        """The MD5 of every export that the project lists."""
        exports = list_exports(self._session, project)
        return {export["md5"] for export in exports if export["md5"]}
