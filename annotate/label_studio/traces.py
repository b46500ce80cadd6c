"""Delete what earlier pulls have left on the server: filters and records of exports of killed ones."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

_TITLE = "Signalbook pull"
#: Younger ones may be those of a pull that is at work.
_MIN_AGE = timedelta(hours=1)


def title_of_traces() -> str:
    """The title of what a pull makes on the server and deletes again, with the moment in it."""
    return f"{_TITLE} {datetime.now(UTC).isoformat(timespec='seconds')}"


def sweep(sdk: "LabelStudio", project: int) -> None:
    """Delete what pulls have left in this project."""
    for view in sdk.views.list(project=project):
        data: object = view.data
        if isinstance(data, dict) and _is_left(str(data.get("title"))):
            sdk.views.delete(str(view.id))
    for export in sdk.projects.exports.list(project):
        if export.id is not None and _is_left(export.title or ""):
            sdk.projects.exports.delete(project, export.id)


def _is_left(title: str) -> bool:
    if title == _TITLE:  # by versions that noted no moment
        return True
    try:
        moment = datetime.fromisoformat(title.removeprefix(f"{_TITLE} "))
    except ValueError:
        return False
    return title.startswith(_TITLE) and datetime.now(UTC) - moment > _MIN_AGE
