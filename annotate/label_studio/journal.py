"""Remember what was sent and not seen to arrive, over a kill, so that nothing is sent twice.

The server does not know a repeated request, and may be at work on one whose sender is gone. So what
creates something is noted before it is sent, and before anything is sent again the server is asked
whether it has come.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from signalbook.schema.errors import (
    AccessError,
    PartialError,
    ServerError,
    UnreachableError,
    UsageError,
)
from signalbook.schema.filesystem import read_json, write_text
from signalbook.schema.json_text import json_page

JOURNAL = "unanswered.json"
#: When the server is asked again for what has not come.
_PAUSES_S = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
#: After this long, no server and no proxy is still at work on a request.
_MAX_UNDERWAY = timedelta(minutes=10)
#: When it is looked again whether another command takes back what it has created, too.
LOOKS_S = (0.0, 0.5, 1.0, 2.0, 4.0)
#: Refusals of a request that has certainly created nothing.
_NOTHING_CREATED = (UnreachableError, UsageError, AccessError)
_WAY_OUT = "delete it, wait for ten minutes, and run: signalbook push --repair"


class Sight(Protocol):
    """What the server shows."""

    @property
    def marks(self) -> Collection[str]:
        """The marks of the requests that have arrived."""
        ...


SightT = TypeVar("SightT", bound=Sight)
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Request:
    """Something that was sent, and whose answer may be lost."""

    #: By which it is known once it has arrived.
    mark: str
    #: What it changes, such as a project.
    scope: str
    #: What was sent, in words.
    what: str
    sent_at: str
    #: Not waited for any more; it may come all the same.
    given_up: bool = False

    @property
    def due(self) -> timedelta:
        """How long it may still be underway."""
        if self.given_up:
            return timedelta()
        age = datetime.now(UTC) - datetime.fromisoformat(self.sent_at)
        return max(timedelta(), _MAX_UNDERWAY - age)


class Journal:
    """The requests of which it is not known that they have arrived; in memory without a file."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._requests: list[Request] = []

    def of(self, scope: str) -> list[Request]:
        """What was sent there.

        Raises:
            DocumentError: The file is damaged.
        """
        return [request for request in self._read() if request.scope == scope]

    def send(
        self, mark: str, request: Callable[[], AnswerT], *, scope: str, what: str
    ) -> AnswerT | None:
        """Note a request, send it, and return the answer; None if that is lost.

        Raises:
            SignalbookError: It has certainly created nothing, and is not noted any more.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._write([*self._read(), Request(mark, scope, what, now)])
        try:
            return request()
        except _NOTHING_CREATED:
            self.forget([mark])
            raise
        except ServerError:
            return None

    def forget(self, marks: Iterable[str]) -> None:
        """Strike out what has arrived, or cannot have."""
        requests, gone = self._read(), {*marks}
        kept = [request for request in requests if request.mark not in gone]
        if len(kept) < len(requests):
            self._write(kept)

    def give_up(self, scope: str) -> None:
        """Wait no more for what was sent there."""
        requests = self._read()
        if any(request.scope == scope for request in requests):
            self._write([replace(r, given_up=True) if r.scope == scope else r for r in requests])

    def wait(
        self, scope: str, look: Callable[[], SightT], *, place: str, way_out: str = ""
    ) -> SightT:
        """Wait until the server shows all that was sent there, and return what it shows.

        Args:
            scope: What was sent to.
            look: Asks the server.
            place: Begins the message.
            way_out: Ends the message: what to do but wait.

        Raises:
            PartialError: Something may still come.
        """
        coming: list[Request] = []
        for pause in (0.0, *_PAUSES_S):
            time.sleep(pause)
            sight = look()
            coming = [r for r in self.of(scope) if r.due and r.mark not in sight.marks]
            if not coming:
                return sight
        last = max(coming, key=lambda request: request.due)
        sent_at = datetime.fromisoformat(last.sent_at).astimezone()
        minutes = -(-last.due // timedelta(minutes=1))
        raise PartialError(
            f"{place}: {last.what} sent at {sent_at:%H:%M:%S} got no answer and cannot be seen on "
            f"the server, which may still be at work on it; nothing was sent again. Run the same "
            f"command again in {minutes} min{way_out}"
        )

    def _read(self) -> list[Request]:
        if self._path is None:
            return self._requests
        return read_json(self._path, list[Request], way_out=_WAY_OUT) or []

    def _write(self, requests: list[Request]) -> None:
        self._requests = requests
        if self._path is not None:
            write_text(self._path, json_page([asdict(request) for request in requests]))
