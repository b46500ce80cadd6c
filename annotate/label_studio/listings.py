"""List what a server has: the whole of it, or an error."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import cast

from typing_extensions import TypedDict

from signalbook.schema.errors import ServerError
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .payloads import ProjectPage, TaskPage, TaskRow
from .refusals import unlike
from .session import Session

_TASK_PAGE = 1000
_PROJECT_PAGE = 100
#: How often a listing is begun that does not end as it promised.
_MAX_LISTINGS = 3


def list_tasks(
    session: Session, project: int, *, include: Sequence[str], filters: Sequence[Json]
) -> list[TaskRow]:
    """The tasks of a project for which every filter holds, in the order of their ids.

    Raises:
        ServerError: The server gives others than it counts.
    """
    total, rows = 0, list[TaskRow]()
    for _ in range(_MAX_LISTINGS):  # somebody may create or delete tasks meanwhile
        total, rows = _listing(session, project, include, filters)
        if len(rows) == total:
            return rows
    place = session.place(f"list tasks of project {project}")
    raise ServerError(
        f"{place}: the server lists {len(rows)} of {counted(total, 'task')}; run the command again"
    )


def list_projects(session: Session, title: str | None = None) -> dict[int, str]:
    """Id -> title of all projects, or of those whose titles contain this one.

    Raises:
        ServerError: The server gives others than it counts.
    """
    request = "list projects" if title is None else f"find project {title!r}"
    titles: dict[int, str] = {}
    page = 1
    while True:
        listed = _project_page(session, request, title, page)
        new = {record["id"]: record["title"] for record in listed["results"]}
        titles |= new
        if len(titles) == listed["count"]:
            return titles
        if not new:
            fact = f"it lists {len(titles)} of {counted(listed['count'], 'project')}"
            raise unlike(session.place(request), fact)
        page += 1


def filter_by(column: str, operator: str, *, kind: str, value: Json) -> Json:
    """A condition on tasks, as the server takes it."""
    return {
        "filter": f"filter:tasks:{column}",
        "operator": operator,
        "type": kind,
        "value": value,
    }


def touched_after(moment: datetime) -> Json:
    """The condition that a task has changed since."""
    shown = moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return filter_by("updated_at", "greater", kind="Datetime", value=shown)


def all_of(conditions: Sequence[Json]) -> dict[str, Json]:
    """The condition that every one of these holds."""
    return {"conjunction": "and", "items": [*conditions]}


def _listing(
    session: Session, project: int, include: Sequence[str], filters: Sequence[Json]
) -> tuple[int, list[TaskRow]]:
    """How many tasks there were at first, and all of them.

    A page begins after the last id of the one before it. If pages were numbered, one would leave
    out a task whenever somebody deletes an earlier one meanwhile.
    """
    first = page = _task_page(session, project, include, filters, after=0)
    rows = [*page["tasks"]]
    while page["tasks"] and len(page["tasks"]) < page["total"]:
        page = _task_page(session, project, include, filters, after=rows[-1]["id"])
        rows += page["tasks"]
    return first["total"], rows


def _task_page(
    session: Session, project: int, include: Sequence[str], filters: Sequence[Json], *, after: int
) -> TaskPage:
    request = f"list tasks of project {project}"
    later = [filter_by("id", "greater", kind="Number", value=after)] if after else []
    query = {"filters": all_of([*filters, *later]), "ordering": ["tasks:id"]}
    page = session.ask(
        request,
        _page_with(include),
        lambda: session.sdk.tasks.with_raw_response.list(
            project=project,
            query=json.dumps(query, allow_nan=False),
            # Without `all`, annotations are left out, also where they are asked for.
            fields="all" if "annotations" in include else "task_only",
            include=",".join(include),
            page_size=_TASK_PAGE,
        ),
    )
    for row in page["tasks"]:
        if row["id"] <= after:
            raise unlike(session.place(request), f"task {row['id']} after task {after}")
        after = row["id"]
    return page


def _page_with(include: Sequence[str]) -> type[TaskPage]:
    """The shape of a page whose rows have these keys."""
    make = cast("Callable[[str, dict[str, object]], type]", TypedDict)
    row = make("TaskRow", {key: TaskRow.__annotations__[key] for key in include})
    return make("TaskPage", {"total": int, "tasks": list[row]})  # type: ignore[valid-type]


def _project_page(session: Session, request: str, title: str | None, page: int) -> ProjectPage:
    return session.ask(
        request,
        ProjectPage,
        lambda: session.sdk.projects.with_raw_response.list(
            title=title, ordering="id", page=page, page_size=_PROJECT_PAGE
        ),
        is_always_there=True,
    )
