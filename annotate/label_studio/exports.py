"""Export the tasks of a project with everything that hangs on them: the one way that shows all."""

import hashlib

from signalbook.schema.errors import ServerError
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .listings import all_of
from .payloads import ExportedTask, ExportReceipt, Identified
from .session import Session, once
from .traces import title_of_traces

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


def export_tasks(session: Session, project: int, condition: Json) -> list[ExportedTask]:
    """The tasks of a project that have annotations, or those of them for which the condition holds.

    Raises:
        ServerError: The server could not make the export, or gives another than it made.
    """
    request = f"export project {project}"
    chosen: dict[str, Json] = {"only_with_annotations": True}
    if condition is None:
        return _export(session, request, project, chosen)
    view = _view_of(session, request, project, condition)
    try:
        return _export(session, request, project, {**chosen, "view": view})
    finally:
        session.send(request, lambda: session.sdk.views.delete(str(view)))


def _view_of(session: Session, request: str, project: int, condition: Json) -> int:
    """A saved filter: the one way to choose the tasks of an export."""
    data: dict[str, Json] = {"title": title_of_traces(), "filters": all_of([condition])}
    created = session.ask(
        request,
        Identified,
        lambda: session.sdk.views.with_raw_response.create(
            project=project, request_options=once({"data": data})
        ),
    )
    return created["id"]


def _export(
    session: Session, request: str, project: int, chosen: dict[str, Json]
) -> list[ExportedTask]:
    exports = session.sdk.projects.exports
    body = {**_PROVENANCE, "title": title_of_traces(), "task_filter_options": chosen}
    receipt = session.ask(
        request,
        ExportReceipt,
        lambda: exports.with_raw_response.create(project, request_options=once(body)),
    )
    try:
        if receipt["status"] != "completed":
            raise ServerError(
                f"{session.place(request)}: it ended as {receipt['status']}; "
                "one unreadable task is enough, see the server's log"
            )
        return _download(session, request, project, receipt)
    finally:
        session.send(request, lambda: exports.delete(project, receipt["id"]))


def _download(
    session: Session, request: str, project: int, receipt: ExportReceipt
) -> list[ExportedTask]:
    """The tasks of an export, if they are those that the server put into it."""
    received = hashlib.md5(usedforsecurity=False)

    def download() -> None:
        number = receipt["id"]
        for part in session.sdk.projects.exports.download(project, number, export_type="JSON"):
            received.update(part)

    tasks = session.ask(request, list[ExportedTask], download)
    number = receipt["counters"]["task_number"] if receipt["counters"] else -1
    if received.hexdigest() != receipt["md5"] or len(tasks) != number:
        raise ServerError(
            f"{session.place(request)}: a download with {counted(len(tasks), 'task')} is not the "
            "file that the server made; run the command again"
        )
    return tasks
