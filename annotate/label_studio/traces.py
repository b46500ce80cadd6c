"""Know again what pulls make on the server and delete afterwards: filters, and records of exports."""

from datetime import UTC, datetime, timedelta

_TITLE = "Signalbook pull"
#: Younger ones may be those of a pull that is at work.
_MIN_AGE = timedelta(hours=1)


def title_of_traces() -> str:
    """The title of what a pull makes, with the moment in it."""
    return f"{_TITLE} {datetime.now(UTC).isoformat(timespec='seconds')}"


def is_left(title: str) -> bool:
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
