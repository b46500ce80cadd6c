"""Delete what earlier pulls have left on the server: filters and records of exports of killed ones."""

from datetime import UTC, datetime, timedelta
from functools import partial

from .payloads import ExportRow, ViewRow
from .session import Session

_TITLE = "Signalbook pull"
#: Younger ones may be those of a pull that is at work.
_MIN_AGE = timedelta(hours=1)


def title_of_traces() -> str:
    """The title of what a pull makes on the server and deletes again, with the moment in it."""
    return f"{_TITLE} {datetime.now(UTC).isoformat(timespec='seconds')}"


def sweep(session: Session, project: int) -> None:
    """Delete what pulls have left in this project."""
    request, sdk = f"sweep project {project}", session.sdk
    views = session.ask(
        request, list[ViewRow], lambda: sdk.views.with_raw_response.list(project=project)
    )
    for view in views:
        if _is_left(str((view["data"] or {}).get("title"))):
            session.send(request, partial(sdk.views.delete, str(view["id"])))
    for export in list_exports(session, project):
        if _is_left(export["title"]):
            session.send(request, partial(sdk.projects.exports.delete, project, export["id"]))


def list_exports(session: Session, project: int) -> list[ExportRow]:
    """The exports that the project lists; of one that was deleted, the server keeps the file."""
    list_all = session.sdk.projects.exports.with_raw_response.list
    return session.ask(
        f"list exports of project {project}", list[ExportRow], lambda: list_all(project)
    )


def _is_left(title: str) -> bool:
    """Whether this was made by a pull that was killed before it could delete it."""
    if title == _TITLE:  # by versions that noted no moment
        return True
    if not title.startswith(f"{_TITLE} "):
        return False
    try:
        moment = datetime.fromisoformat(title.removeprefix(f"{_TITLE} "))
        return datetime.now(UTC) - moment > _MIN_AGE
    except (TypeError, ValueError):  # somebody has chosen a title that begins like ours
        return False
