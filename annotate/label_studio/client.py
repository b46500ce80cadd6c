"""Talk to a Label Studio server: plain calls in, plain records out.

The only module that knows the SDK. Nothing is ever sent twice by itself: the server does not
recognise a repeated import, so after a `ServerError` the caller asks what the server has.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, cast
from urllib.parse import urlsplit

from signalbook.schema.errors import ConflictError, ServerError
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .payloads import (
    BegunTask,
    DraftRecord,
    DraftRow,
    ExportedTask,
    ExportRow,
    PersonRecord,
    ProjectChange,
    ProjectRecord,
    Result,
    TaskInput,
    TaskRow,
    UserRecord,
    ViewRow,
)
from .refusals import refusals, require_plain_token, require_plain_url
from .traces import is_left, title_of_traces

if TYPE_CHECKING:
    from label_studio_sdk.core.request_options import RequestOptions
    from label_studio_sdk.types.all_roles_project_list import AllRolesProjectList
    from label_studio_sdk.types.import_api_request import ImportApiRequest
    from label_studio_sdk.types.role_based_task import RoleBasedTask

T = TypeVar("T")
_TIMEOUT_S = 300.0
_CONNECT_TIMEOUT_S = 10.0
_PAGE = 1000
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
#: Everything that shows who did what, skipped ones too. The server keeps a file of every export for
#: ever, so no e-mail address goes into it: people are numbers, and drafts, which name them, too.
_PROVENANCE: dict[str, Json] = {
    "serialization_options": {
        "annotations__completed_by": {"only_id": True},
        "drafts": {"only_id": True},
        "predictions": {"only_id": False},
    },
    "annotation_filter_options": {"usual": True, "skipped": True, "ground_truth": True},
}


class LabelStudioClient:
    """An open connection to one Label Studio as one user; takes both kinds of token."""

    def __init__(self, url: str, token: str) -> None:
        """Raises AccessError for a missing or expired token, UsageError for no URL."""
        import httpx
        from label_studio_sdk import LabelStudio

        self.url = require_plain_url(url)
        plain = require_plain_token(self.url, token)
        self._http = httpx.Client(
            timeout=httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S),
            follow_redirects=False,
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
        )
        try:
            with refusals(self.url, "log in"):
                self._sdk = LabelStudio(  # type: ignore[no-untyped-call]
                    base_url=self.url + "/",
                    api_key=plain,
                    max_retries=0,
                    httpx_client=self._http,
                )
        except BaseException:
            self._http.close()
            raise

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
        self._http.close()

    def version(self) -> str:
        """The release of the server."""
        with refusals(self.url, "ask for the version"):
            return str(self._sdk.versions.get().release)

    def clock(self) -> datetime | None:
        """The time that the server has, if it gives one."""
        from email.utils import parsedate_to_datetime

        with refusals(self.url, "ask for the time"):
            date = self._http.get(f"{self.url}/api/version").headers.get("Date")
        return parsedate_to_datetime(date) if date else None

    def whoami(self) -> UserRecord:
        """The user whose token this is."""
        with refusals(self.url, "ask who we are"):
            user = self._sdk.users.whoami()
            return {"id": int(user.id or 0), "email": str(user.email)}

    def find_project(self, title: str) -> ProjectRecord | None:
        """The project of exactly this title.

        Raises:
            ConflictError: There are several.
        """
        with refusals(self.url, f"find project {title!r}"):
            listed = cast("Iterable[AllRolesProjectList]", self._sdk.projects.list(title=title))
            ids = sorted(int(record.id or 0) for record in listed if record.title == title)
        if len(ids) > 1:
            raise ConflictError(
                f"{self.url}: projects {', '.join(map(str, ids))} are all called {title!r}; rename or delete all but one"
            )
        return self.get_project(ids[0]) if ids else None

    def get_project(self, project: int) -> ProjectRecord:
        """What a project is set to, and how far it is."""
        with refusals(self.url, f"get project {project}"):
            record = self._sdk.projects.get(project)
        return {
            "id": project,
            "title": record.title or "",
            "label_config": record.label_config or "",
            "expert_instruction": record.expert_instruction or "",
            "show_instruction": bool(record.show_instruction),
            "maximum_annotations": record.maximum_annotations or 1,
            "task_number": record.task_number or 0,
            "finished_task_number": record.finished_task_number or 0,
        }

    def create_project(
        self, title: str, label_config: str, *, instructions: str = "", overlap: int = 1
    ) -> ProjectRecord:
        """Make a project; the title has 3 to 50 characters and need not be new."""
        with refusals(self.url, f"create project {title!r}"):
            created = self._sdk.projects.create(
                title=title,
                label_config=label_config,
                expert_instruction=instructions,
                show_instruction=bool(instructions),
                maximum_annotations=overlap,
            )
        return self.get_project(int(created.id or 0))

    def update_project(self, project: int, change: ProjectChange) -> ProjectRecord:
        """Change settings; a page that existing annotations do not fit is refused."""
        with refusals(self.url, f"update project {project}"):
            self._sdk.projects.update(project, **change)
        return self.get_project(project)

    def delete_project(self, project: int) -> None:
        """Delete a project with everything in it."""
        with refusals(self.url, f"delete project {project}"):
            self._sdk.projects.delete(project)

    def list_tasks(
        self,
        project: int,
        *,
        include: Sequence[str] = ("id", "meta"),
        since: datetime | None = None,
    ) -> Iterator[TaskRow]:
        """The tasks of a project; only those touched after `since` (drafts do not touch)."""
        filters = [] if since is None else [_touched_after(since)]
        yield from self._rows(project, include=include, filters=filters)

    def _rows(
        self, project: int, *, include: Sequence[str], filters: list[Json]
    ) -> Iterator[TaskRow]:
        query = json.dumps({"filters": {"conjunction": "and", "items": filters}})
        with refusals(self.url, f"list tasks of project {project}"):
            pages = cast(
                "Iterable[RoleBasedTask]",
                self._sdk.tasks.list(
                    project=project,
                    query=query if filters else None,
                    fields="task_only",
                    include=",".join(include),
                    page_size=_PAGE,
                ),
            )
            for task in pages:
                yield cast(TaskRow, task.model_dump(mode="json", include=set(include)))

    def annotation_numbers(self, project: int) -> set[int]:
        """The ids of a project's annotations, skipped ones too; they may be used again."""
        labelled = _filter("annotations_ids", "empty", kind="List", value=False)
        include = ("id", "annotations_ids")
        rows = self._rows(project, include=include, filters=[labelled])
        return {
            int(number) for row in rows for number in row["annotations_ids"].split(",") if number
        }

    def project_ids(self) -> set[int]:
        """The ids of all projects."""
        with refusals(self.url, "list projects"):
            listed = cast("Iterable[AllRolesProjectList]", self._sdk.projects.list())
            return {int(record.id or 0) for record in listed}

    def import_tasks(self, project: int, tasks: Sequence[TaskInput]) -> list[int]:
        """Send tasks, all or none; their ids come back in the same order.

        Raises:
            ServerError: The answer is lost; they may have arrived, so ask before sending again.
        """
        with refusals(self.url, f"import {counted(len(tasks), 'task')} into project {project}"):
            answer = self._sdk.projects.import_tasks(
                project,
                request=cast("Sequence[ImportApiRequest]", tasks),
                return_task_ids=True,
                request_options=_once(),
            )
        return cast("list[int]", answer.model_dump()["task_ids"])

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
        with refusals(self.url, f"annotate task {task}"):
            created = self._sdk.annotations.create(
                task, result=list(result), request_options=_once(body)
            )
        return int(created.id or 0)

    def snapshot(self, project: int, *, since: datetime | None = None) -> list[ExportedTask]:
        """Every task with annotations, skipped ones too, or those touched after `since`.

        Raises:
            ServerError: The server could not make the export.
        """
        condition = None if since is None else _touched_after(since)
        return self._export(project, condition)

    def tasks_with_drafts(self, project: int) -> list[BegunTask]:
        """Every task on which somebody has begun; listings show only one's own drafts."""
        begun = _filter("draft_exists", "equal", kind="Boolean", value=True)
        rows = [*self._rows(project, include=("id", "data", "meta"), filters=[begun])]
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
        drafts = self._get(f"get the drafts of task {task}", f"api/tasks/{task}/drafts", DraftRow)
        return cast("list[DraftRecord]", drafts)

    def list_users(self) -> list[PersonRecord]:
        """Everybody whom the server knows.

        Raises:
            ServerError: We are not among them, so others may be left out too.
        """
        users = self._get("list users", "api/users/", PersonRecord)
        if self.whoami()["id"] not in {user["id"] for user in users}:
            raise ServerError(
                f"{self.url}: list users: the answer leaves out whoever asks; run the command again"
            )
        return [
            {
                "id": user["id"],
                "email": user["email"],
                "first_name": user["first_name"],
                "last_name": user["last_name"],
            }
            for user in users
        ]

    def sweep(self, project: int) -> None:
        """Delete what pulls that were killed have left in a project."""
        views = self._get("list views", f"api/dm/views/?project={project}", ViewRow)
        exports = self._list_exports(project)
        with refusals(self.url, f"sweep project {project}"):
            for view in views:
                if is_left(str(view["data"].get("title"))):
                    self._sdk.views.delete(str(view["id"]))
            for export in exports:
                if is_left(export["title"]):
                    self._sdk.projects.exports.delete(project, export["id"])

    def export_hashes(self, project: int) -> set[str]:
        """The MD5 of every export that the project lists."""
        return {export["md5"] for export in self._list_exports(project)}

    def _list_exports(self, project: int) -> list[ExportRow]:
        return self._get("list exports", f"api/projects/{project}/exports/", ExportRow)

    def _get(self, request: str, path: str, shape: type[T]) -> list[T]:
        """The rows of a listing that the SDK has no method for, or whose shape it does not check.

        Raises:
            ServerError: They are of another shape.
        """
        from label_studio_sdk.core.api_error import ApiError
        from pydantic import TypeAdapter

        http = self._sdk._client_wrapper.httpx_client  # pyright: ignore[reportPrivateUsage]
        with refusals(self.url, request):
            answer = http.request(path, method="GET")
            if answer.is_error:
                raise ApiError(status_code=answer.status_code, body=answer.text)
            rows: object = answer.json()
            TypeAdapter(list[shape]).validate_python(rows)  # type: ignore[valid-type]
            return cast("list[T]", rows)  # not what pydantic makes of it, which lacks further keys

    def _export(self, project: int, condition: Json) -> list[ExportedTask]:
        chosen: dict[str, Json] = {"only_with_annotations": True}
        with refusals(self.url, f"export project {project}"):
            view = None if condition is None else self._view_of(project, condition)
            try:
                content = self._download(project, chosen | ({"view": view} if view else {}))
            finally:
                if view:
                    self._sdk.views.delete(str(view))
            return cast("list[ExportedTask]", json.loads(content))

    def _view_of(self, project: int, condition: Json) -> int:
        """A saved filter: the one way to choose the tasks of a snapshot."""
        data: dict[str, Json] = {
            "title": title_of_traces(),
            "filters": {"conjunction": "and", "items": [condition]},
        }
        created = self._sdk.views.create(project=project, request_options=_once({"data": data}))
        return int(created.id or 0)

    def _download(self, project: int, chosen: Mapping[str, Json]) -> bytes:
        exports = self._sdk.projects.exports
        body = {**_PROVENANCE, "title": title_of_traces(), "task_filter_options": chosen}
        export = exports.create(project, request_options=_once(body))
        number = int(export.id or 0)
        try:
            if export.status != "completed":
                raise ServerError(
                    f"{self.url}: export of project {project} ended as {export.status}; "
                    "one unreadable task is enough, see the server's log"
                )
            return b"".join(exports.download(project, number, export_type="JSON"))
        finally:
            exports.delete(project, number)


def _once(body: Mapping[str, object] | None = None) -> "RequestOptions":
    """Options of a request that must not be repeated, with more of its body."""
    return {"max_retries": 0, "additional_body_parameters": dict(body or {})}


def _filter(column: str, operator: str, *, kind: str, value: Json) -> Json:
    return {
        "filter": f"filter:tasks:{column}",
        "operator": operator,
        "type": kind,
        "value": value,
    }


def _touched_after(moment: datetime) -> Json:
    shown = moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return _filter("updated_at", "greater", kind="Datetime", value=shown)
